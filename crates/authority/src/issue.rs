//! Tokens made: a decision becomes claims and a signature.
//!
//! In: a [`crate::grant::Grant`] or an [`crate::authorization::Authorization`], the tenant, the time, chance.
//! Out: signed tokens. Invariant: nothing is written.

use std::ops::RangeInclusive;

use oauth::{Random, Secret, SigningKey, Timestamp, random};

use crate::authority::Authority;
use crate::refusal::Refusal;
use crate::tenant::Tenant;

mod access_token;
mod id_token;

pub(crate) use access_token::access_token;
pub(crate) use id_token::{Hashes, IdTokenTerms, id_token};

/// Bytes of a token's id, 22 characters as text.
const TOKEN_ID_BYTES: usize = 16;

/// How long an access token lives: a random time between two, so that clients which signed in together do not renew
/// together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenLifetime {
    /// The shortest and the longest, in seconds.
    pub seconds: RangeInclusive<u32>,
}

impl Default for TokenLifetime {
    /// 60 to 90 minutes.
    fn default() -> Self {
        Self { seconds: 3600..=5400 }
    }
}

/// Tokens with what their receiver is told about them.
#[derive(Debug)]
pub(crate) struct IssuedToken {
    /// The token.
    pub(crate) access_token: Secret<String>,
    /// How it is used.
    pub(crate) token_type: TokenType,
    /// Its name, for the log.
    pub(crate) token_id: String,
    /// Seconds from the issue to its end.
    pub(crate) lifetime_seconds: i64,
    /// Seconds after which the client should renew, for long lifetimes.
    pub(crate) refresh_in_seconds: Option<i64>,
    /// Its end.
    pub(crate) expires_at: Timestamp,
    /// Its beginning, which lies before the issue.
    pub(crate) not_before: Timestamp,
    /// The resource as it was asked for.
    pub(crate) resource: String,
    /// What was granted; none for an application's own token.
    pub(crate) scope: Option<String>,
    /// By which the client goes on while the person is away.
    pub(crate) refresh_token: Option<Secret<String>>,
    /// Who the person is.
    pub(crate) id_token: Option<Secret<String>>,
    /// The person's home account, where the client asked for it.
    pub(crate) client_info: Option<String>,
}

/// How an access token is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenType {
    /// By whoever has it; or over the TLS connection to which it is bound (RFC 8705 section 3).
    Bearer,
    /// With a proof of its key (RFC 9449 section 5).
    Dpop,
}

impl TokenType {
    /// The registered text.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }
}

/// Key, chance and rules of an issue.
pub(crate) struct Terms<'a> {
    /// The key to sign with.
    pub(crate) key: &'a SigningKey,
    /// The moment of issue.
    pub(crate) now: Timestamp,
    /// How long access tokens live.
    pub(crate) lifetime: &'a TokenLifetime,
    /// Where token ids and the spread of lifetimes come from.
    pub(crate) random: &'a dyn Random,
    /// What the `sub` claims of people are made with.
    pub(crate) subject_salt: &'a [u8],
}

impl<'a> Terms<'a> {
    /// The terms of a tenant.
    pub(crate) fn new(authority: &'a Authority, tenant: &'a Tenant, now: Timestamp) -> Result<Self, Refusal> {
        Ok(Self {
            key: tenant.signing_key(now).ok_or(Refusal::NoSigningKey)?,
            now,
            lifetime: tenant.token_lifetime(authority.token_lifetime()),
            random: authority.random(),
            subject_salt: authority.subject_salt(),
        })
    }

    fn token_id(&self) -> String {
        random::text(self.random, TOKEN_ID_BYTES)
    }
}
