//! The page that asks for the password.
//!
//! In: the name that was typed before. Out: the form with the fields `passwd` and, hidden, `loginfmt`. Invariant: a
//! password is never sent to the browser, also not the wrong one that came from it.

use askama::Template;

use super::passkey::{self, PasskeyPrompt};
use super::policy::{Forms, Policy};
use super::{Frame, Page, text};

/// Asks for the password: the field `passwd`. The name is sent back in `loginfmt`; the button `back` asks for another.
#[derive(Debug, Clone, Template)]
#[template(path = "password.html")]
pub(crate) struct PasswordPage {
    pub(crate) frame: Frame,
    /// Whose password.
    pub(crate) name: String,
    /// What a passkey shall sign instead.
    pub(crate) passkey: PasskeyPrompt,
}

impl Page for PasswordPage {
    fn policy(&self) -> Policy {
        Policy {
            forms: Forms::Onward,
            script: Some(passkey::SCRIPT_HASH),
            ..Policy::default()
        }
    }
}

#[cfg(test)]
impl PasswordPage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let page = |frame: Frame, name: &str| Self {
            frame,
            name: name.to_owned(),
            passkey: PasskeyPrompt::sample(),
        };
        vec![
            ("password", page(Frame::sample(), "ina@fabrikam.example")),
            (
                "password_problem",
                page(
                    Frame::with_problem("The name or the password is not right. Try again."),
                    "ina@fabrikam.example",
                ),
            ),
            (
                "password_right_to_left",
                page(Frame::right_to_left(), "إينا@fabrikam.example"),
            ),
            ("password_long", page(Frame::long(), &"ina".repeat(100))),
            (
                "password_hostile",
                page(Frame::hostile(), &super::frame::hostile_name()),
            ),
        ]
    }
}
