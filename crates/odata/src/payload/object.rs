//! The members of a JSON object, in order, with values that hide nothing.
//!
//! In: bytes. Out: names and values.
//! Invariant: an object anywhere in a value has each name once; the ordinary reader would keep the last one silently.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::PayloadError;

/// Levels of objects and arrays in one member.
const MAX_DEPTH: usize = 32;

/// Reads the members of the object that the body is.
pub(super) fn members(body: &[u8]) -> Result<Vec<(String, Value)>, PayloadError> {
    // Some clients begin with a byte-order mark, which RFC 8259 section 8.1 lets a reader pass over.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let raw: &RawValue = serde_json::from_slice(body).map_err(|error| invalid(&error))?;
    if !raw.get().starts_with('{') {
        return Err(PayloadError::NotAnObject { found: kind(raw.get()) });
    }
    object(raw.get())?
        .into_iter()
        .map(|(name, raw)| {
            let value = value(&name, raw.get())?;
            Ok((name, value))
        })
        .collect()
}

/// Reads one value; `name` is the member at the top that it belongs to.
pub(crate) fn value(name: &str, raw: &str) -> Result<Value, PayloadError> {
    nested(name, raw, MAX_DEPTH)
}

fn nested(name: &str, raw: &str, levels: usize) -> Result<Value, PayloadError> {
    let composed = raw.starts_with(['{', '[']);
    if composed && levels == 0 {
        return Err(PayloadError::TooDeep {
            name: name.to_owned(),
            limit: MAX_DEPTH,
        });
    }
    if raw.starts_with('{') {
        let members = object(raw)?
            .into_iter()
            .map(|(key, raw)| Ok((key, nested(name, raw.get(), levels - 1)?)));
        return members.collect::<Result<_, _>>().map(Value::Object);
    }
    if raw.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(raw).map_err(|error| invalid(&error))?;
        let items = items.into_iter().map(|raw| nested(name, raw.get(), levels - 1));
        return items.collect::<Result<_, _>>().map(Value::Array);
    }
    let scalar: Value = serde_json::from_str(raw).map_err(|error| invalid(&error))?;
    if scalar.as_str().is_some_and(|text| text.contains('\0')) {
        return Err(PayloadError::Nul { name: name.to_owned() });
    }
    Ok(scalar)
}

fn object(raw: &str) -> Result<Vec<(String, &RawValue)>, PayloadError> {
    let Members(members) = serde_json::from_str(raw).map_err(|error| invalid(&error))?;
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let repeated = names.windows(2).find_map(|pair| match pair {
        [left, right] if left == right => Some((*left).to_owned()),
        _ => None,
    });
    match repeated {
        Some(name) => Err(PayloadError::Duplicate { name }),
        None => Ok(members),
    }
}

/// An object's members as they stand in the text.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

fn kind(raw: &str) -> &'static str {
    match raw.bytes().next() {
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

fn invalid(error: &serde_json::Error) -> PayloadError {
    PayloadError::InvalidJson {
        reason: error.to_string(),
    }
}
