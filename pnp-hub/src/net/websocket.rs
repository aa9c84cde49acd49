//! MQTT over WebSocket: the same connections, in binary frames on the HTTPS listeners.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt, StreamExt};
use hyper::body::{Bytes, Incoming};
use hyper::header::{HeaderValue, UPGRADE};
use hyper::upgrade::Upgraded;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use ring::digest;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::http::{Reply, ReplyBody};
use super::mqtt;
use super::shared::{Peer, Shared};

/// Where hub and provisioning service take MQTT over WebSocket (`iot-hub` 1.1).
pub(super) const PATH: &str = "/$iothub/websocket";
/// The subprotocol that clients ask for.
const SUBPROTOCOL: &str = "mqtt";
/// What the accept key is made with (RFC 6455, 1.3).
const KEY_SUFFIX: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// How many bytes wait between the two protocols, each way.
const BUFFER: usize = 16 * 1024;
/// How long a client may take to read what is written last.
const GOODBYE: Duration = Duration::from_secs(10);
/// Largest frame and message: a frame may carry several packets, or part of one.
const MAX_FRAME: usize = 1024 * 1024;

/// Answers the request for an upgrade, and serves the connection once it is upgraded.
pub(super) fn upgrade(
    request: &mut Request<Incoming>,
    peer: Peer,
    shared: Arc<Shared>,
) -> Response<ReplyBody> {
    let headers = request.headers();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let asks = |name, wanted: &str| {
        header(name).is_some_and(|value| {
            let mut tokens = value.split(',');
            tokens.any(|token| token.trim().eq_ignore_ascii_case(wanted))
        })
    };
    let key = match header("sec-websocket-key") {
        Some(key)
            if asks("upgrade", "websocket")
                && asks("connection", "upgrade")
                && header("sec-websocket-version") == Some("13") =>
        {
            key.trim()
        }
        _ => {
            return Reply::problem(426, "this path speaks MQTT over WebSocket")
                .header("upgrade", "websocket")
                .header("sec-websocket-version", "13")
                .into_response();
        }
    };
    if !asks("sec-websocket-protocol", SUBPROTOCOL) {
        return Reply::problem(400, "the only subprotocol here is mqtt").into_response();
    }
    let hash = digest::digest(
        &digest::SHA1_FOR_LEGACY_USE_ONLY,
        format!("{key}{KEY_SUFFIX}").as_bytes(),
    );
    let accept = STANDARD.encode(hash);
    let upgrade = hyper::upgrade::on(request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            let closing = shared.closing.clone();
            tokio::select! {
                () = serve(upgraded, peer, shared) => {}
                () = closing.notified() => {}
            }
        }
    });
    let mut response = Reply::switching()
        .header("connection", "Upgrade")
        .header("sec-websocket-protocol", SUBPROTOCOL)
        .header("sec-websocket-accept", accept)
        .into_response();
    response
        .headers_mut()
        .insert(UPGRADE, HeaderValue::from_static("websocket"));
    response
}

/// Serves a connection in frames until either side ends it.
async fn serve(upgraded: Upgraded, peer: Peer, shared: Arc<Shared>) {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_FRAME))
        .max_frame_size(Some(MAX_FRAME));
    let socket = TokioIo::new(upgraded);
    let frames = WebSocketStream::from_raw_socket(socket, Role::Server, Some(config)).await;
    let (near, far) = duplex(BUFFER);
    let mut carrier = JoinSet::new();
    carrier.spawn(carry(frames, far));
    mqtt::serve(near, peer, shared).await;
    // What was written last; dropping the set ends a carrier whose client doesn't read.
    let _ = timeout(GOODBYE, carrier.join_next()).await;
}

/// Carries bytes between the frames and a connection that knows nothing of them. Each way by itself:
/// neither waits for the other to be read.
async fn carry(frames: WebSocketStream<TokioIo<Upgraded>>, bytes: DuplexStream) {
    let (mut to_client, mut from_client) = frames.split();
    let (mut outgoing, mut incoming) = tokio::io::split(bytes);
    let out = async {
        let mut buffer = vec![0; BUFFER];
        while let Ok(count @ 1..) = outgoing.read(&mut buffer).await {
            let data = Bytes::copy_from_slice(buffer.get(..count).unwrap_or_default());
            if to_client.send(Message::Binary(data)).await.is_err() {
                return;
            }
        }
        // Says goodbye to a client that may have gone.
        let _ = to_client.close().await;
    };
    let back = async {
        while let Some(Ok(frame)) = from_client.next().await {
            match frame {
                Message::Binary(data) => {
                    if incoming.write_all(&data).await.is_err() {
                        return;
                    }
                }
                // Answered or told by the library.
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
                // MQTT comes in binary frames only (MQTT 6.0).
                Message::Text(_) | Message::Close(_) => return,
            }
        }
    };
    tokio::select! {
        () = out => {}
        () = back => {}
    }
}
