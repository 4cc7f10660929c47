//! Answers of the authorization endpoint (RFC 6749 section 4.1.2, OpenID Connect Core section 3.1.2.5, RFC 9207): what
//! was decided comes in, a redirect or the fields of a form go out.
//!
//! INVARIANT: the redirect keeps all of the URI that it is given, and adds to it.

use crate::authorization_request::ResponseMode;
use crate::form;
use crate::oauth_error::OAuthError;
use crate::secret::Secret;

/// What a client gets that was let in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationSuccess {
    /// `code`.
    pub code: Option<Secret<String>>,
    /// `id_token`.
    pub id_token: Option<Secret<String>>,
    /// `access_token` and what belongs to it.
    pub access_token: Option<ImplicitToken>,
    /// `client_info`: by [`crate::client_info()`], when it was asked for.
    pub client_info: Option<String>,
    /// `state` of the request.
    pub state: Option<String>,
    /// `session_state`: the name of the session, opaque to the client.
    pub session_state: Option<String>,
    /// `iss`: who answers (RFC 9207 section 2).
    pub issuer: Option<String>,
}

/// An access token that comes without a code (RFC 6749 section 4.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImplicitToken {
    /// `access_token`.
    pub token: Secret<String>,
    /// `token_type`: `Bearer`.
    pub token_type: String,
    /// `expires_in`: seconds from now to the end of the token.
    pub expires_in_s: i64,
    /// `scope`: what was granted.
    pub scope: String,
}

/// What a client gets that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationFailure {
    /// `error`.
    pub error: OAuthError,
    /// `error_description`: `AADSTS<code>: ...`.
    pub description: String,
    /// `error_uri`: a page about the error.
    pub error_uri: Option<String>,
    /// `error_subcode`: `cancel` when the person pressed cancel.
    pub subcode: Option<&'static str>,
    /// `state` of the request.
    pub state: Option<String>,
    /// `iss`: who answers (RFC 9207 section 2).
    pub issuer: Option<String>,
}

/// The parameters of an answer, in the order in which they are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationResponse {
    /// Any of them may be a secret, so all are kept as one.
    parameters: Vec<(&'static str, Secret<String>)>,
}

impl AuthorizationResponse {
    /// The answer to a client that was let in.
    #[must_use]
    pub fn success(success: AuthorizationSuccess) -> Self {
        let mut parameters = vec![("code", success.code), ("id_token", success.id_token)];
        if let Some(token) = success.access_token {
            parameters.extend([
                ("access_token", Some(token.token)),
                ("token_type", Some(Secret::new(token.token_type))),
                ("expires_in", Some(Secret::new(token.expires_in_s.to_string()))),
                ("scope", Some(Secret::new(token.scope))),
            ]);
        }
        parameters.extend([
            ("client_info", success.client_info.map(Secret::new)),
            ("state", success.state.map(Secret::new)),
            ("session_state", success.session_state.map(Secret::new)),
            ("iss", success.issuer.map(Secret::new)),
        ]);
        Self::of(parameters)
    }

    /// The answer to a client that was refused.
    #[must_use]
    pub fn failure(failure: AuthorizationFailure) -> Self {
        let text = |text: &str| Some(Secret::new(text.to_owned()));
        Self::of(vec![
            ("error", text(failure.error.as_str())),
            ("error_subcode", failure.subcode.and_then(text)),
            ("error_description", text(&failure.description)),
            ("error_uri", failure.error_uri.map(Secret::new)),
            ("state", failure.state.map(Secret::new)),
            ("iss", failure.issuer.map(Secret::new)),
        ])
    }

    fn of(parameters: Vec<(&'static str, Option<Secret<String>>)>) -> Self {
        let sent = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        Self {
            parameters: sent.collect(),
        }
    }

    /// The fields of the form of `form_post`, names and values not encoded in any way.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.parameters
            .iter()
            .map(|(name, value)| (*name, value.expose().as_str()))
    }

    /// The URI that the browser is sent to. For `form_post` it is the action of the form: the redirect URI itself.
    ///
    /// A query ends in `#`, as Entra's do: a fragment of the page before is then not carried on to the client (RFC 9700
    /// section 4.1.3).
    #[must_use]
    pub fn location(&self, redirect_uri: &str, mode: ResponseMode) -> String {
        if mode == ResponseMode::FormPost {
            return redirect_uri.to_owned();
        }
        let without_fragment = redirect_uri.split_once('#').map_or(redirect_uri, |(before, _)| before);
        let target = with_path(without_fragment);
        let parameters = form::print(self.fields());
        if mode == ResponseMode::Fragment {
            return format!("{target}#{parameters}");
        }
        let separator = match target.chars().last() {
            Some('?' | '&') => "",
            Some(_) | None if target.contains('?') => "&",
            Some(_) | None => "?",
        };
        format!("{target}{separator}{parameters}#")
    }
}

/// A web address without a path gets `/`, as Entra sends it back; a custom scheme stays as it is.
fn with_path(uri: &str) -> String {
    let is_web = |scheme: &str| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let Some((scheme, rest)) = uri.split_once("://").filter(|(scheme, _)| is_web(scheme)) else {
        return uri.to_owned();
    };
    match rest.find(['/', '?']).and_then(|end| rest.split_at_checked(end)) {
        None => format!("{uri}/"),
        Some((host, query)) if query.starts_with('?') => format!("{scheme}://{host}/{query}"),
        Some(_) => uri.to_owned(),
    }
}

#[cfg(test)]
mod tests;
