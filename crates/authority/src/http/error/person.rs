//! The table of [`PersonRefusal`]: AADSTS number, OAuth error, HTTP status and text of each.
//!
//! In: a refusal. Out: its code and text. Invariant: as in the table of all refusals; people read these texts on pages, so
//! they say in plain words what to do.

use http::StatusCode;
use oauth::OAuthError;

use super::Code;
use crate::password::Fault;
use crate::refusal::PersonRefusal;

/// Number, OAuth error and status.
#[rustfmt::skip] // one line per variant: this is read as a table
#[expect(clippy::match_same_arms, reason = "one line per variant: this is read as a table")]
pub(super) fn code(refusal: &PersonRefusal) -> Code {
    use {Fault as F, OAuthError as E, PersonRefusal as R, StatusCode as S};
    let (number, error, status) = match refusal {
        R::WrongNameOrPassword    => (50_126,  E::InvalidGrant,           S::BAD_REQUEST),
        R::TooManyFailures        => (50_053,  E::InvalidGrant,           S::BAD_REQUEST),
        R::Disabled               => (50_057,  E::InvalidGrant,           S::BAD_REQUEST),
        R::NotFound               => (50_034,  E::InvalidGrant,           S::BAD_REQUEST),
        R::NewPasswordNeeded      => (50_055,  E::InvalidGrant,           S::BAD_REQUEST),
        R::SecondFactorNeeded     => (50_076,  E::InteractionRequired,    S::BAD_REQUEST),
        R::OneTimePasswordWrong   => (500_121, E::InvalidGrant,           S::BAD_REQUEST),
        R::Passkey(_)             => (135_010, E::InvalidGrant,           S::BAD_REQUEST),
        R::NewPassword(F::Length) => (120_002, E::InvalidGrant,           S::BAD_REQUEST),
        R::NewPassword(F::Common) => (120_002, E::InvalidGrant,           S::BAD_REQUEST),
        R::NewPassword(F::Same)   => (120_002, E::InvalidGrant,           S::BAD_REQUEST),
        R::NewPassword(F::Name)   => (120_003, E::InvalidGrant,           S::BAD_REQUEST),
        R::Busy                   => (90_033,  E::TemporarilyUnavailable, S::SERVICE_UNAVAILABLE),
        R::Hashing(_)             => (50_000,  E::ServerError,            S::INTERNAL_SERVER_ERROR),
        R::Sealed(_)              => (50_000,  E::ServerError,            S::INTERNAL_SERVER_ERROR),
        R::NotChanged(_)          => (50_000,  E::ServerError,            S::INTERNAL_SERVER_ERROR),
    };
    Code { number, error, status }
}

/// What the person or the client is told.
#[rustfmt::skip] // as above
pub(super) fn text(refusal: &PersonRefusal) -> String {
    use {Fault as F, PersonRefusal as R};
    match refusal {
        R::WrongNameOrPassword => "The user name or the password is wrong.",
        R::TooManyFailures => "There were too many failed tries to sign in. Wait a few minutes, then try again. After more failures the wait grows, up to an hour.",
        R::Disabled => "This account is disabled. Ask your administrator for help.",
        R::NotFound => "This account is no longer in the directory. Ask your administrator for help.",
        R::NewPasswordNeeded => "The password has expired. Sign in again and choose another one.",
        R::SecondFactorNeeded => "This account is protected by a second step. Sign in again and show it: a passkey, or the code of your authenticator app.",
        R::OneTimePasswordWrong => "The code is wrong, is too old, or was used before. Wait for the next code of your authenticator app, or enter a recovery code that you have not used yet.",
        R::Passkey(_) => "The passkey was not accepted. Try again, or sign in in another way.",
        R::NewPassword(F::Length) => "The new password must have at least 8 characters, and at most 256.",
        R::NewPassword(F::Common) => "The new password is one of those that are guessed first. Choose another one.",
        R::NewPassword(F::Same) => "The new password is the same as the old one. Choose another one.",
        R::NewPassword(F::Name) => "The new password must not be your name. Choose another one.",
        R::Busy => "Too many people are signing in just now. Try again in a moment.",
        R::Hashing(_) => "The password could not be checked. Try again later, or ask your administrator for help.",
        R::NotChanged(_) => "The change could not be made. Try again later, or ask your administrator for help.",
        R::Sealed(_) => "The code could not be checked. Try again later, or ask your administrator for help.",
    }
    .to_owned()
}
