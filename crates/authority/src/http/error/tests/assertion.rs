//! The list of `assertion` refusals.

use oauth::{JwsError, Timestamp};

use crate::issuer_keys::FetchError;
use crate::refusal::{AssertionRefusal, Boundary, Refusal};

/// The refusal behind another in the list. Without `_`: a new variant does not compile until it has its place.
#[rustfmt::skip] // one line per variant: this is read as a list
fn after(refusal: &AssertionRefusal) -> Option<AssertionRefusal> {
    use AssertionRefusal as R;
    let text = str::to_owned;
    let (application, thumbprint, issuer) = (text("{application}"), text("{thumbprint}"), text("{issuer}"));
    let (subject, audience) = (text("{subject}"), text("{audience}"));
    let time = |boundary| R::Time { now: Timestamp::from_seconds(2), boundary, at: Timestamp::from_seconds(1) };
    Some(match refusal {
        R::PublicClient { .. } => R::TlsCertificateUnknown { application, thumbprint },
        R::TlsCertificateUnknown { .. } => R::Malformed(JwsError::NotThreeParts),
        R::Malformed(_) => R::ClaimMissing { claim: "{claim}" },
        R::ClaimMissing { .. } => R::Algorithm { algorithm: text("{algorithm}") },
        R::Algorithm { .. } => R::OtherApplication { application, issuer },
        R::OtherApplication { .. } => R::OtherSubject { application, subject },
        R::OtherSubject { .. } => R::KeyNotFound { application, thumbprint },
        R::KeyNotFound { .. } => R::KeyExpired { application, thumbprint },
        R::KeyExpired { .. } => R::KeyNotYetValid { application, thumbprint },
        R::KeyNotYetValid { .. } => R::Signature { application },
        R::Signature { .. } => R::Audience { application, audience },
        R::Audience { .. } => time(Boundary::Begins),
        R::Time { boundary: Boundary::Begins, .. } => time(Boundary::Ended),
        R::Time { boundary: Boundary::Ended, .. } => time(Boundary::EndsTooLate),
        R::Time { boundary: Boundary::EndsTooLate, .. } => R::SentAgain { application },
        R::SentAgain { .. } => R::OwnToken { issuer },
        R::OwnToken { .. } => R::FederatedNone { application, issuer, subject, audience },
        R::FederatedNone { .. } => R::FederatedIssuer { issuer },
        R::FederatedIssuer { .. } => R::FederatedSubject { subject },
        R::FederatedSubject { .. } => R::FederatedAudience { audience },
        R::FederatedAudience { .. } => R::FederatedKeyNotFound { issuer, key_id: text("{kid}") },
        R::FederatedKeyNotFound { .. } => R::IssuerUnavailable { issuer, source: FetchError::Address },
        R::IssuerUnavailable { .. } => return None,
    })
}

pub(super) fn all() -> Vec<Refusal> {
    let first = AssertionRefusal::PublicClient {
        application: "{application}".to_owned(),
    };
    std::iter::successors(Some(first), after).map(Refusal::from).collect()
}
