//! The access token of a request to one of the directory's endpoints.
//!
//! In: a request's head. Out: [`PresentedToken`], unread. Invariant: a scheme that is not known shows no token.

use http::header;
use http::request::Parts;

use super::{form, proof};
use crate::authority::Authority;
use crate::presented_token::{PresentedToken, Scheme};

/// The token of the `Authorization` header, with what came beside it.
pub(super) fn token<'a>(authority: &Authority, head: &'a Parts) -> Option<PresentedToken<'a>> {
    let value = head.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Scheme::Bearer,
        "dpop" => Scheme::Dpop,
        _ => return None,
    };
    Some(PresentedToken {
        scheme,
        unverified_token: token.trim(),
        unverified_proof: proof::unverified(&head.headers),
        method: head.method.as_str(),
        url: form::url(authority, head),
        peer_certificate: head.extensions.get(),
    })
}
