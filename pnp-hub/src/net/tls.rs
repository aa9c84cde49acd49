//! TLS: the hub's certificate out, a device's certificate in, where it shows one.

use std::fmt::Write;
use std::sync::Arc;

use ring::digest;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::danger::HandshakeSignatureValid;
use tokio_rustls::rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, ring as provider, verify_tls12_signature,
    verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use tokio_rustls::rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use tokio_rustls::rustls::{
    DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme,
};

use super::certificates::Certificates;

/// Why there is no TLS.
#[derive(Debug)]
pub(crate) enum TlsError {
    Pem(pem::Error),
    Tls(Error),
}

/// An acceptor for TLS 1.2 and 1.3 that asks for a client's certificate and does without.
pub(crate) fn acceptor(certificates: &Certificates) -> Result<TlsAcceptor, TlsError> {
    let provider = Arc::new(provider::default_provider());
    let chain = CertificateDer::pem_slice_iter(certificates.certificate.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(TlsError::Pem)?;
    let key = PrivateKeyDer::from_pem_slice(certificates.key.as_bytes()).map_err(TlsError::Pem)?;
    let verifier = Arc::new(AnyCertificate::new(&provider));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Tls)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .map_err(TlsError::Tls)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Asks for a certificate, takes any whose key the client holds, and leaves it to CONNECT what it is
/// worth: devices with tokens share the port, and a self-signed certificate chains to nothing.
#[derive(Debug)]
struct AnyCertificate {
    algorithms: WebPkiSupportedAlgorithms,
}

impl AnyCertificate {
    fn new(provider: &CryptoProvider) -> Self {
        Self {
            algorithms: provider.signature_verification_algorithms,
        }
    }
}

impl ClientCertVerifier for AnyCertificate {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// What registrations know a certificate by (`iot-hub` 1.2): its SHA-1 and its SHA-256 in upper-case
/// hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Thumbprints([String; 2]);

impl Thumbprints {
    pub(crate) fn of(certificate: &CertificateDer<'_>) -> Self {
        let hash = |algorithm| hex(digest::digest(algorithm, certificate).as_ref());
        Self([
            hash(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            hash(&digest::SHA256),
        ])
    }

    /// The SHA-256.
    pub(crate) fn sha256(&self) -> &str {
        let [_, sha256] = &self.0;
        sha256
    }

    /// Whether `registered` is one of them, in any case and with or without colons.
    pub(crate) fn is(&self, registered: &str) -> bool {
        let plain: String = registered
            .chars()
            .filter(|c| *c != ':' && !c.is_whitespace())
            .collect();
        self.0.iter().any(|own| own.eq_ignore_ascii_case(&plain))
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02X}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_is_known_in_every_spelling_of_both_hashes() {
        let known = Thumbprints::of(&CertificateDer::from_slice(b"abc"));
        for spelling in [
            "A9993E364706816ABA3E25717850C26C9CD0D89D",
            "a9:99:3e:36:47:06:81:6a:ba:3e:25:71:78:50:c2:6c:9c:d0:d8:9d",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ] {
            assert!(known.is(spelling), "{spelling}");
        }
        assert!(!known.is(""));
        assert!(!known.is("A9993E364706816ABA3E25717850C26C9CD0D89E"));
    }

    #[test]
    fn generated_certificates_make_an_acceptor() {
        let certificates = Certificates::generate(&["hub.example".to_owned()]).unwrap();
        assert!(acceptor(&certificates).is_ok());
    }
}
