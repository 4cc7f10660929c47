//! The words of OAuth 2.0, OpenID Connect and JOSE, and of identity: text and bytes come in, checked values and
//! printed text go out.
//!
//! INVARIANT: nothing here opens a socket, reads a file or keeps state between calls; time and chance are parameters
//! ([`Clock`], [`Random`]), and only [`SystemClock`] and [`SystemRandom`] touch the real ones.

mod basic;
mod challenge;
mod claims;
mod clock;
mod form;
mod ids;
mod jwk;
mod key_set;
mod metadata;
mod oauth_error;
pub mod random;
mod scope;
mod secret;
mod secret_hash;
mod signing_key;
pub mod thumbprint;
mod token_error;
mod token_request;
mod token_response;
mod verified_token;

pub use basic::{BasicCredentials, BasicError};
pub use challenge::{Challenge, ChallengeError};
pub use claims::{AccessTokenV1, AccessTokenV2, AppTokenClaims, ClientProof, TokenVersion};
pub use clock::{Clock, SystemClock, TestClock, Timestamp};
pub use ids::{AppId, IdError, ObjectId, TenantId};
pub use jwk::{Jwk, JwkSet};
pub use key_set::{KeySet, KeySetError};
pub use metadata::ProviderMetadata;
pub use oauth_error::OAuthError;
pub use random::{Random, SeededRandom, SystemRandom};
pub use scope::{ResourceScope, ScopeError};
pub use secret::Secret;
pub use secret_hash::{SecretHash, SecretHashError};
pub use signing_key::{SigningError, SigningKey, SigningKeyError};
pub use token_error::TokenError;
pub use token_request::{ClientCredential, GrantType, TokenRequest, TokenRequestError};
pub use token_response::{ErrorResponse, TokenResponse, TokenResponseV1};
pub use verified_token::{Expected, TokenKind, VerifiedToken, verify};
