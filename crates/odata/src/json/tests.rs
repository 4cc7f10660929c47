//! The writer against `serde_json`, and against misuse.

use proptest::prelude::*;

use super::Writer;
use crate::{Date, DateTime};

#[track_caller]
fn check(write: impl FnOnce(&mut Writer), expected: &str) {
    let mut writer = Writer::default();
    write(&mut writer);
    assert_eq!(writer.finish(), expected.as_bytes());
}

#[test]
fn misuse_stays_well_formed() {
    check(|_| {}, "null");
    check(Writer::end, "null");
    check(|w| w.name("a"), "null");
    check(
        |w| {
            w.integer(1);
            w.integer(2);
        },
        "1",
    );
    check(
        |w| {
            w.begin_object();
            w.integer(1);
            w.integer(2);
        },
        r#"{"":1,"":2}"#,
    );
    check(
        |w| {
            w.begin_object();
            w.name("a");
            w.name("b");
        },
        r#"{"a":null,"b":null}"#,
    );
    check(
        |w| {
            w.begin_array();
            w.name("a");
            w.integer(1);
        },
        "[1]",
    );
    check(
        |w| {
            w.begin_array();
            w.end();
            w.end();
            w.begin_array();
        },
        "[]",
    );
}

#[test]
fn sets_commas() {
    check(
        |w| {
            w.begin_object();
            w.name("value");
            w.begin_array();
            for id in 1..=2 {
                w.begin_object();
                w.name("id");
                w.integer(id);
                w.joined_name("id", "@x");
                w.string("1");
                w.end();
            }
            w.end();
            w.name("next");
            w.boolean(true);
        },
        r#"{"value":[{"id":1,"id@x":"1"},{"id":2,"id@x":"1"}],"next":true}"#,
    );
}

#[test]
fn cells() {
    check(|w| w.integer(i64::MIN), "-9223372036854775808");
    check(|w| w.integer(0), "0");
    check(|w| w.decimal(7_500_000_000, 4), "750000.0000");
    check(|w| w.decimal(-5, 2), "-0.05");
    check(|w| w.decimal(-50, 2), "-0.50");
    check(|w| w.decimal(150, 2), "1.50");
    check(|w| w.decimal(7, 0), "7");
    check(|w| w.decimal(0, 4), "0.0000");
    check(|w| w.decimal(1, 25), "0.0000000000000000000000001");
    check(|w| w.decimal(i64::MIN, 10), "-922337203.6854775808");
    check(|w| w.double(0.1), "0.1");
    check(|w| w.double(5.0), "5.0");
    check(|w| w.double(1e300), "1e300");
    check(|w| w.double(f64::NEG_INFINITY), r#""-INF""#);
    check(|w| w.double(f64::NAN), r#""NaN""#);
    check(
        |w| w.guid("5A1E0C11-0001-4E0A-9B1C-10AA00000001".parse().unwrap()),
        r#""5a1e0c11-0001-4e0a-9b1c-10aa00000001""#,
    );
    check(|w| w.date(Date(0)), r#""1970-01-01""#);
    check(|w| w.date_time(DateTime(1_741_076_131)), r#""2025-03-04T08:15:31Z""#);
    check(
        |w| w.string("a\"b\\c\u{1}\u{1f}\n\r\t\u{8}\u{c}é🦀"),
        r#""a\"b\\c\u0001\u001f\n\r\t\b\fé🦀""#,
    );
    check(|w| w.raw(b"[1,2]"), "[1,2]");
}

proptest! {
    #[test]
    fn strings_read_back(text: String) {
        let mut writer = Writer::default();
        writer.string(&text);
        prop_assert_eq!(serde_json::from_slice::<String>(&writer.finish()).unwrap(), text);
    }

    #[test]
    fn doubles_read_back(value: f64) {
        prop_assume!(value.is_finite());
        let mut writer = Writer::default();
        writer.double(value);
        let text = String::from_utf8(writer.finish().to_vec()).unwrap();
        // `serde_json` itself reads a double only nearly.
        prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits());
        prop_assert!(serde_json::from_str::<f64>(&text).is_ok());
    }

    #[test]
    fn any_order_of_calls_gives_json(calls in prop::collection::vec(0..6_u8, 0..40)) {
        let mut writer = Writer::default();
        for call in calls {
            match call {
                0 => writer.begin_object(),
                1 => writer.begin_array(),
                2 => writer.end(),
                3 => writer.name("n"),
                4 => writer.integer(1),
                _ => writer.string("s"),
            }
        }
        prop_assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&writer.finish()).is_ok());
    }
}
