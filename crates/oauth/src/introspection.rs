//! Questions about a token (RFC 7662) and its return (RFC 7009): a form comes in, what the token is worth goes out.
//!
//! INVARIANT: of a token that is not active nothing is said but that.

use serde::{Serialize, Serializer};

use crate::clock::Timestamp;
use crate::confirmation::Confirmation;
use crate::form::Parameters;
use crate::ids::{AppId, ObjectId, TenantId};
use crate::secret::Secret;
use crate::token_request::TokenRequestError;
use crate::unverified_client::{self, ClientCredential, UnverifiedClient};

/// `token_type_hint`: where to look first (RFC 7009 section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenTypeHint {
    /// `access_token`.
    AccessToken,
    /// `refresh_token`.
    RefreshToken,
}

impl TokenTypeHint {
    /// Another hint than the two may be ignored (RFC 7009 section 2.1).
    fn read(parameters: &mut Parameters) -> Option<Self> {
        match parameters.take("token_type_hint")?.as_str() {
            "access_token" => Some(Self::AccessToken),
            "refresh_token" => Some(Self::RefreshToken),
            _ => None,
        }
    }
}

/// Somebody asks what a token is worth (RFC 7662 section 2.1), read but not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntrospectionRequest {
    /// The token.
    pub token: Secret<String>,
    /// Where to look first.
    pub token_type_hint: Option<TokenTypeHint>,
    /// Who asks: `client_id`, or the id of the Basic header.
    pub unverified_client_id: String,
    /// The client's credential.
    pub credential: ClientCredential,
}

impl IntrospectionRequest {
    /// Reads a form body and the value of the `Authorization` header. Unknown parameters are ignored.
    pub fn parse(body: &[u8], authorization: Option<&[u8]>) -> Result<Self, TokenRequestError> {
        let (client, token, token_type_hint) = read(body, authorization)?;
        Ok(Self {
            token,
            token_type_hint,
            unverified_client_id: client.unverified_client_id,
            credential: client.credential,
        })
    }
}

/// A client gives a token back (RFC 7009 section 2.1), read but not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationRequest {
    /// The token.
    pub token: Secret<String>,
    /// Where to look first.
    pub token_type_hint: Option<TokenTypeHint>,
    /// Who gives it back: `client_id`, or the id of the Basic header.
    pub unverified_client_id: String,
    /// The client's credential.
    pub credential: ClientCredential,
}

impl RevocationRequest {
    /// Reads a form body and the value of the `Authorization` header. Unknown parameters are ignored.
    pub fn parse(body: &[u8], authorization: Option<&[u8]>) -> Result<Self, TokenRequestError> {
        let (client, token, token_type_hint) = read(body, authorization)?;
        Ok(Self {
            token,
            token_type_hint,
            unverified_client_id: client.unverified_client_id,
            credential: client.credential,
        })
    }
}

type Question = (UnverifiedClient, Secret<String>, Option<TokenTypeHint>);

fn read(body: &[u8], authorization: Option<&[u8]>) -> Result<Question, TokenRequestError> {
    let mut parameters = unverified_client::parameters(body)?;
    let client = UnverifiedClient::read(&mut parameters, authorization)?;
    let token = parameters
        .take_secret("token")
        .ok_or(TokenRequestError::Missing("token"))?;
    Ok((client, token, TokenTypeHint::read(&mut parameters)))
}

/// The answer to an [`IntrospectionRequest`] (RFC 7662 section 2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntrospectionResponse {
    /// The token is unknown, expired, revoked, or none of the caller's business: `{"active":false}`.
    Inactive,
    /// The token is good.
    Active(Box<ActiveToken>),
}

impl Serialize for IntrospectionResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (active, token) = match self {
            Self::Inactive => (false, None),
            Self::Active(token) => (true, Some(&**token)),
        };
        Members { active, token }.serialize(serializer)
    }
}

#[derive(Serialize)]
struct Members<'a> {
    active: bool,
    #[serde(flatten)]
    token: Option<&'a ActiveToken>,
}

