//! HTTPS: the service's REST interface and our own surface, on one listener with MQTT over WebSocket.

mod call;
mod digital_twins;
mod identities;
mod methods;
mod ours;
mod reply;
mod routes;
mod twins;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use self::call::Call;
pub(super) use self::identities::new_identity;
pub(super) use self::reply::{Reply, ReplyBody};
use super::shared::{Peer, Shared};
use super::websocket;

/// Largest body of a request, in bytes.
const MAX_BODY: usize = 1024 * 1024;
/// How long a client may take for a request's head, the pause after the last request included.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a client may take for a request's body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Serves one connection until it ends.
pub(super) async fn serve<S>(socket: S, peer: Peer, shared: Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let address = peer.address;
    let log = shared.core.log.clone();
    let service = service_fn(move |request| {
        let (peer, shared) = (peer.clone(), Arc::clone(&shared));
        async move { Ok::<_, Infallible>(handle(request, peer, shared).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(socket), service)
        .with_upgrades()
        .await;
    if let Err(error) = served {
        log.line(&format_args!("{address}: HTTP ended: {error}"));
    }
}

async fn handle(
    mut request: Request<Incoming>,
    peer: Peer,
    shared: Arc<Shared>,
) -> Response<ReplyBody> {
    if request.uri().path() == websocket::PATH {
        return websocket::upgrade(&mut request, peer, shared);
    }
    let (head, body) = request.into_parts();
    let body = match timeout(BODY_TIMEOUT, Limited::new(body, MAX_BODY).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => return Reply::too_large(MAX_BODY).into_response(),
        Err(_) => return Reply::too_slow().into_response(),
    };
    let reply = match Call::new(&head, body) {
        Ok(call) => {
            let reply = routes::answer(&shared, &call).await;
            reply.unwrap_or_else(|error| Reply::error(&error, shared.core.now()))
        }
        Err(error) => Reply::error(&error, shared.core.now()),
    };
    if reply.status >= 400 {
        // A failed request is as interesting as a closed link; the query may hold nothing secret.
        shared.core.log.line(&format_args!(
            "{}: {} {}: {}",
            peer.address,
            head.method,
            head.uri.path(),
            reply.status
        ));
    }
    reply.into_response()
}
