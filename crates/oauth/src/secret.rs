//! Values that must not be seen: anything comes in, nothing goes out unless [`Secret::expose`] is called by name.
//!
//! INVARIANT: a secret is never printed, never serialised, compared in constant time and wiped from memory when
//! dropped.

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroize;

use crate::random::{self, Random};

/// Entropy of a secret made here, in bytes.
const GENERATED_BYTES: usize = 32;

/// A value that is hidden from logs and wiped when dropped: a client secret, a private key, a token.
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Every call is a place to look at in a review.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl Secret<String> {
    /// A new secret of 32 random bytes as 43 characters of base64url.
    pub fn generate(random: &dyn Random) -> Self {
        Self(random::text(random, GENERATED_BYTES))
    }
}

impl<T: Zeroize + Clone> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Constant time in the content; the length is not hidden.
impl<T: Zeroize + AsRef<[u8]>> PartialEq for Secret<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ref().ct_eq(other.0.as_ref()).into()
    }
}

impl<T: Zeroize + AsRef<[u8]>> Eq for Secret<T> {}

/// Prints `Secret(..)`, so that a struct that holds one can still derive `Debug`.
impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", secret("hunter2")), "Secret(..)");
        assert_eq!(format!("{:?}", Some(Secret::new(vec![1_u8, 2]))), "Some(Secret(..))");
    }

    #[test]
    fn equal_only_when_all_bytes_are() {
        assert_ne!(secret("hunter2"), secret("hunter3"));
        assert_ne!(secret("hunter2"), secret("hunter"));
        assert_ne!(secret("hunter2"), secret(""));
        assert_eq!(secret("hunter2"), secret("hunter2").clone());
    }

    #[test]
    fn generated_secrets_differ_and_are_long() {
        let random = SeededRandom::new(1);
        let one = Secret::generate(&random);
        assert_eq!(one.expose().len(), 43);
        assert_ne!(one, Secret::generate(&random));
    }
}
