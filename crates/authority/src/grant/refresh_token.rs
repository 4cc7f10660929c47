//! `refresh_token` (RFC 6749 section 6): an application goes on while the person is away.
//!
//! In: a refresh token. Out: the family that it belongs to, and the token that takes its place.
//! Invariant: a token is used once; one that comes again later than [`GRACE_SECONDS`] revokes its family, since one of two
//! holders is a thief (RFC 9700 section 4.14.2).

use db::{Commit, Statement, Step};
use oauth::{ClientProof, Confirmation, Random, Secret, Timestamp};
use uuid::Uuid;

use super::{Asker, check};
use crate::authority::Authority;
use crate::authorization::Authorization;
use crate::opaque::Opaque;
use crate::refusal::{GrantRefusal, Refusal};
use crate::registration::RedirectKind;
use crate::snapshot::Snapshot;
use crate::store::refresh_token::{Family, Found, TokenRow};
use crate::store::{self, any_outcome, must_change};

const WHAT: &str = "refresh token";
const DAY_SECONDS: i64 = 24 * 60 * 60;
/// How long a token may lie unused.
const INACTIVE_SECONDS: i64 = 90 * DAY_SECONDS;
/// How long the family of a page in a browser lives, however often it is used.
const PAGE_SECONDS: i64 = DAY_SECONDS;
/// How long a token that was used is taken again: processes of one application may use it at the same time.
const GRACE_SECONDS: i64 = 30;
/// How long a token that was used is remembered, so that it is known when it comes again.
const REMEMBERED_SECONDS: i64 = 7 * DAY_SECONDS;
/// How long a token is kept behind its end, so that who comes with it is told why.
const KEPT_SECONDS: i64 = DAY_SECONDS;

/// What a family begins with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beginning {
    /// Its id: that of the code that it comes from.
    pub(crate) id: Uuid,
    /// What kind of client it is made for.
    pub(crate) redirect_kind: RedirectKind,
}

/// How a token comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// For the first time.
    First,
    /// Again, just after the first time.
    Parallel,
    /// Again, long after.
    Again,
}

/// A family's first token, and the steps that make both.
pub(crate) fn begin(
    asker: &Asker<'_>,
    random: &dyn Random,
    authorization: &Authorization,
    beginning: Beginning,
) -> Result<(Secret<String>, Vec<Step>), Refusal> {
    let ends_at = match beginning.redirect_kind {
        RedirectKind::Spa => Some(asker.now.plus_seconds(PAGE_SECONDS)),
        RedirectKind::Web | RedirectKind::PublicClient => None,
    };
    let family = Family {
        id: beginning.id,
        // Nonce and key belonged to the one redemption.
        authorization: Authorization {
            nonce: None,
            key_thumbprint: None,
            ..authorization.clone()
        },
        redirect_kind: beginning.redirect_kind,
        confirmation: match asker.client.proof() {
            ClientProof::None => asker.confirmation.clone(),
            // Who proves itself at each use needs no other proof.
            ClientProof::Secret | ClientProof::Certificate => None,
        },
        created_at: asker.now,
        ends_at,
        revoked_at: None,
    };
    let (token, row) = next(&family, random, asker.now);
    let make = [
        store::refresh_token::insert_family(&family, row.expires_at)?,
        store::refresh_token::insert(family.id, &row),
    ];
    let purge = store::refresh_token::purge(asker.now.plus_seconds(-KEPT_SECONDS));
    Ok((token, make.into_iter().chain(purge).map(any_outcome).collect()))
}

/// Uses up what a family comes from, together with the family's beginning. What was used up before revokes the family.
pub(super) async fn follow(
    authority: &Authority,
    use_up: Statement,
    family: Uuid,
    beginning: Vec<Step>,
    used_before: GrantRefusal,
) -> Result<(), Refusal> {
    let database = authority.directory().database();
    let mut steps = vec![must_change(use_up)];
    steps.extend(beginning);
    match store::record(database, steps).await? {
        Commit::Done(_) => Ok(()),
        Commit::Refused { .. } => {
            let revoke = store::refresh_token::revoke_family(family, authority.clock().now());
            store::record(database, vec![any_outcome(revoke)]).await?;
            Err(used_before.into())
        }
    }
}

/// Reads what is kept of a token.
pub(crate) async fn load(snapshot: &Snapshot, unverified_token: &Secret<String>) -> Result<Found, Refusal> {
    let unusable = || Refusal::from(GrantRefusal::Unusable { what: WHAT });
    let token = Opaque::parse(unverified_token).ok_or_else(unusable)?;
    let found = store::refresh_token::find(snapshot.database(), token.id()).await?;
    found
        .filter(|found| token.is_of(&found.token.hash))
        .ok_or_else(unusable)
}

