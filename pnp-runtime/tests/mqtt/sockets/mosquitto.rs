//! The adapter against Mosquitto, a broker that nobody here wrote.
//!
//! It knows nothing of twins: it answers no twin request, and takes everything else.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use pnp_runtime::Component;
use pnp_runtime::mqtt::{Config, Credentials, FixedToken, Identity, Status, connect};
use pnp_runtime::{Ack, CommandError, Desired, Interface, Telemetry, handler};
use tokio::time::timeout;

use super::server::{Authority, quick};

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Interface)]
#[pnp(id = "dtmi:com:example:Logger;1")]
struct Logger;

#[derive(Debug, Telemetry)]
#[pnp(interface = Logger)]
struct Line {
    text: Option<String>,
}

#[handler(interface = Logger)]
trait LoggerHandler {
    #[pnp(property = "level")]
    fn level(&self) -> Option<i32>;
    #[pnp(desired = "level")]
    fn set_level(&mut self, desired: Desired<i32>) -> Ack<i32>;
    #[pnp(command = "flush")]
    fn flush(&mut self) -> Result<(), CommandError>;
}

struct Quiet;

impl LoggerHandler for Quiet {
    fn level(&self) -> Option<i32> {
        None
    }

    fn set_level(&mut self, _desired: Desired<i32>) -> Ack<i32> {
        Ack::current()
    }

    fn flush(&mut self) -> Result<(), CommandError> {
        Ok(())
    }
}

/// A broker that ends with its test.
struct Broker {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Broker {
    /// `None` where Mosquitto is not installed.
    fn start(name: &str, authority: &Authority) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("pnp-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (chain, key) = authority.leaf("localhost");
        let file = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let (chain, key) = (file("chain.pem", &chain), file("key.pem", &key));
        let ca = file("ca.pem", &authority.pem);
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let config = format!(
            "listener {port} 127.0.0.1\ncafile {ca}\ncertfile {chain}\nkeyfile {key}\n\
             allow_anonymous true\nmessage_size_limit 300000\nmax_inflight_messages 0\n\
             max_queued_messages 0\nuser root\n"
        );
        let config = file("mosquitto.conf", &config);
        let child = ["mosquitto", "/usr/sbin/mosquitto"]
            .into_iter()
            .find_map(|program| {
                Command::new(program)
                    .args(["-c", &config])
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .ok()
            });
        let Some(child) = child else {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "CI has Mosquitto"
            );
            println!("SKIPPED: install Mosquitto (Debian: apt-get install mosquitto)");
            return None;
        };
        Some(Self {
            child,
            folder,
            port,
        })
    }

    /// Ends at once, and starts anew on the same port.
    fn restart(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let config = self.folder.join("mosquitto.conf");
        let program = ["/usr/sbin/mosquitto", "mosquitto"];
        self.child = program
            .into_iter()
            .find_map(|program| {
                let mut command = Command::new(program);
                command.arg("-c").arg(&config);
                command
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .ok()
            })
            .unwrap();
    }

    fn config(&self, authority: &Authority) -> Config {
        let token =
            FixedToken::new("SharedAccessSignature sr=localhost&sig=YQ%3D%3D&se=4102444800");
        Config::hub(
            Identity::device("localhost", "logger"),
            Credentials::Token(token),
        )
        .with_port(self.port)
        .with_roots(authority.pem.clone())
        .with_patience(quick())
    }
}

#[tokio::test]
async fn a_broker_takes_large_messages_and_a_thousand_small_ones_over_its_own_restart() {
    let authority = Authority::new();
    let Some(mut broker) = Broker::start("large", &authority) else {
        return;
    };
    let (connection, runner) = connect::<Logger>(broker.config(&authority)).unwrap();
    let task = tokio::spawn(runner.run_owned(Quiet, |handler| handler));
    let large = Line {
        text: Some("x".repeat(250_000)),
    };
    timeout(PATIENCE, connection.telemetry(Component::root(), &large))
        .await
        .expect("a large message")
        .unwrap();
    let mut deliveries = Vec::new();
    for number in 0..1000 {
        if number == 500 {
            broker.restart();
        }
        let line = Line {
            text: Some(format!("line {number}")),
        };
        deliveries.push(connection.send(Component::root(), &line).await.unwrap());
        if number % 50 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    for delivery in deliveries {
        timeout(PATIENCE, delivery)
            .await
            .unwrap_or_else(|_| panic!("{:?}", connection.status().borrow()))
            .unwrap();
    }
    connection.shutdown(PATIENCE).await;
    assert_eq!(task.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn signs_of_life_keep_an_idle_connection_open() {
    let authority = Authority::new();
    let Some(broker) = Broker::start("idle", &authority) else {
        return;
    };
    let config = broker.config(&authority).with_keep_alive(1);
    let (connection, runner) = connect::<Logger>(config).unwrap();
    let task = tokio::spawn(runner.run_owned(Quiet, |handler| handler));
    let mut status = connection.status();
    let up = timeout(
        PATIENCE,
        status.wait_for(|status| *status == Status::Connected),
    )
    .await;
    up.unwrap().unwrap();
    // The broker drops a silent client after one and a half seconds.
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(!status.has_changed().unwrap(), "{:?}", *status.borrow());
    assert_eq!(*connection.status().borrow(), Status::Connected);
    connection.shutdown(PATIENCE).await;
    assert_eq!(task.await.unwrap(), Ok(()));
}
