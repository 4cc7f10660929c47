//! The page on which a person enters the code of a device.
//!
//! In: a code, where the link had one. Out: the form with the field `user_code`. Invariant: a code is only filled in,
//! never sent by itself.

use askama::Template;

use super::policy::{Forms, Policy};
use super::{Frame, Page, text};

/// Asks for the code that a device shows: the field `user_code`.
#[derive(Debug, Clone, Template)]
#[template(path = "device.html")]
pub(crate) struct DevicePage {
    pub(crate) frame: Frame,
    /// The code to begin with.
    pub(crate) user_code: String,
}

impl Page for DevicePage {
    fn policy(&self) -> Policy {
        Policy {
            forms: Forms::Here,
            ..Policy::default()
        }
    }
}

#[cfg(test)]
impl DevicePage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let page = |frame: Frame, user_code: &str| Self {
            frame,
            user_code: user_code.to_owned(),
        };
        let bare = Frame {
            tenant: None,
            application: None,
            ..Frame::sample()
        };
        vec![
            ("device", page(bare, "")),
            (
                "device_problem",
                page(
                    Frame::with_problem(
                        "No device waits with this code. It may have expired: ask the device for another.",
                    ),
                    "BCDF-GHJK",
                ),
            ),
            ("device_hostile", page(Frame::hostile(), &super::frame::hostile_name())),
        ]
    }
}
