//! How texts are written on a page that somebody else chose.
//!
//! In: a name or a sentence. Out: the same, so that it can neither mislead nor push the rest out of sight. Invariant:
//! escaping is askama's and comes after.

/// The longest name that is shown whole, in characters.
const MOST_CHARS: usize = 120;

/// A sentence without control characters and without the marks that turn the direction of writing around, by which
/// `fabrikam` could be made to read `makirbaf`.
pub(super) fn said(text: impl AsRef<str>) -> String {
    text.as_ref().chars().filter(|char| !is_misleading(*char)).collect()
}

/// A name, likewise, cut where it is very long.
pub(super) fn shown(name: impl AsRef<str>) -> String {
    let name = said(name);
    let mut chars = name.chars();
    let mut text: String = chars.by_ref().take(MOST_CHARS).collect();
    if chars.next().is_some() {
        text.truncate(text.trim_end().len());
        text.push('…');
    }
    text
}

/// Controls, embeddings, overrides and isolates, line and paragraph separators, and characters of no width that join
/// nothing.
fn is_misleading(char: char) -> bool {
    char.is_control() || matches!(char, '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_mislead_nobody() {
        let check = |name: &str, expected: &str| assert_eq!(shown(name), expected, "{name:?}");
        check("Contoso Ledger", "Contoso Ledger");
        check("\u{202e}makirbaf\u{202c}\r\n\u{200b}", "makirbaf");
        check("می\u{200c}خواهم", "می\u{200c}خواهم");
        check(&"a".repeat(120), &"a".repeat(120));
        check(&"a".repeat(121), &format!("{}…", "a".repeat(120)));
        check(&"abc ".repeat(40), &format!("{}…", "abc ".repeat(30).trim_end()));
    }
}
