//! A request at the token endpoint (RFC 6749 section 4.4.2 and Entra's additions): body and `Authorization` header
//! come in, a [`TokenRequest`] goes out.
//!
//! INVARIANT: a request presents at most one credential and each parameter at most once; nothing of it is proved.

use std::collections::HashMap;

use uuid::Uuid;

use crate::basic::{BasicCredentials, BasicError};
use crate::form;
use crate::secret::Secret;

/// A signed assertion with its certificates takes about 10 KiB; nothing else comes near.
const MAX_BODY_BYTES: usize = 64 * 1024;
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why a body is not a token request. The AADSTS code of each is the authority's to choose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenRequestError {
    /// Longer than 64 KiB.
    #[error("request body is longer than 64 KiB")]
    TooLong,
    /// Not form encoded (AADSTS 9002313).
    #[error("request body is not form encoded")]
    Malformed,
    /// A parameter appears twice (RFC 6749 section 3.2).
    #[error("parameter `{0}` appears more than once")]
    Repeated(String),
    /// A parameter is missing or empty (AADSTS 900144).
    #[error("parameter `{0}` is missing")]
    Missing(&'static str),
    /// The `Authorization` header is not a Basic header (RFC 6749 section 2.3.1).
    #[error("authorization header does not carry client credentials")]
    Authorization(#[source] BasicError),
    /// More than one of Basic header, `client_secret` and `client_assertion` (RFC 6749 section 2.3).
    #[error("more than one client credential was presented")]
    SeveralCredentials,
    /// `client_id` in the body is not the one of the Basic header.
    #[error("client ids of body and authorization header differ")]
    ClientIdsDiffer,
    /// `client_assertion_type` is not the one of RFC 7523.
    #[error("client assertion type is not supported")]
    AssertionType,
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// `client_credentials`: a token for the application itself.
    ClientCredentials,
    /// A grant that is not served, by its name.
    Unsupported(String),
}

/// How a client wants to prove itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientCredential {
    /// A client secret, from the body or the Basic header.
    Secret(Secret<String>),
    /// A JWT signed by the client or by an issuer it trusts (RFC 7523).
    Assertion {
        /// The compact JWS. A secret because whoever has it can use it until it expires.
        unverified_jwt: Secret<String>,
    },
    /// None: a public client, or a mistake.
    None,
}

/// A request at the token endpoint, read but not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// `grant_type`.
    pub grant_type: GrantType,
    /// `client_id`, or the id of the Basic header: any text.
    pub unverified_client_id: String,
    /// The client's credential.
    pub credential: ClientCredential,
    /// `scope`, unparsed: the v2.0 endpoint reads it by [`crate::ResourceScope`].
    pub scope: Option<String>,
    /// `resource`: the v1.0 endpoint's way to name what the token is for.
    pub resource: Option<String>,
    /// Whether the body has `client_info=1`.
    pub client_info: bool,
    /// `client-request-id` of the body, when it is a GUID: to be repeated as `correlation_id`.
    pub correlation_id: Option<Uuid>,
}

impl TokenRequest {
    /// Reads a form body and the value of the `Authorization` header. Unknown parameters are ignored; an empty one
    /// counts as not sent (RFC 6749 section 3.2).
    pub fn parse(body: &[u8], authorization: Option<&[u8]>) -> Result<Self, TokenRequestError> {
        let mut parameters = Parameters::read(body)?;
        let basic = authorization
            .map(BasicCredentials::parse)
            .transpose()
            .map_err(TokenRequestError::Authorization)?;
        let grant_type = parameters
            .take("grant_type")
            .ok_or(TokenRequestError::Missing("grant_type"))?;
        let unverified_client_id = client_id(parameters.take("client_id"), basic.as_ref())?;
        Ok(Self {
            grant_type: match grant_type.as_str() {
                "client_credentials" => GrantType::ClientCredentials,
                _ => GrantType::Unsupported(grant_type),
            },
            unverified_client_id,
            credential: credential(&mut parameters, basic)?,
            scope: parameters.take("scope"),
            resource: parameters.take("resource"),
            client_info: parameters.take("client_info").as_deref() == Some("1"),
            correlation_id: parameters
                .take("client-request-id")
                .and_then(|text| Uuid::try_parse(&text).ok()),
        })
    }
}

fn client_id(body: Option<String>, basic: Option<&BasicCredentials>) -> Result<String, TokenRequestError> {
    let header = basic
        .map(|basic| &basic.unverified_client_id)
        .filter(|id| !id.is_empty());
    match (body, header) {
        (None, None) => Err(TokenRequestError::Missing("client_id")),
        (Some(body), Some(header)) if body != *header => Err(TokenRequestError::ClientIdsDiffer),
        (Some(id), _) => Ok(id),
        (None, Some(id)) => Ok(id.clone()),
    }
}

fn credential(
    parameters: &mut Parameters,
    basic: Option<BasicCredentials>,
) -> Result<ClientCredential, TokenRequestError> {
    let secret = parameters.take("client_secret").map(Secret::new);
    let assertion = parameters.take("client_assertion").map(Secret::new);
    let assertion_type = parameters.take("client_assertion_type");
    // A Basic header counts even with an empty secret: it is a way to authenticate, and only one is allowed.
    match (basic, secret, assertion, assertion_type.as_deref()) {
        (Some(basic), None, None, None) => Ok(ClientCredential::Secret(basic.secret)),
        (None, Some(secret), None, None) => Ok(ClientCredential::Secret(secret)),
        (None, None, Some(unverified_jwt), Some(JWT_BEARER)) => Ok(ClientCredential::Assertion { unverified_jwt }),
        (None, None, Some(_), Some(_)) => Err(TokenRequestError::AssertionType),
        (None, None, Some(_), None) => Err(TokenRequestError::Missing("client_assertion_type")),
        (None, None, None, Some(_)) => Err(TokenRequestError::Missing("client_assertion")),
        (None, None, None, None) => Ok(ClientCredential::None),
        _ => Err(TokenRequestError::SeveralCredentials),
    }
}

/// The decoded parameters of a body, each name once.
struct Parameters(HashMap<String, Secret<String>>);

impl Parameters {
    fn read(body: &[u8]) -> Result<Self, TokenRequestError> {
        if body.len() > MAX_BODY_BYTES {
            return Err(TokenRequestError::TooLong);
        }
        let mut parameters = HashMap::new();
        for (name, value) in form::pairs(body).ok().ok_or(TokenRequestError::Malformed)? {
            if parameters.contains_key(&name) {
                return Err(TokenRequestError::Repeated(name));
            }
            parameters.insert(name, Secret::new(value));
        }
        Ok(Self(parameters))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        self.0
            .remove(name)
            .map(|value| value.expose().clone())
            .filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests;
