//! Values as the judge keeps them: how they compare, and how they are written in a URL and in JSON.
//!
//! Invariant: numbers are exact and null is smaller than everything; text compares without regard to case and to
//! spaces at its end (Web API reference 1.1 and 4.2).

use std::cmp::Ordering;

use oauth::Timestamp;
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// Numbers are kept in millionths.
pub(super) const ONE: i128 = 1_000_000;

const DECIMALS: usize = 6;

const SECONDS_PER_DAY: i64 = 86_400;

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// None.
    Null,
    /// Text.
    Text(String),
    /// Whole numbers, amounts and choices, in millionths.
    Number(i128),
    /// Yes or no.
    Flag(bool),
    /// A day, counted from 1970.
    Day(i64),
    /// A moment, in seconds from 1970.
    Time(i64),
    /// A key, or what a lookup holds.
    Id(Uuid),
}

impl Value {
    /// As a literal of a URL, not yet percent-encoded.
    pub(super) fn literal(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Text(text) => quoted(text),
            Self::Number(millionths) => decimal(*millionths),
            Self::Flag(flag) => flag.to_string(),
            Self::Day(_) | Self::Time(_) => self.calendar(),
            Self::Id(id) => id.to_string(),
        }
    }

    /// As the value of a JSON member.
    pub(super) fn json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Text(text) => json!(text),
            Self::Number(millionths) => serde_json::from_str(&decimal(*millionths)).unwrap(),
            Self::Flag(flag) => json!(flag),
            Self::Day(_) | Self::Time(_) => json!(self.calendar()),
            Self::Id(id) => json!(id.to_string()),
        }
    }

    /// Whether a JSON member shows this value, to the last digit.
    pub(super) fn is_shown_by(&self, shown: &Json) -> bool {
        match (self, shown) {
            (Self::Number(millionths), Json::Number(number)) => parse(&number.to_string()) == Some(*millionths),
            _ => self.json() == *shown,
        }
    }

    /// What a JSON member shows, of a column of text, numbers or flags.
    pub(super) fn of(shown: &Json) -> Self {
        match shown {
            Json::Null => Self::Null,
            Json::Bool(flag) => Self::Flag(*flag),
            Json::Number(number) => Self::Number(parse(&number.to_string()).unwrap()),
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(_) | Json::Object(_) => panic!("{shown} is not a value"),
        }
    }

    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    fn calendar(&self) -> String {
        match self {
            Self::Day(days) => {
                let midnight = Timestamp::from_seconds(days * SECONDS_PER_DAY).to_string();
                midnight.split_once('T').unwrap().0.to_owned()
            }
            Self::Time(seconds) => Timestamp::from_seconds(*seconds).to_string(),
            Self::Null | Self::Text(_) | Self::Number(_) | Self::Flag(_) | Self::Id(_) => {
                panic!("{self:?} has no place in the calendar")
            }
        }
    }

    /// How it compares with another of its kind; not at all when one of them is null.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Null, _) | (_, Self::Null) => None,
            _ => Some(self.order(other)),
        }
    }

    /// Its place in an order: null is the smallest.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            (Self::Text(one), Self::Text(two)) => fold(one).cmp(&fold(two)),
            (Self::Number(one), Self::Number(two)) => one.cmp(two),
            (Self::Flag(one), Self::Flag(two)) => one.cmp(two),
            (Self::Day(one), Self::Day(two)) | (Self::Time(one), Self::Time(two)) => one.cmp(two),
            (Self::Id(one), Self::Id(two)) => one.cmp(two),
            _ => panic!("{self:?} and {other:?} do not compare"),
        }
    }
}

/// The form in which a whole text compares.
pub(super) fn fold(text: &str) -> String {
    fold_part(text.trim_end_matches(' '))
}

/// The form in which a part of a text compares. The two small sigmas are one letter, whatever stands beside them.
pub(super) fn fold_part(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'ς' { 'σ' } else { letter })
        .collect()
}

/// A text as a literal of a URL.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn decimal(millionths: i128) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, fraction) = (millionths.abs() / ONE, millionths.abs() % ONE);
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{fraction:0DECIMALS$}");
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

fn parse(text: &str) -> Option<i128> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > DECIMALS {
        return None;
    }
    let fraction: i128 = format!("{fraction:0<DECIMALS$}").parse().ok()?;
    Some(sign * (whole.parse::<i128>().ok()? * ONE + fraction))
}

#[test]
fn numbers_are_written_and_read_to_the_last_digit() {
    for (millionths, text) in [
        (0, "0"),
        (1_500_000, "1.5"),
        (-20_000, "-0.02"),
        (7 * ONE, "7"),
        (1, "0.000001"),
    ] {
        assert_eq!(decimal(millionths), text);
        assert_eq!(parse(text), Some(millionths));
    }
    assert_eq!(parse("750000.0000"), Some(750_000 * ONE));
    assert_eq!(parse("0.0000001"), None);
}
