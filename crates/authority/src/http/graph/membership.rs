//! `in` of `$filter` (OData URL conventions, section 5.1.1.1.12), which the parser of queries does not know.
//!
//! In: the text of a filter. Out: the same with `a in (x,y)` as `(a eq x or a eq y)`. Invariant: what stands between single
//! quotes is left as it is, and a text without `in` comes out as it went in.

/// Spells lists out.
pub(crate) fn spelled_out(filter: &str) -> String {
    let tokens = tokens(filter);
    let mut out: Vec<String> = Vec::new();
    let mut rest = tokens.as_slice();
    while let Some((&token, behind)) = rest.split_first() {
        rest = behind;
        let list = (token == "in").then(|| list(behind)).flatten();
        let left = out.iter().rposition(|token| !token.trim().is_empty());
        match (list, left) {
            (Some((values, after)), Some(left)) => {
                let operand = out.drain(left..).next().unwrap_or_default();
                let each: Vec<String> = values.iter().map(|value| format!("{operand} eq {value}")).collect();
                out.push(format!("({})", each.join(" or ")));
                rest = after;
            }
            _ => out.push(token.to_owned()),
        }
    }
    out.concat()
}

/// The values of a list in parentheses, and what comes behind it.
fn list<'t, 'a>(tokens: &'t [&'a str]) -> Option<(Vec<&'a str>, &'t [&'a str])> {
    let mut values = Vec::new();
    let mut rest = without_space(tokens).strip_prefix(&["("])?;
    loop {
        let (&value, behind) = without_space(rest).split_first()?;
        if matches!(value, "(" | ")" | "," | ":") {
            return None;
        }
        values.push(value);
        let (&next, behind) = without_space(behind).split_first()?;
        rest = behind;
        match next {
            "," => {}
            ")" => return Some((values, rest)),
            _ => return None,
        }
    }
}

fn without_space<'t, 'a>(tokens: &'t [&'a str]) -> &'t [&'a str] {
    match tokens.split_first() {
        Some((space, behind)) if space.trim().is_empty() => behind,
        _ => tokens,
    }
}

/// Quoted texts, single marks, runs of spaces, and words.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => quoted_length(rest),
            '(' | ')' | ',' | ':' => first.len_utf8(),
            ' ' | '\t' => rest.find(|char| !matches!(char, ' ' | '\t')).unwrap_or(rest.len()),
            _ => rest.find(['\'', '(', ')', ',', ':', ' ', '\t']).unwrap_or(rest.len()),
        };
        let (token, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        tokens.push(token);
        rest = behind;
    }
    tokens
}

/// The length of a quoted text with its quotes; two quotes inside stand for one. Without an end, all of the rest.
fn quoted_length(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, char)) = chars.next() {
        if char == '\'' && chars.next_if(|(_, next)| *next == '\'').is_none() {
            return at + char.len_utf8();
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::spelled_out;

    #[test]
    fn lists_are_spelled_out() {
        let check = |filter: &str, expected: &str| assert_eq!(spelled_out(filter), expected);
        check("", "");
        check("displayName eq 'a in (b)'", "displayName eq 'a in (b)'");
        check("in (", "in (");
        check("id in ()", "id in ()");
        check("id in ('a'", "id in ('a'");
        check("id in ('a')", "(id eq 'a')");
        check("id in ('a', 'it''s') and x", "(id eq 'a' or id eq 'it''s') and x");
        check("not(id in(1,2))", "not((id eq 1 or id eq 2))");
        check("tags/any(t:t in ('a','b'))", "tags/any(t:(t eq 'a' or t eq 'b'))");
    }
}
