//! Statements laid out for a reader.
//!
//! In: the text of a statement on one line. Out: the same words, a clause per line, indented by depth.
//! Invariant: only blanks outside of quotes become line breaks; the text means the same.

/// Each opens a line, indented under the bracket that it stands in.
const CLAUSES: [&str; 10] = [
    "SELECT ",
    "FROM ",
    "LEFT JOIN ",
    "WHERE ",
    "ORDER BY ",
    "LIMIT ",
    "RETURNING ",
    "VALUES ",
    "AND ",
    "OR ",
];

/// Lays a statement out.
pub(super) fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0_usize;
    let mut quote = None;
    for (position, character) in text.char_indices() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        let rest = text.get(position + character.len_utf8()..).unwrap_or_default();
        let delete = out.ends_with("DELETE");
        let ahead = quote.is_none() && !delete && CLAUSES.iter().any(|clause| rest.starts_with(clause));
        match character {
            ' ' if ahead => break_line(&mut out, depth),
            '(' if ahead => {
                out.push('(');
                break_line(&mut out, depth);
            }
            ' ' if quote.is_none() && out.ends_with(';') => break_line(&mut out, depth),
            _ => out.push(character),
        }
    }
    out.push('\n');
    out
}

fn break_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}
