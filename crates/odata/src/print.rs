//! Literals, keys and addresses of rows as the text of a URL (OData v4 ABNF): the way back from what is read elsewhere.
//!
//! In: trees. Out: text that reads as the same tree. Invariant: a quotation mark inside a text is doubled, so that a value
//! never ends where its writer did not end it.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use uuid::Uuid;

use crate::{Arguments, Date, DateTime, EntityReference, Literal};

/// Everything that would end or change a segment of a path, or a key within it.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b';');

macro_rules! literal_of {
    ($($variant:ident($from:ty)),*) => {
        $(impl From<$from> for Literal {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

literal_of!(
    Boolean(bool),
    Integer(i32),
    Integer(i64),
    Integer(u32),
    Double(f64),
    String(&str),
    String(String),
    Guid(Uuid),
    Date(Date),
    DateTime(DateTime)
);

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Decimal(digits) if is_decimal(digits) => f.write_str(digits),
            Self::Double(value) if value.is_nan() => f.write_str("NaN"),
            Self::Double(value) if value.is_infinite() => f.write_str(if *value > 0.0 { "INF" } else { "-INF" }),
            Self::Double(value) => write!(f, "{value:e}"),
            // Whoever made a decimal may have written anything.
            Self::Decimal(text) | Self::String(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Guid(id) => write!(f, "{}", id.as_hyphenated()),
            Self::Date(date) => write!(f, "{date}"),
            Self::DateTime(point) => write!(f, "{point}"),
            Self::Enum { type_name, member } => write!(f, "{type_name}'{}'", member.replace('\'', "''")),
            Self::Json(value) => write!(f, "{value}"),
        }
    }
}

/// The address relative to the service root, percent-encoded: `contacts(emailaddress1='ada%2B1@example.com')`.
impl fmt::Display for EntityReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}{}", self.set, Parentheses(&self.arguments));
        write!(f, "{}", utf8_percent_encode(&text, SEGMENT))
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    digits(whole) && digits(fraction)
}

struct Parentheses<'a>(&'a Arguments);

impl fmt::Display for Parentheses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Arguments::Absent => Ok(()),
            Arguments::Empty => f.write_str("()"),
            Arguments::Single(literal) => write!(f, "({literal})"),
            Arguments::Named(columns) => {
                let columns: Vec<String> = columns.iter().map(|(name, value)| format!("{name}={value}")).collect();
                write!(f, "({})", columns.join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROOT: &str = "https://org.example.com/api/data/v9.2";

    fn by(column: &str, value: &str) -> EntityReference {
        EntityReference {
            set: "contacts".to_owned(),
            arguments: Arguments::Named(vec![(column.to_owned(), value.into())]),
        }
    }

    #[test]
    fn a_key_cannot_leave_its_place() {
        for value in ["a/b", "a?b=c", "a#b", "a%2Fb", "a')/x", "..", "a&b"] {
            let printed = by("fullname", value).to_string();
            assert!(!printed.contains(['/', '?', '#', '&']), "{printed}");
            assert_eq!(EntityReference::parse(&printed, ROOT).unwrap(), by("fullname", value));
        }
    }

    proptest! {
        #[test]
        fn keys_round_trip(value: String) {
            prop_assume!(!value.contains('\0') && value.len() < 2000);
            let printed = by("fullname", &value).to_string();
            prop_assert_eq!(EntityReference::parse(&printed, ROOT).unwrap(), by("fullname", &value));
        }
    }
}
