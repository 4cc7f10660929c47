//! Tokens bound to a key of the client: which key, proved how (RFC 9449, RFC 8705).
//!
//! In: an authenticated client and its call. Out: the `cnf` of its tokens. INVARIANT: a [`Confirmation`] is made here only,
//! of a DPoP proof that was verified and used up, or of the certificate of a TLS handshake.

mod dpop;

use oauth::{Confirmation, Timestamp, thumbprint};

use crate::authority::Authority;
use crate::call::Call;
use crate::client_auth::AuthenticatedClient;
use crate::refusal::{BindingRefusal, GrantRefusal, Refusal};
use crate::registration::TokenBinding;
pub(crate) use dpop::{Request, proved_key};

/// The key to which the tokens of a call are bound. A DPoP proof asks for that key; without one a client certificate on
/// the connection asks for the certificate's. `None`: bearer tokens.
pub(crate) async fn confirmation(
    authority: &Authority,
    client: &AuthenticatedClient,
    call: &Call,
    now: Timestamp,
) -> Result<Option<Confirmation>, Refusal> {
    if let Some(unverified_proof) = &call.unverified_proof {
        let request = Request {
            method: "POST",
            url: &call.url,
            access_token: None,
        };
        let thumbprint = proved_key(authority, unverified_proof, &request, now).await?;
        return Ok(Some(Confirmation::Jkt(thumbprint)));
    }
    if let Some(certificate) = &call.peer_certificate {
        return Ok(Some(Confirmation::X5tS256(thumbprint::x5t_s256(certificate.der()))));
    }
    match client.application().registration.protocol.binding {
        TokenBinding::Optional => Ok(None),
        TokenBinding::Required => {
            let application = client.application().app_id.to_string();
            Err(BindingRefusal::KeyMissing { application }.into())
        }
    }
}

/// Lets a grant go on that was bound to a DPoP key when it was given (`dpop_jkt`, RFC 9449 section 10), or to none.
pub(crate) fn same_key(key_thumbprint: Option<&str>, confirmation: Option<&Confirmation>) -> Result<(), Refusal> {
    let same = match (key_thumbprint, confirmation) {
        (None, _) => true,
        (Some(expected), Some(Confirmation::Jkt(proved))) => expected == proved,
        (Some(_), Some(Confirmation::X5tS256(_)) | None) => false,
    };
    if same {
        Ok(())
    } else {
        Err(GrantRefusal::KeyMismatch.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_grant_needs_its_key() {
        let check = |bound_to: Option<&str>, confirmation: Option<Confirmation>, expected: bool| {
            let outcome = same_key(bound_to, confirmation.as_ref());
            assert_eq!(outcome.is_ok(), expected, "{bound_to:?} {confirmation:?}");
        };
        check(Some("a"), None, false);
        check(Some("a"), Some(Confirmation::Jkt("b".to_owned())), false);
        check(Some("a"), Some(Confirmation::X5tS256("a".to_owned())), false);
        check(Some("a"), Some(Confirmation::Jkt("a".to_owned())), true);
        check(None, Some(Confirmation::Jkt("a".to_owned())), true);
        check(None, None, true);
    }
}
