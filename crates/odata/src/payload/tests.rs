//! Bodies as clients send them, refusals first.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Bind, Member, Payload};

#[track_caller]
fn check_error(body: &str, expected: &str) {
    assert_eq!(
        Payload::parse(body.as_bytes()).unwrap_err().to_string(),
        expected,
        "{body}"
    );
}

#[track_caller]
fn check(body: &str, expected: Member) {
    assert_eq!(
        Payload::parse(body.as_bytes()),
        Ok(Payload {
            members: vec![expected]
        }),
        "{body}"
    );
}

fn property(name: &str, value: Value) -> Member {
    Member::Property {
        name: name.to_owned(),
        value,
    }
}

fn bind(navigation: &str, bind: Bind) -> Member {
    Member::Bind {
        navigation: navigation.to_owned(),
        bind,
    }
}

fn annotation(target: Option<&str>, name: &str, value: Value) -> Member {
    Member::Annotation {
        target: target.map(str::to_owned),
        name: name.to_owned(),
        value,
    }
}

#[test]
fn refuses_what_is_no_object() {
    check_error("", "Invalid JSON. EOF while parsing a value at line 1 column 0");
    check_error(
        "{\"a\":1",
        "Invalid JSON. EOF while parsing an object at line 1 column 6",
    );
    check_error("{\"a\":1}x", "Invalid JSON. trailing characters at line 1 column 8");
    check_error("{\"a\":01}", "Invalid JSON. invalid number at line 1 column 7");
    check_error("{'a':1}", "Invalid JSON. key must be a string at line 1 column 2");
    for (body, kind) in [
        ("[]", "an array"),
        ("1", "a number"),
        ("null", "null"),
        ("\"x\"", "a string"),
        ("true", "a boolean"),
    ] {
        check_error(
            body,
            &format!("Invalid JSON. An object was expected, but `{kind}` was found"),
        );
    }
    assert!(Payload::parse(b"{\"a\":\"\xff\"}").is_err());
}

#[test]
fn refuses_members() {
    check_error(
        "{\"a\":1,\"b\":2,\"a\":1}",
        "Multiple properties with the name `a` were detected in a JSON object",
    );
    check_error(
        "{\"a\":1,\"\\u0061\":1}",
        "Multiple properties with the name `a` were detected in a JSON object",
    );
    check_error(
        "{\"a\":[{\"b\":1,\"b\":2}]}",
        "Multiple properties with the name `b` were detected in a JSON object",
    );
    check_error("{\"\":1}", "The property name `` is invalid");
    check_error("{\"a@\":1}", "The property name `a@` is invalid");
    check_error("{\"@odata.bind\":null}", "The property name `@odata.bind` is invalid");
    check_error(
        "{\"a\":{\"b\":\"x\\u0000\"}}",
        "The value of `a` holds the character U+0000",
    );
    for value in ["1", "true", "{}", "[1]", "[null]", "[[]]"] {
        check_error(
            &format!("{{\"a@odata.bind\":{value}}}"),
            "The value of `a@odata.bind` must be the address of a row, an array of them, or null",
        );
    }
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(33), "]".repeat(33));
    check_error(&deep, "The value of `a` is nested deeper than 32 levels");
    assert!(Payload::parse(format!("{{\"a\":{}", "[".repeat(1_000_000)).as_bytes()).is_err());
}

#[test]
fn reads() {
    assert_eq!(Payload::parse(b"\xef\xbb\xbf {} "), Ok(Payload::default()));
    check("{\"name\":\"Fjord\"}", property("name", json!("Fjord")));
    check("{\"a\":null}", property("a", Value::Null));
    check(
        "{\"a\":{\"b\":[1,{\"c\":null}]}}",
        property("a", json!({"b": [1, {"c": null}]})),
    );
    check(
        "{\"a@odata.bind\":\"/contacts(1)\"}",
        bind("a", Bind::One("/contacts(1)".into())),
    );
    check(
        "{\"a@odata.bind\":[\"x\",\"y\"]}",
        bind("a", Bind::Many(vec!["x".into(), "y".into()])),
    );
    check("{\"a@odata.bind\":null}", bind("a", Bind::Null));
    check("{\"@odata.type\":\"#x\"}", annotation(None, "odata.type", json!("#x")));
    check(
        "{\"a@OData.X.V1\":\"1\"}",
        annotation(Some("a"), "OData.X.V1", json!("1")),
    );
    let order = Payload::parse(b"{\"z\":1,\"a\":2}").unwrap().members;
    assert_eq!(order, [property("z", json!(1)), property("a", json!(2))]);
}

#[test]
fn numbers_keep_their_digits() {
    for digits in [
        "750000.0000",
        "0.1",
        "123456789012345678901234567890.123456789",
        "1E+2",
        "-0",
    ] {
        let payload = Payload::parse(format!("{{\"a\":{digits}}}").as_bytes()).unwrap();
        let [
            Member::Property {
                value: Value::Number(number),
                ..
            },
        ] = payload.members.as_slice()
        else {
            panic!("{digits} is read as {payload:?}");
        };
        assert_eq!(number.as_str().to_ascii_lowercase(), digits.to_ascii_lowercase());
    }
}

#[test]
fn the_readers_own_names_are_ordinary() {
    let name = "$serde_json::private::Number";
    check(
        &format!("{{\"a\":{{\"{name}\":\"1\"}}}}"),
        property(
            "a",
            Value::Object([(name.to_owned(), json!("1"))].into_iter().collect()),
        ),
    );
    check(
        "{\"$serde_json::private::RawValue\":\"1\"}",
        property("$serde_json::private::RawValue", json!("1")),
    );
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(body: Vec<u8>) {
        let object = body.contains(&123);
        prop_assert!(object || Payload::parse(&body).is_err());
    }

    #[test]
    fn any_text_in_an_object_is_read_or_refused(text in "[{}\\[\\]\",:a@.0-9 \\\\]{0,60}") {
        let body = format!("{{{text}}}");
        let valid = serde_json::from_str::<serde::de::IgnoredAny>(&body).is_ok();
        prop_assert!(valid || Payload::parse(body.as_bytes()).is_err());
    }
}
