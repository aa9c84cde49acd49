//! TLS: whom to trust, what to show, and what a failure means.

use std::io;
use std::sync::Arc;

use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{
    AlertDescription, CertificateError, ClientConfig, Error, RootCertStore,
};

use super::config::{Certificate, Config};
use crate::mqtt::Failure;

/// What every connection of a device shares.
pub(super) fn client_config(config: &Config) -> Result<Arc<ClientConfig>, Failure> {
    let provider = Arc::new(ring::default_provider());
    let roots = Arc::new(roots(config.roots.as_deref())?);
    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
        .build()
        .map_err(|error| wrong("no certificate authority can be used", &error))?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong("TLS can't be set up", &error))?
        .with_webpki_verifier(verifier);
    let config = match &config.certificate {
        None => builder.with_no_client_auth(),
        Some(Certificate { chain, key }) => {
            let chain = certificates(chain, "the device's certificate")?;
            let key = PrivateKeyDer::from_pem_slice(key)
                .map_err(|error| wrong("the device's private key can't be read", &error))?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| wrong("the device's certificate and key don't fit", &error))?
        }
    };
    Ok(Arc::new(config))
}

fn roots(pem: Option<&[u8]>) -> Result<RootCertStore, Failure> {
    let mut store = RootCertStore::empty();
    if let Some(pem) = pem {
        for certificate in certificates(pem, "the certificate authorities")? {
            store
                .add(certificate)
                .map_err(|error| wrong("a certificate authority can't be used", &error))?;
        }
        return Ok(store);
    }
    let found = rustls_native_certs::load_native_certs();
    // Systems carry authorities that rustls doesn't take; the others do.
    store.add_parsable_certificates(found.certs);
    if store.is_empty() {
        return Err(Failure::Configuration(
            "the operating system has no certificate authorities; give them with Config::with_roots"
                .into(),
        ));
    }
    Ok(store)
}

fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let unreadable = format!("{what} can't be read");
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = certificates.map_err(|error| wrong(&unreadable, &error))?;
    if certificates.is_empty() {
        return Err(Failure::Configuration(format!(
            "{what}: no certificate in the PEM text"
        )));
    }
    Ok(certificates)
}

fn wrong(what: &str, error: &dyn std::error::Error) -> Failure {
    Failure::Configuration(format!("{what}: {error}"))
}

/// What an error of a socket means, where TLS may be its cause.
pub(super) fn failure(error: &io::Error) -> Failure {
    let tls = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>());
    match tls {
        Some(tls) => Failure::Tls {
            detail: tls.to_string(),
            permanent: is_permanent(tls),
        },
        // A peer that closes without TLS's goodbye.
        None if error.kind() == io::ErrorKind::UnexpectedEof => Failure::Closed,
        None => Failure::Network(error.to_string()),
    }
}

/// Whether a certificate, ours or theirs, is refused for what it is.
fn is_permanent(error: &Error) -> bool {
    if let Error::AlertReceived(alert) = error {
        return matches!(
            alert,
            AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateUnknown
                | AlertDescription::CertificateRequired
                | AlertDescription::UnknownCA
                | AlertDescription::AccessDenied
        );
    }
    let Error::InvalidCertificate(reason) = error else {
        return false;
    };
    // Out of date by a clock that may be wrong.
    !matches!(
        reason,
        CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
    )
}
