//! The hub's own authority and its certificate, made at the first start.

use std::fs;
use std::io;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};

const CA_FILE: &str = "ca.pem";
const CERTIFICATE_FILE: &str = "hub.pem";
const KEY_FILE: &str = "hub.key";

/// What the certificate is good for in any case.
const HOST_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// From when to when certificates are valid: far longer than a data folder lives, so that a test bench
/// doesn't fail on a date.
const VALID: [i32; 2] = [2020, 2050];

/// PEM texts: the authority that clients are to trust, and what the hub proves itself with.
#[derive(Debug, Clone)]
pub(crate) struct Certificates {
    pub(crate) ca: String,
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Certificates {
    /// New ones, for loopback and for `host_names`.
    pub(crate) fn generate(host_names: &[String]) -> Result<Self, rcgen::Error> {
        let mut authority = CertificateParams::new(Vec::new())?;
        authority
            .distinguished_name
            .push(DnType::CommonName, "pnp hub test authority");
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let [from, to] = VALID.map(|year| date_time_ymd(year, 1, 1));
        (authority.not_before, authority.not_after) = (from, to);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;

        let names = HOST_NAMES.map(str::to_owned).into_iter();
        let mut leaf =
            CertificateParams::new(names.chain(host_names.iter().cloned()).collect::<Vec<_>>())?;
        leaf.distinguished_name.push(DnType::CommonName, "pnp hub");
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.use_authority_key_identifier_extension = true;
        (leaf.not_before, leaf.not_after) = (from, to);
        let key = KeyPair::generate()?;
        let certificate = leaf.signed_by(&key, &authority)?;
        Ok(Self {
            ca: authority.pem(),
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        })
    }

    /// Those of a data folder; `None` where one of the files is missing.
    pub(crate) fn read(folder: &Path) -> io::Result<Option<Self>> {
        let file = |name| match fs::read_to_string(folder.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            other => other.map(Some),
        };
        let files = (file(CA_FILE)?, file(CERTIFICATE_FILE)?, file(KEY_FILE)?);
        let (Some(ca), Some(certificate), Some(key)) = files else {
            return Ok(None);
        };
        Ok(Some(Self {
            ca,
            certificate,
            key,
        }))
    }

    /// Writes them to a data folder, the key readable for its owner alone.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        super::files::write_private(&folder.join(KEY_FILE), self.key.as_bytes())?;
        fs::write(folder.join(CERTIFICATE_FILE), &self.certificate)?;
        // Last: its presence says that the others are there.
        fs::write(folder.join(CA_FILE), &self.ca)
    }

    /// Where the authority stands in a data folder.
    pub(crate) fn ca_file(folder: &Path) -> std::path::PathBuf {
        folder.join(CA_FILE)
    }
}
