//! Claims of access tokens and id tokens: the facts of a grant come in, the wire form of v1.0 or v2.0 goes out.
//!
//! The opaque claims `aio` and `rh` of the real service are left out: resources must ignore them.
//!
//! INVARIANT: `iat` equals `nbf` and lies 300 s before the issue; a claim without a value is not printed.

mod application;
mod groups;
mod id_token;
mod pairwise;
mod person;

use std::fmt;

pub use application::{AccessTokenV1, AccessTokenV2, AppTokenClaims};
pub use groups::Groups;
pub use id_token::{IdTokenClaims, IdTokenV1, IdTokenV2, ProfileClaims, half_hash};
pub use pairwise::pairwise_subject;
pub use person::{PersonAccessTokenV1, PersonAccessTokenV2, PersonTokenClaims};
use serde::Serializer;
use uuid::Uuid;

use crate::clock::Timestamp;

/// How far `iat` and `nbf` are dated back, so that a resource whose clock is behind takes a fresh token.
const BACKDATED_S: i64 = 300;

/// The format of a token, chosen by the resource it is for, not by the endpoint that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenVersion {
    /// `ver` 1.0: what Dataverse and Graph receive.
    V1,
    /// `ver` 2.0: a resource with `requestedAccessTokenVersion` 2.
    V2,
}

impl TokenVersion {
    /// The `ver` claim.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1.0",
            Self::V2 => "2.0",
        }
    }
}

/// How the client proved itself: the `appidacr` or `azpacr` claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClientProof {
    /// A public client: no proof.
    None,
    /// A client secret.
    Secret,
    /// A certificate or a federated assertion.
    Certificate,
}

impl ClientProof {
    /// The text of the claim: a digit in a string.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Secret => "1",
            Self::Certificate => "2",
        }
    }
}

fn backdated_s(issued: Timestamp) -> i64 {
    issued.plus_seconds(-BACKDATED_S).seconds()
}

fn expires_s(issued: Timestamp, lifetime_s: i64) -> i64 {
    issued.plus_seconds(lifetime_s).seconds()
}

fn as_text<S: Serializer>(id: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

fn as_texts<S: Serializer>(ids: &[Uuid], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(ids.iter().map(Uuid::to_string))
}

#[cfg(test)]
mod tests;
