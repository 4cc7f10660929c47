//! The page that asks for the user name.
//!
//! In: the name to begin with. Out: the form with the field `loginfmt`. Invariant: what was typed is shown again,
//! whoever typed it.

use askama::Template;

use super::passkey::{self, PasskeyPrompt};
use super::policy::{Forms, Policy};
use super::{Frame, Page, text};

/// Asks for the user name: the field `loginfmt`.
#[derive(Debug, Clone, Template)]
#[template(path = "name.html")]
pub(crate) struct NamePage {
    pub(crate) frame: Frame,
    /// The name to begin with.
    pub(crate) name: String,
    /// What a passkey shall sign instead.
    pub(crate) passkey: PasskeyPrompt,
}

impl Page for NamePage {
    fn policy(&self) -> Policy {
        Policy {
            forms: Forms::Onward,
            script: Some(passkey::SCRIPT_HASH),
            ..Policy::default()
        }
    }
}

#[cfg(test)]
impl NamePage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let page = |frame: Frame, name: &str| Self {
            frame,
            name: name.to_owned(),
            passkey: PasskeyPrompt::sample(),
        };
        let bare = Frame {
            tenant: None,
            application: None,
            ..Frame::sample()
        };
        vec![
            ("name", page(Frame::sample(), "")),
            ("name_bare", page(bare, "")),
            (
                "name_problem",
                page(
                    Frame::with_problem("Enter your user name. It looks like an e-mail address."),
                    "ina@fabrikam",
                ),
            ),
            (
                "name_right_to_left",
                page(Frame::right_to_left(), "إينا@fabrikam.example"),
            ),
            ("name_long", page(Frame::long(), &"ina".repeat(100))),
            ("name_hostile", page(Frame::hostile(), &super::frame::hostile_name())),
        ]
    }
}