/// What a good token says; members without a value are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ActiveToken {
    /// `scope`: words with spaces between.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// `client_id`: whom the token was given to.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub client_id: Option<AppId>,
    /// `username`: the person's user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `token_type`: `Bearer` or `DPoP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// `exp`: the end of the token.
    #[serde(
        rename = "exp",
        skip_serializing_if = "Option::is_none",
        serialize_with = "as_seconds"
    )]
    pub expires: Option<Timestamp>,
    /// `iat`: when it was issued.
    #[serde(
        rename = "iat",
        skip_serializing_if = "Option::is_none",
        serialize_with = "as_seconds"
    )]
    pub issued: Option<Timestamp>,
    /// `nbf`: its beginning.
    #[serde(
        rename = "nbf",
        skip_serializing_if = "Option::is_none",
        serialize_with = "as_seconds"
    )]
    pub not_before: Option<Timestamp>,
    /// `sub`: whom it speaks for, as the client sees them.
    #[serde(rename = "sub", skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// `aud`: what it is for.
    #[serde(rename = "aud", skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// `iss`: who issued it.
    #[serde(rename = "iss", skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// `jti`: its name.
    #[serde(rename = "jti", skip_serializing_if = "Option::is_none")]
    pub token_id: Option<String>,
    /// `tid`: the tenant.
    #[serde(rename = "tid", skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub tenant: Option<TenantId>,
    /// `oid`: the person, or the client's service principal.
    #[serde(rename = "oid", skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub object_id: Option<ObjectId>,
    /// `cnf`: the key that it is bound to (RFC 9449 section 6.2, RFC 8705 section 3.2).
    #[serde(rename = "cnf", skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<Confirmation>,
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
fn as_text<S: Serializer>(id: &Option<impl std::fmt::Display>, serializer: S) -> Result<S::Ok, S::Error> {
    match id {
        Some(id) => serializer.collect_str(id),
        None => serializer.serialize_none(),
    }
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
fn as_seconds<S: Serializer>(moment: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    moment.map(Timestamp::seconds).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn questions_without_token_or_client_are_refused() {
        let refuse = |body: &str, expected: TokenRequestError| {
            let asked = IntrospectionRequest::parse(body.as_bytes(), None);
            assert_eq!(asked, Err(expected.clone()), "{body}");
            assert_eq!(RevocationRequest::parse(body.as_bytes(), None), Err(expected), "{body}");
        };
        refuse("token=t", TokenRequestError::Missing("client_id"));
        refuse("client_id=a", TokenRequestError::Missing("token"));
        refuse("client_id=a&token=", TokenRequestError::Missing("token"));
        refuse(
            "client_id=a&token=t&token=t",
            TokenRequestError::Repeated("token".to_owned()),
        );
        refuse("client_id=a&token=%", TokenRequestError::Malformed);
    }

    #[test]
    fn token_hint_and_client_are_read() {
        let check = |hint: &str, expected| {
            let body = format!("client_id=a&client_secret=s&token=t{hint}");
            let asked = IntrospectionRequest::parse(body.as_bytes(), None).unwrap();
            let returned = RevocationRequest::parse(body.as_bytes(), None).unwrap();
            assert_eq!(
                (asked.token_type_hint, returned.token_type_hint),
                (expected, expected),
                "{hint}"
            );
            assert_eq!((&asked.token, &returned.token), (&secret("t"), &secret("t")));
            assert_eq!(asked.credential, ClientCredential::Secret(secret("s")));
            assert_eq!(returned.credential, asked.credential);
            assert_eq!(
                (asked.unverified_client_id, returned.unverified_client_id),
                ("a".into(), "a".into())
            );
        };
        check("", None);
        check("&token_type_hint=", None);
        check("&token_type_hint=saml2", None);
        check("&token_type_hint=access_token", Some(TokenTypeHint::AccessToken));
        check("&token_type_hint=refresh_token", Some(TokenTypeHint::RefreshToken));
        let basic = RevocationRequest::parse(b"token=t", Some(b"Basic YTpi")).unwrap();
        assert_eq!(basic.credential, ClientCredential::Secret(secret("b")));
    }

    #[test]
    fn answers_are_written_to_the_byte() {
        let check = |response: &IntrospectionResponse, expected: &str| {
            assert_eq!(serde_json::to_string(response).unwrap(), expected);
        };
        check(&IntrospectionResponse::Inactive, r#"{"active":false}"#);
        check(&IntrospectionResponse::Active(Box::default()), r#"{"active":true}"#);
        let text = |text: &str| Some(text.to_owned());
        let full = ActiveToken {
            scope: text("user_impersonation"),
            client_id: "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10".parse().ok(),
            username: text("ina@fabrikam.example"),
            token_type: text("DPoP"),
            expires: Some(Timestamp::from_seconds(1_760_003_600)),
            issued: Some(Timestamp::from_seconds(1_759_999_700)),
            not_before: Some(Timestamp::from_seconds(1_759_999_700)),
            subject: text("kT3o"),
            audience: text("api://x"),
            issuer: text("https://login.example.test/t/v2.0"),
            token_id: text("n0Zc"),
            tenant: "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b".parse().ok(),
            object_id: "b7c8d9e0-f1a2-4b3c-8d4e-5f6071829304".parse().ok(),
            confirmation: Some(Confirmation::Jkt("0ZcO".to_owned())),
        };
        let expected = concat!(
            r#"{"active":true,"scope":"user_impersonation","client_id":"0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10","#,
            r#""username":"ina@fabrikam.example","token_type":"DPoP","exp":1760003600,"iat":1759999700,"#,
            r#""nbf":1759999700,"sub":"kT3o","aud":"api://x","iss":"https://login.example.test/t/v2.0","jti":"n0Zc","#,
            r#""tid":"5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b","oid":"b7c8d9e0-f1a2-4b3c-8d4e-5f6071829304","#,
            r#""cnf":{"jkt":"0ZcO"}}"#
        );
        check(&IntrospectionResponse::Active(Box::new(full)), expected);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(body: Vec<u8>, authorization: Option<Vec<u8>>) {
            let _ = IntrospectionRequest::parse(&body, authorization.as_deref());
            let _ = RevocationRequest::parse(&body, authorization.as_deref());
        }
    }
}
