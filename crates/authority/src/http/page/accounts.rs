//! The page on which a person chooses among those signed in.
//!
//! In: the sessions of the browser. Out: the form with a button for each, and one for another account. Invariant: only
//! sessions of this browser are listed.

use askama::Template;

use super::policy::{Forms, Policy};
use super::{Frame, Page, text};

/// Lets the person choose among those signed in: a button `session` for each, and one `another`.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts.html")]
pub(crate) struct AccountsPage {
    pub(crate) frame: Frame,
    /// Those signed in, the newest first.
    pub(crate) accounts: Vec<Account>,
}

/// One of those signed in.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// The value of the button.
    pub(crate) session: String,
    /// The person's name for people.
    pub(crate) display_name: String,
    /// The user name.
    pub(crate) name: String,
}

impl Account {
    /// The first letter of the person, as a picture.
    fn initial(&self) -> String {
        let mut letters = self.display_name.chars().chain(self.name.chars());
        let letter = letters.find(|char| char.is_alphanumeric());
        letter.map(|char| char.to_uppercase().collect()).unwrap_or_default()
    }
}

impl Page for AccountsPage {
    fn policy(&self) -> Policy {
        Policy {
            forms: Forms::Onward,
            ..Policy::default()
        }
    }
}

#[cfg(test)]
impl AccountsPage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let account = |session: &str, display_name: &str, name: &str| Account {
            session: session.to_owned(),
            display_name: display_name.to_owned(),
            name: name.to_owned(),
        };
        let two = vec![
            account("1", "Ina Berg", "ina@fabrikam.example"),
            account("2", "Özgür Yılmaz", "ozgur.yilmaz@contoso.example"),
        ];
        let many = vec![
            account("1", "نور الهدى", "nour@fabrikam.example"),
            account("2", &"Ina Berg ".repeat(30), &"ina".repeat(100)),
            account("3", "", "nobody@fabrikam.example"),
        ];
        let hostile = super::frame::hostile_name();
        let hostile = vec![account(&hostile, &hostile, &hostile)];
        vec![
            (
                "accounts",
                Self {
                    frame: Frame::sample(),
                    accounts: two,
                },
            ),
            (
                "accounts_many",
                Self {
                    frame: Frame::right_to_left(),
                    accounts: many,
                },
            ),
            (
                "accounts_hostile",
                Self {
                    frame: Frame::hostile(),
                    accounts: hostile,
                },
            ),
        ]
    }
}
