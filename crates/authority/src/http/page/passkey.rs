//! What pages ask of a passkey, and the script that asks for it.
//!
//! In: a challenge. Out: a form that stays hidden where the browser has no passkeys or no scripts. INVARIANT: the script is
//! one file of ours, named by its hash in the policy; it sends what the authenticator says and decides nothing.

use crate::passkey::{self, Algorithm, RelyingParty};

/// The script of every page with a passkey.
pub(crate) const SCRIPT: &str = include_str!("../../../templates/passkey.js");
/// The SHA-256 of [`SCRIPT`].
pub(super) const SCRIPT_HASH: &str = "dm4MWNGOy/CkgN+63dcbga/PbnqamYD9N0bU0UtaKuA=";

/// What a page asks of a passkey that a person has.
#[derive(Debug, Clone)]
pub(crate) struct PasskeyPrompt {
    /// What it shall sign.
    pub(crate) challenge: String,
    /// The site: the authority's host.
    pub(crate) party: String,
    /// The ids of those that may answer, with blanks between them; none where any may.
    pub(crate) credentials: String,
}

/// What a page asks of an authenticator that shall make a passkey.
#[derive(Debug, Clone)]
pub(crate) struct PasskeyEnrolment {
    /// The challenge, the site, and the ids of those that the person has: an authenticator makes no second one.
    pub(crate) prompt: PasskeyPrompt,
    /// The person's id for authenticators.
    pub(crate) user: String,
    /// The person's user name, which authenticators show.
    pub(crate) name: String,
    /// The person's name.
    pub(crate) display_name: String,
}

impl PasskeyPrompt {
    /// Asks for a passkey.
    pub(crate) fn new<'a>(
        party: RelyingParty<'_>,
        challenge: &str,
        credentials: impl Iterator<Item = &'a [u8]>,
    ) -> Self {
        let ids: Vec<String> = credentials.map(passkey::id_text).collect();
        Self {
            challenge: challenge.to_owned(),
            party: party.id.to_owned(),
            credentials: ids.join(" "),
        }
    }
}

impl PasskeyEnrolment {
    /// The algorithms that are taken, the preferred ones first.
    pub(super) fn algorithms() -> String {
        Algorithm::ALL.map(|algorithm| algorithm.cose().to_string()).join(" ")
    }
}

#[cfg(test)]
impl PasskeyPrompt {
    pub(super) fn sample() -> Self {
        Self {
            challenge: "challenge".to_owned(),
            party: "login.example.test".to_owned(),
            credentials: String::new(),
        }
    }
}

#[cfg(test)]
impl PasskeyEnrolment {
    pub(super) fn sample(name: &str) -> Self {
        Self {
            prompt: PasskeyPrompt {
                credentials: "AQID BAUG".to_owned(),
                ..PasskeyPrompt::sample()
            },
            user: "user".to_owned(),
            name: name.to_owned(),
            display_name: name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn the_script_is_the_one_that_the_policy_names() {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, SCRIPT.as_bytes());
        assert_eq!(SCRIPT_HASH, STANDARD.encode(digest));
    }
}
