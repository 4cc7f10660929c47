//! The identity authority: tenants, people, applications, client authentication, grants, keys, tokens.
//!
//! In: HTTP requests of OAuth 2.0 and OpenID Connect clients; changes by the operator; questions of the data service.
//! Out: tokens, metadata, keys, refusals. Invariant: every lookup is keyed by the tenant of the path, and a token is made
//! only from a [`AuthenticatedClient`] and the facts of that tenant.

mod application;
mod authority;
mod authorization;
mod binding;
mod call;
mod client_auth;
mod code;
mod consent;
mod directory;
mod environment;
mod grant;
mod graph;
mod graph_permissions;
mod group;
mod http;
mod interaction;
mod issue;
mod issuer_keys;
mod key_encryption;
pub mod manage;
mod mandate;
mod opaque;
mod operator;
mod origin;
mod passkey;
mod password;
mod person;
mod presented_token;
mod pushed;
mod questions;
mod redirect_uri;
mod refusal;
pub mod registration;
mod resource;
mod service;
mod session;
mod sign_in;
mod sign_in_log;
mod sign_out;
mod signing_keys;
mod snapshot;
mod store;
mod tenant;
mod tenant_settings;
#[cfg(test)]
mod test_world;
mod token_holder;
mod unverified_claims;
mod well_known;

pub use application::{Application, Assignment, Audience, ServicePrincipal};
pub use authority::{Authority, OpenError, Options};
pub use client_auth::AuthenticatedClient;
pub use directory::DirectoryError;
pub use environment::{Environment, EnvironmentId};
pub use issue::TokenLifetime;
pub use key_encryption::{KeyEncryptionKey, SealError};
pub use mandate::Mandate;
pub use origin::{NotAnOrigin, Origin};
pub use person::{DirectoryRole, PasswordUse, Person, Profile};
pub use signing_keys::KeysError;
pub use store::Error as StoreError;
pub use tenant_settings::{TenantSettings, UserConsent};

// The program introduces the authority to others in the words of `oauth`, which it must not know by itself.
pub use oauth::{
    Algorithm, AppId, Clock, IdError, KeySet, ObjectId, PeerCertificate, Random, Secret, SeededRandom, SystemClock,
    SystemRandom, TenantId, TestClock, Timestamp, TokenVersion,
};
