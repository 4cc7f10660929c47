//! Calendar days and points in time (`dateValue`, `dateTimeOffsetValue` of the OData ABNF): text to count and back.
//!
//! Invariant: what is read lies in the years 0001 to 9999; a count outside of them prints as the nearest end.

use std::fmt;
use std::str::FromStr;

use jiff::civil;

use crate::SyntaxError;

/// A calendar day, counted in days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i64);

/// A point in time, counted in whole seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(pub i64);

const SECONDS_PER_DAY: i64 = 86_400;
const EPOCH: civil::Date = civil::Date::constant(1970, 1, 1);

impl Date {
    /// 0001-01-01
    pub const MIN: Self = Self(-719_162);
    /// 9999-12-31
    pub const MAX: Self = Self(2_932_896);

    /// Reads `2025-03-04`; `None` when it is no day of the years 0001 to 9999.
    #[must_use]
    pub fn parse(unverified_text: &str) -> Option<Self> {
        let mut parts = unverified_text.split('-');
        let year: i16 = digits(parts.next()?, 4)?.try_into().ok()?;
        let month: i8 = digits(parts.next()?, 2)?.try_into().ok()?;
        let day: i8 = digits(parts.next()?, 2)?.try_into().ok()?;
        if parts.next().is_some() || year == 0 {
            return None;
        }
        let day = civil::Date::new(year, month, day).ok()?;
        Some(Self(i64::from((day - EPOCH).get_days())))
    }

    /// The ten characters of this day.
    pub(crate) fn to_ascii(self) -> [u8; 10] {
        let [y1, y2, y3, y4, m1, m2, d1, d2] = self.digits();
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2]
    }

    fn digits(self) -> [u8; 8] {
        let days = self.clamp(Self::MIN, Self::MAX).0;
        let date = EPOCH.saturating_add(jiff::Span::new().days(days));
        let year = date.year().unsigned_abs();
        let [y1, y2] = two_digits(year / 100);
        let [y3, y4] = two_digits(year % 100);
        let [m1, m2] = two_digits(date.month().unsigned_abs().into());
        let [d1, d2] = two_digits(date.day().unsigned_abs().into());
        [y1, y2, y3, y4, m1, m2, d1, d2]
    }
}

impl DateTime {
    /// 0001-01-01T00:00:00Z
    pub const MIN: Self = Self(Date::MIN.0 * SECONDS_PER_DAY);
    /// 9999-12-31T23:59:59Z
    pub const MAX: Self = Self(Date::MAX.0 * SECONDS_PER_DAY + SECONDS_PER_DAY - 1);

    /// Reads `2025-03-04T08:15:31Z`; `None` when it is no point of the years 0001 to 9999.
    ///
    /// Seconds may be missing, fractions of them are dropped, an offset (`+01:00`) is taken off. A leap second is the second
    /// after it, as in POSIX.
    #[must_use]
    pub fn parse(unverified_text: &str) -> Option<Self> {
        let (date, rest) = unverified_text.split_once('T')?;
        let date = Date::parse(date)?;
        let (time, offset) = if let Some(time) = rest.strip_suffix('Z') {
            (time, 0)
        } else {
            let (time, offset) = rest.split_at_checked(rest.rfind(['+', '-'])?)?;
            (time, offset_seconds(offset)?)
        };
        let seconds = date.0 * SECONDS_PER_DAY + time_seconds(time)? - offset;
        Some(Self(seconds)).filter(|point| (Self::MIN..=Self::MAX).contains(point))
    }

    /// The day that this point lies in, in UTC.
    #[must_use]
    pub fn date(self) -> Date {
        Date(self.0.div_euclid(SECONDS_PER_DAY))
    }

    /// The twenty characters of this point.
    pub(crate) fn to_ascii(self) -> [u8; 20] {
        let point = self.clamp(Self::MIN, Self::MAX);
        let [y1, y2, y3, y4, mo1, mo2, d1, d2] = point.date().digits();
        let seconds = u32::try_from(point.0.rem_euclid(SECONDS_PER_DAY)).unwrap_or_default();
        let [h1, h2] = two_digits(small(seconds / 3600));
        let [m1, m2] = two_digits(small(seconds / 60 % 60));
        let [s1, s2] = two_digits(small(seconds % 60));
        [
            y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2, b'Z',
        ]
    }
}

impl FromStr for Date {
    type Err = SyntaxError;

    fn from_str(unverified_text: &str) -> Result<Self, SyntaxError> {
        Self::parse(unverified_text).ok_or_else(|| SyntaxError::InvalidValue {
            name: "Edm.Date",
            value: unverified_text.to_owned(),
            expected: "a day like 2025-03-04",
        })
    }
}

impl FromStr for DateTime {
    type Err = SyntaxError;

    fn from_str(unverified_text: &str) -> Result<Self, SyntaxError> {
        Self::parse(unverified_text).ok_or_else(|| SyntaxError::InvalidValue {
            name: "Edm.DateTimeOffset",
            value: unverified_text.to_owned(),
            expected: "a point in time like 2025-03-04T08:15:31Z",
        })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_ascii()
            .iter()
            .try_for_each(|&byte| fmt::Write::write_char(formatter, char::from(byte)))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_ascii()
            .iter()
            .try_for_each(|&byte| fmt::Write::write_char(formatter, char::from(byte)))
    }
}

/// `08:15`, `08:15:31`, `08:15:31.123`: seconds since midnight.
fn time_seconds(text: &str) -> Option<i64> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, second) = match rest.split_once(':') {
        Some((minute, second)) => (minute, Some(second)),
        None => (rest, None),
    };
    let whole = match second.map(|second| second.split_once('.').unwrap_or((second, "0"))) {
        Some((whole, fraction)) => {
            digits(fraction, fraction.len()).filter(|_| (1..=12).contains(&fraction.len()))?;
            up_to(whole, 60)?
        }
        None => 0,
    };
    Some(up_to(hour, 23)? * 3600 + up_to(minute, 59)? * 60 + whole)
}

/// `+01:00`, `-05:30`: seconds east of Greenwich.
fn offset_seconds(text: &str) -> Option<i64> {
    let (sign, rest) = if let Some(rest) = text.strip_prefix('+') {
        (1, rest)
    } else {
        (-1, text.strip_prefix('-')?)
    };
    let (hour, minute) = rest.split_once(':')?;
    Some(sign * (up_to(hour, 23)? * 3600 + up_to(minute, 59)? * 60))
}

fn up_to(two_digits: &str, limit: i64) -> Option<i64> {
    digits(two_digits, 2).filter(|&value| value <= limit)
}

fn digits(text: &str, length: usize) -> Option<i64> {
    let plain = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// Two ASCII digits of a number below 100.
fn two_digits(value: u16) -> [u8; 2] {
    [value / 10 % 10, value % 10].map(|digit| b'0' + digit.to_le_bytes()[0])
}

fn small(value: u32) -> u16 {
    u16::try_from(value).unwrap_or_default()
}
