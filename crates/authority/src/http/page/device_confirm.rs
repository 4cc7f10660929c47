//! The page that asks whether a device may be signed in.
//!
//! In: the person and the application on the device. Out: the form by which the person says yes or no. Invariant: who
//! has been tricked into coming here is warned before they can say yes.

use askama::Template;

use super::policy::{Forms, Policy};
use super::{Frame, Page, text};

/// Asks whether the device may be signed in: the buttons `confirm` with the values `accept` and `cancel`.
#[derive(Debug, Clone, Template)]
#[template(path = "device_confirm.html")]
pub(crate) struct DeviceConfirmPage {
    pub(crate) frame: Frame,
    /// Who would be signed in.
    pub(crate) name: String,
}

impl Page for DeviceConfirmPage {
    fn policy(&self) -> Policy {
        Policy {
            forms: Forms::Here,
            ..Policy::default()
        }
    }
}

#[cfg(test)]
impl DeviceConfirmPage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let page = |frame: Frame, name: &str| Self {
            frame,
            name: name.to_owned(),
        };
        vec![
            ("device_confirm", page(Frame::sample(), "ina@fabrikam.example")),
            ("device_confirm_long", page(Frame::long(), &"ina".repeat(100))),
            (
                "device_confirm_hostile",
                page(Frame::hostile(), &super::frame::hostile_name()),
            ),
        ]
    }
}
