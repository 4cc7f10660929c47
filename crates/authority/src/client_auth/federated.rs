//! Federated credentials: a token of a foreign issuer stands for the application that trusts it.
//!
//! In: an assertion taken apart. Out: what it proves, or why it proves nothing. INVARIANT: an issuer is asked for its keys
//! only if a credential of the application names it together with the subject and the audience of the assertion.

use oauth::{AssertionError, ExpectedAssertion, UnverifiedAssertion, VerifiedAssertion, verify_with_keys};

use super::{Asked, assertion};
use crate::application::FederatedCredential;
use crate::refusal::{AssertionRefusal, Refusal};

/// Checks an assertion with the keys of its issuer.
pub(super) async fn check(asked: &Asked<'_>, unverified: &UnverifiedAssertion) -> Result<VerifiedAssertion, Refusal> {
    let missing = |claim| AssertionRefusal::ClaimMissing { claim };
    let issuer = unverified.issuer().ok_or(missing("iss"))?;
    let subject = unverified.subject().ok_or(missing("sub"))?;
    let audience = unverified.audiences().first().ok_or(missing("aud"))?;
    not_our_own(asked, issuer)?;
    let credential = find(asked, issuer, subject, audience)?;
    let keys = asked.authority.issuer_keys();
    let keys = keys.find(issuer, unverified.key_id(), asked.now).await;
    let keys = keys.map_err(|source| AssertionRefusal::IssuerUnavailable {
        issuer: issuer.to_owned(),
        source,
    })?;
    let expected = ExpectedAssertion {
        issuer: &credential.issuer,
        subject: Some(&credential.subject),
        audiences: std::slice::from_ref(&credential.audience),
        now: asked.now,
        longest_life_s: assertion::longest_life_s(asked),
    };
    verify_with_keys(unverified, &keys, &expected).map_err(|error| {
        // A key that is published for another issuer is none of this one.
        if matches!(error, AssertionError::NoKey | AssertionError::Issuer { .. }) {
            key_not_found(unverified, issuer)
        } else {
            assertion::refusal(asked, error)
        }
    })
}

/// A token that this authority issued for one thing is not a credential for another.
fn not_our_own(asked: &Asked<'_>, issuer: &str) -> Result<(), Refusal> {
    if asked.authority.origin().is_of(issuer) {
        let issuer = issuer.to_owned();
        return Err(AssertionRefusal::OwnToken { issuer }.into());
    }
    Ok(())
}

/// The credential of this issuer, subject and audience, each compared to the letter; else the first that matches none.
fn find<'a>(
    asked: &Asked<'a>,
    issuer: &str,
    subject: &str,
    audience: &str,
) -> Result<&'a FederatedCredential, AssertionRefusal> {
    let all = &asked.client.federated;
    if all.is_empty() {
        return Err(AssertionRefusal::FederatedNone {
            application: asked.application(),
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            audience: audience.to_owned(),
        });
    }
    let mut of_issuer = all.iter().filter(|one| one.issuer == issuer).peekable();
    if of_issuer.peek().is_none() {
        let issuer = issuer.to_owned();
        return Err(AssertionRefusal::FederatedIssuer { issuer });
    }
    // One at most: issuer and subject belong to one credential of an application.
    let Some(credential) = of_issuer.find(|one| one.subject == subject) else {
        let subject = subject.to_owned();
        return Err(AssertionRefusal::FederatedSubject { subject });
    };
    if credential.audience != audience {
        let audience = audience.to_owned();
        return Err(AssertionRefusal::FederatedAudience { audience });
    }
    Ok(credential)
}

fn key_not_found(unverified: &UnverifiedAssertion, issuer: &str) -> Refusal {
    let refusal = AssertionRefusal::FederatedKeyNotFound {
        issuer: issuer.to_owned(),
        key_id: unverified.key_id().unwrap_or_default().to_owned(),
    };
    refusal.into()
}
