//! The JSON object in the body of a call, taken apart member by member.
//!
//! In: bytes. Out: values. Invariant: a member that nobody takes is refused by name, so nothing is dropped in silence.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::graph::GraphRefusal;

/// An object of which not all is read yet.
#[derive(Debug)]
pub(crate) struct Body {
    members: Map<String, Value>,
    /// What stands before the names of its members in refusals: empty, or the name of the property with a slash.
    prefix: String,
}

impl Body {
    /// Reads an object.
    pub(crate) fn parse(unverified_body: &[u8]) -> Result<Self, GraphRefusal> {
        match serde_json::from_slice(unverified_body) {
            Ok(Value::Object(members)) => Ok(Self {
                members,
                prefix: String::new(),
            }),
            Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) | Err(_) => {
                Err(GraphRefusal::Body)
            }
        }
    }

    /// Takes a member: `None` where it is missing, `Some(None)` where it is null.
    #[expect(clippy::option_option, reason = "missing and null mean different things in a change")]
    pub(crate) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<Option<T>>, GraphRefusal> {
        match self.members.remove(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(value) => match serde_json::from_value(value) {
                Ok(value) => Ok(Some(Some(value))),
                Err(_) => Err(self.wrong(name, "is not of the property's type")),
            },
        }
    }

    /// Takes a member that may be missing or null, which is the same.
    pub(crate) fn optional<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, GraphRefusal> {
        Ok(self.take(name)?.flatten())
    }

    /// Takes a member that may be missing, never null.
    pub(crate) fn value<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, GraphRefusal> {
        match self.take(name)? {
            Some(None) => Err(self.wrong(name, "cannot be null")),
            taken => Ok(taken.flatten()),
        }
    }

    /// Takes a member that must be there.
    pub(crate) fn required<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<T, GraphRefusal> {
        self.optional(name)?.ok_or(GraphRefusal::Missing { name })
    }

    /// Takes an object within, to be read as this one is.
    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Self>, GraphRefusal> {
        let members: Option<Map<String, Value>> = self.value(name)?;
        Ok(members.map(|members| Self {
            members,
            prefix: format!("{}{name}/", self.prefix),
        }))
    }

    /// Takes a list of objects.
    pub(crate) fn objects(&mut self, name: &str) -> Result<Option<Vec<Self>>, GraphRefusal> {
        let list: Option<Vec<Map<String, Value>>> = self.value(name)?;
        let object = |members| Self {
            members,
            prefix: format!("{}{name}/", self.prefix),
        };
        Ok(list.map(|list| list.into_iter().map(object).collect()))
    }

    /// Drops members that say nothing new: what the directory itself makes, and annotations.
    pub(crate) fn ignore(&mut self, names: &[&str]) {
        self.members.retain(|name, _| !names.contains(&name.as_str()));
    }

    /// Refuses what is left.
    pub(crate) fn finish(self) -> Result<(), GraphRefusal> {
        let mut left = self.members.keys().filter(|name| !name.contains('@'));
        match left.next() {
            None => Ok(()),
            Some(name) => Err(GraphRefusal::Property {
                name: format!("{}{name}", self.prefix),
            }),
        }
    }

    /// A refusal of a member's value.
    pub(crate) fn wrong(&self, name: &str, reason: &'static str) -> GraphRefusal {
        GraphRefusal::Value {
            name: format!("{}{name}", self.prefix),
            reason,
        }
    }
}
