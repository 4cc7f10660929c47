//! The page of a request that cannot go on and must not be redirected.
//!
//! In: the refusal's text and the ids of the request. Out: a page for a person, with what an administrator needs.
//! Invariant: nothing here leads back to an unverified address.

use askama::Template;

use super::policy::Policy;
use super::{Page, text};

/// A request that cannot go on and must not be redirected.
#[derive(Debug, Clone, Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    /// `AADSTS<number>: <text>`.
    pub(crate) text: String,
    /// The client's id of the request.
    pub(crate) correlation_id: String,
    /// Our id of it.
    pub(crate) trace_id: String,
    /// When it came.
    pub(crate) timestamp: String,
}

impl Page for ErrorPage {
    fn policy(&self) -> Policy {
        Policy::default()
    }
}

#[cfg(test)]
impl ErrorPage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let page = |text: &str| Self {
            text: text.to_owned(),
            correlation_id: "6a0f7a54-30a7-4a0c-8c8e-0b1f2c3d4e5f".to_owned(),
            trace_id: "0d1f4f5e-6a0b-4a57-9e0c-3c2b1a09f8e7".to_owned(),
            timestamp: "2026-03-01 09:30:00Z".to_owned(),
        };
        vec![
            (
                "error",
                page(
                    "AADSTS50011: The redirect URI 'https://app.contoso.example/callback' specified in the request does not match the redirect URIs configured for the application.",
                ),
            ),
            (
                "error_long",
                page(&format!("AADSTS900144: {}", "https://a.example/".repeat(40))),
            ),
            ("error_hostile", page(&super::frame::hostile_name())),
        ]
    }
}
