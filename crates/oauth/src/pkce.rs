//! Proof Key for Code Exchange (RFC 7636): the challenge of an authorization request comes in, and the verifier of the
//! token request is held against it.
//!
//! INVARIANT: a verifier is compared in constant time, and only one of the right form is compared at all.

use std::fmt;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::secret::Secret;

/// Characters of a verifier, and of a plain challenge (RFC 7636 section 4.1).
const LENGTHS: std::ops::RangeInclusive<usize> = 43..=128;
/// Characters of SHA-256 in base64url.
const HASH_LENGTH: usize = 43;

/// Why a challenge or a verifier is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PkceError {
    /// `code_challenge_method` is neither `S256` nor `plain` (RFC 7636 section 4.3).
    #[error("code challenge method `{0}` is not supported")]
    Method(String),
    /// The challenge has another length or other characters than its method gives (AADSTS 50147).
    #[error("code challenge is malformed")]
    Challenge,
    /// The verifier is not 43 to 128 unreserved characters (AADSTS 501491).
    #[error("code verifier is malformed")]
    Verifier,
    /// The verifier is not the one that the challenge was made from (AADSTS 501481).
    #[error("code verifier does not match the code challenge")]
    Mismatch,
    /// Stored text that [`CodeChallenge::to_text`] did not write.
    #[error("stored code challenge is not `<method>:<challenge>`")]
    Stored,
}

/// How the challenge was made from the verifier (RFC 7636 section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeChallengeMethod {
    /// The SHA-256 of the verifier.
    S256,
    /// The verifier itself.
    Plain,
}

impl CodeChallengeMethod {
    /// The registered text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::S256 => "S256",
            Self::Plain => "plain",
        }
    }

    /// Reads the registered text, in which case matters.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::S256, Self::Plain]
            .into_iter()
            .find(|method| method.as_str() == name)
    }
}

impl fmt::Display for CodeChallengeMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The challenge of an authorization request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge {
    method: CodeChallengeMethod,
    /// A secret because a plain challenge is the verifier.
    challenge: Secret<String>,
}

impl CodeChallenge {
    /// Reads `code_challenge` and `code_challenge_method`; a missing method is `plain` (RFC 7636 section 4.3).
    pub fn parse(challenge: &str, method: Option<&str>) -> Result<Self, PkceError> {
        let method = match method {
            None => CodeChallengeMethod::Plain,
            Some(name) => CodeChallengeMethod::from_name(name).ok_or_else(|| PkceError::Method(name.to_owned()))?,
        };
        let is_whole = match method {
            CodeChallengeMethod::S256 => challenge.len() == HASH_LENGTH,
            CodeChallengeMethod::Plain => LENGTHS.contains(&challenge.len()),
        };
        if !is_whole || !challenge.bytes().all(is_unreserved) {
            return Err(PkceError::Challenge);
        }
        Ok(Self {
            method,
            challenge: Secret::new(challenge.to_owned()),
        })
    }

    /// How the challenge was made.
    #[must_use]
    pub const fn method(&self) -> CodeChallengeMethod {
        self.method
    }

    /// `code_challenge` as it was sent.
    #[must_use]
    pub fn challenge(&self) -> &str {
        self.challenge.expose()
    }

    /// Whether the challenge was made from `verifier` (RFC 7636 section 4.6).
    pub fn matches(&self, verifier: &str) -> Result<(), PkceError> {
        if !LENGTHS.contains(&verifier.len()) || !verifier.bytes().all(is_unreserved) {
            return Err(PkceError::Verifier);
        }
        let derived = Secret::new(match self.method {
            CodeChallengeMethod::S256 => URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes())),
            CodeChallengeMethod::Plain => verifier.to_owned(),
        });
        let is_same: bool = derived
            .expose()
            .as_bytes()
            .ct_eq(self.challenge.expose().as_bytes())
            .into();
        if is_same { Ok(()) } else { Err(PkceError::Mismatch) }
    }

    /// The text to store: `<method>:<challenge>`.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}:{}", self.method, self.challenge.expose())
    }

    /// Reads what [`CodeChallenge::to_text`] wrote.
    pub fn from_text(text: &str) -> Result<Self, PkceError> {
        let (method, challenge) = text.split_once(':').ok_or(PkceError::Stored)?;
        Self::parse(challenge, Some(method)).map_err(|_malformed| PkceError::Stored)
    }
}

/// RFC 3986 section 2.3.
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests;
