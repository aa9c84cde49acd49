//! Other ways to the hub: a WebSocket, a proxy, a gateway.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use pnp_runtime::Component;
use pnp_runtime::mqtt::{Config, Failure, Proxy, Status, connect};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;

use super::server::{Server, Wrapping};
use crate::thermostat::{Heater, Reading, Thermostat};

const PATIENCE: Duration = Duration::from_secs(20);

/// Takes MQTT out of a WebSocket.
pub(crate) async fn unwrap(server: &Server, stream: impl AsyncRead + AsyncWrite + Unpin) {
    #[allow(
        clippy::result_large_err,
        clippy::unnecessary_wraps,
        reason = "the library prescribes the type"
    )]
    fn check(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
        assert_eq!(request.uri().path(), "/$iothub/websocket");
        assert_eq!(request.headers()["sec-websocket-protocol"], "mqtt");
        let protocol = HeaderValue::from_static("mqtt");
        response
            .headers_mut()
            .insert("sec-websocket-protocol", protocol);
        Ok(response)
    }
    type ErrorResponse = tokio_tungstenite::tungstenite::handshake::server::ErrorResponse;
    let mut socket = tokio_tungstenite::accept_hdr_async(stream, check)
        .await
        .unwrap();
    let (near, far) = tokio::io::duplex(64 * 1024);
    let (mut from_hub, mut to_hub) = tokio::io::split(near);
    let pump = async {
        // An odd size, so that packets cross frames anywhere.
        let mut buffer = [0; 7];
        loop {
            tokio::select! {
                frame = socket.next() => match frame {
                    Some(Ok(Message::Binary(bytes))) => to_hub.write_all(&bytes).await.unwrap(),
                    Some(Ok(_)) => {}
                    None | Some(Err(_)) => return,
                },
                count = from_hub.read(&mut buffer) => {
                    let bytes = buffer[..count.unwrap()].to_vec();
                    if bytes.is_empty() || socket.send(Message::binary(bytes)).await.is_err() {
                        return;
                    }
                }
            }
        }
    };
    tokio::join!(pump, server.speak(far));
}

/// Connects, sends a hundred messages, and says goodbye.
async fn works(config: Config) {
    let (connection, runner) = connect::<Thermostat>(config).unwrap();
    let task = tokio::spawn(runner.run_owned(Heater::default(), |heater| heater));
    let mut deliveries = Vec::new();
    for number in 0..100 {
        let reading = Reading {
            temperature: Some(f64::from(number)),
        };
        deliveries.push(connection.send(Component::root(), &reading).await.unwrap());
    }
    for delivery in deliveries {
        let delivered = timeout(PATIENCE, delivery).await;
        delivered
            .unwrap_or_else(|_| panic!("{:?}", connection.status().borrow()))
            .unwrap();
    }
    connection.shutdown(PATIENCE).await;
    assert_eq!(task.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn mqtt_goes_through_a_websocket_however_its_frames_are_cut() {
    let server = Server::start_with(Wrapping::WebSocket).await;
    works(server.config().with_websocket()).await;
    assert_eq!(server.hub.lock().unwrap().telemetry.len(), 100);
}

/// A proxy that lets user `u` with password `p` through, and notes what it was asked.
async fn proxy(asked: Arc<Mutex<Vec<String>>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                near.read_buf(&mut request).await.unwrap();
            }
            let request = String::from_utf8(request).unwrap();
            asked.lock().unwrap().push(request.clone());
            if !request.contains("Proxy-Authorization: Basic dTpw\r\n") {
                let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
                near.write_all(refusal).await.unwrap();
                continue;
            }
            let target = request.split(' ').nth(1).unwrap();
            let mut far = TcpStream::connect(target).await.unwrap();
            near.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            tokio::spawn(async move {
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    port
}

#[tokio::test]
async fn a_proxy_is_asked_for_the_hub_by_name_and_given_its_password() {
    let server = Server::start().await;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let port = proxy(asked.clone()).await;
    let through = |login| Proxy {
        host: "127.0.0.1".into(),
        port,
        login,
    };
    let login = Some(("u".into(), "p".into()));
    works(server.config().with_proxy(through(login))).await;
    let expected = format!("CONNECT localhost:{} HTTP/1.1\r\n", server.port);
    assert!(asked.lock().unwrap()[0].starts_with(&expected));

    let config = server.config().with_proxy(through(None));
    let (connection, runner) = connect::<Thermostat>(config).unwrap();
    let task = tokio::spawn(runner.run_owned(Heater::default(), |heater| heater));
    let mut status = connection.status();
    let refused = |status: &Status| matches!(status, Status::Waiting { failure: Failure::Unreachable(why), .. } if why.contains("407"));
    timeout(PATIENCE, status.wait_for(refused))
        .await
        .unwrap()
        .unwrap();
    connection.shutdown(PATIENCE).await;
    assert_eq!(task.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn behind_a_gateway_the_device_still_names_its_hub() {
    let server = Server::start().await;
    let text = "HostName=hub.example;DeviceId=d;SharedAccessKey=c2VjcmV0;GatewayHostName=localhost";
    let config = Config::from_connection_string(text)
        .unwrap()
        .with_port(server.port)
        .with_roots(server.authority.pem.clone());
    works(config).await;
    let hub = server.hub.lock().unwrap();
    let (_, user_name, password) = &hub.connects[0];
    assert!(user_name.starts_with("hub.example/d/?"), "{user_name}");
    assert!(
        password.contains("sr=hub.example%2Fdevices%2Fd&"),
        "{password}"
    );
}
