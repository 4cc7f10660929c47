//! One environment, as one application reaches it, on behalf of nobody or of one person.
//!
//! In: nothing but what it was made from. Out: values that calls are made on. Invariant: who is acted for and how urgent it
//! is belong to the value: a call cannot change them, and another value is made to have others.

use std::{fmt, sync::Arc};

use http::{HeaderMap, HeaderValue};
use oauth::ObjectId;
use url::Url;

use crate::{Lane, call::IMPERSONATION, place::Place};

/// An environment; cheap to clone. What can be done with it stands by topic: rows, changes, references, operations,
/// batches, and the raw road of [`Environment::forward`].
#[derive(Clone)]
pub struct Environment {
    place: Arc<Place>,
    acting_for: Option<ObjectId>,
    lane: Lane,
}

impl Environment {
    pub(crate) fn new(place: Arc<Place>) -> Self {
        Self {
            place,
            acting_for: None,
            lane: Lane::default(),
        }
    }

    /// The environment's URL, with a slash at its end.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.place.address().base()
    }

    /// The same environment on behalf of a person, by the directory's object id (`CallerObjectId`): what is done is
    /// allowed where both the application and the person may do it. This value keeps acting for the application.
    #[must_use]
    pub fn on_behalf_of(&self, person: ObjectId) -> Self {
        Self {
            acting_for: Some(person),
            ..self.clone()
        }
    }

    /// Who is acted for; `None` for the application itself.
    #[must_use]
    pub fn acting_for(&self) -> Option<ObjectId> {
        self.acting_for
    }

    /// The same environment for calls of another urgency.
    #[must_use]
    pub fn in_lane(&self, lane: Lane) -> Self {
        Self { lane, ..self.clone() }
    }

    pub(crate) fn lane(&self) -> Lane {
        self.lane
    }

    pub(crate) fn place(&self) -> &Arc<Place> {
        &self.place
    }

    /// Replaces whatever a request says of whom it acts for.
    pub(crate) fn add_impersonation(&self, headers: &mut HeaderMap) {
        for name in &IMPERSONATION {
            headers.remove(name);
        }
        if let Some(person) = self.acting_for {
            let [preferred, ..] = IMPERSONATION;
            // A guid is always a header's value. Were it not, the environment must refuse rather than see no person.
            let id = HeaderValue::try_from(person.to_string()).unwrap_or(HeaderValue::from_static("unprintable"));
            headers.insert(preferred, id);
        }
    }
}

/// Where it is and whom it acts for.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("url", &self.url().as_str())
            .field("acting_for", &self.acting_for)
            .field("lane", &self.lane)
            .finish_non_exhaustive()
    }
}
