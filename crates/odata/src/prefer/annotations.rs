//! `odata.include-annotations` (OData protocol, section 8.2.8.4): which annotations a client wants.
//!
//! In: `*`, names, names ending in `.*`, and any of them with `-` in front to leave it out. Out: yes or no for one name.
//! Invariant: the most exact pattern that fits decides; without one the answer is no.

use crate::cursor::is_identifier;

/// The list of a client, kept as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotations {
    text: String,
}

impl Annotations {
    /// Reads the list without its quotes; `None` when it names nothing or an item is no name.
    pub(super) fn parse(unverified_text: &str) -> Option<Self> {
        patterns(unverified_text).all(is_pattern).then(|| Self {
            text: unverified_text.to_owned(),
        })
    }

    /// The list as written, for `Preference-Applied`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the client wants the annotation with this full name (`OData.Community.Display.V1.FormattedValue`).
    #[must_use]
    pub fn includes(&self, name: &str) -> bool {
        patterns(&self.text)
            .filter_map(|pattern| match pattern.strip_prefix('-') {
                Some(excluded) => fit(excluded, name).map(|exactness| (exactness, false)),
                None => fit(pattern, name).map(|exactness| (exactness, true)),
            })
            // Of two patterns equally exact the exclusion wins: `false` sorts before `true`.
            .min_by_key(|&(exactness, included)| (std::cmp::Reverse(exactness), included))
            .is_some_and(|(_, included)| included)
    }
}

fn patterns(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

/// `*`, `Namespace.*` or `Namespace.Term`, with `-` in front or `#Qualifier` behind.
fn is_pattern(text: &str) -> bool {
    let pattern = text.strip_prefix('-').unwrap_or(text);
    let (name, qualifier) = pattern.split_once('#').unwrap_or((pattern, "default"));
    let namespace_and_term = match name.rsplit_once('.') {
        Some((namespace, term)) => namespace
            .split('.')
            .chain([term])
            .all(|part| part == "*" || is_name(part)),
        None => name == "*",
    };
    namespace_and_term && !name.trim_end_matches('*').contains('*') && is_name(qualifier)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_identifier)
}

/// How many characters of the name the pattern fixes; `None` when it does not fit.
fn fit(pattern: &str, full_name: &str) -> Option<usize> {
    let (name, qualifier) = full_name.split_once('#').unwrap_or((full_name, ""));
    let (pattern, wanted) = match pattern.split_once('#') {
        Some((pattern, wanted)) if wanted == qualifier => (pattern, wanted.len()),
        Some(_) => return None,
        None => (pattern, 0),
    };
    match pattern.strip_suffix('*') {
        Some(stem) => name.starts_with(stem).then_some(stem.len() + wanted),
        None => (pattern == name).then_some(name.len() + 1 + wanted),
    }
}
