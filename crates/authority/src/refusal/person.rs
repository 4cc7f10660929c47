//! Why a person cannot sign in.
//!
//! In: nothing. Out: [`PersonRefusal`], a part of [`super::Refusal`]. INVARIANT: no variant carries a secret.

use super::Refusal;
use crate::key_encryption::SealError;
use crate::manage::ManageError;
use crate::passkey::Fault;
use crate::password::{self, PasswordError};

/// Why a person cannot sign in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PersonRefusal {
    /// No person of this name, or another password: nobody is told which.
    #[error("wrong user name or password")]
    WrongNameOrPassword,
    /// There were so many failures that tries are held back, right ones too.
    #[error("too many failures to sign in")]
    TooManyFailures,
    /// The person was switched off. Told only to whoever knows the password.
    #[error("account disabled")]
    Disabled,
    /// The person is gone.
    #[error("account not in the directory")]
    NotFound,
    /// The person must choose another password first.
    #[error("password must be changed")]
    NewPasswordNeeded,
    /// The person has a second factor and has not shown it.
    #[error("second factor not shown")]
    SecondFactorNeeded,
    /// The one-time password or recovery code is wrong, over, or was used before.
    #[error("wrong or used one-time password")]
    OneTimePasswordWrong,
    /// A passkey was not taken; nobody is told why.
    #[error("passkey not taken")]
    Passkey(#[source] Fault),
    /// The password cannot be taken as a new one.
    #[error("new password {}", .0.as_str())]
    NewPassword(password::Fault),
    /// More people sign in than passwords can be checked.
    #[error("too many passwords are being checked")]
    Busy,
    /// A password could not be checked or hashed.
    #[error("could not check or hash a password")]
    Hashing(#[source] PasswordError),
    /// The secret behind a person's one-time passwords does not open.
    #[error("could not open the secret of a one-time password")]
    Sealed(#[source] SealError),
    /// What a person changed of how they sign in could not be written.
    #[error("could not change how a person signs in")]
    NotChanged(#[source] ManageError),
}

impl From<PasswordError> for Refusal {
    fn from(error: PasswordError) -> Self {
        Self::Person(match error {
            PasswordError::Busy => PersonRefusal::Busy,
            PasswordError::Hash(_) | PasswordError::CutOff(_) => PersonRefusal::Hashing(error),
        })
    }
}
