//! Literals as they stand in URLs, refusals first.

use proptest::prelude::*;
use serde_json::json;

use super::parse::literal;
use super::{Date, DateTime, Literal};
use crate::SyntaxError;
use crate::alias::Aliases;
use crate::cursor::Cursor;

fn read(input: &str) -> Result<Option<Literal>, SyntaxError> {
    let mut cursor = Cursor::new(input, &Aliases::Refused);
    let literal = literal(&mut cursor)?;
    cursor.finish("the end")?;
    Ok(literal)
}

#[track_caller]
fn check(input: &str, expected: Literal) {
    assert_eq!(read(input), Ok(Some(expected)), "{input}");
}

#[track_caller]
fn check_error(input: &str, expected: &str) {
    assert_eq!(read(input).unwrap_err().to_string(), expected, "{input}");
}

#[test]
fn refuses_what_is_almost_a_literal() {
    check_error("'a", "There is an unterminated literal at position 2 in ''a'.");
    check_error("'é''", "There is an unterminated literal at position 4 in ''é'''.");
    check_error("[1,2", "There is an unterminated literal at position 4 in '[1,2'.");
    check_error(
        "{\"a\":'}",
        "There is an unterminated literal at position 7 in '{\"a\":'}'.",
    );
    for almost in ["1.", ".5", "1e", "1e400", "1.5.5", "12x", "1-2", "0x1F", "5L", "1.5M"] {
        check_error(
            almost,
            &format!("`{almost}` at position 0 in `{almost}` is not a literal"),
        );
    }
    for almost in [
        "2025-02-30",
        "2025-13-01",
        "0000-01-01",
        "10000-01-01",
        "25-01-01",
        "2025-3-4",
        "2025-03-04T08:15:31",
    ] {
        check_error(
            almost,
            &format!("`{almost}` at position 0 in `{almost}` is not a literal"),
        );
    }
    check_error(
        "5a1e0c11-0001-4e0a-9b1c-10aa0000000",
        "`5a1e0c11-0001-4e0a-9b1c-10aa0000000` at position 0 in `5a1e0c11-0001-4e0a-9b1c-10aa0000000` is not a literal",
    );
    check_error("[1,]", "`[1,]` at position 0 in `[1,]` is not a literal");
    check_error(
        "{\"a\":1,\"a\":2}",
        "`{\"a\":1,\"a\":2}` at position 0 in `{\"a\":1,\"a\":2}` is not a literal",
    );
    check_error("[@p1]", "`[@p1]` at position 0 in `[@p1]` is not a literal");
}

#[test]
fn refuses_types_that_are_not_built() {
    check_error("08:15:31", "the time of day `08:15:31` is not supported");
    check_error("duration'PT1H'", "the literal `duration'PT1H'` is not supported");
    check_error("guid'x'", "the literal `guid'x'` is not supported");
    check_error("binary'Zg'", "the literal `binary'Zg'` is not supported");
}

#[test]
fn leaves_names_alone() {
    for name in ["name", "_x_value", "nullable", "trueish", "null/x", "e5"] {
        let mut cursor = Cursor::new(name, &Aliases::Refused);
        assert_eq!(literal(&mut cursor), Ok(None), "{name}");
        assert_eq!(cursor.rest(), name);
    }
}

