//! The table of [`GrantRefusal`]: AADSTS number, OAuth error, HTTP status and text of each.
//!
//! In: a refusal. Out: its code and text. Invariant: as in the table of all refusals.

use http::StatusCode;
use oauth::OAuthError;

use super::{Code, shown};
use crate::refusal::GrantRefusal;

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// Number, OAuth error and status.
#[rustfmt::skip] // one line per variant: this is read as a table
#[expect(clippy::match_same_arms, reason = "one line per variant: this is read as a table")]
pub(super) fn code(refusal: &GrantRefusal) -> Code {
    use {GrantRefusal as R, OAuthError as E, StatusCode as S};
    let (number, error, status) = match refusal {
        R::Unusable { .. }                => (70_000,    E::InvalidGrant,          S::BAD_REQUEST),
        R::Expired { .. }                 => (70_008,    E::InvalidGrant,          S::BAD_REQUEST),
        R::CodeUsed                       => (54_005,    E::InvalidGrant,          S::BAD_REQUEST),
        R::TenantMismatch { .. }          => (700_005,   E::InvalidGrant,          S::BAD_REQUEST),
        R::RedirectUriMismatch            => (500_112,   E::InvalidClient,         S::UNAUTHORIZED),
        R::VerifierMismatch               => (501_481,   E::InvalidGrant,          S::BAD_REQUEST),
        R::VerifierMalformed              => (501_491,   E::InvalidRequest,        S::BAD_REQUEST),
        R::VerifierMissing                => (501_481,   E::InvalidGrant,          S::BAD_REQUEST),
        R::VerifierUnexpected             => (501_481,   E::InvalidGrant,          S::BAD_REQUEST),
        R::ChallengeMissing               => (9_002_325, E::InvalidRequest,        S::BAD_REQUEST),
        R::PageOnly                       => (9_002_327, E::InvalidRequest,        S::BAD_REQUEST),
        R::KeyMismatch                    => (70_000,    E::InvalidGrant,          S::BAD_REQUEST),
        R::ClientUnproved                 => (7_000_218, E::InvalidClient,         S::UNAUTHORIZED),
        R::ScopeMalformed { .. }          => (70_011,    E::InvalidScope,          S::BAD_REQUEST),
        R::SeveralResources { .. }        => (700_022,   E::InvalidRequest,        S::BAD_REQUEST),
        R::ScopeEmpty                     => (28_003,    E::InvalidRequest,        S::BAD_REQUEST),
        R::ScopeNotOffered { .. }         => (70_011,    E::InvalidScope,          S::BAD_REQUEST),
        R::NothingRegistered { .. }       => (650_057,   E::InvalidResource,       S::BAD_REQUEST),
        R::ApplicationNotAssigned { .. }  => (501_051,   E::InvalidGrant,          S::BAD_REQUEST),
        R::RefreshTokenInactive { .. }    => (700_082,   E::InvalidGrant,          S::BAD_REQUEST),
        R::RefreshTokenEnded { .. }       => (700_084,   E::InvalidGrant,          S::BAD_REQUEST),
        R::RefreshTokenReused             => (50_173,    E::InvalidGrant,          S::BAD_REQUEST),
        R::RefreshTokenRevoked            => (50_173,    E::InvalidGrant,          S::BAD_REQUEST),
        R::SessionsRevoked { .. }         => (50_173,    E::InvalidGrant,          S::BAD_REQUEST),
        R::PasswordChanged { .. }         => (50_173,    E::InvalidGrant,          S::BAD_REQUEST),
        R::PersonGone { .. }              => (50_034,    E::InvalidGrant,          S::BAD_REQUEST),
        R::PersonDisabled { .. }          => (50_057,    E::InvalidGrant,          S::BAD_REQUEST),
        R::AssertionIsIdToken             => (240_002,   E::InvalidGrant,          S::BAD_REQUEST),
        R::AssertionOutOfTime(_)          => (500_133,   E::InvalidGrant,          S::BAD_REQUEST),
        R::AssertionRefused(_)            => (50_013,    E::InvalidGrant,          S::BAD_REQUEST),
        R::AssertionWithoutPerson         => (50_013,    E::InvalidGrant,          S::BAD_REQUEST),
        R::AuthorizationPending           => (70_016,    E::AuthorizationPending,  S::BAD_REQUEST),
        R::AuthorizationDeclined          => (65_004,    E::AuthorizationDeclined, S::BAD_REQUEST),
        R::BadVerificationCode            => (70_018,    E::BadVerificationCode,   S::BAD_REQUEST),
        R::DeviceCodeExpired              => (70_019,    E::ExpiredToken,          S::BAD_REQUEST),
        R::SingleTenantApplication { .. } => (50_194,    E::InvalidRequest,        S::BAD_REQUEST),
        R::IntrospectionOff { .. }        => (650_056,   E::UnauthorizedClient,    S::BAD_REQUEST),
    };
    Code { number, error, status }
}

