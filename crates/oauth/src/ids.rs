//! Identifiers: the hyphenated text of a GUID comes in, one newtype per kind of thing goes out.
//!
//! INVARIANT: an id of one kind never stands where another kind is asked for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The text is not a GUID in its hyphenated form of 36 characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a hyphenated guid")]
pub struct IdError;

/// Only the hyphenated form is an id on the wire; `Uuid` alone would also take braces, a URN and bare hex, and one
/// thing would have four names.
fn parse_hyphenated(text: &str) -> Result<Uuid, IdError> {
    if text.len() != uuid::fmt::Hyphenated::LENGTH {
        return Err(IdError);
    }
    Uuid::try_parse(text).ok().ok_or(IdError)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The bare GUID, for storage.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// The id of a GUID that is known when the program is compiled.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_hyphenated(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.as_hyphenated(), f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.as_hyphenated())
            }
        }

        /// The hyphenated text.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id! {
    /// A tenant of the directory: the `tid` claim. Printed hyphenated in lower case, read in either case.
    TenantId
}
id! {
    /// An object of a directory, a user or a service principal: the `oid` claim.
    ObjectId
}
id! {
    /// A registered application, the same in every tenant: the client id, `appId`, the `appid` or `azp` claim.
    AppId
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::needless_pass_by_value,
        reason = "a case is one line when its expectation is a value"
    )]

    use super::*;

    const TEXT: &str = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10";

    fn check(input: &str, expected: Result<&str, IdError>) {
        let printed = input.parse::<AppId>().map(|id| id.to_string());
        assert_eq!(printed.as_deref().map_err(Clone::clone), expected, "{input}");
    }

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        check("", Err(IdError));
        check("contoso.example", Err(IdError));
        check("0c7a9d523b1e4c8f8f276a5d4e3b2c10", Err(IdError));
        check("{0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10}", Err(IdError));
        check("urn:uuid:0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10", Err(IdError));
        check("0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c1g", Err(IdError));
        check(" 0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c1", Err(IdError));
        check(TEXT, Ok(TEXT));
        check(&TEXT.to_uppercase(), Ok(TEXT));
    }

    #[test]
    fn debug_names_the_kind() {
        assert_eq!(
            format!("{:?}", TEXT.parse::<TenantId>()),
            format!("Ok(TenantId({TEXT}))")
        );
    }

    #[test]
    fn json_holds_the_hyphenated_text() {
        let json = format!("\"{TEXT}\"");
        let id: AppId = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), json);
        for bad in ["null", "7", "\"\"", "\"0c7a9d523b1e4c8f8f276a5d4e3b2c10\""] {
            assert!(serde_json::from_str::<AppId>(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_guid_round_trips(number: u128) {
            let id = ObjectId::from(Uuid::from_u128(number));
            proptest::prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<TenantId>();
        }
    }
}
