//! On-behalf-of (RFC 7523 section 2.1 with Entra ID's parameters): a service that was called in a person's name calls
//! another one in the same name.
//!
//! In: an access token that was made for the service that asks. Out: the [`Authorization`] that it stands for.
//! INVARIANT: only an access token of this authority, for this client, of a person, is an assertion.

use db::Step;
use oauth::{Expected, KeySet, Secret, TokenError, TokenKind, VerifiedToken, verify};

use super::{Asker, check};
use crate::authority::Authority;
use crate::authorization::{Authorization, Method, SignIn};
use crate::refusal::{GrantRefusal, Refusal};
use crate::store;

/// Lets a service act in the name of the person whose token it was shown; the first check that fails decides.
pub(crate) fn decide(asker: &Asker<'_>, assertion: &Secret<String>, keys: &KeySet) -> Result<Authorization, Refusal> {
    check::no_browser(asker.call)?;
    check::client_is_proved(asker)?;
    let token = token_is_for_the_client(asker, assertion, keys)?;
    let sign_in = token_is_of_a_person(&token).ok_or(GrantRefusal::AssertionWithoutPerson)?;
    Ok(Authorization {
        tenant: asker.tenant.id,
        app_id: asker.client.application().app_id,
        person: token.object_id(),
        scope: asker.call.request.scope.clone().unwrap_or_default(),
        resource: asker.call.request.resource.clone(),
        nonce: None,
        sign_in,
        key_thumbprint: None,
    })
}

/// Writes what follows; the assertion itself is not used up.
pub(crate) async fn commit(authority: &Authority, follows: Vec<Step>) -> Result<(), Refusal> {
    if !follows.is_empty() {
        store::record(authority.directory().database(), follows).await?;
    }
    Ok(())
}

fn token_is_for_the_client(
    asker: &Asker<'_>,
    assertion: &Secret<String>,
    keys: &KeySet,
) -> Result<VerifiedToken, Refusal> {
    let application = asker.client.application();
    let app_id = application.app_id.to_string();
    let audiences: Vec<String> = application.identifier_uris.iter().cloned().chain([app_id]).collect();
    let issuers = [asker.tenant.issuer_v1.clone(), asker.tenant.issuer_v2.clone()];
    let expected = Expected {
        issuers: &issuers,
        audiences: &audiences,
        tenant: asker.tenant.id,
        now: asker.now,
    };
    verify(assertion.expose(), keys, &expected).map_err(|error| refuse(error).into())
}

fn refuse(error: TokenError) -> GrantRefusal {
    match error {
        TokenError::Expired { .. } | TokenError::NotYetValid { .. } => GrantRefusal::AssertionOutOfTime(error),
        // An ID token has the client as its audience, and says of no client that it was given to it.
        TokenError::Application | TokenError::ObjectId => GrantRefusal::AssertionIsIdToken,
        TokenError::Malformed(_)
        | TokenError::Type { .. }
        | TokenError::Algorithm { .. }
        | TokenError::UnknownKey { .. }
        | TokenError::KeyOfOtherAlgorithm
        | TokenError::Signature
        | TokenError::Issuer { .. }
        | TokenError::Tenant { .. }
        | TokenError::KeyOfOtherIssuer
        | TokenError::Audience { .. }
        | TokenError::Time { .. }
        | TokenError::Kind
        | TokenError::Confirmation => GrantRefusal::AssertionRefused(error),
    }
}

/// The sign-in is the person's own, so what is made of it ends with it.
fn token_is_of_a_person(token: &VerifiedToken) -> Option<SignIn> {
    match token.kind() {
        TokenKind::App => None,
        TokenKind::Person { .. } => Some(SignIn {
            session: token.session_id()?.parse().ok()?,
            at_seconds: token.authenticated_at()?.seconds(),
            methods: token
                .methods()
                .iter()
                .map(|word| Method::of(word))
                .collect::<Option<_>>()?,
        }),
    }
}
