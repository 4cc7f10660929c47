//! The body of a create or update (OData JSON format): bytes to members, in their order.
//!
//! In: the body's bytes. Out: properties, bindings of navigations, annotations.
//! Invariant: no member stands twice, at any depth, and numbers keep their digits; names and types are the planner's to judge.

use serde_json::{Map, Value};
use thiserror::Error;

pub(crate) mod object;

/// Longest body in bytes: what Dataverse lets through.
const MAX_BYTES: usize = 122_526_105;
/// Behind the name of a navigation.
const BIND: &str = "odata.bind";

/// The body of a create or update.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Payload {
    /// In the order of the body.
    pub members: Vec<Member>,
}

/// One member of the body's object.
#[derive(Debug, Clone, PartialEq)]
pub enum Member {
    /// `"name": "Fjord Freight"`; an object or array is a row or rows to create along with this one.
    Property {
        /// As written.
        name: String,
        /// Numbers exactly as written.
        value: Value,
    },
    /// `"primarycontactid@odata.bind": "/contacts(…)"`
    Bind {
        /// The navigation, case kept.
        navigation: String,
        /// What it shall point to.
        bind: Bind,
    },
    /// `"@odata.type": "…"`, `"name@OData.Community.Display.V1.FormattedValue": "…"`
    Annotation {
        /// The property that it describes; `None` for the row itself.
        target: Option<String>,
        /// Without the `@`.
        name: String,
        /// Anything.
        value: Value,
    },
}

/// What a navigation shall point to, to be read by [`crate::EntityReference::parse`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bind {
    /// One row.
    One(String),
    /// Rows of a collection.
    Many(Vec<String>),
    /// No row any more.
    Null,
}

/// Why a body cannot be read. The wording follows the OData reader's, which clients see inside 0x80048D19.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PayloadError {
    /// Not JSON. The reason names line and column.
    #[error("Invalid JSON. {reason}")]
    InvalidJson {
        /// The reader's words.
        reason: String,
    },
    /// JSON, but no object.
    #[error("Invalid JSON. An object was expected, but `{found}` was found")]
    NotAnObject {
        /// The kind of value.
        found: &'static str,
    },
    /// The same member twice in one object.
    #[error("Multiple properties with the name `{name}` were detected in a JSON object")]
    Duplicate {
        /// As written.
        name: String,
    },
    /// A member's name is no name.
    #[error("The property name `{name}` is invalid")]
    InvalidName {
        /// As written.
        name: String,
    },
    /// The value of `@odata.bind` or `@odata.id` is of the wrong kind.
    #[error("The value of `{name}` must be {expected}")]
    InvalidReference {
        /// The member.
        name: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A `$ref` body without the address of the row.
    #[error("The annotation `@odata.id` is missing")]
    MissingReference,
    /// A member that has no place in a `$ref` body.
    #[error("The property `{name}` is not expected in an entity reference")]
    UnexpectedMember {
        /// As written.
        name: String,
    },
    /// A text holds the character NUL, which no database stores.
    #[error("The value of `{name}` holds the character U+0000")]
    Nul {
        /// The member.
        name: String,
    },
    /// Objects and arrays within each other, over the limit.
    #[error("The value of `{name}` is nested deeper than {limit} levels")]
    TooDeep {
        /// The member.
        name: String,
        /// In levels.
        limit: usize,
    },
    /// The body is over the limit.
    #[error("The payload is `{length}` bytes long, more than {limit}")]
    TooLong {
        /// In bytes.
        length: usize,
        /// In bytes.
        limit: usize,
    },
}

impl Payload {
    /// Reads the bytes of a body.
    pub fn parse(unverified_body: &[u8]) -> Result<Self, PayloadError> {
        if unverified_body.len() > MAX_BYTES {
            return Err(PayloadError::TooLong {
                length: unverified_body.len(),
                limit: MAX_BYTES,
            });
        }
        let members = object::members(unverified_body)?
            .into_iter()
            .map(|(name, value)| member(name, value))
            .collect::<Result<_, _>>()?;
        Ok(Self { members })
    }

    /// Reads an object within a body: a row to create along with another one.
    pub fn of(object: &Map<String, Value>) -> Result<Self, PayloadError> {
        let members = object.iter().map(|(name, value)| member(name.clone(), value.clone()));
        Ok(Self {
            members: members.collect::<Result<_, _>>()?,
        })
    }
}

fn member(name: String, value: Value) -> Result<Member, PayloadError> {
    let Some((target, annotation)) = name.split_once('@') else {
        return if name.is_empty() {
            Err(PayloadError::InvalidName { name })
        } else {
            Ok(Member::Property { name, value })
        };
    };
    match (target, annotation) {
        (_, "") | ("", BIND) => Err(PayloadError::InvalidName { name }),
        (_, BIND) => Ok(Member::Bind {
            navigation: target.to_owned(),
            bind: bind(&name, value)?,
        }),
        (target, annotation) => Ok(Member::Annotation {
            target: Some(target).filter(|target| !target.is_empty()).map(str::to_owned),
            name: annotation.to_owned(),
            value,
        }),
    }
}

fn bind(name: &str, value: Value) -> Result<Bind, PayloadError> {
    let wrong = || PayloadError::InvalidReference {
        name: name.to_owned(),
        expected: "the address of a row, an array of them, or null",
    };
    match value {
        Value::Null => Ok(Bind::Null),
        Value::String(address) => Ok(Bind::One(address)),
        Value::Array(items) => items
            .into_iter()
            .map(|item| match item {
                Value::String(address) => Ok(address),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Err(wrong()),
            })
            .collect::<Result<_, _>>()
            .map(Bind::Many),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => Err(wrong()),
    }
}

#[cfg(test)]
mod tests;
