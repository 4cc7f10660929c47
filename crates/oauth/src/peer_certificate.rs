//! The certificate that a TLS client showed: the listener puts it into a request, services read it out again.
//!
//! INVARIANT: only whoever ends TLS makes one, after the client proved that it holds the private key.

use std::sync::Arc;

/// The end-entity certificate of a client, DER. Nothing is known of it but that its holder has the private key
/// (RFC 8705 section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerCertificate(Arc<[u8]>);

impl PeerCertificate {
    /// For the listener, after a handshake in which the client proved that it holds the key.
    #[must_use]
    pub fn proved_by_handshake(der: &[u8]) -> Self {
        Self(Arc::from(der))
    }

    /// The certificate, DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0
    }
}
