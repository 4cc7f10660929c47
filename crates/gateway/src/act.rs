//! What is done to what: the words in which a request is put to the policy.
//!
//! Invariant: an [`Asked`] names every table that its request reads or changes, in whatever part of it.

use std::fmt;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Rows are read, or looked at by a condition or an order.
    Read,
    /// A row is made.
    Create,
    /// Columns of a row are changed.
    Update,
    /// A row is deleted.
    Delete,
    /// A row is tied to another one, or the tie is undone; asked for both ends.
    Associate,
    /// A function or action is called.
    Call,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Read,
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::Associate,
        Self::Call,
    ];

    /// The name in a policy: `read`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Associate => "associate",
            Self::Call => "call",
        }
    }
}

/// What it is done to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resource {
    /// A table, by the name in its URL: `accounts`.
    Table(String),
    /// A function or action: `WhoAmI`; the service document is `$service`, the description of the service `$metadata`.
    Operation(String),
}

impl Resource {
    /// The name, whatever it names.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Table(name) | Self::Operation(name) => name,
        }
    }
}

/// One question to the policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Act {
    /// What is done.
    pub action: Action,
    /// To what.
    pub resource: Resource,
}

/// `read accounts`
impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.action.as_str(), self.resource.name())
    }
}

/// Every question that one request raises, each once, in the order in which the request raises them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    acts: Vec<Act>,
}

impl Asked {
    pub(crate) fn table(&mut self, action: Action, table: &str) {
        self.add(action, Resource::Table(table.to_owned()));
    }

    pub(crate) fn operation(&mut self, name: &str) {
        self.add(Action::Call, Resource::Operation(name.to_owned()));
    }

    /// From questions of an application's own.
    pub(crate) fn of(acts: &[Act]) -> Self {
        Self { acts: acts.to_vec() }
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.acts.extend(other.acts);
    }

    fn add(&mut self, action: Action, resource: Resource) {
        let act = Act { action, resource };
        if !self.acts.contains(&act) {
            self.acts.push(act);
        }
    }

    /// The questions; never none for a request that [`crate::said`] has read.
    #[must_use]
    pub fn acts(&self) -> &[Act] {
        &self.acts
    }
}
