//! A client assertion taken apart: the text of the JWT comes in; what it says of its sender and its key goes out, so
//! that the registration can be found by which it is then verified.
//!
//! INVARIANT: nothing here is proved.

use serde::Deserialize;
use serde_json::Value;

use super::error::AssertionError;
use crate::algorithm::Algorithm;
use crate::jws::{self, Header, JwsError, present};

/// What an assertion says. `Debug` prints no signature: with it the assertion could be sent again.
pub struct UnverifiedAssertion {
    signed: String,
    signature: Vec<u8>,
    /// Or an excerpt of what stands there instead.
    algorithm: Result<Algorithm, String>,
    key_id: Option<String>,
    x5t: Option<String>,
    x5t_s256: Option<String>,
    issuer: Option<String>,
    subject: Option<String>,
    audiences: Vec<String>,
    jti: Option<String>,
    times: Times,
}

/// The claims as they were sent; `null` is a value.
pub(super) struct Times {
    pub(super) exp: Option<Value>,
    pub(super) nbf: Option<Value>,
    pub(super) iat: Option<Value>,
}

/// The claims that are looked at; others are ignored, and one that appears twice is refused by the parser.
#[derive(Deserialize)]
struct Claims {
    #[serde(default, deserialize_with = "present")]
    iss: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    sub: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    aud: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    jti: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    exp: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    iat: Option<Value>,
}

impl UnverifiedAssertion {
    /// Takes the text apart. `typ` is not looked at: some clients leave it out, and foreign issuers have types of their
    /// own.
    pub fn parse(jwt: &str) -> Result<Self, AssertionError> {
        let jws = jws::read(jwt)?;
        let claims: Claims = jws.claims()?;
        let Header { kid, x5t, x5t_s256, .. } = &jws.header;
        Ok(Self {
            algorithm: jws.header.algorithm(),
            key_id: jws::optional_text(kid.as_ref(), "kid")?,
            x5t: thumbprint(x5t.as_ref(), "x5t")?,
            x5t_s256: thumbprint(x5t_s256.as_ref(), "x5t#S256")?,
            issuer: jws::optional_text(claims.iss.as_ref(), "iss")?,
            subject: jws::optional_text(claims.sub.as_ref(), "sub")?,
            audiences: jws::one_or_more(claims.aud.as_ref()).ok_or(JwsError::Mistyped { member: "aud" })?,
            jti: jws::optional_text(claims.jti.as_ref(), "jti")?,
            times: Times {
                exp: claims.exp,
                nbf: claims.nbf,
                iat: claims.iat,
            },
            signed: jws.signed.to_owned(),
            signature: jws.signature,
        })
    }

    /// The `alg` of the header, where it is one of the list.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm.as_ref().ok().copied()
    }

    /// The `iss` claim: with certificates the client id, with federated credentials the foreign issuer.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The `sub` claim.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The `aud` claim, a string or a list of strings; empty when it is missing.
    #[must_use]
    pub fn audiences(&self) -> &[String] {
        &self.audiences
    }

    /// The `kid` of the header.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The `x5t` of the header, without the padding that some clients send.
    #[must_use]
    pub fn x5t(&self) -> Option<&str> {
        self.x5t.as_deref()
    }

    /// The `x5t#S256` of the header, likewise.
    #[must_use]
    pub fn x5t_s256(&self) -> Option<&str> {
        self.x5t_s256.as_deref()
    }

    pub(super) fn unaccepted_algorithm(&self) -> String {
        self.algorithm.clone().err().unwrap_or_default()
    }

    pub(super) fn jti(&self) -> Option<&str> {
        self.jti.as_deref()
    }

    pub(super) const fn times(&self) -> &Times {
        &self.times
    }

    pub(super) fn signed(&self) -> &[u8] {
        self.signed.as_bytes()
    }

    pub(super) fn signature(&self) -> &[u8] {
        &self.signature
    }
}

impl std::fmt::Debug for UnverifiedAssertion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnverifiedAssertion")
            .field("issuer", &self.issuer)
            .field("subject", &self.subject)
            .field("audiences", &self.audiences)
            .finish_non_exhaustive()
    }
}

fn thumbprint(member: Option<&Value>, name: &'static str) -> Result<Option<String>, JwsError> {
    let text = jws::optional_text(member, name)?;
    Ok(text.map(|text| text.trim_end_matches('=').to_owned()))
}
