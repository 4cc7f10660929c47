//! The table of [`AssertionRefusal`]: AADSTS number, OAuth error, HTTP status and text of each.
//!
//! In: a refusal. Out: its code and text. Invariant: as in the table of all refusals.

use http::StatusCode;
use oauth::OAuthError;

use super::{Code, shown};
use crate::refusal::{AssertionRefusal, Boundary};

/// Number, OAuth error and status.
#[rustfmt::skip] // one line per variant: this is read as a table
#[expect(clippy::match_same_arms, reason = "one line per variant: this is read as a table")]
pub(super) fn code(refusal: &AssertionRefusal) -> Code {
    use {AssertionRefusal as R, OAuthError as E, StatusCode as S};
    let (number, error, status) = match refusal {
        R::PublicClient { .. }          => (700_025,   E::InvalidClient,  S::UNAUTHORIZED),
        R::TlsCertificateUnknown { .. } => (700_027,   E::InvalidClient,  S::UNAUTHORIZED),
        R::Malformed(_)                 => (50_027,    E::InvalidRequest, S::BAD_REQUEST),
        R::ClaimMissing { .. }          => (50_027,    E::InvalidRequest, S::BAD_REQUEST),
        R::Algorithm { .. }             => (5_002_730, E::InvalidRequest, S::BAD_REQUEST),
        R::OtherApplication { .. }      => (700_021,   E::InvalidClient,  S::UNAUTHORIZED),
        R::OtherSubject { .. }          => (50_048,    E::InvalidClient,  S::UNAUTHORIZED),
        R::KeyNotFound { .. }           => (700_027,   E::InvalidClient,  S::UNAUTHORIZED),
        R::KeyExpired { .. }            => (700_027,   E::InvalidClient,  S::UNAUTHORIZED),
        R::KeyNotYetValid { .. }        => (700_027,   E::InvalidClient,  S::UNAUTHORIZED),
        R::Signature { .. }             => (700_027,   E::InvalidClient,  S::UNAUTHORIZED),
        R::Audience { .. }              => (700_023,   E::InvalidClient,  S::UNAUTHORIZED),
        R::Time { .. }                  => (700_024,   E::InvalidClient,  S::UNAUTHORIZED),
        R::SentAgain { .. }             => (50_012,    E::InvalidClient,  S::UNAUTHORIZED),
        R::OwnToken { .. }              => (700_222,   E::InvalidClient,  S::UNAUTHORIZED),
        R::FederatedNone { .. }         => (70_021,    E::InvalidClient,  S::UNAUTHORIZED),
        R::FederatedIssuer { .. }       => (700_211,   E::InvalidClient,  S::UNAUTHORIZED),
        R::FederatedSubject { .. }      => (700_213,   E::InvalidClient,  S::UNAUTHORIZED),
        R::FederatedAudience { .. }     => (700_212,   E::InvalidClient,  S::UNAUTHORIZED),
        R::FederatedKeyNotFound { .. }  => (700_027,   E::InvalidClient,  S::UNAUTHORIZED),
        R::IssuerUnavailable { .. }     => (50_166,    E::InvalidRequest, S::BAD_REQUEST),
    };
    Code { number, error, status }
}

/// What the client is told.
#[rustfmt::skip] // as above
pub(super) fn text(refusal: &AssertionRefusal) -> String {
    use AssertionRefusal as R;
    match refusal {
        R::PublicClient { application } => format!("Application '{}' is a public client, so neither 'client_assertion' nor 'client_secret' should be presented.", shown(application)),
        R::TlsCertificateUnknown { application, thumbprint } => format!("The certificate of the TLS connection is none of application '{}', and no other credential was sent. [Reason - The key was not found. Thumbprint of the key used by the client: '{}'].", shown(application), shown(thumbprint)),
        R::Malformed(reason) => format!("The client assertion is not a valid JWT: {reason}."),
        R::ClaimMissing { claim } => format!("The client assertion is not a valid JWT: the claim '{claim}' is missing or of a wrong type."),
        R::Algorithm { algorithm } => format!("Invalid JWT token. The signing algorithm '{}' is not supported, or not by the key. RS256, PS256 and ES256 are.", shown(algorithm)),
        R::OtherApplication { application, issuer } => format!("The client assertion's application identifier '{}' does not match the 'client_id' parameter '{}'.", shown(issuer), shown(application)),
        R::OtherSubject { application, subject } => format!("The subject '{}' of the client assertion does not match its issuer '{}'.", shown(subject), shown(application)),
        R::KeyNotFound { application, thumbprint } => format!("The client assertion failed signature validation. [Reason - The key was not found among the certificates of application '{}'. Thumbprint of the key used by the client: '{}'].", shown(application), shown(thumbprint)),
        R::KeyExpired { application, thumbprint } => format!("The certificate of application '{}' cannot be used. [Reason - The key used is expired. Thumbprint of the key used by the client: '{}'].", shown(application), shown(thumbprint)),
        R::KeyNotYetValid { application, thumbprint } => format!("The certificate of application '{}' cannot be used. [Reason - The validity of the key used has not begun. Thumbprint of the key used by the client: '{}'].", shown(application), shown(thumbprint)),
        R::Signature { application } => format!("The client assertion for application '{}' contains an invalid signature. [Reason - The provided signature value did not match the expected signature value].", shown(application)),
        R::Audience { application, audience } => format!("The client assertion's audience '{}' does not match this authority. Application '{}' should name its token endpoint or its issuer.", shown(audience), shown(application)),
        R::Time { now, boundary: Boundary::Begins, at } => format!("The client assertion is not within its valid time range. Current time: {now}, assertion valid from {at}."),
        R::Time { now, boundary: Boundary::Ended, at } => format!("The client assertion is not within its valid time range. Current time: {now}, expiry time of assertion {at}."),
        R::Time { now, boundary: Boundary::EndsTooLate, at } => format!("The client assertion is valid for too long for one that may be sent once. Current time: {now}, expiry time of assertion {at}."),
        R::SentAgain { application } => format!("The client assertion was used before. Application '{}' sends each assertion once.", shown(application)),
        R::OwnToken { issuer } => format!("Tokens of this authority cannot be used as federated assertions. Issuer: '{}'.", shown(issuer)),
        R::FederatedNone { application, issuer, subject, audience } => format!("No matching federated identity record found for presented assertion. Application '{}' has none. Assertion issuer: '{}'. Assertion subject: '{}'. Assertion audience: '{}'.", shown(application), shown(issuer), shown(subject), shown(audience)),
        R::FederatedIssuer { issuer } => format!("No matching federated identity record found for presented assertion issuer '{}'. It is compared to the letter.", shown(issuer)),
        R::FederatedSubject { subject } => format!("No matching federated identity record found for presented assertion subject '{}'. It is compared to the letter.", shown(subject)),
        R::FederatedAudience { audience } => format!("No matching federated identity record found for presented assertion audience '{}'. It is compared to the letter.", shown(audience)),
        R::FederatedKeyNotFound { issuer, key_id } => format!("The client assertion failed signature validation. [Reason - The key '{}' was not found among those that issuer '{}' publishes].", shown(key_id), shown(issuer)),
        R::IssuerUnavailable { issuer, source } => format!("Request to External OIDC endpoint failed. Issuer: '{}'. Reason: {source}.", shown(issuer)),
    }
}
