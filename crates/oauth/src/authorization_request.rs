//! A request at the authorization endpoint (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1, Entra's
//! additions): query or form come in, an [`AuthorizationRequest`] goes out, and back to a query.
//!
//! INVARIANT: each parameter was sent at most once, and what the request demands fits together by itself; nothing of it
//! is held against a registration here.

mod prompt;
mod refused;
mod response_type;

pub use prompt::Prompt;
pub use refused::{AuthorizationRequestError, AuthorizationRequestReason};
pub use response_type::{ResponseMode, ResponseType};
use uuid::Uuid;

use crate::form::{self, Parameters, ParametersError};
use crate::pkce::CodeChallenge;
use crate::token_request::{client_info, correlation_id};
use AuthorizationRequestReason as Reason;

/// A request at the authorization endpoint, read but not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// `client_id`: any text.
    pub unverified_client_id: String,
    /// `redirect_uri`: not to be followed before it is found among the client's registrations.
    pub redirect_uri: Option<String>,
    /// `response_type`. A request by reference may leave it out and has `code` here.
    pub response_type: ResponseType,
    /// `response_mode`, never `query` for a token; see [`AuthorizationRequest::answer_mode`].
    pub response_mode: Option<ResponseMode>,
    /// `scope`, unparsed, empty when it was not sent: the v2.0 endpoint reads it by [`crate::RequestedScopes`].
    pub scope: String,
    /// `resource`: the v1.0 endpoint's way to name what the token is for.
    pub resource: Option<String>,
    /// `state`: to be repeated unchanged.
    pub state: Option<String>,
    /// `nonce`: to be repeated in the id token; always there when the answer has one.
    pub nonce: Option<String>,
    /// `prompt`.
    pub prompt: Option<Prompt>,
    /// `login_hint`: the user name, or the claim of that name.
    pub login_hint: Option<String>,
    /// `domain_hint`: a domain, `organizations` or `consumers`.
    pub domain_hint: Option<String>,
    /// `code_challenge` and its method.
    pub code_challenge: Option<CodeChallenge>,
    /// `max_age`: how long ago the person may have signed in, in seconds, not negative.
    pub max_age_s: Option<i64>,
    /// Whether the request has `client_info=1`.
    pub client_info: bool,
    /// `claims`: the claims request (OpenID Connect Core section 5.5), JSON, unparsed.
    pub claims: Option<String>,
    /// `request_uri`: the request was pushed before (RFC 9126 section 4), and what was pushed counts, nothing else.
    pub request_uri: Option<String>,
    /// `dpop_jkt`: the thumbprint of the key that the code is bound to (RFC 9449 section 10).
    pub dpop_jkt: Option<String>,
    /// `client-request-id`, when it is a GUID.
    pub correlation_id: Option<Uuid>,
}

impl AuthorizationRequest {
    /// Reads a query or a form body. Unknown parameters are ignored; an empty one counts as not sent (RFC 6749 section
    /// 3.1).
    pub fn parse(query_or_form: &[u8]) -> Result<Self, AuthorizationRequestError> {
        let mut parameters = Parameters::read(query_or_form).map_err(|error| {
            AuthorizationRequestError::unreadable(match error {
                ParametersError::TooLong => Reason::TooLong,
                ParametersError::Malformed => Reason::Malformed,
            })
        })?;
        // Looked up before anything is taken: the refusal of one parameter needs the others.
        let own = |name| parameters.get(name).map(str::to_owned);
        let refusal = AuthorizationRequestError {
            client_id: own("client_id"),
            redirect_uri: own("redirect_uri"),
            response_mode: answer_mode(&parameters),
            state: own("state"),
            ..AuthorizationRequestError::unreadable(Reason::Malformed)
        };
        read(&mut parameters).map_err(|reason| AuthorizationRequestError { reason, ..refusal })
    }

    /// How the answer travels: as asked, or as the response type has it.
    #[must_use]
    pub fn answer_mode(&self) -> ResponseMode {
        self.response_mode.unwrap_or(self.response_type.default_mode())
    }

