//! Paths as clients send them, refusals first.

use super::{Arguments, Path, Segment};
use crate::{Literal, Request};

#[track_caller]
fn check_error(path: &str, expected: &str) {
    assert_eq!(Request::parse(path, "").unwrap_err().to_string(), expected, "{path}");
}

#[track_caller]
fn check(path: &str, query: &str, segments: Vec<Segment>) {
    assert_eq!(
        Request::parse(path, query).map(|request| request.path),
        Ok(Path { segments }),
        "{path}"
    );
}

fn named(name: &str, arguments: Arguments) -> Segment {
    Segment::Named {
        name: name.to_owned(),
        arguments,
    }
}

fn text(text: &str) -> Literal {
    Literal::String(text.to_owned())
}

#[test]
fn refuses() {
    check_error("/", "the path `/` has an empty segment");
    check_error("accounts//name", "the path `accounts//name` has an empty segment");
    check_error("accounts(1", "expected `)` at position 10 in `accounts(1`");
    check_error(
        "accounts)",
        "expected the end of the path segment at position 8 in `accounts)`",
    );
    check_error("accounts(a=1,a=2)", "`a` is given more than once");
    check_error(
        "accounts(a=1,2)",
        "expected a name with `=` at position 13 in `accounts(a=1,2)`",
    );
    check_error("accounts(name)", "expected a literal at position 9 in `accounts(name)`");
    check_error(
        "accounts(1)(2)",
        "expected the end of the path segment at position 11 in `accounts(1)(2)`",
    );
    check_error(
        "accounts('O'Brien')",
        "expected `)` at position 12 in `accounts('O'Brien')`",
    );
    check_error(
        "accounts('a",
        "There is an unterminated literal at position 11 in 'accounts('a'.",
    );
    check_error("accounts(%ff)", "`accounts(%ff)` is not percent-encoded UTF-8 text");
    check_error("accounts('%00')", "`accounts('%00')` is not percent-encoded UTF-8 text");
    check_error("accounts/1", "expected the name of a resource at position 0 in `1`");
    check_error("accounts/$each", "the path segment `$each` is not supported");
    check_error("$crossjoin(a,b)", "the path segment `$crossjoin` is not supported");
    check_error("$1/name", "expected the name of a resource at position 0 in `$1`");
    check_error(
        "$count",
        "a segment with `$` stands in the wrong place of the path `$count`",
    );
    check_error(
        "accounts/$ref/$count",
        "a segment with `$` stands in the wrong place of the path `accounts/$ref/$count`",
    );
    check_error(
        "accounts/$batch",
        "a segment with `$` stands in the wrong place of the path `accounts/$batch`",
    );
    check_error("accounts/..", "expected the name of a resource at position 0 in `..`");
}

#[test]
fn refuses_long_urls() {
    let error = Request::parse("accounts", &format!("$skiptoken={}", "a".repeat(32 * 1024))).unwrap_err();
    assert_eq!(error.to_string(), "the URL is `32787` bytes long, more than 32768");
}

#[test]
fn reads() {
    check("", "", vec![]);
    check("$metadata", "", vec![Segment::Metadata]);
    check("$batch", "", vec![Segment::Batch]);
    check("accounts/", "", vec![named("accounts", Arguments::Absent)]);
    check("WhoAmI()", "", vec![named("WhoAmI", Arguments::Empty)]);
    check(
        "accounts/Microsoft.Dynamics.CRM.CreateMultiple",
        "",
        vec![
            named("accounts", Arguments::Absent),
            named("Microsoft.Dynamics.CRM.CreateMultiple", Arguments::Absent),
        ],
    );
    let guid = "5a1e0c11-0001-4e0a-9b1c-10aa00000001";
    let key = || Arguments::Single(Literal::Guid(guid.parse().unwrap()));
    check(
        &format!("accounts({guid})/$ref"),
        "",
        vec![named("accounts", key()), Segment::Ref],
    );
    check(&format!("accounts(%7B{guid}%7D)"), "", vec![named("accounts", key())]);
    check(
        &format!("accounts({guid})/contact_customer_accounts({guid})/$ref"),
        "",
        vec![
            named("accounts", key()),
            named("contact_customer_accounts", key()),
            Segment::Ref,
        ],
    );
    check(
        "contacts(firstname='Ada%20+',%20emailaddress1='a/b''%2F')/fullname/$value",
        "",
        vec![
            named(
                "contacts",
                Arguments::Named(vec![
                    ("firstname".into(), text("Ada +")),
                    ("emailaddress1".into(), text("a/b'/")),
                ]),
            ),
            named("fullname", Arguments::Absent),
            Segment::Value,
        ],
    );
    check(
        "accounts(%27a/b%27)",
        "",
        vec![named("accounts", Arguments::Single(text("a/b")))],
    );
    check(
        "accounts(%27%2527%27)",
        "",
        vec![named("accounts", Arguments::Single(text("%27")))],
    );
}

#[test]
fn aliases_stand_for_their_values() {
    check(
        "accounts(@k)",
        "@k='x'",
        vec![named("accounts", Arguments::Single(text("x")))],
    );
    check(
        "Fn(A=@p1,B=@p2)",
        "@p1={'@odata.id':'accounts(1)'}",
        vec![named(
            "Fn",
            Arguments::Named(vec![
                (
                    "A".into(),
                    Literal::Json(serde_json::json!({"@odata.id": "accounts(1)"})),
                ),
                ("B".into(), Literal::Null),
            ]),
        )],
    );
}

#[test]
fn aliases_that_do_not_fit_are_refused() {
    #[track_caller]
    fn check(path: &str, query: &str, expected: &str) {
        assert_eq!(Request::parse(path, query).unwrap_err().to_string(), expected);
    }
    check(
        "Fn(A=@p)",
        "@p=name",
        "the value of the parameter alias `@p` is not a literal",
    );
    check(
        "Fn(A=@p)",
        "@p=1 add 2",
        "expected the end of the parameter alias at position 2 in `1 add 2`",
    );
    check("Fn()", "@p=1", "the parameter alias `@p` is not used");
    check("Fn(A=@p)", "@p=1&@p=2", "`@p` is given more than once");
    check(
        "Fn(A=@)",
        "",
        "expected the name of a parameter alias at position 6 in `Fn(A=@)`",
    );
    check(
        "Fn(A=@p)",
        "@p=@q&@q=1",
        "in this place the parameter alias `@q` is not supported",
    );
}
