//! The page on which a person sets up an authenticator app.
//!
//! In: a secret that does not count yet. Out: it as a picture and as text, and the form with the field `otc`. Invariant:
//! shown only to the person whose it is, until the first right code.

use askama::Template;
use oauth::Secret;

use super::policy::{Forms, Policy};
use super::qr_code::{self, QrPicture};
use super::{Frame, Page, text};

/// Letters of the secret between two blanks.
const GROUP: usize = 4;

/// Sets up an authenticator app: the field `otc` confirms it; the button `back` leaves it.
#[derive(Debug, Clone, Template)]
#[template(path = "authenticator_app.html")]
pub(crate) struct AuthenticatorAppPage {
    pub(crate) frame: Frame,
    /// Whose app.
    pub(crate) name: String,
    /// The `otpauth://` URI as a picture; none where it is too long for one.
    picture: Option<QrPicture>,
    /// The secret in groups of four.
    secret: String,
}

impl AuthenticatorAppPage {
    /// The page of a secret.
    pub(crate) fn new(frame: Frame, name: &str, uri: &Secret<String>, secret: &Secret<String>) -> Self {
        let mut grouped = String::new();
        for (place, char) in secret.expose().chars().enumerate() {
            if place > 0 && place % GROUP == 0 {
                grouped.push(' ');
            }
            grouped.push(char);
        }
        Self {
            frame,
            name: name.to_owned(),
            picture: qr_code::picture(uri.expose()),
            secret: grouped,
        }
    }
}

impl Page for AuthenticatorAppPage {
    fn policy(&self) -> Policy {
        Policy {
            forms: Forms::Here,
            ..Policy::default()
        }
    }
}

#[cfg(test)]
impl AuthenticatorAppPage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let secret = Secret::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned());
        let page = |frame: Frame, name: &str, uri: &str| Self::new(frame, name, &Secret::new(uri.to_owned()), &secret);
        let uri = "otpauth://totp/F";
        vec![
            ("authenticator_app", page(Frame::sample(), "ina@fabrikam.example", uri)),
            (
                "authenticator_app_problem",
                page(
                    Frame::with_problem("The code is not right."),
                    "ina@fabrikam.example",
                    uri,
                ),
            ),
            (
                "authenticator_app_hostile",
                page(Frame::hostile(), &super::frame::hostile_name(), &"long".repeat(1_000)),
            ),
        ]
    }
}
