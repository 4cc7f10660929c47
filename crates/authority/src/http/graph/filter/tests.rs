//! Filters that are refused, and what the others take.

use super::super::query::Query;
use super::*;

const PROPERTIES: &[&str] = &[
    "id",
    "displayName",
    "accountEnabled",
    "tags",
    "createdDateTime",
    "description",
];

fn filter(text: &str, consistency: Consistency) -> Result<Expr, GraphRefusal> {
    let encoded = percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
    let expr = Query::parse(&format!("$filter={encoded}"), consistency)?
        .filter
        .unwrap();
    check(&expr, PROPERTIES, consistency).map(|()| expr)
}

#[test]
fn what_is_not_supported_is_refused() {
    let check = |text: &str, expected: &str| {
        assert_eq!(
            filter(text, Consistency::Strong).unwrap_err().to_string(),
            expected,
            "{text}"
        );
    };
    check(
        "planet eq 'x'",
        "query not supported: Could not find a property named 'planet'",
    );
    check(
        "displayName",
        "query not supported: A condition must compare a property",
    );
    check(
        "displayName gt 'x'",
        "query not supported: A comparison of this kind is not supported",
    );
    check(
        "'x' eq displayName",
        "query not supported: A comparison of this kind is not supported",
    );
    check(
        "contains(displayName,'x')",
        "query not supported: The function 'contains' is not supported in this form",
    );
    check(
        "tags/all(t:t eq 'x')",
        "query not supported: Only 'any' with one condition is supported",
    );
    check(
        "displayName ne 'x'",
        "The operator 'ne', 'not' or 'endswith' without the header for it",
    );
    check(
        "not(displayName eq 'x')",
        "The operator 'ne', 'not' or 'endswith' without the header for it",
    );
    check(
        "endswith(displayName,'x')",
        "The operator 'ne', 'not' or 'endswith' without the header for it",
    );
    check("displayName eq", "query refused");
}

#[test]
fn objects_are_taken() {
    let object = serde_json::json!({
        "id": "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b", "displayName": "Nightly Sync", "accountEnabled": true,
        "tags": ["one", "Two"], "createdDateTime": "2026-01-01T00:00:00Z", "description": null,
    });
    let check = |text: &str, expected: bool| {
        let expr = filter(text, Consistency::Eventual).unwrap();
        assert_eq!(takes(&expr, &object), expected, "{text}");
    };
    check("displayName eq 'other'", false);
    check("displayName eq 'nightly sync'", true);
    check("displayName in ('x','Nightly Sync')", true);
    check("startswith(displayName,'night') and accountEnabled eq true", true);
    check("startswith(displayName,'sync') or accountEnabled eq false", false);
    check("endswith(displayName,'sync')", true);
    check("not(displayName eq 'x') and displayName ne 'y'", true);
    check("tags/any(t:t eq 'two')", true);
    check("tags/any(t:startswith(t,'thr'))", false);
    check("id eq 5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b", true);
    check("createdDateTime ge 2026-01-01T00:00:00Z", true);
    check("createdDateTime lt 2026-01-01T00:00:00Z", false);
    check("description eq null", true);
}

#[test]
fn what_the_database_answers() {
    let check = |text: &str, expected: Narrow| {
        assert_eq!(
            narrow(&filter(text, Consistency::Eventual).unwrap()),
            expected,
            "{text}"
        );
    };
    let name = |names: &[&str]| Narrow::Is(Field::Name, names.iter().map(|&name| name.to_owned()).collect());
    let id = Uuid::from_u128(7);
    check("displayName eq null", Narrow::All);
    check("displayName in ('a',null)", Narrow::All);
    check("id eq 'x'", Narrow::All);
    check("startswith(id,'x')", Narrow::All);
    check("not(displayName eq 'a')", Narrow::All);
    check(
        "displayName eq 'a' or id eq 'b'",
        Narrow::Or(vec![name(&["a"]), Narrow::All]),
    );
    check("displayName in ('a','b')", name(&["a", "b"]));
    check(
        "accountEnabled eq true and displayName eq 'a'",
        Narrow::And(vec![Narrow::Switched(Field::Enabled, true), name(&["a"])]),
    );
    check(
        "startswith(displayName,'a')",
        Narrow::Begins(Field::Name, "a".to_owned()),
    );
    check(&format!("id eq '{id}'"), Narrow::id(id));
    check(&format!("id in ({id})"), Narrow::id(id));
}