#[test]
fn reads() {
    let guid = "5a1e0c11-0001-4e0a-9b1c-10aa00000001";
    check("null", Literal::Null);
    check("true", Literal::Boolean(true));
    check("False", Literal::Boolean(false));
    check("-12", Literal::Integer(-12));
    check("+12", Literal::Integer(12));
    check("9223372036854775807", Literal::Integer(i64::MAX));
    check("-9223372036854775808", Literal::Integer(i64::MIN));
    check("9223372036854775808", Literal::Decimal("9223372036854775808".into()));
    check("-1.50", Literal::Decimal("-1.50".into()));
    check("1e3", Literal::Double(1000.0));
    check("-INF", Literal::Double(f64::NEG_INFINITY));
    check("'O''Brien'", Literal::String("O'Brien".into()));
    check("''", Literal::String(String::new()));
    check(guid, Literal::Guid(guid.parse().unwrap()));
    check(
        "ABCDEF01-0001-4e0a-9b1c-10aa00000001",
        Literal::Guid("abcdef01-0001-4e0a-9b1c-10aa00000001".parse().unwrap()),
    );
    check(&format!("{{{guid}}}"), Literal::Guid(guid.parse().unwrap()));
    check(&format!("'{guid}'"), Literal::String(guid.into()));
    check("2025-03-04", Literal::Date(Date(20_151)));
    check("2025-03-04T08:15:31Z", Literal::DateTime(DateTime(1_741_076_131)));
    check(
        "Microsoft.Dynamics.CRM.EndpointAccessType'Default'",
        Literal::Enum {
            type_name: "Microsoft.Dynamics.CRM.EndpointAccessType".into(),
            member: "Default".into(),
        },
    );
    check(
        "[\"account\",'con\\'tact']",
        Literal::Json(json!(["account", "con'tact"])),
    );
    check(
        "{'@odata.id':'accounts(x)','n':\"a'b\",'q':'\"'}",
        Literal::Json(json!({"@odata.id": "accounts(x)", "n": "a'b", "q": "\""})),
    );
    check("{}", Literal::Json(json!({})));
}

#[test]
fn dates_are_normalised() {
    #[track_caller]
    fn check(input: &str, expected: &str) {
        assert_eq!(
            DateTime::parse(input)
                .map(|point| point.to_string())
                .unwrap_or_default(),
            expected,
            "{input}"
        );
    }
    for malformed in [
        "",
        "2025-03-04",
        "2025-03-04T24:00Z",
        "2025-03-04T08:60Z",
        "2025-03-04T08:15:61Z",
        "2025-03-04T08:15:31.Z",
        "2025-03-04T08:15:31+1:00",
        "2025-03-04 08:15:31Z",
        "0001-01-01T00:00+01:00",
        "9999-12-31T23:59-01:00",
        "2025-03-04T8:15Z",
        "2025-03-04T08:15:31.1234567890123Z",
        "2025-03-04T08:15:31Z+01:00",
    ] {
        check(malformed, "");
    }
    check("2025-03-04T08:15Z", "2025-03-04T08:15:00Z");
    check("2025-03-04T08:15:31.999Z", "2025-03-04T08:15:31Z");
    check("2025-03-04T00:15:31+01:00", "2025-03-03T23:15:31Z");
    check("2025-03-04T23:15:31-01:00", "2025-03-05T00:15:31Z");
    check("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z");
    check("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z");
    assert_eq!(Date::parse("0001-01-01"), Some(Date::MIN));
    assert_eq!(Date::parse("9999-12-31"), Some(Date::MAX));
    assert_eq!(Date(i64::MAX).to_string(), "9999-12-31");
    assert_eq!(DateTime(i64::MIN).to_string(), "0001-01-01T00:00:00Z");
}

proptest! {
    #[test]
    fn dates_print_what_they_read(days in Date::MIN.0..=Date::MAX.0) {
        prop_assert_eq!(Date(days).to_string().parse(), Ok(Date(days)));
    }

    #[test]
    fn points_in_time_print_what_they_read(seconds in DateTime::MIN.0..=DateTime::MAX.0) {
        prop_assert_eq!(DateTime(seconds).to_string().parse(), Ok(DateTime(seconds)));
    }

    #[test]
    fn strings_read_what_was_quoted(text: String) {
        let quoted = format!("'{}'", text.replace('\'', "''"));
        prop_assert_eq!(read(&quoted), Ok(Some(Literal::String(text))));
    }

    #[test]
    fn integers_read_what_was_printed(number: i64) {
        prop_assert_eq!(read(&number.to_string()), Ok(Some(Literal::Integer(number))));
    }
}
