//! The page on which people look after what they sign in with.
//!
//! In: methods and sessions of a person. Out: one form whose buttons each say one thing, and the form of a new passkey.
//! Invariant: nothing here is a secret; whoever reads it over a shoulder can do nothing with it.

use askama::Template;

use super::passkey::{self, PasskeyEnrolment};
use super::policy::{Forms, Policy};
use super::{Frame, Page, text};

/// What a person signs in with and where they are signed in.
#[derive(Debug, Clone, Template)]
#[template(path = "security_info.html")]
pub(crate) struct SecurityInfoPage {
    pub(crate) frame: Frame,
    /// Whose.
    pub(crate) name: String,
    /// What was just done, said to the person.
    pub(crate) notice: Option<&'static str>,
    /// When the authenticator app was set up; `None` where there is none.
    pub(crate) app_since: Option<String>,
    /// How many recovery codes are left.
    pub(crate) recovery_codes_left: usize,
    pub(crate) passkeys: Vec<PasskeyLine>,
    /// What a new passkey is made of.
    pub(crate) enrolment: PasskeyEnrolment,
    /// The newest first.
    pub(crate) sessions: Vec<SessionLine>,
}

/// A passkey.
#[derive(Debug, Clone)]
pub(crate) struct PasskeyLine {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) since: String,
    pub(crate) used: String,
}

/// A session.
#[derive(Debug, Clone)]
pub(crate) struct SessionLine {
    pub(crate) id: String,
    /// Browser and system.
    pub(crate) browser: String,
    /// Empty where it is not known.
    pub(crate) address: String,
    pub(crate) since: String,
    pub(crate) seen: String,
    /// Whether it is the one in which this page is shown.
    pub(crate) is_this: bool,
}

impl SecurityInfoPage {
    fn has_second_factor(&self) -> bool {
        self.app_since.is_some() || !self.passkeys.is_empty()
    }
}

impl Page for SecurityInfoPage {
    fn policy(&self) -> Policy {
        Policy {
            forms: Forms::Here,
            script: Some(passkey::SCRIPT_HASH),
            ..Policy::default()
        }
    }
}

#[cfg(test)]
impl SecurityInfoPage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let bare = |frame: Frame, name: &str| Self {
            frame,
            name: name.to_owned(),
            notice: None,
            app_since: None,
            recovery_codes_left: 0,
            passkeys: Vec::new(),
            enrolment: PasskeyEnrolment::sample(name),
            sessions: Vec::new(),
        };
        let full = |frame: Frame, name: &str, called: &str| Self {
            notice: Some("Your passkey was added."),
            app_since: Some("2026-01-01 00:00 UTC".to_owned()),
            recovery_codes_left: 9,
            passkeys: vec![PasskeyLine {
                id: "1".to_owned(),
                name: called.to_owned(),
                since: "2026-01-01 00:00 UTC".to_owned(),
                used: "2026-01-02 00:00 UTC".to_owned(),
            }],
            sessions: [true, false]
                .map(|is_this| SessionLine {
                    id: is_this.to_string(),
                    browser: "Firefox on Linux".to_owned(),
                    address: "203.0.113.9".to_owned(),
                    since: "2026-01-01 00:00 UTC".to_owned(),
                    seen: "2026-01-02 00:00 UTC".to_owned(),
                    is_this,
                })
                .to_vec(),
            ..bare(frame, name)
        };
        let hostile = super::frame::hostile_name();
        vec![
            ("security_info", full(Frame::sample(), "ina@fabrikam.example", "Phone")),
            ("security_info_bare", bare(Frame::sample(), "ina@fabrikam.example")),
            (
                "security_info_problem",
                bare(
                    Frame::with_problem("The passkey was not accepted."),
                    "ina@fabrikam.example",
                ),
            ),
            ("security_info_hostile", full(Frame::hostile(), &hostile, &hostile)),
        ]
    }
}
