//! The names of OAuth errors: the closed list that an answer's `error` member is taken from.
//!
//! INVARIANT: each name is the registered text, to the letter.

use std::fmt;

/// An `error` of an endpoint of the authority, or of a resource that refuses a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OAuthError {
    /// A parameter is missing, repeated or malformed (RFC 6749 section 5.2).
    InvalidRequest,
    /// Client authentication failed (RFC 6749 section 5.2).
    InvalidClient,
    /// Code, refresh token, assertion or password is not valid (RFC 6749 section 5.2).
    InvalidGrant,
    /// The client may not use this grant (RFC 6749 section 5.2).
    UnauthorizedClient,
    /// The grant is not supported (RFC 6749 section 5.2).
    UnsupportedGrantType,
    /// The scope is malformed, unknown or too wide (RFC 6749 section 5.2).
    InvalidScope,
    /// The owner or the authority said no (RFC 6749 section 4.1.2.1).
    AccessDenied,
    /// The response type is not supported (RFC 6749 section 4.1.2.1).
    UnsupportedResponseType,
    /// The authority failed (RFC 6749 section 4.1.2.1).
    ServerError,
    /// The authority is overloaded or down for a while (RFC 6749 section 4.1.2.1).
    TemporarilyUnavailable,
    /// The person must act (OpenID Connect Core section 3.1.2.6).
    InteractionRequired,
    /// The person must sign in (OpenID Connect Core section 3.1.2.6).
    LoginRequired,
    /// The person must consent (OpenID Connect Core section 3.1.2.6).
    ConsentRequired,
    /// The resource is not known in the tenant (Entra).
    InvalidResource,
    /// The tenant is not known (Entra, discovery).
    InvalidTenant,
    /// The authority's host is not known (Entra, instance discovery).
    InvalidInstance,
    /// The person has not yet answered at their device (RFC 8628 section 3.5).
    AuthorizationPending,
    /// The person said no at their device (Entra, device code).
    AuthorizationDeclined,
    /// The device code has expired (RFC 8628 section 3.5).
    ExpiredToken,
    /// The device code is not known (Entra, device code).
    BadVerificationCode,
    /// The administrator said no (Entra, v1.0 administrator's consent).
    PermissionDenied,
    /// The response mode does not fit the response type (Entra, AADSTS 70007).
    UnsupportedResponseMode,
    /// Tokens of this kind are not revoked (RFC 7009 section 2.2.1).
    UnsupportedTokenType,
    /// Requests as signed objects are not read (OpenID Connect Core section 3.1.2.6).
    RequestNotSupported,
    /// Requests by reference are not fetched (OpenID Connect Core section 3.1.2.6).
    RequestUriNotSupported,
    /// The pushed request is unknown, used or expired (OpenID Connect Core section 3.1.2.6).
    InvalidRequestUri,
    /// The proof of possession is not valid (RFC 9449 section 5).
    InvalidDpopProof,
    /// The proof of possession must carry the nonce of the answer (RFC 9449 section 8).
    UseDpopNonce,
    /// The bearer token is not valid (RFC 6750 section 3.1).
    InvalidToken,
    /// The bearer token does not allow this (RFC 6750 section 3.1).
    InsufficientScope,
    /// The bearer token lacks claims that a new one will have (Entra, continuous access evaluation).
    InsufficientClaims,
}

impl OAuthError {
    /// The registered text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::InteractionRequired => "interaction_required",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::InvalidResource => "invalid_resource",
            Self::InvalidTenant => "invalid_tenant",
            Self::InvalidInstance => "invalid_instance",
            Self::AuthorizationPending => "authorization_pending",
            Self::AuthorizationDeclined => "authorization_declined",
            Self::ExpiredToken => "expired_token",
            Self::BadVerificationCode => "bad_verification_code",
            Self::PermissionDenied => "permission_denied",
            Self::UnsupportedResponseMode => "unsupported_response_mode",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientClaims => "insufficient_claims",
        }
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(error: OAuthError, expected: &str) {
        assert_eq!(error.as_str(), expected);
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn names_are_the_registered_ones() {
        check(OAuthError::InvalidRequest, "invalid_request");
        check(OAuthError::InvalidClient, "invalid_client");
        check(OAuthError::InvalidGrant, "invalid_grant");
        check(OAuthError::UnauthorizedClient, "unauthorized_client");
        check(OAuthError::UnsupportedGrantType, "unsupported_grant_type");
        check(OAuthError::InvalidScope, "invalid_scope");
        check(OAuthError::AccessDenied, "access_denied");
        check(OAuthError::UnsupportedResponseType, "unsupported_response_type");
        check(OAuthError::ServerError, "server_error");
        check(OAuthError::TemporarilyUnavailable, "temporarily_unavailable");
        check(OAuthError::InteractionRequired, "interaction_required");
        check(OAuthError::LoginRequired, "login_required");
        check(OAuthError::ConsentRequired, "consent_required");
        check(OAuthError::InvalidResource, "invalid_resource");
        check(OAuthError::InvalidTenant, "invalid_tenant");
        check(OAuthError::InvalidInstance, "invalid_instance");
        check(OAuthError::AuthorizationPending, "authorization_pending");
        check(OAuthError::AuthorizationDeclined, "authorization_declined");
        check(OAuthError::ExpiredToken, "expired_token");
        check(OAuthError::BadVerificationCode, "bad_verification_code");
        check(OAuthError::PermissionDenied, "permission_denied");
        check(OAuthError::UnsupportedResponseMode, "unsupported_response_mode");
        check(OAuthError::UnsupportedTokenType, "unsupported_token_type");
        check(OAuthError::RequestNotSupported, "request_not_supported");
        check(OAuthError::RequestUriNotSupported, "request_uri_not_supported");
        check(OAuthError::InvalidRequestUri, "invalid_request_uri");
        check(OAuthError::InvalidDpopProof, "invalid_dpop_proof");
        check(OAuthError::UseDpopNonce, "use_dpop_nonce");
        check(OAuthError::InvalidToken, "invalid_token");
        check(OAuthError::InsufficientScope, "insufficient_scope");
        check(OAuthError::InsufficientClaims, "insufficient_claims");
    }
}
