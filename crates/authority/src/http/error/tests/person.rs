//! The list of refusals of people.

use crate::key_encryption::SealError;
use crate::manage::ManageError;
use crate::passkey;
use crate::password::{Fault, PasswordError};
use crate::refusal::{PersonRefusal, Refusal};

/// The refusal behind another in the list. Without `_`: a new variant does not compile until it has its place.
fn after(refusal: &PersonRefusal) -> Option<PersonRefusal> {
    use PersonRefusal as R;
    Some(match refusal {
        R::WrongNameOrPassword => R::TooManyFailures,
        R::TooManyFailures => R::Disabled,
        R::Disabled => R::NotFound,
        R::NotFound => R::NewPasswordNeeded,
        R::NewPasswordNeeded => R::SecondFactorNeeded,
        R::SecondFactorNeeded => R::OneTimePasswordWrong,
        R::OneTimePasswordWrong => R::Passkey(passkey::Fault::Signature),
        R::Passkey(_) => R::NewPassword(Fault::Length),
        R::NewPassword(Fault::Length) => R::NewPassword(Fault::Common),
        R::NewPassword(Fault::Common) => R::NewPassword(Fault::Same),
        R::NewPassword(Fault::Same) => R::NewPassword(Fault::Name),
        R::NewPassword(Fault::Name) => R::Busy,
        R::Busy => R::Hashing(PasswordError::Busy),
        R::Hashing(_) => R::Sealed(SealError::Opening),
        R::Sealed(_) => R::NotChanged(ManageError::Busy),
        R::NotChanged(_) => return None,
    })
}

pub(super) fn all() -> Vec<Refusal> {
    std::iter::successors(Some(PersonRefusal::WrongNameOrPassword), after)
        .map(Refusal::from)
        .collect()
}
