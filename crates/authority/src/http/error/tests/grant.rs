//! The list of `grant` refusals.

use oauth::{Timestamp, TokenError};

use crate::refusal::{GrantRefusal, Refusal};

/// The refusal behind another in the list. Without `_`: a new variant does not compile until it has its place.
#[rustfmt::skip] // one line per variant: this is read as a list
fn after(refusal: &GrantRefusal) -> Option<GrantRefusal> {
    use GrantRefusal as R;
    let (application, resource, tenant) = ("{application}".to_owned(), "{resource}".to_owned(), "{tenant}".to_owned());
    let (scope, person) = ("{scope}".to_owned(), "{person}".to_owned());
    let (issued, later) = (Timestamp::from_seconds(0), Timestamp::from_seconds(1));
    Some(match refusal {
        R::Unusable { .. } => R::Expired { what: "{what}" },
        R::Expired { .. } => R::CodeUsed,
        R::CodeUsed => R::TenantMismatch { tenant },
        R::TenantMismatch { .. } => R::RedirectUriMismatch,
        R::RedirectUriMismatch => R::VerifierMismatch,
        R::VerifierMismatch => R::VerifierMalformed,
        R::VerifierMalformed => R::VerifierMissing,
        R::VerifierMissing => R::VerifierUnexpected,
        R::VerifierUnexpected => R::ChallengeMissing,
        R::ChallengeMissing => R::PageOnly,
        R::PageOnly => R::KeyMismatch,
        R::KeyMismatch => R::ClientUnproved,
        R::ClientUnproved => R::ScopeMalformed { scope },
        R::ScopeMalformed { .. } => R::SeveralResources { scope },
        R::SeveralResources { .. } => R::ScopeEmpty,
        R::ScopeEmpty => R::ScopeNotOffered { scope, resource },
        R::ScopeNotOffered { .. } => R::NothingRegistered { application, resource },
        R::NothingRegistered { .. } => R::ApplicationNotAssigned { application, resource },
        R::ApplicationNotAssigned { .. } => R::RefreshTokenInactive { issued, limit_seconds: 86_400 },
        R::RefreshTokenInactive { .. } => R::RefreshTokenEnded { issued },
        R::RefreshTokenEnded { .. } => R::RefreshTokenReused,
        R::RefreshTokenReused => R::RefreshTokenRevoked,
        R::RefreshTokenRevoked => R::SessionsRevoked { signed_in: issued, valid_from: later },
        R::SessionsRevoked { .. } => R::PasswordChanged { signed_in: issued, changed: later },
        R::PasswordChanged { .. } => R::PersonGone { person, tenant },
        R::PersonGone { .. } => R::PersonDisabled { person },
        R::PersonDisabled { .. } => R::AssertionIsIdToken,
        R::AssertionIsIdToken => R::AssertionOutOfTime(TokenError::Expired { expired: later }),
        R::AssertionOutOfTime(_) => R::AssertionRefused(TokenError::Signature),
        R::AssertionRefused(_) => R::AssertionWithoutPerson,
        R::AssertionWithoutPerson => R::AuthorizationPending,
        R::AuthorizationPending => R::AuthorizationDeclined,
        R::AuthorizationDeclined => R::BadVerificationCode,
        R::BadVerificationCode => R::DeviceCodeExpired,
        R::DeviceCodeExpired => R::SingleTenantApplication { application },
        R::SingleTenantApplication { .. } => R::IntrospectionOff { application },
        R::IntrospectionOff { .. } => return None,
    })
}

pub(super) fn all() -> Vec<Refusal> {
    let first = GrantRefusal::Unusable { what: "{what}" };
    std::iter::successors(Some(first), after).map(Refusal::from).collect()
}
