//! A call of a token endpoint, as it came in.
//!
//! In: the path and the form. Out: [`Call`]. Invariant: nothing in it is believed yet.

use oauth::{PeerCertificate, TokenRequest};
use serde::{Deserialize, Serialize};

/// Which of the two token endpoints was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Endpoint {
    /// `/{tenant}/oauth2/token`: names what the token is for by `resource`.
    V1,
    /// `/{tenant}/oauth2/v2.0/token`: names it by `scope`.
    V2,
}

/// A call of a token endpoint.
#[derive(Debug)]
pub(crate) struct Call {
    /// Which endpoint.
    pub(crate) endpoint: Endpoint,
    /// The tenant segment of its path.
    pub(crate) unverified_tenant: String,
    /// Whether a page in a browser sent it: such requests carry an `Origin` header.
    pub(crate) from_browser: bool,
    /// The DPoP proof that came with it (RFC 9449 section 4.1).
    pub(crate) unverified_proof: Option<String>,
    /// The certificate with which the client opened the connection (RFC 8705).
    pub(crate) peer_certificate: Option<PeerCertificate>,
    /// The address that was called, without its query: what a DPoP proof must name.
    pub(crate) url: String,
    /// The form.
    pub(crate) request: TokenRequest,
}
