//! People prove who they are by a passkey, which stands for a password and a second factor at once.
//!
//! In: the answer of an authenticator and the challenge that it must have signed. Out: who it is. INVARIANT: a challenge
//! counts once, whatever comes of it; a passkey with a wrong proof, of nobody, removed, or used a second time gets the
//! same answer.

use std::sync::Arc;

use db::Commit;
use oauth::{ObjectId, Secret, TenantId, Timestamp};

use super::lockout::{self, Account, Attempt, Factor};
use super::{Visitor, account};
use crate::authority::Authority;
use crate::authorization::Method;
use crate::passkey::{self, Assertion, Challenge, Fault, RelyingParty};
use crate::person::Person;
use crate::refusal::{PersonRefusal, Refusal};
use crate::snapshot::Snapshot;
use crate::store::once::{self, Kind, Use};
use crate::store::passkey::PasskeyRow;
use crate::store::{self, must_change};

/// Whose passkey it is. Nobody is told: it is for the log.
pub(crate) async fn owner_of_passkey(
    snapshot: &Snapshot,
    unverified_assertion: &Secret<String>,
) -> Result<Option<(TenantId, ObjectId)>, Refusal> {
    let Ok(assertion) = Assertion::read(unverified_assertion) else {
        return Ok(None);
    };
    let row = store::passkey::find(snapshot.database(), &assertion.unverified_id).await?;
    Ok(row.map(|row| (row.tenant, row.person)))
}

/// Checks the use of a passkey; gives the person, and what they proved by it. What they must still do then,
/// [`super::after_one_time_password`] tells.
pub(crate) async fn passkey(
    authority: &Authority,
    visitor: Visitor<'_>,
    challenge: &Challenge,
    unverified_assertion: &Secret<String>,
) -> Result<(Arc<Person>, Vec<Method>), Refusal> {
    let now = authority.clock().now();
    let snapshot = authority.directory().snapshot().await?;
    let database = snapshot.database();
    let assertion = Assertion::read(unverified_assertion).map_err(PersonRefusal::Passkey)?;
    let row = store::passkey::find(database, &assertion.unverified_id).await?;
    let person = match &row {
        Some(row) => snapshot.person(row.tenant, row.person).await?,
        None => None,
    };
    let name = match &person {
        Some(person) => store::narrow::folded(&person.upn),
        None => passkey::id_text(&assertion.unverified_id),
    };
    let nobody = Account {
        factor: Factor::Passkey,
        tenant: TenantId::from(uuid::Uuid::nil()),
        name: &name,
        person: None,
    };
    let account = person
        .as_ref()
        .map_or(nobody, |person| account(Factor::Passkey, person, &name));
    let attempt = lockout::admit(database, &account, visitor, now).await?;
    let (Some(row), Some(person)) = (row, person) else {
        return refused(&attempt, &snapshot, now, Fault::Unknown).await;
    };
    if let Err(fault) = use_up(authority, &snapshot, challenge).await? {
        return refused(&attempt, &snapshot, now, fault).await;
    }
    let party = RelyingParty::of(authority.origin());
    let sign_count = match assertion.verify(party, challenge, row.known()) {
        Ok(sign_count) => sign_count,
        Err(fault) => return refused(&attempt, &snapshot, now, fault).await,
    };
    succeed(&attempt, &snapshot, &row, sign_count, now).await?;
    if !person.enabled {
        return Err(PersonRefusal::Disabled.into());
    }
    Ok((person, vec![Method::Fido, Method::Mfa]))
}

/// Uses a challenge up: whether it was not answered before, on whatever node.
pub(crate) async fn use_up(
    authority: &Authority,
    snapshot: &Snapshot,
    challenge: &Challenge,
) -> Result<Result<(), Fault>, store::Error> {
    let now = authority.clock().now();
    if now >= challenge.ends_at {
        return Ok(Err(Fault::Challenge));
    }
    let (kind, name) = (Kind::PasskeyChallenge, [challenge.text.as_str()]);
    let used = once::use_up(snapshot.database(), kind, &name, now, challenge.ends_at).await?;
    Ok(match used {
        Use::First => Ok(()),
        Use::Again => Err(Fault::Used),
    })
}

async fn succeed(
    attempt: &Attempt,
    snapshot: &Snapshot,
    row: &PasskeyRow,
    sign_count: u32,
    now: Timestamp,
) -> Result<(), Refusal> {
    let used = must_change(store::passkey::used(row, sign_count, now));
    let steps = std::iter::once(used).chain(attempt.succeeded()).collect();
    match lockout::record(snapshot.database(), steps).await? {
        Commit::Done(_) => Ok(()),
        // It was used, or removed, at the same time.
        Commit::Refused { .. } => refused(attempt, snapshot, now, Fault::Counter).await,
    }
}

async fn refused<T>(attempt: &Attempt, snapshot: &Snapshot, now: Timestamp, fault: Fault) -> Result<T, Refusal> {
    attempt.failed(snapshot.database(), now).await?;
    Err(PersonRefusal::Passkey(fault).into())
}
