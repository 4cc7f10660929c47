//! What every page of a sign-in says and sends back.
//!
//! In: where the person stands and where they want to go. Out: [`Frame`], a part of each page. Invariant: the context
//! is sealed before it comes here.

use super::text;

/// What every page of a sign-in says and sends back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame {
    /// The organization at whose door the person stands, where it is known.
    pub(crate) tenant: Option<String>,
    /// The application that wants to know who the person is.
    pub(crate) application: Option<String>,
    /// Where the form goes.
    pub(crate) action: String,
    /// The sealed state of the sign-in: the hidden field `ctx`.
    pub(crate) context: String,
    /// What was wrong with what was sent, said to the person.
    pub(crate) problem: Option<String>,
}

impl Frame {
    /// The title of a page, which a screen reader says first: whether something is wrong, what the page is for, and
    /// between whom.
    pub(super) fn title(&self, page: &str) -> String {
        let problem = if self.problem.is_some() { "Problem: " } else { "" };
        let names = [self.application.as_deref(), self.tenant.as_deref()];
        let names = names
            .into_iter()
            .flatten()
            .map(|name| format!(" · {}", text::shown(name)));
        format!("{problem}{page}{}", names.collect::<String>())
    }
}

#[cfg(test)]
impl Frame {
    pub(super) fn sample() -> Self {
        Self {
            tenant: Some("Fabrikam Outdoor".to_owned()),
            application: Some("Contoso Ledger".to_owned()),
            action: "/common/interact/sign-in".to_owned(),
            context: "sealed~context".to_owned(),
            problem: None,
        }
    }

    pub(super) fn with_problem(problem: &str) -> Self {
        Self {
            problem: Some(problem.to_owned()),
            ..Self::sample()
        }
    }

    /// Names in Arabic and Hebrew.
    pub(super) fn right_to_left() -> Self {
        Self {
            tenant: Some("فابريكام للرحلات".to_owned()),
            application: Some("ספר החשבונות של קונטוסו".to_owned()),
            ..Self::sample()
        }
    }

    /// Names without an end and without a place to break.
    pub(super) fn long() -> Self {
        Self {
            tenant: Some("Fabrikam".repeat(40)),
            application: Some("The ledger of all ledgers of Contoso and its many daughters ".repeat(10)),
            ..Self::sample()
        }
    }

    /// Texts of somebody who would like to be a script.
    pub(super) fn hostile() -> Self {
        let text = |place: &str| format!("{place}\u{202e}\"'><script>alert('{place}')</script>");
        Self {
            tenant: Some(text("tenant")),
            application: Some(text("application")),
            action: text("action"),
            context: text("context"),
            problem: Some(text("problem")),
        }
    }
}

/// A name of somebody who would like to be a script.
#[cfg(test)]
pub(super) fn hostile_name() -> String {
    "name\u{202e}\"'><img src=x onerror=alert(1)>".to_owned()
}
