//! The form of a text in which it is compared: without regard to case and to spaces at its end.
//!
//! In: text as written. Out: the text of `<column>__folded`, or what is compared with it.
//! Invariant: both databases only ever compare folded texts, byte by byte, so that they agree.

/// The folded form of a whole value.
#[must_use]
pub(crate) fn fold(text: &str) -> String {
    fold_part(text.trim_end_matches(' '))
}

/// The folded form of a part of a value, whose spaces all count. The small sigma at the end of a word is the same letter
/// as the one within, so that a part folds to the same wherever it stands.
#[must_use]
pub(crate) fn fold_part(text: &str) -> String {
    text.to_lowercase().replace('ς', "σ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_folds_as_it_does_within_the_whole() {
        assert_eq!(fold("Fjord  "), "fjord");
        assert_eq!(fold_part("Fjord  "), "fjord  ");
        assert!(fold("ΟΔΟΣΑ").starts_with(&fold_part("ΟΔΟΣ")));
        assert_eq!(fold("οδος"), fold("ΟΔΟΣ"));
    }
}
