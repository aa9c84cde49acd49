//! Connecting, staying connected, and giving up.

use std::time::Duration;

use pnp_mqtt::packet::RefusalCode;
use pnp_runtime::mqtt::{Failure, NotSent, Status, connect};
use pnp_runtime::sas::{Key, Token};
use pnp_runtime::{Component, Notice};
use tokio::time::timeout;

use super::server::{Authority, Server, Wrapping};
use crate::thermostat::{Heater, Reading, Thermostat};

const PATIENCE: Duration = Duration::from_secs(20);

fn reading(temperature: f64) -> Reading {
    Reading {
        temperature: Some(temperature),
    }
}

/// Waits until `done` says so.
async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let waiting = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(PATIENCE, waiting).await.expect(what);
}

#[tokio::test]
async fn a_device_connects_settles_its_twin_sends_answers_and_says_goodbye() {
    let server = Server::start().await;
    server.hub.lock().unwrap().desired = r#"{"targetTemperature":21.5,"$version":4}"#.into();
    let (connection, runner) = connect::<Thermostat>(server.config()).unwrap();
    let mut heater = Heater::default();
    let application = async {
        connection
            .telemetry(Component::root(), &reading(1.0))
            .await
            .unwrap();
        until("acknowledgement", || {
            !server.hub.lock().unwrap().reported.is_empty()
        })
        .await;
        let call = ("$iothub/methods/POST/reboot/?$rid=9".into(), b"1".to_vec());
        server.hub.lock().unwrap().push.push(call);
        until("reply", || !server.hub.lock().unwrap().replies.is_empty()).await;
        assert_eq!(*connection.status().borrow(), Status::Connected);
        connection.shutdown(PATIENCE).await;
        connection.telemetry(Component::root(), &reading(2.0)).await
    };
    let (end, refused) = tokio::join!(runner.run(&mut heater), application);
    assert_eq!((end, refused), (Ok(()), Err(NotSent::Stopped)));
    until("goodbye", || server.hub.lock().unwrap().goodbyes == 1).await;
    let hub = server.hub.lock().unwrap();
    assert_eq!(hub.telemetry, [br#"{"temperature":1.0}"#]);
    assert_eq!(
        hub.reported,
        [r#"{"targetTemperature":{"value":21.5,"ac":200,"av":4}}"#]
    );
    assert_eq!(hub.replies[0].0, 200);
    let (client_id, user_name, password) = &hub.connects[0];
    assert_eq!(client_id, "d");
    assert!(
        user_name.starts_with("localhost/d/?api-version="),
        "{user_name}"
    );
    let token = Token::parse(password).unwrap();
    assert!(token.is_signed_by(&Key::from_bytes(b"secret")));
    assert_eq!(token.resource(), "localhost/devices/d");
}

#[tokio::test]
async fn a_runner_with_a_handler_of_its_own_lives_in_a_task() {
    let server = Server::start().await;
    let (connection, runner) = connect::<Thermostat>(server.config()).unwrap();
    let task = tokio::spawn(runner.run_owned(Heater::default(), |heater| heater));
    connection
        .telemetry(Component::root(), &reading(1.0))
        .await
        .unwrap();
    connection.shutdown(PATIENCE).await;
    assert_eq!(task.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn tokens_are_renewed_before_they_end_and_nothing_is_lost_meanwhile() {
    let server = Server::start().await;
    let config = server
        .config()
        .with_token_lifetime(Duration::from_millis(400));
    let (connection, runner) = connect::<Thermostat>(config).unwrap();
    let task = tokio::spawn(runner.run_owned(Heater::default(), |heater| heater));
    let mut sent = 0;
    while server.hub.lock().unwrap().goodbyes < 3 {
        let reading = reading(f64::from(sent));
        timeout(PATIENCE, connection.telemetry(Component::root(), &reading))
            .await
            .expect("a renewal holds nothing up")
            .unwrap();
        sent += 1;
    }
    connection.shutdown(PATIENCE).await;
    assert_eq!(task.await.unwrap(), Ok(()));
    let hub = server.hub.lock().unwrap();
    assert_eq!(
        hub.telemetry.len(),
        usize::try_from(sent).unwrap(),
        "none twice"
    );
    assert!(hub.connects.len() >= 4);
    println!("{sent} messages over {} tokens", hub.connects.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c60_a_handler_that_takes_its_time_holds_no_telemetry_up() {
    let server = Server::start().await;
    let (connection, runner) = connect::<Thermostat>(server.config()).unwrap();
    // A thread of its own, so that the test's threads stay free.
    let device = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(runner.run(&mut Heater::default()))
    });
    let call = (
        "$iothub/methods/POST/reboot/?$rid=9".into(),
        b"1000".to_vec(),
    );
    server.hub.lock().unwrap().push.push(call);
    let mut during = 0;
    while server.hub.lock().unwrap().replies.is_empty() {
        let reading = reading(f64::from(during));
        let sent = connection.telemetry(Component::root(), &reading);
        timeout(PATIENCE, sent).await.unwrap().unwrap();
        during += 1;
    }
    assert!(
        during > 20,
        "only {during} messages while the handler slept"
    );
    connection.shutdown(PATIENCE).await;
    assert_eq!(device.join().unwrap(), Ok(()));
}

#[tokio::test]
async fn the_session_may_send_telemetry_too_and_is_told_when_the_hub_has_it() {
    let server = Server::start().await;
    let (connection, runner) = connect::<Thermostat>(server.config()).unwrap();
    let mut notices = connection.notices();
    let task = tokio::spawn(runner.run_owned(Heater::default(), |heater| heater));
    let sent = connection
        .with_device(|device, _| device.telemetry(Component::root(), &reading(1.0)))
        .await;
    let id = sent.unwrap().unwrap();
    let accepted = Notice::TelemetryAccepted { id };
    let told = async { while notices.recv().await.unwrap() != accepted {} };
    timeout(PATIENCE, told).await.unwrap();
    connection.shutdown(PATIENCE).await;
    assert_eq!(task.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn what_cannot_pass_ends_the_runner_with_its_reason() {
    let server = Server::start().await;
    server.hub.lock().unwrap().refuse = vec![RefusalCode::NotAuthorized];
    let (connection, runner) = connect::<Thermostat>(server.config()).unwrap();
    let end = timeout(PATIENCE, runner.run(&mut Heater::default())).await;
    let refused = Failure::Refused(RefusalCode::NotAuthorized);
    assert_eq!(end.unwrap(), Err(refused.clone()));
    assert_eq!(
        *connection.status().borrow(),
        Status::Stopped(Some(refused))
    );

    let stranger = Authority::new();
    let config = server.config().with_roots(stranger.pem);
    let (_connection, runner) = connect::<Thermostat>(config).unwrap();
    let end = timeout(PATIENCE, runner.run(&mut Heater::default())).await;
    let Err(Failure::Tls { permanent, detail }) = end.unwrap() else {
        panic!("a stranger was trusted");
    };
    assert!(permanent, "{detail}");

    let other_name = server.config().with_gateway("127.0.0.1");
    let (_connection, runner) = connect::<Thermostat>(other_name).unwrap();
    let end = timeout(PATIENCE, runner.run(&mut Heater::default())).await;
    assert!(matches!(
        end.unwrap(),
        Err(Failure::Tls {
            permanent: true,
            ..
        })
    ));

    let broken = server.config().with_roots("no PEM");
    assert!(matches!(
        connect::<Thermostat>(broken),
        Err(Failure::Configuration(_))
    ));
}

#[tokio::test]
async fn a_host_that_is_not_there_yet_is_waited_for() {
    let server = Server::start().await;
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let config = server.config().with_port(port);
    let (connection, runner) = connect::<Thermostat>(config).unwrap();
    let task = tokio::spawn(runner.run_owned(Heater::default(), |heater| heater));
    let delivery = connection
        .send(Component::root(), &reading(1.0))
        .await
        .unwrap();
    let mut status = connection.status();
    let waiting = |status: &Status| {
        matches!(
            status,
            Status::Waiting {
                failure: Failure::Unreachable(_),
                ..
            }
        )
    };
    timeout(PATIENCE, status.wait_for(waiting))
        .await
        .unwrap()
        .unwrap();
    // Something in between passes bytes on from now on.
    let door = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .unwrap();
    let real = server.port;
    tokio::spawn(async move {
        let (mut from, _) = door.accept().await.unwrap();
        let mut to = tokio::net::TcpStream::connect(("127.0.0.1", real))
            .await
            .unwrap();
        let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
    });
    timeout(PATIENCE, delivery).await.unwrap().unwrap();
    connection.shutdown(PATIENCE).await;
    assert_eq!(task.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn a_rival_for_the_identity_is_noticed_and_not_fought_at_full_speed() {
    let server = Server::start().await;
    server.faults.lock().unwrap().rival = true;
    let (connection, runner) = connect::<Thermostat>(server.config()).unwrap();
    let task = tokio::spawn(runner.run_owned(Heater::default(), |heater| heater));
    let mut status = connection.status();
    let replaced = |status: &Status| {
        matches!(
            status,
            Status::Waiting {
                failure: Failure::Replaced,
                ..
            }
        )
    };
    timeout(PATIENCE, status.wait_for(replaced))
        .await
        .unwrap()
        .unwrap();
    // The rival gives up.
    server.faults.lock().unwrap().rival = false;
    timeout(
        PATIENCE,
        connection.telemetry(Component::root(), &reading(1.0)),
    )
    .await
    .unwrap()
    .unwrap();
    connection.shutdown(PATIENCE).await;
    assert_eq!(task.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn a_certificate_is_proof_where_the_hub_asks_for_one() {
    use pnp_runtime::mqtt::Credentials;

    let server = Server::start_with(Wrapping::ClientCertificate).await;
    let (chain, key) = server.authority.leaf("d");
    let config = server.config_with(Credentials::X509);
    let (connection, runner) =
        connect::<Thermostat>(config.clone().with_certificate(chain, key)).unwrap();
    let task = tokio::spawn(runner.run_owned(Heater::default(), |heater| heater));
    timeout(
        PATIENCE,
        connection.telemetry(Component::root(), &reading(1.0)),
    )
    .await
    .unwrap()
    .unwrap();
    connection.shutdown(PATIENCE).await;
    assert_eq!(task.await.unwrap(), Ok(()));
    assert_eq!(server.hub.lock().unwrap().connects[0].2, "", "no password");

    let (_connection, runner) = connect::<Thermostat>(config).unwrap();
    let end = timeout(PATIENCE, runner.run(&mut Heater::default())).await;
    assert!(matches!(
        end.unwrap(),
        Err(Failure::Tls {
            permanent: true,
            ..
        })
    ));
}

#[tokio::test]
async fn a_full_queue_refuses_and_keeps_what_it_has() {
    let server = Server::start().await;
    let config = server.config().with_queue(3);
    let (connection, runner) = connect::<Thermostat>(config).unwrap();
    let send = |number| connection.try_send(Component::root(), &reading(number));
    let taken = [send(0.0).unwrap(), send(1.0).unwrap(), send(2.0).unwrap()];
    assert_eq!(send(3.0).unwrap_err(), NotSent::QueueFull);
    assert!(matches!(send(f64::NAN), Err(NotSent::Encode(_))));
    let task = tokio::spawn(runner.run_owned(Heater::default(), |heater| heater));
    for delivery in taken {
        timeout(PATIENCE, delivery).await.unwrap().unwrap();
    }
    connection.shutdown(PATIENCE).await;
    assert_eq!(task.await.unwrap(), Ok(()));
    assert_eq!(server.hub.lock().unwrap().telemetry.len(), 3);
}

#[tokio::test]
async fn a_message_of_a_back_end_is_acknowledged_once_it_is_completed() {
    let server = Server::start().await;
    let config = server.config().with_cloud_messages();
    let (connection, runner) = connect::<Thermostat>(config).unwrap();
    let task = tokio::spawn(runner.run_owned(Heater::default(), |heater| heater));
    let mut status = connection.status();
    status
        .wait_for(|status| *status == Status::Connected)
        .await
        .unwrap();
    let message = ("devices/d/messages/devicebound/k=v".into(), b"hi".to_vec());
    server.hub.lock().unwrap().push.push(message);
    let messages = connection.cloud_messages();
    let received = timeout(PATIENCE, messages.next()).await.unwrap().unwrap();
    assert_eq!(received.message.properties.get("k"), Some("v"));
    assert_eq!(received.message.body, b"hi");
    assert_eq!(server.hub.lock().unwrap().taken, 0);
    received.complete();
    until("PUBACK", || server.hub.lock().unwrap().taken == 1).await;
    connection.shutdown(PATIENCE).await;
    assert_eq!(task.await.unwrap(), Ok(()));
}

#[test]
fn no_secret_shows_in_debug_output() {
    use pnp_runtime::mqtt::{Config, Proxy};

    let secret = "c2VjcmV0c2VjcmV0";
    let text = format!("HostName=h;DeviceId=d;SharedAccessKey={secret}");
    let proxy = Proxy {
        host: "proxy".into(),
        port: 3128,
        login: Some(("user".into(), secret.into())),
    };
    let config = Config::from_connection_string(&text)
        .unwrap()
        .with_proxy(proxy)
        .with_certificate("chain", secret);
    let (connection, runner) = connect::<Thermostat>(
        Config::from_connection_string(&text)
            .unwrap()
            .with_roots(Authority::new().pem),
    )
    .unwrap();
    let key = Key::from_base64(secret).unwrap();
    let provisioned = Config::provisioned("scope", "r", Some(key));
    let shown = format!("{config:?} {connection:?} {runner:?} {provisioned:?}");
    assert!(!shown.contains(secret), "{shown}");
    assert!(
        shown.contains("proxy") && shown.contains("scope"),
        "{shown}"
    );
}
