//! Which row: by its primary key or an alternate one, alone or with the entity set that it is of.
//!
//! In: ids and column values. Out: the text of an address, quoted and encoded. Invariant: no value of a key ends it.

use odata::{Arguments, EntityReference, Literal};
use serde::{Serialize, Serializer};
use uuid::Uuid;

/// The key of a row within its entity set.
#[derive(Debug, Clone, PartialEq)]
pub struct Key(Arguments);

impl Key {
    /// An alternate key: `Key::alternate([("emailaddress1", "ada@example.com".into())])`.
    #[must_use]
    pub fn alternate<'a>(columns: impl IntoIterator<Item = (&'a str, Literal)>) -> Self {
        let columns = columns.into_iter().map(|(name, value)| (name.to_owned(), value));
        Self(Arguments::Named(columns.collect()))
    }
}

impl From<Uuid> for Key {
    fn from(id: Uuid) -> Self {
        Self(Arguments::Single(Literal::Guid(id)))
    }
}

/// A row of an entity set, as a value to bind: `{"primarycontactid@odata.bind": Reference::to("contacts", id)}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference(Target);

#[derive(Debug, Clone, PartialEq)]
enum Target {
    Row(EntityReference),
    /// The row that an earlier item of the same change set makes.
    Content(String),
}

impl Reference {
    /// A row by the entity set that it is in and its key there.
    pub fn to(set: impl Into<String>, key: impl Into<Key>) -> Self {
        Self(Target::Row(EntityReference {
            set: set.into(),
            arguments: key.into().0,
        }))
    }

    pub(crate) fn content(id: &str) -> Self {
        Self(Target::Content(format!("${id}")))
    }

    /// Relative to the service root, encoded: `contacts(5a1e0c11-0002-4e0a-9b1c-10aa00000002)`, `$1`.
    pub(crate) fn path(&self) -> String {
        match &self.0 {
            Target::Row(row) => row.to_string(),
            Target::Content(id) => id.clone(),
        }
    }

    /// The address as a payload holds it.
    pub(crate) fn address(&self) -> String {
        match &self.0 {
            Target::Row(row) => format!("/{row}"),
            Target::Content(id) => id.clone(),
        }
    }
}

/// The value of `<navigation>@odata.bind`.
impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.address())
    }
}
