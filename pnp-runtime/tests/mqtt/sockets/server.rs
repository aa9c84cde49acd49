//! The hub of these tests behind TLS on a free port of loopback.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pnp_runtime::mqtt::{Config, Credentials, Identity, Patience};
use pnp_runtime::sas::Key;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::hub::{Connection, Shared, hub};

/// A certificate authority made for one test.
pub(crate) struct Authority {
    pub(crate) pem: String,
    issuer: Issuer<'static, KeyPair>,
    der: rcgen::Certificate,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let der = params.self_signed(&key).unwrap();
        Self {
            pem: der.pem(),
            issuer: Issuer::new(params, key),
            der,
        }
    }

    /// Chain and key of `name`, as PEM.
    pub(crate) fn leaf(&self, name: &str) -> (String, String) {
        let (certificate, key) = self.sign(name);
        (certificate.pem(), key.serialize_pem())
    }

    fn sign(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }
}

/// What a test may tell the server.
#[derive(Default)]
pub(crate) struct Faults {
    /// How many bytes the next connections may send; they break after that. Without an end where empty.
    pub(crate) budgets: Vec<usize>,
    /// A rival that uses the same identity: every connection breaks once it was accepted.
    pub(crate) rival: bool,
    /// Connections that were opened.
    pub(crate) opened: usize,
}

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) hub: Shared,
    pub(crate) faults: Arc<Mutex<Faults>>,
    pub(crate) authority: Arc<Authority>,
    pub(crate) port: u16,
}

/// How bytes reach the hub.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrapping {
    Tls,
    WebSocket,
    /// TLS, and only with a client certificate of the same authority.
    ClientCertificate,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(Wrapping::Tls).await
    }

    pub(crate) async fn start_with(wrapping: Wrapping) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            hub: hub(),
            faults: Arc::default(),
            authority: Arc::new(Authority::new()),
            port: listener.local_addr().unwrap().port(),
        };
        let acceptor = server.acceptor(wrapping);
        let running = server.clone();
        tokio::spawn(async move {
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                let (server, acceptor) = (running.clone(), acceptor.clone());
                tokio::spawn(async move { server.serve(tcp, acceptor, wrapping).await });
            }
        });
        server
    }

    pub(crate) fn config(&self) -> Config {
        let credentials = Credentials::Key(Key::from_bytes(b"secret"));
        self.config_with(credentials)
    }

    pub(crate) fn config_with(&self, credentials: Credentials) -> Config {
        Config::hub(Identity::device("localhost", "d"), credentials)
            .with_port(self.port)
            .with_roots(self.authority.pem.clone())
            .with_patience(quick())
            .with_seed(7)
    }

    fn acceptor(&self, wrapping: Wrapping) -> TlsAcceptor {
        let (certificate, key) = self.authority.sign("localhost");
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = if wrapping == Wrapping::ClientCertificate {
            let mut roots = RootCertStore::empty();
            roots.add(self.authority.der.der().clone()).unwrap();
            let roots = Arc::new(roots);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config = builder.with_single_cert(vec![certificate.der().clone()], key);
        TlsAcceptor::from(Arc::new(config.unwrap()))
    }

    async fn serve(&self, tcp: TcpStream, acceptor: TlsAcceptor, wrapping: Wrapping) {
        tcp.set_nodelay(true).unwrap();
        // A client that doesn't trust us, or that we don't.
        let Ok(stream) = acceptor.accept(tcp).await else {
            return;
        };
        if wrapping == Wrapping::WebSocket {
            super::ways::unwrap(self, stream).await;
        } else {
            self.speak(stream).await;
        }
    }

    /// MQTT on a stream of bytes, until it ends or is made to.
    pub(crate) async fn speak(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let (mut budget, rival) = {
            let mut faults = self.faults.lock().unwrap();
            faults.opened += 1;
            let budget = faults.budgets.pop().unwrap_or(usize::MAX);
            (budget, faults.rival)
        };
        let mut connection = Connection::new(&self.hub, 0);
        let mut buffer = vec![0; 64 * 1024];
        let mut pushes = tokio::time::interval(Duration::from_millis(2));
        loop {
            let count = tokio::select! {
                read = stream.read(&mut buffer) => match read {
                    Ok(0) | Err(_) => return,
                    Ok(count) => count,
                },
                _ = pushes.tick() => 0,
            };
            let count = count.min(budget);
            budget -= count;
            if connection.receive(&buffer[..count], 0).is_err() {
                return;
            }
            connection.push();
            if budget == 0 {
                return;
            }
            let output = connection.output().to_vec();
            connection.written(output.len());
            if stream.write_all(&output).await.is_err() || stream.flush().await.is_err() {
                return;
            }
            if connection.over || (rival && !output.is_empty()) {
                let _ = stream.shutdown().await;
                return;
            }
        }
    }
}

/// Pauses that a test can wait for.
pub(crate) fn quick() -> Patience {
    let mut patience = Patience::default();
    patience.first_pause = Duration::from_millis(20);
    patience.longest_pause = Duration::from_millis(200);
    patience
}
