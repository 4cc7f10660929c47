//! The words of OAuth 2.0, OpenID Connect and JOSE, and of identity: text and bytes come in, checked values and
//! printed text go out.
//!
//! INVARIANT: nothing here opens a socket, reads a file or keeps state between calls; time and chance are parameters
//! ([`Clock`], [`Random`]), and only [`SystemClock`] and [`SystemRandom`] touch the real ones.

mod algorithm;
mod authorization_request;
mod authorization_response;
mod basic;
mod certificate;
mod challenge;
mod claims;
mod client_assertion;
mod client_info;
mod clock;
mod confirmation;
mod device_authorization;
mod dpop;
mod form;
mod ids;
mod introspection;
mod jwk;
mod jws;
mod key_set;
mod metadata;
mod oauth_error;
mod peer_certificate;
mod pkce;
mod provider_token;
mod public_key;
pub mod random;
mod scope;
mod secret;
mod secret_hash;
mod signing_key;
#[cfg(test)]
mod test_claims;
pub mod thumbprint;
mod token_error;
mod token_request;
mod token_response;
mod unverified_client;
mod verified_token;

pub use algorithm::Algorithm;
pub use authorization_request::{
    AuthorizationRequest, AuthorizationRequestError, AuthorizationRequestReason, Prompt, ResponseMode, ResponseType,
};
pub use authorization_response::{AuthorizationFailure, AuthorizationResponse, AuthorizationSuccess, ImplicitToken};
pub use basic::{BasicCredentials, BasicError};
pub use certificate::{Certificate, CertificateError};
pub use challenge::{Challenge, ChallengeError};
pub use claims::{
    AccessTokenV1, AccessTokenV2, AppTokenClaims, ClientProof, Groups, IdTokenClaims, IdTokenV1, IdTokenV2,
    PersonAccessTokenV1, PersonAccessTokenV2, PersonTokenClaims, ProfileClaims, TokenVersion, half_hash,
    pairwise_subject,
};
pub use client_assertion::{
    AssertionError, AssertionRequest, AssertionSigner, AssertionSignerError, ExpectedAssertion, UnverifiedAssertion,
    VerifiedAssertion, verify_with_certificate, verify_with_keys,
};
pub use client_info::client_info;
pub use clock::{Clock, SystemClock, TestClock, Timestamp};
pub use confirmation::Confirmation;
pub use device_authorization::{
    DeviceAuthorizationRequest, DeviceAuthorizationResponse, DeviceAuthorizationResponseV1,
};
pub use dpop::{DpopError, DpopProof, ExpectedProof, verify_dpop};
pub use form::percent_encoded;
pub use ids::{AppId, IdError, ObjectId, TenantId};
pub use introspection::{ActiveToken, IntrospectionRequest, IntrospectionResponse, RevocationRequest, TokenTypeHint};
pub use jwk::{Jwk, JwkSet};
pub use jws::JwsError;
pub use key_set::{KeySet, KeySetError};
pub use metadata::ProviderMetadata;
pub use oauth_error::OAuthError;
pub use peer_certificate::PeerCertificate;
pub use pkce::{CodeChallenge, CodeChallengeMethod, PkceError};
pub use provider_token::{
    ExpectedIdToken, ExpectedIssuer, ExpectedLogoutToken, ProviderTokenError, VerifiedIdToken, VerifiedLogoutToken,
    verify_id_token, verify_logout_token,
};
pub use random::{Random, SeededRandom, SystemRandom};
pub use scope::{OidcScope, OidcScopes, RequestedResource, RequestedScopes, ResourceScope, ScopeError, ScopeNames};
pub use secret::Secret;
pub use secret_hash::{SecretHash, SecretHashError};
pub use signing_key::{JwsHeader, SigningError, SigningKey, SigningKeyError};
pub use token_error::TokenError;
pub use token_request::{GrantType, TokenRequest, TokenRequestError};
pub use token_response::{ErrorResponse, TokenResponse, TokenResponseV1};
pub use unverified_client::{ClientCredential, UnverifiedClient};
pub use verified_token::{Expected, TokenKind, VerifiedToken, verify};
