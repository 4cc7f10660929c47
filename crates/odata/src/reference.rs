//! Addresses of rows inside a request: `@odata.bind`, `@odata.id`, `$id`.
//!
//! In: the address as the client wrote it. Out: the entity set and the key.
//! Invariant: an absolute address must lie under the service root that was given, in any version 9 of the service.

use serde_json::Value;

use crate::alias::Aliases;
use crate::path::parse::path;
use crate::payload::{Member, Payload, PayloadError};
use crate::{Arguments, Segment, SyntaxError};

/// The address of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityReference {
    /// `contacts`
    pub set: String,
    /// The key: [`Arguments::Single`] or [`Arguments::Named`], never another.
    pub arguments: Arguments,
}

impl EntityReference {
    /// Reads `https://org.example.com/api/data/v9.2/contacts(…)`, `/api/data/v9.2/contacts(…)`, `/contacts(…)` or `contacts(…)`.
    ///
    /// `service_root` is the root as the client addressed it, `https://org.example.com/api/data/v9.2`.
    pub fn parse(unverified_text: &str, service_root: &str) -> Result<Self, SyntaxError> {
        let relative = relative(unverified_text.trim(), service_root.trim_end_matches('/'));
        let mut segments = path(relative, &Aliases::Refused)?.segments.into_iter();
        match (segments.next(), segments.next()) {
            (
                Some(Segment::Named {
                    name,
                    arguments: arguments @ (Arguments::Single(_) | Arguments::Named(_)),
                }),
                None,
            ) => Ok(Self { set: name, arguments }),
            _ => Err(SyntaxError::InvalidValue {
                name: "@odata.id",
                value: unverified_text.to_owned(),
                expected: "the address of a row of this service",
            }),
        }
    }
}

/// Reads the body of a `$ref` request: the address in `{"@odata.id": "…"}`.
pub fn reference(unverified_body: &[u8]) -> Result<String, PayloadError> {
    let mut address = None;
    for member in Payload::parse(unverified_body)?.members {
        match member {
            Member::Annotation {
                target: None,
                name,
                value,
            } if name == "odata.id" => address = Some(text(value)?),
            // What the service itself prints around an address, and clients send back.
            Member::Annotation { target: None, name, .. }
                if matches!(name.as_str(), "odata.context" | "odata.type") => {}
            Member::Annotation { target, name, .. } => {
                return Err(unexpected(format!("{}@{name}", target.unwrap_or_default())));
            }
            Member::Bind { navigation, .. } => return Err(unexpected(format!("{navigation}@odata.bind"))),
            Member::Property { name, .. } => return Err(unexpected(name)),
        }
    }
    address.ok_or(PayloadError::MissingReference)
}

/// The part behind the service root, without a leading slash. A foreign address stays whole, which no path parser takes.
fn relative<'a>(text: &'a str, service_root: &str) -> &'a str {
    let behind_host = |url: &str| {
        url.find("://")
            .and_then(|at| url.get(at + 3..)?.find('/').map(|slash| at + 3 + slash))
    };
    let (origin, root_path) = match behind_host(service_root).and_then(|end| service_root.split_at_checked(end)) {
        Some(parts) => parts,
        None => (service_root, ""),
    };
    let local = match text.split_at_checked(origin.len()) {
        Some((host, rest)) if host.eq_ignore_ascii_case(origin) && rest.starts_with('/') => rest,
        _ => text,
    };
    under_root(local, root_path)
        .or_else(|| text.strip_prefix('/'))
        .unwrap_or(text)
}

/// Strips `/api/data/v9.2/`, whatever its minor version is.
fn under_root<'a>(local: &'a str, root_path: &str) -> Option<&'a str> {
    let (stem, version) = root_path.rsplit_once('/')?;
    let rest = local.strip_prefix(stem)?.strip_prefix('/')?;
    let (found, rest) = rest.split_once('/')?;
    let minor = found
        .strip_prefix("v9.")
        .is_some_and(|minor| matches!(minor.as_bytes(), [b'0'..=b'9']));
    (found == version || minor).then_some(rest)
}

fn text(value: Value) -> Result<String, PayloadError> {
    match value {
        Value::String(text) => Ok(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(PayloadError::InvalidReference {
                name: "@odata.id".to_owned(),
                expected: "the address of a row",
            })
        }
    }
}

fn unexpected(name: String) -> PayloadError {
    PayloadError::UnexpectedMember { name }
}

#[cfg(test)]
mod tests;
