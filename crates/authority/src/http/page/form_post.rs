//! The page that carries an answer to the client in a form.
//!
//! In: the redirect URI and the answer's fields. Out: a form that submits itself, or is submitted by its button.
//! INVARIANT: the one script is ours, named by its hash, and the form can lead nowhere but to the redirect URI's
//! origin.

use askama::Template;

use super::Page;
use super::policy::{Forms, Policy};

/// Submits the form also where it has a field named `submit`.
const SUBMIT: &str = "HTMLFormElement.prototype.submit.call(document.forms[0])";
/// The SHA-256 of [`SUBMIT`].
const SUBMIT_HASH: &str = "ox4bri+xTrW3kuLTyRoak73QX8KZGuyP3JlQYusbSlA=";

/// Sends an answer by a form that submits itself (OAuth 2.0 Form Post Response Mode).
#[derive(Debug, Clone, Template)]
#[template(path = "form_post.html")]
pub(crate) struct FormPostPage {
    /// Where the answer goes.
    pub(crate) redirect_uri: String,
    /// The answer: names and values.
    pub(crate) fields: Vec<(String, String)>,
}

impl Page for FormPostPage {
    fn policy(&self) -> Policy {
        Policy {
            forms: Forms::To(self.redirect_uri.clone()),
            script: Some(SUBMIT_HASH),
            ..Policy::default()
        }
    }
}

#[cfg(test)]
impl FormPostPage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let hostile = super::frame::hostile_name();
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        vec![
            (
                "form_post",
                Self {
                    redirect_uri: "http://localhost:5000/cb".to_owned(),
                    fields: vec![field("code", "0.AXk"), field("state", "s1"), field("submit", "x")],
                },
            ),
            (
                "form_post_hostile",
                Self {
                    redirect_uri: hostile.clone(),
                    fields: vec![(hostile.clone(), hostile)],
                },
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn the_script_is_the_one_that_the_policy_names() {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, SUBMIT.as_bytes());
        assert_eq!(SUBMIT_HASH, STANDARD.encode(digest));
    }
}