/// Lets a client use a token; the first check that fails decides.
pub(crate) fn decide(asker: &Asker<'_>, found: &Found) -> Result<Use, Refusal> {
    check::of_this_client(asker, &found.family.authorization, WHAT)?;
    check::of_this_tenant(asker, &found.family.authorization)?;
    is_not_revoked(found)?;
    check::from_the_right_place(asker, found.family.redirect_kind)?;
    key_is_the_same(asker, found)?;
    page_is_not_at_its_end(asker, found)?;
    is_not_inactive(asker, found)?;
    Ok(how_used(asker.now, found))
}

/// Whether a token could be used now: for who asks what it is worth.
pub(crate) fn is_active(found: &Found, now: Timestamp) -> bool {
    let ended = found.family.ends_at.is_some_and(|end| end <= now) || found.token.expires_at <= now;
    found.family.revoked_at.is_none() && !ended && how_used(now, found) != Use::Again
}

/// Puts another token in the place of one, or beside those that took its place just now.
pub(crate) async fn commit(authority: &Authority, found: &Found, used: Use) -> Result<Secret<String>, Refusal> {
    let now = authority.clock().now();
    let family = &found.family;
    let (token, row) = next(family, authority.random(), now);
    let hold = store::refresh_token::hold_family(family.id, row.expires_at);
    let insert = store::refresh_token::insert(family.id, &row);
    let mut steps = vec![must_change(hold), any_outcome(insert)];
    let purge = store::refresh_token::purge(now.plus_seconds(-KEPT_SECONDS));
    steps.extend(purge.map(any_outcome));
    if used == Use::First {
        let remembered_until = now.plus_seconds(REMEMBERED_SECONDS);
        let rotate = store::refresh_token::rotate(found.token.id, now, remembered_until);
        // Another process that rotates it at this moment is as good as this one: the family is held either way.
        steps.push(any_outcome(rotate));
    }
    match store::record(authority.directory().database(), steps).await? {
        Commit::Done(_) => Ok(token),
        Commit::Refused { .. } => Err(GrantRefusal::RefreshTokenRevoked.into()),
    }
}

/// Makes every token of a family worthless.
pub(crate) async fn revoke(authority: &Authority, family: &Family) -> Result<(), Refusal> {
    let statement = store::refresh_token::revoke_family(family.id, authority.clock().now());
    store::record(authority.directory().database(), vec![any_outcome(statement)]).await?;
    Ok(())
}

/// The next token of a family, and its row.
fn next(family: &Family, random: &dyn Random, now: Timestamp) -> (Secret<String>, TokenRow) {
    let token = Opaque::generate(random);
    let inactive = now.plus_seconds(INACTIVE_SECONDS);
    let row = TokenRow {
        id: token.id(),
        hash: token.hash(random),
        created_at: now,
        expires_at: family.ends_at.map_or(inactive, |end| end.min(inactive)),
    };
    (token.text(), row)
}

fn is_not_revoked(found: &Found) -> Result<(), Refusal> {
    match found.family.revoked_at {
        None => Ok(()),
        Some(_) => Err(GrantRefusal::RefreshTokenRevoked.into()),
    }
}

/// A token of a client that keeps no credential belongs to the key that it was given for (RFC 9449 section 5).
fn key_is_the_same(asker: &Asker<'_>, found: &Found) -> Result<(), Refusal> {
    let bound: Option<&Confirmation> = found.family.confirmation.as_ref();
    if bound.is_none() || bound == asker.confirmation.as_ref() {
        Ok(())
    } else {
        Err(GrantRefusal::KeyMismatch.into())
    }
}

fn page_is_not_at_its_end(asker: &Asker<'_>, found: &Found) -> Result<(), Refusal> {
    match found.family.ends_at {
        Some(end) if end <= asker.now => {
            let issued = found.family.created_at;
            Err(GrantRefusal::RefreshTokenEnded { issued }.into())
        }
        Some(_) | None => Ok(()),
    }
}

fn is_not_inactive(asker: &Asker<'_>, found: &Found) -> Result<(), Refusal> {
    if asker.now < found.token.expires_at {
        return Ok(());
    }
    Err(GrantRefusal::RefreshTokenInactive {
        issued: found.token.created_at,
        limit_seconds: INACTIVE_SECONDS,
    }
    .into())
}

fn how_used(now: Timestamp, found: &Found) -> Use {
    match found.rotated_at {
        None => Use::First,
        Some(rotated_at) if now <= rotated_at.plus_seconds(GRACE_SECONDS) => Use::Parallel,
        Some(_) => Use::Again,
    }
}
