//! Text that means nothing: it is refused or read, and nothing panics.

use commonhold_odata::{ETag, EntityReference, IfMatch, IfNoneMatch, Preferences, QueryOptions, Request, reference};
use proptest::prelude::*;

/// Pieces of the grammar in any order find more than letters in any order do.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "accounts",
        "(",
        ")",
        "'",
        "''",
        "%27",
        "/",
        "$ref",
        "$count",
        ",",
        ";",
        "=",
        "&",
        "?",
        "@p1",
        "$filter=",
        "$select=",
        "$expand=",
        "$orderby=",
        "$top=",
        " ",
        "+",
        "eq",
        "and",
        "not ",
        "any(",
        "t:",
        "t/x",
        "null",
        "1",
        "-",
        "1.5e3",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "\\",
        "5a1e0c11-0001-4e0a-9b1c-10aa00000001",
        "2025-03-04",
        "T08:15Z",
        "%",
        "%ff",
        "%00",
        "é",
        "🦀",
        "A.B",
        "*",
        ":",
        "#",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn requests(path in pieces(), query in pieces()) {
        if let Err(error) = Request::parse(&path, &query) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn options(name in prop::sample::select(vec!["$filter", "$expand", "$orderby", "$select", "@p"]), value in pieces()) {
        if let Err(error) = QueryOptions::parse(&format!("{name}={value}")) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn any_text(text: String) {
        let root = "https://org.example.com/api/data/v9.2";
        prop_assert!(IfMatch::parse(&text).is_err() || text.contains(['*', '"']));
        prop_assert!(IfNoneMatch::parse(&text).is_err() || text.contains(['*', '"', 'n']));
        prop_assert!(text.parse::<ETag>().is_err() || text.starts_with("W/"));
        prop_assert!(EntityReference::parse(&text, root).is_err() || text.contains('('));
        prop_assert!(reference(text.as_bytes()).is_err() || text.contains("@odata.id"));
        if let Err(error) = Preferences::parse([text.as_str()]) {
            prop_assert!(!error.to_string().is_empty());
        }
        if let Err(error) = Request::parse(&text, &text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
