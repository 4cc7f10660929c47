//! What a token request stands on: the name of a grant and its parameters come in, a [`GrantType`] goes out.
//!
//! INVARIANT: a grant that is named here has all parameters that it cannot do without.

use super::TokenRequestError;
use crate::form::Parameters;
use crate::secret::Secret;

const CLIENT_CREDENTIALS: &str = "client_credentials";
const AUTHORIZATION_CODE: &str = "authorization_code";
const REFRESH_TOKEN: &str = "refresh_token";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// What msal-node calls the device grant.
const DEVICE_CODE_SHORT: &str = "device_code";
const ON_BEHALF_OF: &str = "on_behalf_of";

/// What a client asks for, and on what grounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// `client_credentials`: a token for the application itself (RFC 6749 section 4.4).
    ClientCredentials,
    /// `authorization_code`: the code that the browser brought back (RFC 6749 section 4.1.3).
    AuthorizationCode {
        /// `code`.
        code: Secret<String>,
        /// `redirect_uri`: must be the one of the authorization request.
        redirect_uri: Option<String>,
        /// `code_verifier`: for [`crate::CodeChallenge::matches`] (RFC 7636 section 4.5).
        code_verifier: Option<Secret<String>>,
    },
    /// `refresh_token` (RFC 6749 section 6).
    RefreshToken {
        /// `refresh_token`.
        token: Secret<String>,
    },
    /// The grant of RFC 7523 section 2.1 with `requested_token_use=on_behalf_of`: the token that a person sent to this
    /// API, in return for one for another API.
    OnBehalfOf {
        /// `assertion`: the compact JWS, not verified.
        assertion: Secret<String>,
    },
    /// The device grant (RFC 8628 section 3.4), by its urn or as plain `device_code`.
    DeviceCode {
        /// `device_code`, or `code` where only that was sent.
        code: Secret<String>,
    },
    /// A grant that is not served, by its name.
    Unsupported(String),
}

impl GrantType {
    /// The name on the wire; for the device grant its urn.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::ClientCredentials => CLIENT_CREDENTIALS,
            Self::AuthorizationCode { .. } => AUTHORIZATION_CODE,
            Self::RefreshToken { .. } => REFRESH_TOKEN,
            Self::OnBehalfOf { .. } => JWT_BEARER,
            Self::DeviceCode { .. } => DEVICE_CODE,
            Self::Unsupported(name) => name,
        }
    }

    pub(super) fn read(name: String, parameters: &mut Parameters) -> Result<Self, TokenRequestError> {
        match name.as_str() {
            CLIENT_CREDENTIALS => Ok(Self::ClientCredentials),
            AUTHORIZATION_CODE => Ok(Self::AuthorizationCode {
                code: required(parameters, "code")?,
                redirect_uri: parameters.take("redirect_uri"),
                code_verifier: parameters.take_secret("code_verifier"),
            }),
            REFRESH_TOKEN => Ok(Self::RefreshToken {
                token: required(parameters, "refresh_token")?,
            }),
            JWT_BEARER => on_behalf_of(name, parameters),
            DEVICE_CODE | DEVICE_CODE_SHORT => {
                let code = parameters.take_secret("device_code");
                let code = code.or_else(|| parameters.take_secret("code"));
                Ok(Self::DeviceCode {
                    code: code.ok_or(TokenRequestError::Missing("device_code"))?,
                })
            }
            _ => Ok(Self::Unsupported(name)),
        }
    }
}

/// An assertion for any other use is another grant, which is not served.
fn on_behalf_of(name: String, parameters: &mut Parameters) -> Result<GrantType, TokenRequestError> {
    let requested_use = parameters.take("requested_token_use");
    match requested_use.as_deref() {
        None => Err(TokenRequestError::Missing("requested_token_use")),
        Some(ON_BEHALF_OF) => Ok(GrantType::OnBehalfOf {
            assertion: required(parameters, "assertion")?,
        }),
        Some(_) => Ok(GrantType::Unsupported(name)),
    }
}

fn required(parameters: &mut Parameters, name: &'static str) -> Result<Secret<String>, TokenRequestError> {
    parameters.take_secret(name).ok_or(TokenRequestError::Missing(name))
}
