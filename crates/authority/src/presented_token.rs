//! An access token for the directory, as it was shown to one of its endpoints: the directory API and userinfo.
//!
//! In: a token, how it was shown, and what came beside it. Out: [`oauth::VerifiedToken`]. INVARIANT: a token that is bound
//! to a key is worth nothing without a proof of it, and a proof counts once, so a request is proved once.

use std::sync::Arc;

use oauth::{
    Confirmation, Expected, PeerCertificate, TenantId, Timestamp, TokenError, VerifiedToken, thumbprint, verify,
};
use serde::Deserialize;

use crate::authority::Authority;
use crate::binding;
use crate::directory::DirectoryError;
use crate::refusal::Refusal;
use crate::snapshot::Snapshot;
use crate::store;
use crate::tenant::Tenant;
use crate::unverified_claims;
use crate::well_known;

/// A token as it was shown.
#[derive(Debug)]
pub(crate) struct PresentedToken<'a> {
    /// How.
    pub(crate) scheme: Scheme,
    /// The token.
    pub(crate) unverified_token: &'a str,
    /// The proof beside it.
    pub(crate) unverified_proof: Option<String>,
    /// The method of the request.
    pub(crate) method: &'a str,
    /// Its address without the query.
    pub(crate) url: String,
    /// The certificate of the connection.
    pub(crate) peer_certificate: Option<&'a PeerCertificate>,
}

/// By which scheme of the `Authorization` header a token is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// RFC 6750 section 2.1.
    Bearer,
    /// RFC 9449 section 7.1.
    Dpop,
}

/// Why a token proves nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unproved {
    /// It is wrong, too old, or for somebody else.
    #[error("token refused")]
    Token(#[source] TokenError),
    /// It is bound to a key that was not proved, or shown as one that is bound, which it is not.
    #[error("key of the token not proved")]
    Key,
    /// The directory did not answer.
    #[error("could not read the directory")]
    Directory(#[from] DirectoryError),
}

/// The tenant that a token says it is from.
#[derive(Deserialize)]
struct Origin {
    tid: TenantId,
}

/// The tenant that a token says it is from; [`prove`] tells whether it is.
pub(crate) async fn issuing_tenant(
    snapshot: &Snapshot,
    unverified_token: &str,
) -> Result<Option<Arc<Tenant>>, store::Error> {
    match unverified_claims::read::<Origin>(unverified_token) {
        Some(said) => snapshot.tenant_by_id(said.tid).await,
        None => Ok(None),
    }
}

/// Verifies a token of the tenant for the directory, and uses up the proof of its key.
pub(crate) async fn prove(
    authority: &Authority,
    snapshot: &Snapshot,
    tenant: &Tenant,
    presented: &PresentedToken<'_>,
) -> Result<VerifiedToken, Unproved> {
    let now = authority.clock().now();
    let expected = Expected {
        issuers: &[tenant.issuer_v1.clone(), tenant.issuer_v2.clone()],
        audiences: &[
            well_known::GRAPH_URI.to_owned(),
            well_known::GRAPH.to_string(),
            authority.origin().to_string(),
        ],
        tenant: tenant.id,
        now,
    };
    let token = verify(presented.unverified_token, &snapshot.keys.key_set_at(now), &expected);
    let token = token.map_err(Unproved::Token)?;
    if key_is_proved(authority, &token, presented, now).await? {
        Ok(token)
    } else {
        Err(Unproved::Key)
    }
}

/// A bound token is shown with a proof of its key (RFC 9449 section 7), or over the connection of its certificate
/// (RFC 8705 section 3); a plain one is shown plainly.
async fn key_is_proved(
    authority: &Authority,
    token: &VerifiedToken,
    presented: &PresentedToken<'_>,
    now: Timestamp,
) -> Result<bool, DirectoryError> {
    match (token.confirmation(), presented.scheme) {
        (None, Scheme::Bearer) => Ok(true),
        (Some(Confirmation::Jkt(key)), Scheme::Dpop) => proof_is_of(authority, key, presented, now).await,
        (Some(Confirmation::X5tS256(key)), Scheme::Bearer) => {
            let shown = presented
                .peer_certificate
                .map(|certificate| thumbprint::x5t_s256(certificate.der()));
            Ok(shown.as_ref() == Some(key))
        }
        (None | Some(Confirmation::X5tS256(_)), Scheme::Dpop) | (Some(Confirmation::Jkt(_)), Scheme::Bearer) => {
            Ok(false)
        }
    }
}

/// A proof counts once, like those of token requests.
async fn proof_is_of(
    authority: &Authority,
    key: &str,
    presented: &PresentedToken<'_>,
    now: Timestamp,
) -> Result<bool, DirectoryError> {
    let Some(unverified_proof) = &presented.unverified_proof else {
        return Ok(false);
    };
    let request = binding::Request {
        method: presented.method,
        url: &presented.url,
        access_token: Some(presented.unverified_token),
    };
    match binding::proved_key(authority, unverified_proof, &request, now).await {
        Ok(thumbprint) => Ok(thumbprint == key),
        Err(Refusal::Directory(error)) => Err(error),
        Err(_refused) => Ok(false),
    }
}
