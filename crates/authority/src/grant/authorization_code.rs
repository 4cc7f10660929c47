//! `authorization_code` (RFC 6749 section 4.1): a person came back from signing in with a code.
//!
//! In: a code with its verifier. Out: the [`Authorization`] that it stands for, once. Invariant: [`commit`] uses the code
//! up and starts what follows from it in one transaction; a code that comes again takes all of that back.

use db::Step;
use oauth::{CodeChallenge, PkceError, Secret};

use super::{Asker, check, refresh_token};
use crate::authority::Authority;
use crate::opaque::Opaque;
use crate::refusal::{GrantRefusal, Refusal};
use crate::registration::{ClientType, RedirectKind};
use crate::snapshot::Snapshot;
use crate::store;
use crate::store::authorization_code::CodeRow;

const WHAT: &str = "authorization code";

/// What a client presents beside the code.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Presented<'a> {
    /// The redirect URI, which must be the one of the authorization request.
    pub(crate) redirect_uri: Option<&'a str>,
    /// The verifier.
    pub(crate) code_verifier: Option<&'a Secret<String>>,
}

/// Reads what is kept of a code.
pub(crate) async fn load(snapshot: &Snapshot, unverified_code: &Secret<String>) -> Result<CodeRow, Refusal> {
    let unusable = || Refusal::from(GrantRefusal::Unusable { what: WHAT });
    let code = Opaque::parse(unverified_code).ok_or_else(unusable)?;
    let row = store::authorization_code::find(snapshot.database(), code.id()).await?;
    row.filter(|row| code.is_of(&row.hash)).ok_or_else(unusable)
}

/// Lets a client redeem a code; the first check that fails decides.
pub(crate) fn decide(asker: &Asker<'_>, presented: Presented<'_>, stored: &CodeRow) -> Result<(), Refusal> {
    check::of_this_client(asker, &stored.authorization, WHAT)?;
    check::of_this_tenant(asker, &stored.authorization)?;
    is_live(asker, stored)?;
    check::from_the_right_place(asker, stored.redirect_kind)?;
    client_is_proved(asker, stored)?;
    redirect_uri_is_the_same(presented, stored)?;
    verifier_is_right(presented, stored)
}

/// Uses the code up, together with what follows from it. One that was used up before revokes what followed then.
pub(crate) async fn commit(authority: &Authority, stored: &CodeRow, follows: Vec<Step>) -> Result<(), Refusal> {
    let use_up = store::authorization_code::use_up(stored.id, authority.clock().now());
    refresh_token::follow(authority, use_up, stored.id, follows, GrantRefusal::CodeUsed).await
}

fn is_live(asker: &Asker<'_>, stored: &CodeRow) -> Result<(), Refusal> {
    if asker.now < stored.expires_at {
        Ok(())
    } else {
        Err(GrantRefusal::Expired { what: WHAT }.into())
    }
}

/// A code that went to a server is redeemed by the server, with its credential.
fn client_is_proved(asker: &Asker<'_>, stored: &CodeRow) -> Result<(), Refusal> {
    let rules = &asker.client.application().registration.protocol;
    match (stored.redirect_kind, rules.client_type) {
        (RedirectKind::Web, ClientType::Confidential) => check::client_is_proved(asker),
        (RedirectKind::Web, ClientType::Public) | (RedirectKind::Spa | RedirectKind::PublicClient, _) => Ok(()),
    }
}

fn redirect_uri_is_the_same(presented: Presented<'_>, stored: &CodeRow) -> Result<(), Refusal> {
    match presented.redirect_uri {
        None => Err(Refusal::Missing { name: "redirect_uri" }),
        Some(redirect_uri) if redirect_uri == stored.redirect_uri => Ok(()),
        Some(_) => Err(GrantRefusal::RedirectUriMismatch.into()),
    }
}

/// RFC 7636 section 4.6. A verifier without a challenge means that somebody took the challenge out of the authorization
/// request (RFC 9700 section 4.8.2).
fn verifier_is_right(presented: Presented<'_>, stored: &CodeRow) -> Result<(), Refusal> {
    match (&stored.code_challenge, presented.code_verifier) {
        (Some(challenge), Some(verifier)) => verified(challenge, verifier).map_err(Refusal::from),
        (Some(_), None) => Err(GrantRefusal::VerifierMissing.into()),
        (None, Some(_)) => Err(GrantRefusal::VerifierUnexpected.into()),
        (None, None) if stored.redirect_kind == RedirectKind::Spa => Err(GrantRefusal::ChallengeMissing.into()),
        (None, None) => Ok(()),
    }
}

fn verified(challenge: &CodeChallenge, verifier: &Secret<String>) -> Result<(), GrantRefusal> {
    challenge.matches(verifier.expose()).map_err(|error| match error {
        PkceError::Verifier => GrantRefusal::VerifierMalformed,
        PkceError::Mismatch | PkceError::Method(_) | PkceError::Challenge | PkceError::Stored => {
            GrantRefusal::VerifierMismatch
        }
    })
}
