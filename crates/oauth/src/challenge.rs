//! The `WWW-Authenticate: Bearer` challenge of Dataverse and RFC 6750 section 3: its parameters come in, the header's
//! value goes out, and back.
//!
//! INVARIANT: what is printed is one line of visible ASCII, whatever the values hold.

mod parse;

use std::fmt;

/// The header is not a challenge that leads to an authority.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// Another scheme than `Bearer`.
    #[error("challenge is not a bearer challenge")]
    NotBearer,
    /// A parameter without name or value, or a quotation without end.
    #[error("challenge parameters are malformed")]
    Malformed,
    /// The authority is not named.
    #[error("challenge has no `authorization_uri`")]
    NoAuthorizationUri,
}

/// What a resource answers to a caller without a valid token: where to get one, and what was wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    /// The authorization endpoint of the tenant. Clients cut host and tenant out of it.
    pub authorization_uri: String,
    /// The resource to ask a token for.
    pub resource_id: Option<String>,
    /// `invalid_token`, `insufficient_claims`, ...; absent when no token was sent (RFC 6750 section 3.1).
    pub error: Option<String>,
    /// What was wrong, for a developer.
    pub error_description: Option<String>,
}

impl Challenge {
    /// Reads the value of a `WWW-Authenticate` header with one challenge, its values quoted or not. Unknown parameters
    /// are ignored; of a repeated one the first counts.
    pub fn parse(header: &str) -> Result<Self, ChallengeError> {
        let mut challenge = Self::default();
        for (name, value) in parse::bearer_parameters(header)? {
            let place = match name.to_ascii_lowercase().as_str() {
                "authorization_uri" if challenge.authorization_uri.is_empty() => {
                    challenge.authorization_uri = value;
                    continue;
                }
                "resource_id" => &mut challenge.resource_id,
                "error" => &mut challenge.error,
                "error_description" => &mut challenge.error_description,
                _ => continue,
            };
            place.get_or_insert(value);
        }
        if challenge.authorization_uri.is_empty() {
            return Err(ChallengeError::NoAuthorizationUri);
        }
        Ok(challenge)
    }
}

/// The header's value. The two addresses are bare, as Dataverse prints them and its clients cut them out; the errors
/// are quoted, as RFC 6750 wants them.
impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bearer authorization_uri={}", Bare(&self.authorization_uri))?;
        if let Some(resource_id) = &self.resource_id {
            write!(f, ", resource_id={}", Bare(resource_id))?;
        }
        if let Some(error) = &self.error {
            write!(f, ", error={}", Quoted(error))?;
        }
        if let Some(description) = &self.error_description {
            write!(f, ", error_description={}", Quoted(description))?;
        }
        Ok(())
    }
}

/// A URI as it is, or quoted when it holds what would end it.
struct Bare<'a>(&'a str);

impl fmt::Display for Bare<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b',' | b'"' | b'\\');
        if !self.0.is_empty() && self.0.bytes().all(is_plain) {
            f.write_str(self.0)
        } else {
            Quoted(self.0).fmt(f)
        }
    }
}

/// RFC 6750 section 3 allows neither quotation marks, backslashes, control characters nor anything beyond ASCII; a
/// caller's text in a message must not break the header.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let safe: String = self
            .0
            .chars()
            .map(|character| match character {
                '"' | '\\' => '\'',
                ' '..='~' => character,
                _ => '?',
            })
            .collect();
        write!(f, "\"{safe}\"")
    }
}

#[cfg(test)]
mod tests;
