//! The form of a text in which it is compared: without regard to case and to spaces at its end.
//!
//! In: text as written. Out: the text of `<column>__folded`, or what is compared with it.
//! Invariant: both databases only ever compare folded texts, byte by byte, so that they agree.

/// The folded form of a whole value.
#[must_use]
pub(crate) fn fold(text: &str) -> String {
    text.trim_end_matches(' ').to_lowercase()
}

/// The folded form of a part of a value, whose spaces all count.
#[must_use]
pub(crate) fn fold_part(text: &str) -> String {
    text.to_lowercase()
}
