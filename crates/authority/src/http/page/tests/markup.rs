//! A strict reader of the markup that we write: elements that close, attributes in quotes, text that is escaped.
//!
//! In: a page. Out: its elements in the order in which they open. Invariant: what a browser would have to guess is an error.

/// Elements without an end (HTML, 13.1.2).
const VOID: [&str; 3] = ["input", "link", "meta"];

/// An element as it opens.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of an attribute; empty where it has none.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(one, _)| one == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Reads a page.
pub(super) fn read(html: &str) -> Result<Vec<Element>, String> {
    let mut rest = html.strip_prefix("<!DOCTYPE html>").ok_or("no doctype")?;
    let (mut elements, mut open) = (Vec::new(), Vec::new());
    while let Some((text, tag)) = rest.split_once('<') {
        if text.contains('>') {
            return Err(format!("`>` in the text {text}"));
        }
        let end = end_of_tag(tag).ok_or_else(|| format!("no end of {tag}"))?;
        let (inside, after) = tag.split_at(end);
        rest = after.strip_prefix('>').unwrap_or_default();
        if let Some(name) = inside.strip_prefix('/') {
            if open.pop().as_deref() != Some(name) {
                return Err(format!("{name} ends where it does not stand"));
            }
            continue;
        }
        let is_closed = inside.ends_with('/');
        let element = element(inside.trim_end_matches('/'))?;
        if !is_closed && !VOID.contains(&element.name.as_str()) {
            open.push(element.name.clone());
        }
        elements.push(element);
    }
    if rest.contains('>') {
        return Err(format!("`>` in the text {rest}"));
    }
    if open.is_empty() {
        Ok(elements)
    } else {
        Err(format!("{open:?} do not end"))
    }
}

/// Where the tag ends: a `>` outside of quotes.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut is_quoted = false;
    tag.char_indices().find_map(|(at, char)| {
        is_quoted ^= char == '"';
        (char == '>' && !is_quoted).then_some(at)
    })
}

fn element(inside: &str) -> Result<Element, String> {
    let (name, mut rest) = inside.split_once([' ', '\n']).unwrap_or((inside, ""));
    if name.is_empty() || !name.chars().all(|char| char.is_ascii_alphanumeric()) {
        return Err(format!("`{name}` is no element"));
    }
    let mut attributes: Vec<(String, String)> = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(Element {
                name: name.to_owned(),
                attributes,
            });
        }
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (attribute, after) = rest.split_at(end);
        let mut value = "";
        rest = after;
        if let Some(quoted) = after.strip_prefix("=\"") {
            (value, rest) = quoted.split_once('"').ok_or("no end of a value")?;
        } else if after.starts_with('=') {
            return Err(format!("no quotes: {after}"));
        }
        let is_name = attribute
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || char == '-');
        if attribute.is_empty() || !is_name || attributes.iter().any(|(known, _)| known == attribute) {
            return Err(format!("`{attribute}` of {name}"));
        }
        attributes.push((attribute.to_owned(), value.to_owned()));
    }
}

#[test]
fn what_a_browser_would_have_to_guess_is_an_error() {
    let check =
        |html: &str, expected: bool| assert_eq!(read(&format!("<!DOCTYPE html>{html}")).is_ok(), expected, "{html}");
    check("<p id=\"a\" hidden>x<input name=\"b\"></p>", true);
    for wrong in [
        "<p>",
        "<p></b></p>",
        "</p>",
        "<p id=a></p>",
        "<p a=\"1\" a=\"2\"></p>",
        "<p \"></p>",
        "a > b",
        "<p",
        "< b",
    ] {
        check(wrong, false);
    }
    assert!(read("<p></p>").is_err());
}
