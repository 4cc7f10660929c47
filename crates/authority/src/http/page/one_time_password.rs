//! The page that asks for a one-time password.
//!
//! In: who has already shown a password. Out: the form with the field `otc`. Invariant: the code is no password: it is
//! shown while it is typed.

use askama::Template;

use super::passkey::{self, PasskeyPrompt};
use super::policy::{Forms, Policy};
use super::{Frame, Page, text};

/// Asks for a one-time password: the field `otc`; the button `back` starts over.
#[derive(Debug, Clone, Template)]
#[template(path = "one_time_password.html")]
pub(crate) struct OneTimePasswordPage {
    pub(crate) frame: Frame,
    /// Whose code.
    pub(crate) name: String,
    /// What a passkey shall sign instead.
    pub(crate) passkey: PasskeyPrompt,
}

impl Page for OneTimePasswordPage {
    fn policy(&self) -> Policy {
        Policy {
            forms: Forms::Onward,
            script: Some(passkey::SCRIPT_HASH),
            ..Policy::default()
        }
    }
}

#[cfg(test)]
impl OneTimePasswordPage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let page = |frame: Frame, name: &str| Self {
            frame,
            name: name.to_owned(),
            passkey: PasskeyPrompt::sample(),
        };
        vec![
            ("one_time_password", page(Frame::sample(), "ina@fabrikam.example")),
            (
                "one_time_password_problem",
                page(
                    Frame::with_problem("The code is not right, or was used before. Wait for the next one."),
                    "ina@fabrikam.example",
                ),
            ),
            (
                "one_time_password_hostile",
                page(Frame::hostile(), &super::frame::hostile_name()),
            ),
        ]
    }
}
