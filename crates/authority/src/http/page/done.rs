//! The page after which there is nothing more to do.
//!
//! In: what is done. Out: a page without a form, with hidden frames after a sign-out. Invariant: only the frames' own
//! origins may be framed.

use askama::Template;

use super::policy::Policy;
use super::{Page, text};

/// Something is done and there is nothing more to do here.
#[derive(Debug, Clone, Template)]
#[template(path = "done.html")]
pub(crate) struct DonePage {
    /// What is done.
    pub(crate) title: String,
    /// What it means, and what to do now.
    pub(crate) text: String,
    /// Hidden frames that tell applications of a sign-out (OpenID Connect Front-Channel Logout 1.0).
    pub(crate) frames: Vec<String>,
    /// A link to go on with.
    pub(crate) next: Option<String>,
}

impl Page for DonePage {
    fn policy(&self) -> Policy {
        Policy {
            frames: self.frames.clone(),
            ..Policy::default()
        }
    }
}

#[cfg(test)]
impl DonePage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let hostile = super::frame::hostile_name();
        let frame = |host: &str| format!("https://{host}/signed-out?sid=1&iss=https%3A%2F%2Flogin.example");
        vec![
            (
                "done",
                Self {
                    title: "You are signed out".to_owned(),
                    text: "It is a good idea to close all windows of the browser.".to_owned(),
                    frames: vec![frame("app.contoso.example"), frame("app.fabrikam.example")],
                    next: Some("https://app.contoso.example/?a=1&b=2".to_owned()),
                },
            ),
            (
                "done_device",
                Self {
                    title: "Your device is signed in".to_owned(),
                    text: "Go back to it and close this window.".to_owned(),
                    frames: Vec::new(),
                    next: None,
                },
            ),
            (
                "done_hostile",
                Self {
                    title: hostile.clone(),
                    text: hostile.clone(),
                    frames: vec![hostile.clone()],
                    next: Some(hostile),
                },
            ),
        ]
    }
}
