//! The scope of a request (RFC 6749 section 3.3). Of an application: `<resource>/.default` comes in, the resource goes
//! out. For a person: see [`RequestedScopes`].
//!
//! INVARIANT: a [`ResourceScope`] names exactly one resource, as the client wrote it.

mod oidc;
mod requested;

pub use oidc::{OidcScope, OidcScopes};
pub use requested::{RequestedResource, RequestedScopes, ScopeNames};

/// The longest scope that is read.
const MAX_BYTES: usize = 4096;
const DEFAULT_SUFFIX: &str = "/.default";

/// Why a scope is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// Nothing but spaces (AADSTS 900144).
    #[error("scope is missing")]
    Missing,
    /// More than 4096 bytes or 50 words (AADSTS 70011).
    #[error("scope is too long")]
    TooLong,
    /// A character outside RFC 6749 section 3.3, or a word with `/` but without resource or name (AADSTS 70011).
    #[error("scope is malformed")]
    Malformed,
    /// `.default` together with other scopes (AADSTS 70011).
    #[error("scope mixes `.default` with other scopes")]
    Mixed,
    /// Scopes by name, which an application cannot ask for by itself (AADSTS 1002012).
    #[error("scope does not end in `/.default`")]
    NotDefault,
}

/// The resource of a `.default` scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceScope {
    resource: String,
}

impl ResourceScope {
    /// Reads a scope. The last `/.default` is removed and nothing else: `https://x//.default` names `https://x/`.
    pub fn parse(unverified_scope: &str) -> Result<Self, ScopeError> {
        match words(unverified_scope)?.as_slice() {
            [] => Err(ScopeError::Missing),
            [word] => match word.strip_suffix(DEFAULT_SUFFIX) {
                None => Err(ScopeError::NotDefault),
                Some("") => Err(ScopeError::Malformed),
                Some(resource) => Ok(Self {
                    resource: resource.to_owned(),
                }),
            },
            several if several.iter().any(|word| word.ends_with(DEFAULT_SUFFIX)) => Err(ScopeError::Mixed),
            _ => Err(ScopeError::NotDefault),
        }
    }

    /// The resource's identifier URI or app id, as the client wrote it.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }
}

/// The words of a scope; there may be none.
fn words(scope: &str) -> Result<Vec<&str>, ScopeError> {
    if scope.len() > MAX_BYTES {
        return Err(ScopeError::TooLong);
    }
    if !scope.bytes().all(is_scope_byte) {
        return Err(ScopeError::Malformed);
    }
    Ok(scope.split(' ').filter(|word| !word.is_empty()).collect())
}

/// `scope-token` and the space between two of them (RFC 6749 section 3.3).
const fn is_scope_byte(byte: u8) -> bool {
    matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(scope: &str, expected: Result<&str, ScopeError>) {
        let parsed = ResourceScope::parse(scope);
        assert_eq!(
            parsed.as_ref().map(ResourceScope::resource).map_err(|error| *error),
            expected,
            "{scope}"
        );
    }

    #[test]
    fn what_names_no_single_resource_is_refused() {
        check("", Err(ScopeError::Missing));
        check("   ", Err(ScopeError::Missing));
        check(&format!("{}/.default", "x".repeat(4088)), Err(ScopeError::TooLong));
        check("/.default", Err(ScopeError::Malformed));
        check("https://x.example.test/\".default", Err(ScopeError::Malformed));
        check("https://x.example.test\\/.default", Err(ScopeError::Malformed));
        check("https://x.example.test/.default\n", Err(ScopeError::Malformed));
        check("https://ä.example.test/.default", Err(ScopeError::Malformed));
        check("https://x.example.test", Err(ScopeError::NotDefault));
        check("https://x.example.test/user_impersonation", Err(ScopeError::NotDefault));
        check("openid profile", Err(ScopeError::NotDefault));
        check(".default", Err(ScopeError::NotDefault));
        check("https://x.example.test/.Default", Err(ScopeError::NotDefault));
        check("https://x.example.test/.default openid", Err(ScopeError::Mixed));
        check(
            "https://x.example.test/.default https://y.example.test/.default",
            Err(ScopeError::Mixed),
        );
    }

    #[test]
    fn the_last_default_is_removed() {
        check("https://x.example.test/.default", Ok("https://x.example.test"));
        check("https://x.example.test//.default", Ok("https://x.example.test/"));
        check(
            "https://x.example.test/.default/.default",
            Ok("https://x.example.test/.default"),
        );
        check(
            "9d1f7c60-52aa-4be1-b0f3-17c4d5e6f708/.default",
            Ok("9d1f7c60-52aa-4be1-b0f3-17c4d5e6f708"),
        );
        check(
            "https://localhost:8443/env/contoso/.default",
            Ok("https://localhost:8443/env/contoso"),
        );
        check(" https://x.example.test/.default ", Ok("https://x.example.test"));
    }

    proptest::proptest! {
        #[test]
        fn resources_round_trip(resource in "[!#-\\[\\]-~]{1,60}") {
            let parsed = ResourceScope::parse(&format!("{resource}/.default"));
            proptest::prop_assert_eq!(parsed, Ok(ResourceScope { resource }));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = ResourceScope::parse(&text);
        }
    }
}
