//! What a built query reads as.

use super::*;
use odata::{Literal, QueryOptions};
use uuid::Uuid;

/// The query as it is sent, but with spaces and quotes as they are.
#[track_caller]
fn check(query: &Query, expected: &str) {
    let sent = query.suffix().unwrap();
    let shown = sent
        .replace("%20", " ")
        .replace("%22", "\"")
        .replace("%5B", "[")
        .replace("%5D", "]");
    assert_eq!(shown, expected);
    QueryOptions::parse(sent.trim_start_matches('?')).unwrap();
}

#[test]
fn a_name_that_is_none_is_not_sent() {
    let bad = "name eq 'x' or name";
    for query in [
        Query::new().select([bad]),
        Query::new().filter(column(bad).eq("y")),
        Query::new().order_by(bad, Direction::Ascending),
        Query::new().expand(Expand::new(bad)),
        Query::new().filter(Filter::exists(bad)),
    ] {
        assert!(matches!(query.suffix(), Err(Error::Url { url, .. }) if url == bad));
    }
}

#[test]
fn values_are_literals() {
    let of = |filter| Query::new().filter(filter);
    check(
        &of(column("name").eq("O'Brien' or 1 eq 1")),
        "?$filter=name eq 'O''Brien'' or 1 eq 1'",
    );
    check(
        &of(column("name").contains("50% & more").and(column("revenue").ge(1.5))),
        "?$filter=contains(name,'50%25 %26 more') and revenue ge 1.5e0",
    );
    check(
        &of(column("accountid").eq(Uuid::from_u128(1))),
        "?$filter=accountid eq 00000000-0000-0000-0000-000000000001",
    );
    check(&of(column("statecode").ne(Literal::Null)), "?$filter=statecode ne null");
    check(
        &of(column("name").is_in(["a", "b\"]"])),
        "?$filter=Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=[\"a\",\"b%5C\"]\"])",
    );
}

#[test]
fn conditions_join() {
    let a = || column("a").eq(1);
    let b = || column("b").eq(true);
    check(
        &Query::new().filter(a().or(b())).filter(a()),
        "?$filter=(a eq 1 or b eq true) and a eq 1",
    );
    check(
        &Query::new().filter(!a().and(b())),
        "?$filter=not (a eq 1 and b eq true)",
    );
    check(
        &Query::new().filter(column("a").eq_column(column("c/d"))),
        "?$filter=a eq c/d",
    );
    let nested = Filter::any("tasks", b().and(Filter::all("notes", column("c").lt(3))));
    check(
        &Query::new().filter(nested),
        "?$filter=tasks/any(x1:x1/b eq true and x1/notes/all(x0:x0/c lt 3))",
    );
    check(&Query::new().filter(Filter::exists("tasks")), "?$filter=tasks/any()");
}

#[test]
fn options_stand_together() {
    let query = Query::from("?tag=x")
        .select(["name", "_owner_value"])
        .expand(
            Expand::new("contact")
                .select(["fullname"])
                .filter(column("a").eq(1))
                .order_by("b", Direction::Ascending)
                .top(2),
        )
        .expand(Expand::address_of("parent"))
        .order_by("name", Direction::Descending)
        .top(3)
        .counted();
    check(
        &query,
        "?tag=x&$select=name,_owner_value&$orderby=name desc&$top=3&$count=true&$expand=contact($select=fullname;$filter=a eq 1;$orderby=b asc;$top=2),parent/$ref",
    );
    check(&Query::new(), "");
}

#[test]
fn preferences_stand_in_one_header() {
    let query = Query::new().page_size(2).annotations("*");
    assert_eq!(
        query.prefer().as_deref().unwrap(),
        "odata.maxpagesize=2,odata.include-annotations=\"*\""
    );
    assert_eq!(Query::new().prefer(), None);
}
