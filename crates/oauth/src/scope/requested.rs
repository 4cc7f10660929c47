//! The scope of a request for a person: words come in, what is asked of each resource goes out, and back to words.
//!
//! INVARIANT: a resource appears once, as the client wrote it, with `.default` or with names, and never the one beside
//! the other.

use super::oidc::{OidcScope, OidcScopes};
use super::{ScopeError, words};

const DEFAULT: &str = ".default";
const MAX_WORDS: usize = 50;

/// What is asked of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopeNames {
    /// `.default`: all that the application is registered for.
    Default,
    /// Scopes by their names, at least one, each once, in the order of the request.
    Named(Vec<String>),
}

/// One resource of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedResource {
    /// Identifier URI or app id as the client wrote it; none when the words name no resource, which means Microsoft
    /// Graph.
    pub resource: Option<String>,
    /// What is asked of it.
    pub names: ScopeNames,
}

/// A scope by its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestedScopes {
    /// The words of OpenID Connect.
    pub oidc: OidcScopes,
    /// The resources in the order in which each was first named.
    pub resources: Vec<RequestedResource>,
}

impl RequestedScopes {
    /// Reads a scope of at most 50 words and 4096 bytes. A word is split at its last `/` and nothing else is changed:
    /// `https://x//Read` asks `Read` of `https://x/`. A word that comes twice counts once.
    pub fn parse(unverified_scope: &str) -> Result<Self, ScopeError> {
        let words = words(unverified_scope)?;
        if words.is_empty() {
            return Err(ScopeError::Missing);
        }
        if words.len() > MAX_WORDS {
            return Err(ScopeError::TooLong);
        }
        let mut resources = Vec::new();
        for word in words.iter().filter(|word| OidcScope::from_name(word).is_none()) {
            let (resource, name) = split(word)?;
            add(&mut resources, resource, name)?;
        }
        let has_default = |asked: &RequestedResource| asked.names == ScopeNames::Default;
        if resources.iter().any(has_default) && !resources.iter().all(has_default) {
            return Err(ScopeError::Mixed);
        }
        Ok(Self {
            oidc: words.iter().filter_map(|word| OidcScope::from_name(word)).collect(),
            resources,
        })
    }

    /// The scope as text: the resources in their order, then the words of OpenID Connect in theirs.
    #[must_use]
    pub fn to_text(&self) -> String {
        let of_resources = self.resources.iter().flat_map(RequestedResource::words);
        let of_oidc = self.oidc.iter().map(|scope| scope.as_str().to_owned());
        of_resources.chain(of_oidc).collect::<Vec<String>>().join(" ")
    }
}

impl RequestedResource {
    fn words(&self) -> Vec<String> {
        let word = |name: &str| match &self.resource {
            Some(resource) => format!("{resource}/{name}"),
            None => name.to_owned(),
        };
        match &self.names {
            ScopeNames::Default => vec![word(DEFAULT)],
            ScopeNames::Named(names) => names.iter().map(|name| word(name)).collect(),
        }
    }
}

/// Resource and name of a word.
fn split(word: &str) -> Result<(Option<&str>, &str), ScopeError> {
    match word.rsplit_once('/') {
        None => Ok((None, word)),
        Some((resource, name)) => {
            // `https://x` has no name: its last slash belongs to the scheme.
            let is_scheme_alone = resource.trim_end_matches('/').ends_with(':');
            if resource.is_empty() || name.is_empty() || is_scheme_alone {
                return Err(ScopeError::Malformed);
            }
            Ok((Some(resource), name))
        }
    }
}

fn add(resources: &mut Vec<RequestedResource>, resource: Option<&str>, name: &str) -> Result<(), ScopeError> {
    let known = resources.iter_mut().find(|asked| asked.resource.as_deref() == resource);
    match (known.map(|asked| &mut asked.names), name) {
        (None, _) => resources.push(RequestedResource {
            resource: resource.map(str::to_owned),
            names: match name {
                DEFAULT => ScopeNames::Default,
                _ => ScopeNames::Named(vec![name.to_owned()]),
            },
        }),
        (Some(ScopeNames::Default), DEFAULT) => {}
        (Some(ScopeNames::Default), _) | (Some(ScopeNames::Named(_)), DEFAULT) => return Err(ScopeError::Mixed),
        (Some(ScopeNames::Named(names)), _) => {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
