//! The identity authority: tenants, people, applications, client authentication, grants, keys, tokens.
//!
//! In: HTTP requests of OAuth 2.0 and OpenID Connect clients; changes by the operator; questions of the data service.
//! Out: tokens, metadata, keys, refusals. Invariant: every lookup is keyed by the tenant of the path, and a token is made
//! only from a [`AuthenticatedClient`] and the facts of that tenant.

mod application;
mod authority;
mod call;
mod client_auth;
mod directory;
mod environment;
mod grant;
mod http;
mod issue;
mod key_encryption;
pub mod manage;
mod operator;
mod origin;
mod person;
mod refusal;
mod resource;
mod service;
mod signing_keys;
mod snapshot;
mod store;
mod tenant;

pub use application::{Application, Audience, ServicePrincipal};
pub use authority::{Authority, OpenError, Options};
pub use client_auth::AuthenticatedClient;
pub use directory::DirectoryError;
pub use environment::{Environment, EnvironmentId};
pub use issue::TokenLifetime;
pub use key_encryption::{KeyEncryptionKey, SealError};
pub use operator::Operator;
pub use origin::{NotAnOrigin, Origin};
pub use person::{DirectoryRole, Person};
pub use signing_keys::KeysError;
pub use store::Error as StoreError;

// The program introduces the authority to others in the words of `oauth`, which it must not know by itself.
pub use oauth::{
    AppId, Clock, IdError, KeySet, ObjectId, Random, Secret, SeededRandom, SystemClock, SystemRandom, TenantId,
    TestClock, Timestamp, TokenVersion,
};
