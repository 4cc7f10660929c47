//! Secrets as members of an answer: the JSON shows them, and nothing else does.
//!
//! INVARIANT: only answers that give a secret to its owner use this.

use serde::{Deserialize, Deserializer, Serializer};

use crate::secret::Secret;

pub(crate) fn write<S: Serializer>(secret: &Secret<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret<String>, D::Error> {
    String::deserialize(deserializer).map(Secret::new)
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
pub(crate) fn write_optional<S: Serializer>(secret: &Option<Secret<String>>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => serializer.serialize_str(secret.expose()),
        None => serializer.serialize_none(),
    }
}

pub(crate) fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret<String>>, D::Error> {
    Option::deserialize(deserializer).map(|text| text.map(Secret::new))
}
