//! A request at the token endpoint (RFC 6749 section 4 and Entra's additions): body and `Authorization` header come in,
//! a [`TokenRequest`] goes out.
//!
//! INVARIANT: a request presents at most one credential and each parameter at most once; nothing of it is proved.

mod grant_type;

pub use grant_type::GrantType;
use uuid::Uuid;

use crate::basic::BasicError;
use crate::form::Parameters;
use crate::unverified_client::{self, ClientCredential, UnverifiedClient};

/// Why a body is not a request of a client: for a token, a device code, or about a token. The AADSTS code of each is
/// the authority's to choose.
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

/// A request at the token endpoint, read but not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// `grant_type` and its parameters.
    pub grant_type: GrantType,
    /// `client_id`, or the id of the Basic header: any text.
    pub unverified_client_id: String,
    /// The client's credential.
    pub credential: ClientCredential,
    /// `scope`, unparsed: the v2.0 endpoint reads it by [`crate::ResourceScope`] or [`crate::RequestedScopes`].
    pub scope: Option<String>,
    /// `resource`: the v1.0 endpoint's way to name what the token is for.
    pub resource: Option<String>,
    /// `claims`: the claims request or the challenge that is repeated, JSON, unparsed.
    pub claims: Option<String>,
    /// Whether the body has `client_info=1`.
    pub client_info: bool,
    /// `client-request-id` of the body, when it is a GUID: to be repeated as `correlation_id`.
    pub correlation_id: Option<Uuid>,
}

impl TokenRequest {
    /// Reads a form body and the value of the `Authorization` header. Unknown parameters are ignored; an empty one
    /// counts as not sent (RFC 6749 section 3.2).
    pub fn parse(body: &[u8], authorization: Option<&[u8]>) -> Result<Self, TokenRequestError> {
        let mut parameters = unverified_client::parameters(body)?;
        let grant_name = parameters
            .take("grant_type")
            .ok_or(TokenRequestError::Missing("grant_type"))?;
        let client = UnverifiedClient::read(&mut parameters, authorization)?;
        Ok(Self {
            grant_type: GrantType::read(grant_name, &mut parameters)?,
            unverified_client_id: client.unverified_client_id,
            credential: client.credential,
            scope: parameters.take("scope"),
            resource: parameters.take("resource"),
            claims: parameters.take("claims"),
            client_info: client_info(&mut parameters),
            correlation_id: correlation_id(&mut parameters),
        })
    }
}

/// Whether the client wants to be told who the person is, by [`crate::client_info()`].
pub(crate) fn client_info(parameters: &mut Parameters) -> bool {
    parameters.take("client_info").as_deref() == Some("1")
}

/// The client's name for its request; one that is no GUID is not worth a refusal.
pub(crate) fn correlation_id(parameters: &mut Parameters) -> Option<Uuid> {
    let text = parameters.take("client-request-id")?;
    Uuid::try_parse(&text).ok()
}

#[cfg(test)]
mod tests;
