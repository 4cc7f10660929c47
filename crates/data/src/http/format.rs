//! Formatted values: what Dataverse shows to people, in the forms of English (United States) and UTC.
//!
//! In: a column and its stored value. Out: text, or nothing where a value has no other form than itself.
//! Invariant: exact; no amount goes through a floating-point number.

use std::fmt::Write as _;

use db::Value;

use crate::catalogue::{Choice, Column, Kind};

const SECONDS_PER_DAY: i64 = 86_400;
const MINUTES_PER_HOUR: i64 = 60;

/// Digits behind the point of an amount of money, as people read it.
const MONEY_DIGITS: u32 = 2;

/// Writes the formatted value over `text`; `false` when there is none. Lookups are not its business: theirs is the name
/// of the row that they point to.
pub(crate) fn formatted(column: &Column, value: &Value, text: &mut String) -> bool {
    text.clear();
    match (&column.kind, value) {
        (Kind::Integer { .. } | Kind::BigInt, Value::Int(number)) => grouped(text, *number),
        (Kind::Decimal { scale, .. }, Value::Int(scaled)) => decimal(text, *scaled, *scale),
        (Kind::Money { scale, .. }, Value::Int(scaled)) => money(text, *scaled, *scale),
        (Kind::Double { .. }, Value::Double(number)) => written(write!(text, "{number}")),
        (Kind::Boolean { true_label, .. }, Value::Bool(true)) => text.push_str(true_label),
        (Kind::Boolean { false_label, .. }, Value::Bool(false)) => text.push_str(false_label),
        (Kind::DateTime, Value::Int(seconds)) => date_time(text, *seconds),
        (Kind::Date, Value::Int(days)) => date(text, *days),
        (Kind::Choice { options, .. } | Kind::State { options } | Kind::Status { options }, Value::Int(number)) => {
            return label(text, options, *number);
        }
        _ => return false,
    }
    true
}

fn label(text: &mut String, options: &[Choice], number: i64) -> bool {
    let option = options.iter().find(|option| i64::from(option.value) == number);
    if let Some(option) = option {
        text.push_str(&option.label);
    }
    option.is_some()
}

/// `-1,234`
fn grouped(text: &mut String, number: i64) {
    if number < 0 {
        text.push('-');
    }
    groups(text, number.unsigned_abs());
}

/// `1,234`
fn groups(text: &mut String, number: u64) {
    if number >= 1_000 {
        groups(text, number / 1_000);
        written(write!(text, ",{:03}", number % 1_000));
    } else {
        written(write!(text, "{number}"));
    }
}

/// `-1,234.50`
fn decimal(text: &mut String, scaled: i64, scale: u32) {
    if scaled < 0 {
        text.push('-');
    }
    unsigned_decimal(text, scaled.unsigned_abs(), scale);
}

/// `$750,000.00`, rounded half away from zero.
fn money(text: &mut String, scaled: i64, scale: u32) {
    let dropped = 10_u64.saturating_pow(scale.saturating_sub(MONEY_DIGITS));
    let rounded = scaled.unsigned_abs().saturating_add(dropped / 2) / dropped;
    if scaled < 0 && rounded > 0 {
        text.push('-');
    }
    text.push('$');
    unsigned_decimal(text, rounded, scale.min(MONEY_DIGITS));
}

fn unsigned_decimal(text: &mut String, scaled: u64, scale: u32) {
    let unit = 10_u64.saturating_pow(scale);
    groups(text, scaled / unit);
    if scale > 0 {
        let digits = usize::try_from(scale).unwrap_or_default();
        written(write!(text, ".{:0digits$}", scaled % unit));
    }
}

/// `3/4/2025 9:15 AM`
fn date_time(text: &mut String, seconds: i64) {
    date(text, seconds.div_euclid(SECONDS_PER_DAY));
    let minutes = seconds.rem_euclid(SECONDS_PER_DAY) / MINUTES_PER_HOUR;
    let (hour, minute) = (minutes / MINUTES_PER_HOUR, minutes % MINUTES_PER_HOUR);
    let half = if hour < 12 { "AM" } else { "PM" };
    let shown = if hour % 12 == 0 { 12 } else { hour % 12 };
    written(write!(text, " {shown}:{minute:02} {half}"));
}

