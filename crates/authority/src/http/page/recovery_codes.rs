//! The page that shows recovery codes, once.
//!
//! In: codes just made. Out: a list to print or write down. Invariant: they are on no other page, and are stored as hashes.

use askama::Template;
use oauth::Secret;

use super::policy::{Forms, Policy};
use super::{Frame, Page, text};

/// Shows recovery codes; its button goes on to the page of security info.
#[derive(Debug, Clone, Template)]
#[template(path = "recovery_codes.html")]
pub(crate) struct RecoveryCodesPage {
    pub(crate) frame: Frame,
    /// What they came with.
    pub(crate) notice: &'static str,
    pub(crate) codes: Vec<Secret<String>>,
}

impl Page for RecoveryCodesPage {
    fn policy(&self) -> Policy {
        Policy {
            forms: Forms::Here,
            ..Policy::default()
        }
    }
}

#[cfg(test)]
impl RecoveryCodesPage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let page = |frame: Frame| Self {
            frame,
            notice: "Your authenticator app is set up.",
            codes: ["0123-4567-89ab-cdef", "ghjk-mnpq-rstv-wxyz"]
                .map(|code| Secret::new(code.to_owned()))
                .to_vec(),
        };
        vec![
            ("recovery_codes", page(Frame::sample())),
            ("recovery_codes_hostile", page(Frame::hostile())),
        ]
    }
}