    /// The request as a query, without `?`: [`AuthorizationRequest::parse`] reads the same request from it.
    #[must_use]
    pub fn to_query(&self) -> String {
        let challenge = self.code_challenge.as_ref();
        let max_age = self.max_age_s.map(|seconds| seconds.to_string());
        let correlation_id = self.correlation_id.map(|id| id.to_string());
        let pairs = [
            ("client_id", Some(self.unverified_client_id.as_str())),
            ("redirect_uri", self.redirect_uri.as_deref()),
            ("response_type", Some(self.response_type.as_str())),
            ("response_mode", self.response_mode.map(ResponseMode::as_str)),
            ("scope", Some(self.scope.as_str()).filter(|scope| !scope.is_empty())),
            ("resource", self.resource.as_deref()),
            ("state", self.state.as_deref()),
            ("nonce", self.nonce.as_deref()),
            ("prompt", self.prompt.map(Prompt::as_str)),
            ("login_hint", self.login_hint.as_deref()),
            ("domain_hint", self.domain_hint.as_deref()),
            ("code_challenge", challenge.map(CodeChallenge::challenge)),
            (
                "code_challenge_method",
                challenge.map(|challenge| challenge.method().as_str()),
            ),
            ("max_age", max_age.as_deref()),
            ("client_info", self.client_info.then_some("1")),
            ("claims", self.claims.as_deref()),
            ("request_uri", self.request_uri.as_deref()),
            ("dpop_jkt", self.dpop_jkt.as_deref()),
            ("client-request-id", correlation_id.as_deref()),
        ];
        form::print(pairs.into_iter().filter_map(|(name, value)| Some((name, value?))))
    }
}

fn read(parameters: &mut Parameters) -> Result<AuthorizationRequest, Reason> {
    if let Some(name) = parameters.repeated() {
        return Err(Reason::Repeated(name.to_owned()));
    }
    if parameters.get("request").is_some() {
        return Err(Reason::RequestObject);
    }
    let unverified_client_id = parameters.take("client_id").ok_or(Reason::Missing("client_id"))?;
    let request_uri = parameters.take("request_uri");
    let response_type = match (parameters.take("response_type"), &request_uri) {
        (Some(name), _) => ResponseType::from_name(&name).ok_or(Reason::ResponseType(name))?,
        (None, Some(_)) => ResponseType::Code,
        (None, None) => return Err(Reason::Missing("response_type")),
    };
    let response_mode = response_mode(parameters, response_type)?;
    let nonce = parameters.take("nonce");
    if response_type.has_id_token() && nonce.is_none() {
        return Err(Reason::Missing("nonce"));
    }
    Ok(AuthorizationRequest {
        unverified_client_id,
        redirect_uri: parameters.take("redirect_uri"),
        response_type,
        response_mode,
        scope: parameters.take("scope").unwrap_or_default(),
        resource: parameters.take("resource"),
        state: parameters.take("state"),
        nonce,
        prompt: prompt(parameters)?,
        login_hint: parameters.take("login_hint"),
        domain_hint: parameters.take("domain_hint"),
        code_challenge: code_challenge(parameters)?,
        max_age_s: max_age_s(parameters)?,
        client_info: client_info(parameters),
        claims: parameters.take("claims"),
        request_uri,
        dpop_jkt: parameters.take("dpop_jkt"),
        correlation_id: correlation_id(parameters),
    })
}

/// How a refusal would travel.
fn answer_mode(parameters: &Parameters) -> Option<ResponseMode> {
    let response_type = parameters.get("response_type").and_then(ResponseType::from_name);
    let asked = parameters.get("response_mode").and_then(ResponseMode::from_name);
    let default = response_type.map(ResponseType::default_mode);
    match asked {
        Some(ResponseMode::Query) if default == Some(ResponseMode::Fragment) => default,
        Some(mode) => Some(mode),
        None => default,
    }
}

fn response_mode(parameters: &mut Parameters, response_type: ResponseType) -> Result<Option<ResponseMode>, Reason> {
    let Some(name) = parameters.take("response_mode") else {
        return Ok(None);
    };
    match ResponseMode::from_name(&name) {
        None => Err(Reason::ResponseMode(name)),
        Some(ResponseMode::Query) if response_type.default_mode() == ResponseMode::Fragment => {
            Err(Reason::TokenInQuery)
        }
        mode => Ok(mode),
    }
}

fn prompt(parameters: &mut Parameters) -> Result<Option<Prompt>, Reason> {
    let word = parameters.take("prompt");
    word.map(|word| Prompt::from_name(&word).ok_or(Reason::Prompt(word)))
        .transpose()
}

fn code_challenge(parameters: &mut Parameters) -> Result<Option<CodeChallenge>, Reason> {
    let method = parameters.take("code_challenge_method");
    match (parameters.take("code_challenge"), method) {
        (None, None) => Ok(None),
        // A client that means to be protected must not go unprotected.
        (None, Some(_)) => Err(Reason::Missing("code_challenge")),
        (Some(challenge), method) => CodeChallenge::parse(&challenge, method.as_deref())
            .map(Some)
            .map_err(Reason::CodeChallenge),
    }
}

fn max_age_s(parameters: &mut Parameters) -> Result<Option<i64>, Reason> {
    let Some(text) = parameters.take("max_age") else {
        return Ok(None);
    };
    match text.parse() {
        Ok(seconds) if seconds >= 0 => Ok(Some(seconds)),
        _ => Err(Reason::MaxAge(text)),
    }
}

#[cfg(test)]
mod tests;
