//! TLS: a certificate with its chain, and its key, as files of PEM have them.
//!
//! Promise: what is wrong is told before anything is served, by the file and why.

use anyhow::{Context, bail, ensure};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// Where they stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Files {
    /// The server's certificate, then those that lead to its root.
    pub certificate: PathBuf,
    /// The key of the first certificate.
    pub key: PathBuf,
}

impl Files {
    /// Whether a server could use them.
    ///
    /// # Errors
    /// Which file cannot be used, and why.
    pub fn check(&self) -> anyhow::Result<()> {
        self.acceptor().map(drop)
    }

    pub(super) fn acceptor(&self) -> anyhow::Result<TlsAcceptor> {
        let Self { certificate, key } = self;
        let chain = chain(certificate).with_context(|| format!("the certificate {}", certificate.display()))?;
        let private = private_key(key).with_context(|| format!("the key {}", key.display()))?;
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let builder = builder.with_safe_default_protocol_versions()?.with_no_client_auth();
        let made = builder.with_single_cert(chain, private).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => {
                anyhow::anyhow!("the key {} is not that of the certificate {}", key.display(), certificate.display())
            }
            error => anyhow::Error::new(error).context(format!(
                "the certificate {} with the key {}",
                certificate.display(),
                key.display()
            )),
        });
        let mut config = made?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn chain(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let content = std::fs::read(path).context("cannot be read")?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&content).collect();
    let certificates = certificates.context("is not sound PEM")?;
    ensure!(!certificates.is_empty(), "holds no `-----BEGIN CERTIFICATE-----`");
    Ok(certificates)
}

fn private_key(path: &Path) -> anyhow::Result<PrivateKeyDer<'static>> {
    let content = std::fs::read(path).context("cannot be read")?;
    if let Some(key) = PrivateKeyDer::pem_slice_iter(&content).next() {
        return key.context("is not sound PEM");
    }
    let text = String::from_utf8_lossy(&content);
    if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") {
        bail!("is locked by a passphrase; `openssl pkey -in KEY -out OPEN` opens it");
    }
    bail!("holds no `-----BEGIN PRIVATE KEY-----`")
}
