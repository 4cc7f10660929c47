//! What a new password must be.
//!
//! In: a password, and the names of its person. Out: nothing, or the [`Fault`]. Invariant: length counts and guessability
//! counts; kinds of characters do not, for such rules make people write `Password1!` (NIST SP 800-63B section 5.1.1.2).

use std::ops::RangeInclusive;

use oauth::Secret;

use super::commonest::COMMONEST;

/// How many characters a password has. Nobody remembers more than the most.
const CHARS: RangeInclusive<usize> = 8..=256;

/// Why a password cannot be taken as a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It has fewer than 8 or more than 256 characters.
    Length,
    /// It is among the first that anybody would try.
    Common,
    /// It is a name of the person.
    Name,
    /// It is the one that it shall replace.
    Same,
}

impl Fault {
    /// What is wrong, as the end of a sentence about the password.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Length => "must have 8 to 256 characters",
            Self::Common => "is one of those that are guessed first",
            Self::Name => "is a name of the person",
            Self::Same => "is the same as before",
        }
    }
}

/// Holds a new password to the policy. `names` are the person's: user principal name, display name, ...
pub(crate) fn check(password: &Secret<String>, names: &[&str]) -> Result<(), Fault> {
    let password = password.expose();
    if !CHARS.contains(&password.chars().count()) {
        return Err(Fault::Length);
    }
    let folded = password.to_lowercase();
    let is_name = |name: &&str| name.to_lowercase() == folded || local_part(name).to_lowercase() == folded;
    if names.iter().any(is_name) {
        return Err(Fault::Name);
    }
    if COMMONEST.contains(&folded.as_str()) {
        return Err(Fault::Common);
    }
    Ok(())
}

/// What stands before the `@`.
fn local_part(name: &str) -> &str {
    name.split_once('@').map_or(name, |(local, _)| local)
}
