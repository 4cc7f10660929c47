//! The page that asks for consent.
//!
//! In: who publishes an application and what it wants. Out: the form by which a person accepts or cancels. Invariant:
//! accepting and cancelling are the same act: one button of the same size, next to each other.

use askama::Template;

use super::policy::{Forms, Policy};
use super::{Frame, Page, text};

/// Asks for consent: the buttons `consent` with the values `accept` and `cancel`, the check box `everybody`.
#[derive(Debug, Clone, Template)]
#[template(path = "consent.html")]
pub(crate) struct ConsentPage {
    pub(crate) frame: Frame,
    /// Who is asked.
    pub(crate) name: String,
    /// Who publishes the application.
    pub(crate) publisher: String,
    /// The domain of the tenant that the application comes from, or its id where it has none; `None` where that is the
    /// tenant of the person who is asked.
    pub(crate) publisher_domain: Option<String>,
    /// What the application wants.
    pub(crate) permissions: Vec<Permission>,
    /// The environments of the organization that it could then reach; empty where it asks for none.
    pub(crate) environments: Vec<String>,
    /// For whom the person may consent.
    pub(crate) reach: ConsentReach,
}

/// One thing that an application wants.
#[derive(Debug, Clone)]
pub(crate) struct Permission {
    /// The resource.
    pub(crate) resource: String,
    /// What it is called.
    pub(crate) title: String,
    /// What it allows; may be empty.
    pub(crate) text: String,
}

/// For whom a person may consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConsentReach {
    /// For themselves.
    Oneself,
    /// For themselves or, by the check box, for everybody.
    Choice,
    /// For everybody: an administrator was asked as such.
    Everybody,
}

impl ConsentPage {
    fn application(&self) -> &str {
        self.frame.application.as_deref().unwrap_or("this application")
    }

    fn organization(&self) -> &str {
        self.frame.tenant.as_deref().unwrap_or("your organization")
    }

    /// The permissions by resource, both in the order in which they came.
    fn groups(&self) -> Vec<(&str, Vec<&Permission>)> {
        let mut groups: Vec<(&str, Vec<&Permission>)> = Vec::new();
        for permission in &self.permissions {
            match groups.iter_mut().find(|(resource, _)| *resource == permission.resource) {
                Some((_, group)) => group.push(permission),
                None => groups.push((&permission.resource, vec![permission])),
            }
        }
        groups
    }
}

impl Page for ConsentPage {
    fn policy(&self) -> Policy {
        Policy {
            forms: Forms::Onward,
            ..Policy::default()
        }
    }
}

#[cfg(test)]
impl ConsentPage {
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("consent", Self::sample()),
            (
                "consent_everybody",
                Self {
                    reach: ConsentReach::Everybody,
                    ..Self::sample()
                },
            ),
            ("consent_oneself", Self::of_own_tenant()),
            ("consent_many", Self::with_many_permissions()),
            (
                "consent_long",
                Self {
                    frame: Frame::long(),
                    publisher: "Contoso ".repeat(60),
                    ..Self::sample()
                },
            ),
            (
                "consent_right_to_left",
                Self {
                    frame: Frame::right_to_left(),
                    publisher: "קונטוסו".to_owned(),
                    ..Self::sample()
                },
            ),
            ("consent_hostile", Self::hostile()),
        ]
    }

    fn sample() -> Self {
        Self {
            frame: Frame::sample(),
            name: "ina@fabrikam.example".to_owned(),
            publisher: "Contoso Books Ltd.".to_owned(),
            publisher_domain: Some("contoso.example".to_owned()),
            permissions: vec![
                permission(
                    "Business data",
                    "Work with your business data",
                    "Read and change rows in your name, as far as your own roles allow.",
                ),
                permission(
                    "Directory",
                    "Sign you in and read your profile",
                    "See your name and your user name.",
                ),
                permission(
                    "Directory",
                    "Keep the access you have given it",
                    "Go on working while you are not there.",
                ),
            ],
            environments: vec!["Fabrikam production".to_owned(), "Fabrikam trial".to_owned()],
            reach: ConsentReach::Choice,
        }
    }

    fn of_own_tenant() -> Self {
        Self {
            publisher: "Fabrikam Outdoor".to_owned(),
            publisher_domain: None,
            permissions: vec![permission("Directory", "Sign you in and read your profile", "")],
            environments: Vec::new(),
            reach: ConsentReach::Oneself,
            ..Self::sample()
        }
    }

    fn with_many_permissions() -> Self {
        let one = |number: usize| {
            permission(
                &format!("Service {}", number % 3),
                &format!("Permission {number}"),
                &"What it allows, in many words. ".repeat(number % 5),
            )
        };
        Self {
            frame: Frame::with_problem("Your answer came too late. Please decide again."),
            permissions: (1..=24).map(one).collect(),
            environments: (1..=9).map(|number| format!("Environment {number}")).collect(),
            ..Self::sample()
        }
    }

    fn hostile() -> Self {
        let name = super::frame::hostile_name();
        Self {
            frame: Frame::hostile(),
            name: name.clone(),
            publisher: name.clone(),
            publisher_domain: Some(name.clone()),
            permissions: vec![permission(&name, &name, &name)],
            environments: vec![name],
            reach: ConsentReach::Choice,
        }
    }
}

#[cfg(test)]
fn permission(resource: &str, title: &str, text: &str) -> Permission {
    Permission {
        resource: resource.to_owned(),
        title: title.to_owned(),
        text: text.to_owned(),
    }
}
