//! The page that asks for another password.
//!
//! In: who has shown the old password. Out: the form with the old password and twice the new one. Invariant: no
//! password is ever sent to the browser.

use askama::Template;

use super::policy::{Forms, Policy};
use super::{Frame, Page, text};

/// Asks for another password: the fields `currentpasswd`, `newpasswd`, `confirmnewpasswd`; the button `back` starts over.
#[derive(Debug, Clone, Template)]
#[template(path = "new_password.html")]
pub(crate) struct NewPasswordPage {
    pub(crate) frame: Frame,
    /// Whose password.
    pub(crate) name: String,
}

impl Page for NewPasswordPage {
    fn policy(&self) -> Policy {
        Policy {
            forms: Forms::Onward,
            ..Policy::default()
        }
    }
}

#[cfg(test)]
impl NewPasswordPage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let page = |frame: Frame, name: &str| Self {
            frame,
            name: name.to_owned(),
        };
        vec![
            ("new_password", page(Frame::sample(), "ina@fabrikam.example")),
            (
                "new_password_problem",
                page(
                    Frame::with_problem("The two new passwords are not the same."),
                    "ina@fabrikam.example",
                ),
            ),
            (
                "new_password_hostile",
                page(Frame::hostile(), &super::frame::hostile_name()),
            ),
        ]
    }
}
