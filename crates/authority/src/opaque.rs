//! Codes and tokens that say nothing: an id by which their row is found, and 256 bits of chance that prove it.
//!
//! In: chance, or what a client presents. Out: the text for the client, and the hash for the row.
//! INVARIANT: the secret leaves only in the text for the client; a row keeps its hash, which is compared in constant time.

use oauth::{Random, Secret, SecretHash, random};
use uuid::Uuid;

/// An authorization code, a refresh token or a device code.
#[derive(Debug)]
pub(crate) struct Opaque {
    id: Uuid,
    secret: Secret<String>,
}

impl Opaque {
    /// A new one.
    pub(crate) fn generate(random: &dyn Random) -> Self {
        Self {
            id: random::uuid_v4(random),
            secret: Secret::generate(random),
        }
    }

    /// Reads what a client presents; `None` for what [`Self::text`] never wrote.
    pub(crate) fn parse(unverified_text: &Secret<String>) -> Option<Self> {
        let (id, secret) = unverified_text.expose().split_once('.')?;
        let id = Some(id).filter(|id| id.len() == uuid::fmt::Simple::LENGTH)?;
        Some(Self {
            id: Uuid::try_parse(id).ok()?,
            secret: Secret::new(secret.to_owned()),
        })
    }

    /// By which the row is found; not secret.
    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    /// What the row keeps.
    pub(crate) fn hash(&self, random: &dyn Random) -> SecretHash {
        SecretHash::new(&self.secret, random)
    }

    /// Whether this is the one that the hash was made of.
    pub(crate) fn is_of(&self, hash: &SecretHash) -> bool {
        hash.matches(&self.secret)
    }

    /// What the client is given: letters, digits, `-`, `_` and one `.`, so that it may stand in a URL.
    pub(crate) fn text(&self) -> Secret<String> {
        Secret::new(format!("{}.{}", self.id.simple(), self.secret.expose()))
    }
}

#[cfg(test)]
mod tests {
    use oauth::SeededRandom;

    use super::*;

    fn parse(text: &str) -> Option<Opaque> {
        Opaque::parse(&Secret::new(text.to_owned()))
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "",
            ".",
            "a.b",
            "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10.x",
            "{0c7a9d523b1e4c8f8f276a5d4e3b2c}.x",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
        assert!(parse("0c7a9d523b1e4c8f8f276a5d4e3b2c10").is_none());
    }

    #[test]
    fn only_the_same_secret_is_of_the_hash() {
        let random = SeededRandom::new(1);
        let (one, other) = (Opaque::generate(&random), Opaque::generate(&random));
        let hash = one.hash(&random);
        assert!(!other.is_of(&hash));
        let text = one.text();
        assert!(!parse(&format!("{}x", text.expose())).unwrap().is_of(&hash));
        let again = Opaque::parse(&text).unwrap();
        assert_eq!(again.id(), one.id());
        assert!(again.is_of(&hash));
    }

    #[test]
    fn a_text_has_256_bits_and_fits_into_a_url() {
        let text = Opaque::generate(&SeededRandom::new(1)).text();
        assert_eq!(text.expose().len(), 32 + 1 + 43);
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        assert!(text.expose().bytes().all(is_plain));
    }
}
