//! From a host's name to a stream of bytes.

use core::time::Duration;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use super::config::{Config, Proxy};
use super::{tls, websocket};
use crate::mqtt::Failure;

/// How long opening may take altogether.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Longest answer of a proxy, in bytes.
const PROXY_ANSWER: usize = 8 * 1024;

/// A stream of bytes to a hub.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Wire for S {}

/// Opens streams, all in the same way.
pub(super) struct Dialer {
    tls: Arc<ClientConfig>,
    port: u16,
    websocket: bool,
    proxy: Option<Proxy>,
}

impl Dialer {
    pub(super) fn new(config: &Config) -> Result<Self, Failure> {
        Ok(Self {
            tls: tls::client_config(config)?,
            port: config.port(),
            websocket: config.websocket,
            proxy: config.proxy.clone(),
        })
    }

    /// A stream to `host`, ready for CONNECT.
    pub(super) async fn dial(&self, host: &str) -> Result<Box<dyn Wire>, Failure> {
        match tokio::time::timeout(TIMEOUT, self.open(host)).await {
            Ok(opened) => opened,
            Err(_) => Err(Failure::Timeout),
        }
    }

    async fn open(&self, host: &str) -> Result<Box<dyn Wire>, Failure> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| Failure::Configuration(format!("{host:?} is no host name")))?;
        let tcp = match &self.proxy {
            None => connect(host, self.port).await?,
            Some(proxy) => self.tunnel(proxy, host).await?,
        };
        let connector = TlsConnector::from(self.tls.clone());
        let stream = connector
            .connect(name, tcp)
            .await
            .map_err(|error| tls::failure(&error))?;
        if self.websocket {
            return Ok(Box::new(websocket::open(host, stream).await?));
        }
        Ok(Box::new(stream))
    }

    async fn tunnel(&self, proxy: &Proxy, host: &str) -> Result<TcpStream, Failure> {
        let mut stream = connect(&proxy.host, proxy.port).await?;
        let target = format!("{host}:{}", self.port);
        let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
        if let Some((user, password)) = &proxy.login {
            let login = STANDARD.encode(format!("{user}:{password}"));
            request.push_str(&format!("Proxy-Authorization: Basic {login}\r\n"));
        }
        request.push_str("\r\n");
        let network = |error: std::io::Error| Failure::Unreachable(format!("proxy: {error}"));
        stream
            .write_all(request.as_bytes())
            .await
            .map_err(network)?;
        // The far end says nothing before we do, so nothing of it is read here by accident.
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            if answer.len() >= PROXY_ANSWER
                || stream.read_buf(&mut answer).await.map_err(network)? == 0
            {
                return Err(Failure::Unreachable("the proxy gave no answer".into()));
            }
        }
        let answer = String::from_utf8_lossy(&answer);
        let status = answer.split(' ').nth(1).unwrap_or_default();
        if status == "200" {
            return Ok(stream);
        }
        Err(Failure::Unreachable(format!(
            "the proxy refused the connection with status {status:?}"
        )))
    }
}

async fn connect(host: &str, port: u16) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect((host, port))
        .await
        .map_err(|error| Failure::Unreachable(format!("{host}:{port}: {error}")))?;
    // Packets are batched before they are written, so waiting for more gains nothing.
    stream
        .set_nodelay(true)
        .map_err(|error| Failure::Network(error.to_string()))?;
    Ok(stream)
}
