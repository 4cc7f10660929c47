//! How a client names and proves itself in a request (RFC 6749 section 2.3): parameters and `Authorization` header come
//! in, an [`UnverifiedClient`] goes out.
//!
//! INVARIANT: one client id and at most one credential; nothing of it is proved.

use crate::basic::BasicCredentials;
use crate::form::{Parameters, ParametersError};
use crate::secret::Secret;
use crate::token_request::TokenRequestError;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

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

/// The client of a request, read but not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedClient {
    /// `client_id`, or the id of the Basic header: any text.
    pub unverified_client_id: String,
    /// The client's credential.
    pub credential: ClientCredential,
}

impl UnverifiedClient {
    /// Reads the client alone, for requests whose rest is read by another parser (RFC 9126 section 2.1).
    pub fn parse(body: &[u8], authorization: Option<&[u8]>) -> Result<Self, TokenRequestError> {
        Self::read(&mut parameters(body)?, authorization)
    }

    /// Takes the client out of a request's parameters.
    pub(crate) fn read(parameters: &mut Parameters, authorization: Option<&[u8]>) -> Result<Self, TokenRequestError> {
        let basic = authorization
            .map(BasicCredentials::parse)
            .transpose()
            .map_err(TokenRequestError::Authorization)?;
        Ok(Self {
            unverified_client_id: client_id(parameters.take("client_id"), basic.as_ref())?,
            credential: credential(parameters, basic)?,
        })
    }
}

/// The parameters of a body that a client posts, each of them once.
pub(crate) fn parameters(body: &[u8]) -> Result<Parameters, TokenRequestError> {
    let parameters = Parameters::read(body).map_err(|error| match error {
        ParametersError::TooLong => TokenRequestError::TooLong,
        ParametersError::Malformed => TokenRequestError::Malformed,
    })?;
    match parameters.repeated() {
        Some(name) => Err(TokenRequestError::Repeated(name.to_owned())),
        None => Ok(parameters),
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
    let secret = parameters.take_secret("client_secret");
    let assertion = parameters.take_secret("client_assertion");
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
