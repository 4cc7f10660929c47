//! HTTPS: PEM files to the acceptor that decrypts connections.
//!
//! In: a certificate chain and its key. Out: a [`TlsAcceptor`] for TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
//! Invariant: a certificate that does not fit its key is refused here, not at the first connection.

mod client_certificates;

use std::sync::Arc;

use anyhow::Context as _;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio_rustls::TlsAcceptor;

use crate::config::{ClientCertificates, TlsFiles};
use client_certificates::AnyCertificate;

/// Makes the acceptor.
pub(crate) fn acceptor(files: &TlsFiles) -> anyhow::Result<TlsAcceptor> {
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("reading the certificate `{}`", files.certificate.display()))?;
    let key = PrivateKeyDer::from_pem_file(&files.private_key)
        .with_context(|| format!("reading the private key `{}`", files.private_key.display()))?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let builder = match files.client_certificates {
        ClientCertificates::Off => builder.with_no_client_auth(),
        ClientCertificates::Optional => builder.with_client_cert_verifier(Arc::new(AnyCertificate(provider))),
    };
    let mut config = builder
        .with_single_cert(chain, key)
        .context("the certificate and the private key do not go together")?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
