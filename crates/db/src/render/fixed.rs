//! Fixed statements to text, each once per database.
//!
//! In: a static text with `{table}` and `$1`. Out: the text for one database.
//! Invariant: what stands between single quotes is left as it is.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::dialect::Dialect;

/// The fixed texts of one database, by address and length of the static text.
#[derive(Default)]
pub(crate) struct FixedTexts(RwLock<HashMap<(usize, usize), Arc<str>>>);

impl FixedTexts {
    /// The text for the database of this dialect; always the same dialect for the same store.
    pub(crate) fn text(&self, dialect: &impl Dialect, fixed: &'static str) -> Arc<str> {
        // A static text lives forever, so that its address is never another's.
        let key = (fixed.as_ptr().addr(), fixed.len());
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let text: Arc<str> = rewritten(dialect, fixed).into();
            self.0
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(key, Arc::clone(&text));
            text
        })
    }
}

/// Rewrites tables and parameters.
pub(super) fn rewritten(dialect: &impl Dialect, fixed: &str) -> String {
    let mut text = String::with_capacity(fixed.len() * 2);
    // Every second part is what stands between quotes; a doubled quote makes an empty part outside.
    for (position, part) in fixed.split('\'').enumerate() {
        if position % 2 == 1 {
            text.push('\'');
            text.push_str(part);
            text.push('\'');
        } else {
            outside(&mut text, dialect, part);
        }
    }
    text
}

fn outside(text: &mut String, dialect: &impl Dialect, part: &str) {
    let mut rest = part;
    while let Some((before, mark, after)) = next_mark(rest) {
        text.push_str(before);
        rest = after;
        if mark == '{' {
            let (table, after) = rest.split_once('}').unwrap_or((rest, ""));
            dialect.table(text, table);
            rest = after;
        } else {
            let after = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
            let number = rest.strip_suffix(after).and_then(|digits| digits.parse().ok());
            match number {
                Some(number) => dialect.parameter(text, number, None),
                None => text.push('$'),
            }
            rest = after;
        }
    }
    text.push_str(rest);
}

fn next_mark(text: &str) -> Option<(&str, char, &str)> {
    let position = text.find(['{', '$'])?;
    let (before, marked) = text.split_at_checked(position)?;
    let mut characters = marked.chars();
    let mark = characters.next()?;
    Some((before, mark, characters.as_str()))
}
