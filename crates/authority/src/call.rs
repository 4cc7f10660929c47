//! A call of a token endpoint, as it came in.
//!
//! In: the path and the form. Out: [`Call`]. Invariant: nothing in it is believed yet.

use oauth::TokenRequest;

/// Which of the two token endpoints was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// The form.
    pub(crate) request: TokenRequest,
}