/// `3/4/2025`
fn date(text: &mut String, days: i64) {
    let epoch = jiff::civil::date(1970, 1, 1);
    let span = jiff::Span::new().try_days(days);
    // Stored days lie between the years 1 and 9999, so the calendar has them all.
    if let Ok(date) = span.and_then(|span| epoch.checked_add(span)) {
        written(write!(text, "{}/{}/{}", date.month(), date.day(), date.year()));
    }
}

/// Writing to a `String` cannot fail.
fn written(result: std::fmt::Result) {
    debug_assert!(result.is_ok());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, ColumnId};

    #[track_caller]
    fn check(kind: Kind, value: &Value, expected: Option<&str>) {
        let column = column(kind);
        let mut text = "left over".to_owned();
        let found = formatted(&column, value, &mut text);
        assert_eq!(found.then_some(text.as_str()), expected, "{value:?}");
    }

    fn column(kind: Kind) -> Column {
        Column {
            id: ColumnId(0),
            logical_name: "x".to_owned(),
            property: "x".to_owned(),
            kind,
            required: crate::catalogue::RequiredLevel::None,
            on_create: true,
            on_update: true,
            on_read: true,
            computed: None,
            folded: None,
            target_table: None,
        }
    }

    #[test]
    fn numbers_stand_in_groups() {
        let integer = || Kind::Integer {
            min: i32::MIN,
            max: i32::MAX,
        };
        check(integer(), &Value::Int(0), Some("0"));
        check(integer(), &Value::Int(1_234), Some("1,234"));
        check(integer(), &Value::Int(-1_000_001), Some("-1,000,001"));
        check(Kind::BigInt, &Value::Int(i64::MIN), Some("-9,223,372,036,854,775,808"));
        check(integer(), &Value::Null, None);
        let decimal = |scale| Kind::Decimal {
            scale,
            min: i64::MIN,
            max: i64::MAX,
        };
        check(decimal(2), &Value::Int(1_250), Some("12.50"));
        check(decimal(2), &Value::Int(-5), Some("-0.05"));
        check(decimal(0), &Value::Int(1_250), Some("1,250"));
        check(decimal(10), &Value::Int(10_000_000_001), Some("1.0000000001"));
    }

    #[test]
    fn money_has_two_digits() {
        let money = || Kind::Money {
            scale: 4,
            min: i64::MIN,
            max: i64::MAX,
        };
        check(money(), &Value::Int(7_500_000_000), Some("$750,000.00"));
        check(money(), &Value::Int(50), Some("$0.01"));
        check(money(), &Value::Int(49), Some("$0.00"));
        check(money(), &Value::Int(-49), Some("$0.00"));
        check(money(), &Value::Int(-12_345), Some("-$1.23"));
    }

    #[test]
    fn times_are_american_and_utc() {
        check(Kind::Date, &Value::Int(20_151), Some("3/4/2025"));
        check(Kind::DateTime, &Value::Int(1_741_076_100), Some("3/4/2025 8:15 AM"));
        check(Kind::DateTime, &Value::Int(0), Some("1/1/1970 12:00 AM"));
        check(Kind::DateTime, &Value::Int(43_200), Some("1/1/1970 12:00 PM"));
        check(Kind::DateTime, &Value::Int(-60), Some("12/31/1969 11:59 PM"));
    }

    #[test]
    fn texts_and_identifiers_have_no_other_form() {
        check(Kind::String { max_length: 9 }, &Value::Text("x".to_owned()), None);
        check(Kind::Guid, &Value::Guid(uuid::Uuid::nil()), None);
    }

    #[test]
    fn states_have_labels() {
        let catalogue = Catalogue::standard().unwrap();
        let account = catalogue.logical_name("account").unwrap();
        let mut text = String::new();
        assert!(formatted(
            account.column_named("statecode").unwrap(),
            &Value::Int(0),
            &mut text
        ));
        assert_eq!(text, "Active");
        assert!(!formatted(
            account.column_named("statecode").unwrap(),
            &Value::Int(77),
            &mut text
        ));
    }
}