/// What the client is told.
#[rustfmt::skip] // as above
pub(super) fn text(refusal: &GrantRefusal) -> String {
    use GrantRefusal as R;
    match refusal {
        R::Unusable { what } => format!("The {what} is malformed, unknown, or was given to another client."),
        R::Expired { what } => format!("The {what} has expired. Send a new authorization request."),
        R::CodeUsed => "The authorization code has been redeemed before. What was issued for it is revoked; send a new authorization request.".to_owned(),
        R::TenantMismatch { tenant } => format!("What was presented to the tenant '{}' was issued in another one.", shown(tenant)),
        R::RedirectUriMismatch => "The parameter 'redirect_uri' is not the one of the authorization request.".to_owned(),
        R::VerifierMismatch => "The 'code_verifier' does not match the 'code_challenge' of the authorization request.".to_owned(),
        R::VerifierMalformed => "The size or format of the 'code_verifier' is not valid.".to_owned(),
        R::VerifierMissing => "The 'code_verifier' is missing: the authorization request had a 'code_challenge'.".to_owned(),
        R::VerifierUnexpected => "A 'code_verifier' was sent, but the authorization request had no 'code_challenge'.".to_owned(),
        R::ChallengeMissing => "A code that is redeemed across origins needs a 'code_challenge' in its authorization request.".to_owned(),
        R::PageOnly => "What was issued for the redirect URI of a single-page application is only redeemed by a cross-origin request of its page.".to_owned(),
        R::KeyMismatch => "What was presented is bound to a key that the request does not prove.".to_owned(),
        R::ClientUnproved => "The request must contain 'client_assertion' or 'client_secret'.".to_owned(),
        R::ScopeMalformed { scope } => format!("The parameter 'scope' is not valid: '{}'.", shown(scope)),
        R::SeveralResources { scope } => format!("The parameter 'scope' names more than one resource: '{}'. A token is for one.", shown(scope)),
        R::ScopeEmpty => "The parameter 'scope' names nothing that an access token could be for.".to_owned(),
        R::ScopeNotOffered { scope, resource } => format!("The scope '{}' is not valid: the resource '{resource}' does not expose it.", shown(scope)),
        R::NothingRegistered { application, resource } => format!("The application '{application}' asks for all that it registered of the resource '{resource}', and has registered no permission of it."),
        R::ApplicationNotAssigned { application, resource } => format!("Application '{application}' is not assigned to a role for the application '{resource}'."),
        R::RefreshTokenInactive { issued, limit_seconds } => format!("The refresh token of {issued} has not been used for {} days and has expired.", limit_seconds / SECONDS_PER_DAY),
        R::RefreshTokenEnded { issued } => format!("The refresh tokens of a single-page application end a day after the sign-in, however often they are used. The sign-in was redeemed at {issued}."),
        R::RefreshTokenReused => "The refresh token was used before, so all that followed from the sign-in is revoked. Have the user sign in again.".to_owned(),
        R::RefreshTokenRevoked => "The refresh token was revoked. Have the user sign in again.".to_owned(),
        R::SessionsRevoked { signed_in, valid_from } => format!("The user signed in at {signed_in}, and all sessions before {valid_from} are revoked. Have the user sign in again."),
        R::PasswordChanged { signed_in, changed } => format!("The user signed in at {signed_in} with a password that was changed at {changed}. Have the user sign in again."),
        R::PersonGone { person, tenant } => format!("The user account '{person}' does not exist in the directory '{tenant}'."),
        R::PersonDisabled { person } => format!("The user account '{person}' is disabled."),
        R::AssertionIsIdToken => "The assertion is an id_token. An access token for the application is needed.".to_owned(),
        R::AssertionOutOfTime(reason) => format!("The assertion is not within its valid time range: {reason}."),
        R::AssertionRefused(reason) => format!("The assertion is not valid: {reason}."),
        R::AssertionWithoutPerson => "The assertion is not valid: it speaks for no user. An app-only token cannot be used on behalf of anybody.".to_owned(),
        R::AuthorizationPending => "The user has not answered yet. Go on asking.".to_owned(),
        R::AuthorizationDeclined => "The user said no to the device.".to_owned(),
        R::BadVerificationCode => "The device code is unknown, or was redeemed before.".to_owned(),
        R::DeviceCodeExpired => "The device code has expired, or its request was answered before.".to_owned(),
        R::SingleTenantApplication { application } => format!("The application '{}' is for its own tenant only. Use the endpoint of that tenant in place of '/common'.", shown(application)),
        R::IntrospectionOff { application } => format!("The registration of the application '{application}' does not let it introspect tokens."),
    }
}
