//! Tokens made: a decision becomes claims and a signature.
//!
//! In: a [`Grant`], the tenant, the time, chance. Out: [`IssuedToken`]. Invariant: pure; nothing is read or written.

use std::ops::RangeInclusive;

use oauth::{AppTokenClaims, Random, Secret, SigningError, SigningKey, Timestamp, TokenVersion, random};

use crate::grant::Grant;
use crate::tenant::Tenant;

/// A lifetime from which on a client is told to renew early.
const RENEW_EARLY_FROM_SECONDS: i64 = 2 * 60 * 60;
/// How far `iat` and `nbf` lie before the issue.
const BACKDATED_SECONDS: i64 = 300;
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

/// A token with what its receiver is told about it.
#[derive(Debug)]
pub(crate) struct IssuedToken {
    /// The token.
    pub(crate) access_token: Secret<String>,
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
}

/// Chance and rules of an issue.
pub(crate) struct Terms<'a> {
    /// The key to sign with.
    pub(crate) key: &'a SigningKey,
    /// The moment of issue.
    pub(crate) now: Timestamp,
    /// How long tokens live.
    pub(crate) lifetime: &'a TokenLifetime,
    /// Where token ids and the spread of lifetimes come from.
    pub(crate) random: &'a dyn Random,
}

/// Makes the token of a grant.
pub(crate) fn access_token(tenant: &Tenant, grant: Grant, terms: &Terms<'_>) -> Result<IssuedToken, SigningError> {
    let lifetime_seconds = i64::from(spread(&terms.lifetime.seconds, terms.random));
    let token_id = random::text(terms.random, TOKEN_ID_BYTES);
    let version = grant.resource.token_version;
    let resource_app_id = grant.resource.app_id.to_string();
    let claims = AppTokenClaims {
        audience: match version {
            TokenVersion::V1 => &grant.resource_as_asked,
            TokenVersion::V2 => &resource_app_id,
        },
        issuer: match version {
            TokenVersion::V1 => &tenant.issuer_v1,
            TokenVersion::V2 => &tenant.issuer_v2,
        },
        tenant: tenant.id,
        app_id: grant.principal.app_id,
        app_display_name: &grant.principal.display_name,
        service_principal: grant.principal.object_id,
        proof: grant.proof,
        roles: &[],
        directory_roles: &[],
        tenant_region: None,
        tenant_created: Some(tenant.created_at),
        token_id: &token_id,
        issued: terms.now,
        lifetime_s: lifetime_seconds,
    };
    let access_token = match version {
        TokenVersion::V1 => terms.key.sign(version, &claims.v1())?,
        TokenVersion::V2 => terms.key.sign(version, &claims.v2())?,
    };
    Ok(IssuedToken {
        access_token: Secret::new(access_token),
        lifetime_seconds,
        refresh_in_seconds: (lifetime_seconds >= RENEW_EARLY_FROM_SECONDS).then_some(lifetime_seconds / 2),
        expires_at: terms.now.plus_seconds(lifetime_seconds),
        not_before: terms.now.plus_seconds(-BACKDATED_SECONDS),
        resource: grant.resource_as_asked,
    })
}

/// A number of the range, each about as likely as the others: 32 random bits are many more than a range of seconds has.
fn spread(range: &RangeInclusive<u32>, random: &dyn Random) -> u32 {
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    let width = range.end().saturating_sub(*range.start()).saturating_add(1);
    range.start().saturating_add(u32::from_be_bytes(bytes) % width)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use oauth::SeededRandom;

    use super::spread;

    #[test]
    fn lifetimes_are_spread_over_their_whole_range() {
        let random = SeededRandom::new(1);
        let seen: BTreeSet<u32> = (0..200).map(|_| spread(&(10..=13), &random)).collect();
        assert_eq!(seen, BTreeSet::from([10, 11, 12, 13]));
        assert_eq!(spread(&(7..=7), &random), 7);
        assert!(spread(&(0..=u32::MAX), &random) > 0);
    }
}
