//! Private keys at rest: sealed with AES-256-GCM under a key that is not in the database.
//!
//! In: private key bytes and the id of the key. Out: sealed bytes, and back.
//! INVARIANT: the id is authenticated with the bytes, so a sealed key cannot be moved to another row.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use oauth::{Random, Secret};

/// The key that seals the signing keys. 32 bytes, kept outside the database; whoever holds both holds the authority.
pub struct KeyEncryptionKey {
    sealing: LessSafeKey,
    deriving: hmac::Key,
}

/// Why private key bytes could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key encryption key is not 32 bytes long.
    #[error("a key encryption key has {} bytes", KeyEncryptionKey::BYTES)]
    Length,
    /// The sealed bytes were changed, belong to another key, or were sealed under another key encryption key.
    #[error("sealed bytes do not open under this key encryption key")]
    Opening,
    /// The cipher refused its input.
    #[error("bytes could not be sealed")]
    Sealing,
}

impl KeyEncryptionKey {
    /// The length of the key.
    pub const BYTES: usize = 32;

    /// Takes the key from its bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        // A wrong length is all that can be wrong with a key.
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|aws_lc_rs::error::Unspecified| SealError::Length)?;
        Ok(Self {
            sealing: LessSafeKey::new(key),
            deriving: hmac::Key::new(hmac::HMAC_SHA256, bytes),
        })
    }

    /// Another key for another purpose, 32 bytes: HMAC-SHA-256 of the purpose. It tells nothing of this key, nor of the
    /// keys for other purposes.
    pub(crate) fn derive(&self, purpose: &str) -> Secret<Vec<u8>> {
        Secret::new(hmac::sign(&self.deriving, purpose.as_bytes()).as_ref().to_vec())
    }

    /// Seals bytes: a fresh nonce, then the ciphertext with its tag.
    pub(crate) fn seal(&self, random: &dyn Random, id: &str, bytes: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0_u8; NONCE_LEN];
        random.fill(&mut nonce);
        let mut sealed = bytes.to_vec();
        self.sealing
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(id), &mut sealed)
            .map_err(|aws_lc_rs::error::Unspecified| SealError::Sealing)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Self::seal`] made for the same id.
    pub(crate) fn open(&self, id: &str, sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Opening)?;
        let mut bytes = ciphertext.to_vec();
        let length = self
            .sealing
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(id), &mut bytes)
            .map_err(|aws_lc_rs::error::Unspecified| SealError::Opening)?
            .len();
        bytes.truncate(length);
        Ok(Secret::new(bytes))
    }
}

impl fmt::Debug for KeyEncryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyEncryptionKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use oauth::SeededRandom;

    use super::*;

    fn key(byte: u8) -> KeyEncryptionKey {
        KeyEncryptionKey::from_bytes(&[byte; KeyEncryptionKey::BYTES]).unwrap()
    }

    #[test]
    fn other_lengths_are_no_key() {
        for length in [0, 16, 31, 33] {
            assert_eq!(
                KeyEncryptionKey::from_bytes(&vec![1; length]).unwrap_err(),
                SealError::Length,
                "{length}"
            );
        }
    }

    #[test]
    fn what_was_changed_or_moved_does_not_open() {
        let sealed = key(1).seal(&SeededRandom::new(1), "kid", b"private").unwrap();
        assert_eq!(key(2).open("kid", &sealed).unwrap_err(), SealError::Opening);
        assert_eq!(key(1).open("other", &sealed).unwrap_err(), SealError::Opening);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key(1).open("kid", &changed).unwrap_err(), SealError::Opening, "{at}");
        }
        for length in [0, 11, 12, 27] {
            assert_eq!(
                key(1).open("kid", &sealed[..length]).unwrap_err(),
                SealError::Opening,
                "{length}"
            );
        }
    }

    #[test]
    fn what_was_sealed_opens_and_is_another_text_each_time() {
        let random = SeededRandom::new(1);
        let (one, two) = (
            key(1).seal(&random, "kid", b"private"),
            key(1).seal(&random, "kid", b"private"),
        );
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_ne!(one, two);
        assert_eq!(key(1).open("kid", &one).unwrap().expose(), b"private");
        assert_eq!(key(1).open("kid", &two).unwrap().expose(), b"private");
        assert!(!one.windows(7).any(|window| window == b"private"));
    }

    #[test]
    fn derived_keys_differ_by_key_and_purpose() {
        let derived = key(1).derive("one");
        assert_eq!(derived.expose().len(), 32);
        assert_eq!(derived, key(1).derive("one"));
        assert_ne!(derived, key(1).derive("other"));
        assert_ne!(derived, key(2).derive("one"));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", key(7)), "KeyEncryptionKey(..)");
    }
}
