//! A WebSocket as a stream of bytes: MQTT packets may cross its frames anywhere.

use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io;

use futures_util::{Sink, Stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

use crate::mqtt::Failure;

/// Where IoT Hub and the provisioning service listen.
const PATH: &str = "/$iothub/websocket";

/// The bytes that a WebSocket carries.
pub(super) struct WebSocket<S> {
    inner: WebSocketStream<S>,
    /// What is left of the last frame.
    rest: Bytes,
}

/// Asks for a WebSocket on `stream`.
pub(super) async fn open<S>(host: &str, stream: S) -> Result<WebSocket<S>, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut request = format!("wss://{host}{PATH}")
        .into_client_request()
        .map_err(|error| Failure::Configuration(error.to_string()))?;
    request
        .headers_mut()
        .insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static("mqtt"));
    match tokio_tungstenite::client_async(request, stream).await {
        Ok((inner, _)) => Ok(WebSocket {
            inner,
            rest: Bytes::new(),
        }),
        Err(error) => Err(Failure::Unreachable(format!("no WebSocket: {error}"))),
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for WebSocket<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.rest.is_empty() {
            match ready!(Pin::new(&mut self.inner).poll_next(cx)) {
                Some(Ok(Message::Binary(bytes))) => self.rest = bytes,
                // Answered by the library.
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                None
                | Some(
                    Ok(Message::Close(_)) | Err(Error::ConnectionClosed | Error::AlreadyClosed),
                ) => {
                    return Poll::Ready(Ok(()));
                }
                Some(Ok(Message::Text(_) | Message::Frame(_))) => {
                    return Poll::Ready(Err(io::Error::other("a WebSocket message is not binary")));
                }
                Some(Err(error)) => return Poll::Ready(Err(io_error(error))),
            }
        }
        let count = self.rest.len().min(buffer.remaining());
        let head = self.rest.split_to(count);
        buffer.put_slice(&head);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WebSocket<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(Pin::new(&mut self.inner).poll_ready(cx)).map_err(io_error)?;
        let message = Message::Binary(Bytes::copy_from_slice(bytes));
        Pin::new(&mut self.inner)
            .start_send(message)
            .map_err(io_error)?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx).map_err(io_error)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_close(cx).map_err(io_error)
    }
}

fn io_error(error: Error) -> io::Error {
    if let Error::Io(error) = error {
        return error;
    }
    io::Error::other(error)
}
