//! Client credentials in the `Authorization` header (RFC 6749 section 2.3.1): the header's value comes in and goes out.
//!
//! INVARIANT: id and secret are each form encoded before they are joined, so that either may hold a colon.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::form;
use crate::secret::Secret;

const SCHEME: &str = "Basic";

/// Why an `Authorization` header does not carry client credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BasicError {
    /// Another scheme, or no scheme at all.
    #[error("authorization scheme is not basic")]
    Scheme,
    /// What follows the scheme is not base64.
    #[error("basic credentials are not base64")]
    NotBase64,
    /// There is no colon between id and secret.
    #[error("basic credentials have no colon")]
    NoColon,
    /// Id or secret is not form encoded UTF-8.
    #[error("basic credentials are not form encoded")]
    NotFormEncoded,
}

/// What a client claims in a Basic header. Nothing of it is proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasicCredentials {
    /// The client id as it was sent.
    pub unverified_client_id: String,
    /// The client secret as it was sent; may be empty.
    pub secret: Secret<String>,
}

impl BasicCredentials {
    /// Reads the value of an `Authorization` header.
    pub fn parse(header: &[u8]) -> Result<Self, BasicError> {
        let mut halves = header.splitn(2, |byte| *byte == b' ');
        let scheme = halves.next().unwrap_or_default();
        if !scheme.eq_ignore_ascii_case(SCHEME.as_bytes()) {
            return Err(BasicError::Scheme);
        }
        let encoded = halves.next().unwrap_or_default().trim_ascii();
        let joined = Secret::new(STANDARD.decode(encoded).ok().ok_or(BasicError::NotBase64)?);
        let colon = joined
            .expose()
            .iter()
            .position(|byte| *byte == b':')
            .ok_or(BasicError::NoColon)?;
        let (id, secret) = joined.expose().split_at_checked(colon).ok_or(BasicError::NoColon)?;
        let decode = |part: &[u8]| form::decode(part).ok().ok_or(BasicError::NotFormEncoded);
        Ok(Self {
            unverified_client_id: decode(id)?,
            secret: Secret::new(decode(secret.strip_prefix(b":").unwrap_or_default())?),
        })
    }

    /// The value of an `Authorization` header, for a client to send.
    #[must_use]
    pub fn header_value(&self) -> Secret<String> {
        let id = form::encode(&self.unverified_client_id);
        let secret = Secret::new(form::encode(self.secret.expose()));
        let joined = Secret::new(format!("{id}:{}", secret.expose()));
        Secret::new(format!("{SCHEME} {}", STANDARD.encode(joined.expose())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10";
    const HEADER: &str = "Basic MGM3YTlkNTItM2IxZS00YzhmLThmMjctNmE1ZDRlM2IyYzEwOnB+OFElMkJ4JTJGJTI1JTNEJTNBK1o=";

    fn credentials(id: &str, secret: &str) -> BasicCredentials {
        BasicCredentials {
            unverified_client_id: id.to_owned(),
            secret: Secret::new(secret.to_owned()),
        }
    }

    fn check(header: &str, expected: Result<(&str, &str), BasicError>) {
        let expected = expected.map(|(id, secret)| credentials(id, secret));
        assert_eq!(BasicCredentials::parse(header.as_bytes()), expected, "{header}");
    }

    #[test]
    fn what_is_not_basic_is_refused() {
        check("", Err(BasicError::Scheme));
        check("Bearer eyJ", Err(BasicError::Scheme));
        check("Basically YTpi", Err(BasicError::Scheme));
        check("Basic !", Err(BasicError::NotBase64));
        check("Basic YTpi YTpi", Err(BasicError::NotBase64));
        check("Basic", Err(BasicError::NoColon));
        check("Basic YWI=", Err(BasicError::NoColon));
        check("Basic YTol", Err(BasicError::NotFormEncoded));
        check("Basic /zph", Err(BasicError::NotFormEncoded));
    }

    #[test]
    fn credentials_are_read() {
        check("Basic YTpi", Ok(("a", "b")));
        check("bAsIc  YTpi ", Ok(("a", "b")));
        check("Basic YTo=", Ok(("a", "")));
        check("Basic YTpiOmM=", Ok(("a", "b:c")));
    }

    #[test]
    fn the_vector_of_the_reference() {
        check(HEADER, Ok((APP, "p~8Q+x/%=: Z")));
        assert_eq!(credentials(APP, "p~8Q+x/%=: Z").header_value().expose(), HEADER);
    }

    proptest::proptest! {
        #[test]
        fn all_credentials_round_trip(id: String, secret: String) {
            let sent = credentials(&id, &secret);
            proptest::prop_assert_eq!(BasicCredentials::parse(sent.header_value().expose().as_bytes()), Ok(sent));
        }

        #[test]
        fn no_bytes_panic(header: Vec<u8>) {
            let _ = BasicCredentials::parse(&header);
        }
    }
}
