//! Client assertions that an application signed with the key of a certificate (RFC 7523, `private_key_jwt`).
//!
//! In: an assertion taken apart. Out: what it proves, or why it proves nothing. INVARIANT: the signature is checked before
//! anything is said of the certificate's time, so only who holds the key learns of it.

use oauth::verify_with_certificate;
use oauth::{AppId, AssertionError, ExpectedAssertion, UnverifiedAssertion, VerifiedAssertion};

use super::known::Known;
use super::{Asked, certificate};
use crate::application::ApplicationCertificate;
use crate::refusal::{AssertionRefusal, Boundary, Refusal};
use crate::registration::AssertionUse;
use crate::store::once::{self, Kind, Use};

/// How far ahead an assertion that counts once may end: it must be remembered that long.
const LONGEST_ONCE_SECONDS: i64 = 24 * 60 * 60;

/// The application that an assertion names as its issuer; `None` for every other issuer.
pub(super) fn issuing_application(unverified: &UnverifiedAssertion) -> Option<AppId> {
    unverified.issuer()?.parse().ok()
}

/// Checks an assertion with the certificate that it names, or with each where it names none.
pub(super) fn check(asked: &Asked<'_>, unverified: &UnverifiedAssertion, issuer: AppId) -> Result<Known, Refusal> {
    let (issuer, subject) = issued_by_the_client(asked, unverified, issuer)?;
    let audiences = audiences(asked);
    let expected = ExpectedAssertion {
        issuer,
        subject: Some(subject),
        audiences: &audiences,
        now: asked.now,
        longest_life_s: longest_life_s(asked),
    };
    let mut outcome = Err(not_found(asked, unverified));
    for registration in asked.client.certificates.iter().filter(|one| is_named(unverified, one)) {
        match verify_with_certificate(unverified, &registration.certificate, &expected) {
            Ok(verified) => {
                let known = Known::new(asked, verified, registration.id);
                outcome = certificate::in_force(asked, registration).map(|()| known);
            }
            // Another certificate may be the one that it was signed with.
            Err(error @ (AssertionError::Signature | AssertionError::Algorithm { .. })) => {
                outcome = Err(refusal(asked, error));
                continue;
            }
            Err(error) => return Err(refusal(asked, error)),
        }
        // The same key may stand in a newer certificate too.
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// Where the application's assertions count once, counts this one.
pub(super) async fn use_up(asked: &Asked<'_>, verified: &VerifiedAssertion) -> Result<(), Refusal> {
    match asked.client.application.registration.protocol.assertions {
        AssertionUse::Repeatable => return Ok(()),
        AssertionUse::Once => {}
    }
    let id = verified.jti().filter(|jti| !jti.is_empty());
    let id = id.ok_or(AssertionRefusal::ClaimMissing { claim: "jti" })?;
    let application = asked.application();
    let name = [application.as_str(), verified.issuer(), id];
    let database = asked.snapshot.database();
    let ends_at = verified.acceptable_until();
    match once::use_up(database, Kind::ClientAssertion, &name, asked.now, ends_at).await? {
        Use::First => Ok(()),
        Use::Again => Err(AssertionRefusal::SentAgain { application }.into()),
    }
}

/// How long an assertion may live: Entra ID sets no limit, and what must be remembered has to end.
pub(super) fn longest_life_s(asked: &Asked<'_>) -> Option<i64> {
    match asked.client.application.registration.protocol.assertions {
        AssertionUse::Repeatable => None,
        AssertionUse::Once => Some(LONGEST_ONCE_SECONDS),
    }
}

/// Why an assertion is refused, in the words of the wire.
pub(super) fn refusal(asked: &Asked<'_>, error: AssertionError) -> Refusal {
    let (application, now) = (asked.application(), asked.now);
    let time = |boundary, at| AssertionRefusal::Time { now, boundary, at };
    let refusal = match error {
        AssertionError::Malformed(reason) => AssertionRefusal::Malformed(reason),
        AssertionError::Algorithm { algorithm } => AssertionRefusal::Algorithm { algorithm },
        AssertionError::NoKey => AssertionRefusal::KeyNotFound {
            application,
            thumbprint: String::new(),
        },
        AssertionError::Signature => AssertionRefusal::Signature { application },
        AssertionError::Issuer { issuer } => AssertionRefusal::OtherApplication { application, issuer },
        AssertionError::Subject { subject } => AssertionRefusal::OtherSubject { application, subject },
        AssertionError::Audience { audience } => AssertionRefusal::Audience { application, audience },
        AssertionError::Time { claim } => AssertionRefusal::ClaimMissing { claim },
        AssertionError::NotYetValid { not_before } => time(Boundary::Begins, not_before),
        AssertionError::Expired { expired } => time(Boundary::Ended, expired),
        AssertionError::LivesTooLong { expires, .. } => time(Boundary::EndsTooLate, expires),
    };
    refusal.into()
}

/// Issuer and subject as they were written, once both are the client: ids are taken in any case of their letters.
fn issued_by_the_client<'a>(
    asked: &Asked<'_>,
    unverified: &'a UnverifiedAssertion,
    issuer: AppId,
) -> Result<(&'a str, &'a str), Refusal> {
    let (application, client) = (asked.application(), asked.client.application.app_id);
    if issuer != client {
        let issuer = issuer.to_string();
        return Err(AssertionRefusal::OtherApplication { application, issuer }.into());
    }
    let missing = |claim| AssertionRefusal::ClaimMissing { claim };
    let subject = unverified.subject().ok_or(missing("sub"))?;
    if subject.parse() != Ok(client) {
        let subject = subject.to_owned();
        return Err(AssertionRefusal::OtherSubject { application, subject }.into());
    }
    Ok((unverified.issuer().ok_or(missing("iss"))?, subject))
}

/// A thumbprint picks; without one any may be meant.
fn is_named(unverified: &UnverifiedAssertion, registration: &ApplicationCertificate) -> bool {
    let certificate = &registration.certificate;
    let sha1 = unverified.x5t().is_none_or(|x5t| x5t == certificate.sha1_thumbprint());
    let sha256 = unverified
        .x5t_s256()
        .is_none_or(|x5t| x5t == certificate.sha256_thumbprint());
    sha1 && sha256
}

fn not_found(asked: &Asked<'_>, unverified: &UnverifiedAssertion) -> Refusal {
    let thumbprint = unverified.x5t_s256().or(unverified.x5t()).unwrap_or_default();
    let refusal = AssertionRefusal::KeyNotFound {
        application: asked.application(),
        thumbprint: thumbprint.to_owned(),
    };
    refusal.into()
}

/// The names of who is asked: the tenant's issuers, the address that was called, and the token endpoints in every
/// spelling that clients use. All are this authority's own: a name that another server shares would let an assertion be
/// passed on.
fn audiences(asked: &Asked<'_>) -> Vec<String> {
    let (tenant, origin) = (asked.tenant, asked.authority.origin());
    let id = tenant.id.to_string();
    let segments = [id.as_str(), asked.call.unverified_tenant.as_str()];
    let segments = segments.into_iter().chain(tenant.domains.iter().map(String::as_str));
    let endpoints = segments.flat_map(|segment| {
        [
            format!("{origin}/{segment}/oauth2/v2.0/token"),
            format!("{origin}/{segment}/oauth2/token"),
        ]
    });
    let own = [&tenant.issuer_v2, &tenant.issuer_v1, &asked.call.url];
    own.into_iter().cloned().chain(endpoints).collect()
}
