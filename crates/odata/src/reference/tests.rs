//! Addresses as clients send them, refusals first.

use super::{EntityReference, reference};
use crate::{Arguments, Literal};

const ROOT: &str = "https://org.example.com/api/data/v9.2";
const ID: &str = "5a1e0c11-0002-4e0a-9b1c-10aa00000002";

#[track_caller]
fn check(text: &str) {
    let expected = EntityReference {
        set: "contacts".to_owned(),
        arguments: Arguments::Single(Literal::Guid(ID.parse().unwrap())),
    };
    assert_eq!(EntityReference::parse(text, ROOT), Ok(expected), "{text}");
}

#[track_caller]
fn check_error(text: &str, expected: &str) {
    assert_eq!(
        EntityReference::parse(text, ROOT).unwrap_err().to_string(),
        expected,
        "{text}"
    );
}

#[test]
fn refuses() {
    let not_a_row =
        |text: &str| format!("the value `{text}` of `@odata.id` is not the address of a row of this service");
    for text in [
        "",
        "null",
        "contacts",
        "contacts()",
        "contacts(1)/name",
        "contacts(1)/$ref",
        "$metadata",
    ] {
        check_error(text, &not_a_row(text));
    }
    for text in [
        format!("https://other.example.com/api/data/v9.2/contacts({ID})"),
        format!("https://org.example.com.evil.example/api/data/v9.2/contacts({ID})"),
        format!("http://org.example.com/api/data/v9.2/contacts({ID})"),
        format!("https://org.example.com/api/data/v8.2/contacts({ID})"),
        format!("https://org.example.com/api/data/v9.22/contacts({ID})"),
        format!("https://org.example.com/contacts({ID})"),
        format!("//contacts({ID})"),
        format!("/api/data/contacts({ID})"),
    ] {
        assert!(EntityReference::parse(&text, ROOT).is_err(), "{text}");
    }
    check_error(
        "contacts(@p)",
        "in this place the parameter alias `@p` is not supported",
    );
    check_error("$1", "expected the name of a resource at position 0 in `$1`");
}

#[test]
fn reads() {
    check(&format!("contacts({ID})"));
    check(&format!("/contacts({ID})"));
    check(&format!("contacts(%7b{ID}%7d)"));
    check(&format!("{ROOT}/contacts({ID})"));
    check(&format!("https://ORG.example.com/api/data/v9.0/contacts({ID})"));
    check(&format!("/api/data/v9.1/contacts({ID})"));
    let by_key = EntityReference::parse("/contacts(emailaddress1='a/b@example.com')", ROOT).unwrap();
    let value = Literal::String("a/b@example.com".to_owned());
    assert_eq!(
        by_key.arguments,
        Arguments::Named(vec![("emailaddress1".to_owned(), value)])
    );
}

#[test]
fn bodies() {
    #[track_caller]
    fn check(body: &str, expected: Result<&str, &str>) {
        let read = reference(body.as_bytes()).map_err(|error| error.to_string());
        assert_eq!(read.as_deref().map_err(String::as_str), expected, "{body}");
    }
    check("{}", Err("The annotation `@odata.id` is missing"));
    check(
        "{\"@odata.id\":1}",
        Err("The value of `@odata.id` must be the address of a row"),
    );
    check(
        "{\"@odata.id\":\"x\",\"a\":1}",
        Err("The property `a` is not expected in an entity reference"),
    );
    check(
        "{\"@odata.id\":\"x\",\"a@b.c\":1}",
        Err("The property `a@b.c` is not expected in an entity reference"),
    );
    check(
        "{\"a@odata.bind\":\"x\"}",
        Err("The property `a@odata.bind` is not expected in an entity reference"),
    );
    check(
        "{\"@odata.context\":\"c\",\"@odata.id\":\"contacts(1)\"}",
        Ok("contacts(1)"),
    );
}
