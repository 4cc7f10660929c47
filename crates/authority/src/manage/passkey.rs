//! Passkeys enrolled and removed.
//!
//! In: what a browser's authenticator made for a person who is signed in. Out: recovery codes, where the person had none.
//! INVARIANT: a challenge makes one passkey, and a credential belongs to one person.

use oauth::{ObjectId, Secret, TenantId, Timestamp};
use uuid::Uuid;

use super::authentication_method::renewed_recovery_codes;
use super::{ManageError, Mandate, person};
use crate::authority::Authority;
use crate::passkey::{self, Challenge, RelyingParty};
use crate::sign_in;
use crate::snapshot::Snapshot;
use crate::store::authentication_method::{self, Owner};
use crate::store::passkey::PasskeyRow;
use crate::store::{self, any_outcome, must_change};

/// The most passkeys of one person: a browser gets the list of them.
const MOST: usize = 20;
/// The longest name.
const MOST_NAME_CHARS: usize = 64;
/// What a passkey is called that got no name.
const UNNAMED: &str = "Passkey";

/// A passkey of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its id.
    pub id: Uuid,
    /// What the person calls it.
    pub name: String,
    /// The kind of authenticator, as it said itself; nil where it did not.
    pub aaguid: Uuid,
    /// When it was enrolled.
    pub since: Timestamp,
    /// When it was last used; at first, when it was enrolled.
    pub used_at: Timestamp,
    /// The id by which authenticators know it.
    pub(crate) credential_id: Vec<u8>,
}

/// A passkey to be enrolled.
#[derive(Debug)]
pub(crate) struct NewPasskey<'a> {
    /// What the person calls it.
    pub(crate) unverified_name: &'a str,
    /// What the authenticator was asked to answer.
    pub(crate) challenge: &'a Challenge,
    /// Its answer.
    pub(crate) unverified_json: &'a Secret<String>,
}

/// Enrols a passkey. Gives ten recovery codes to whoever had none.
pub(crate) async fn enrol(
    authority: &Authority,
    mandate: &Mandate,
    owner: Owner,
    new: NewPasskey<'_>,
) -> Result<Vec<Secret<String>>, ManageError> {
    let snapshot = super::snapshot(authority).await?;
    let fresh = sign_in::use_up(authority, &snapshot, new.challenge).await;
    fresh.map_err(super::read_failed)?.map_err(|fault| invalid(&fault))?;
    let party = RelyingParty::of(authority.origin());
    let made = passkey::register(party, new.challenge, new.unverified_json).map_err(|fault| invalid(&fault))?;
    if list(&snapshot, owner).await?.len() >= MOST {
        return Err(invalid(&"there are as many as there may be"));
    }
    let now = authority.clock().now();
    let row = PasskeyRow {
        credential_id: made.credential_id,
        id: super::new_id(authority, now),
        tenant: owner.0,
        person: owner.1,
        name: name(new.unverified_name),
        key: made.key,
        sign_count: made.sign_count,
        aaguid: made.aaguid,
        is_backed_up: made.is_backed_up,
        created_at: now,
        used_at: now,
    };
    let mut steps = vec![any_outcome(store::passkey::insert(&row))];
    let left = authentication_method::recovery_codes(snapshot.database(), owner).await;
    let codes = if left.map_err(super::read_failed)?.is_empty() {
        renewed_recovery_codes(authority, owner, &mut steps)
    } else {
        Vec::new()
    };
    steps.push(person::audit(authority, mandate, owner, "Add passkey of user"));
    super::commit(authority, "person", owner.1, steps).await?;
    Ok(codes)
}

/// Removes a passkey, and the recovery codes where it was the last method.
pub async fn remove(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
    id: Uuid,
) -> Result<(), ManageError> {
    let owner = (tenant, person);
    let steps = vec![
        must_change(store::passkey::delete(owner, id)),
        any_outcome(authentication_method::delete_needless_recovery_codes(owner)),
        person::audit(authority, mandate, owner, "Remove passkey of user"),
    ];
    super::commit(authority, "passkey", id, steps).await
}

/// A person's passkeys, the oldest first.
pub(super) async fn list(snapshot: &Snapshot, owner: Owner) -> Result<Vec<Passkey>, ManageError> {
    let rows = store::passkey::list(snapshot.database(), owner).await;
    let passkeys = rows.map_err(super::read_failed)?.into_iter().map(|row| Passkey {
        id: row.id,
        name: row.name,
        aaguid: row.aaguid,
        since: row.created_at,
        used_at: row.used_at,
        credential_id: row.credential_id,
    });
    Ok(passkeys.collect())
}

fn name(unverified_name: &str) -> String {
    let chars = unverified_name.trim().chars().filter(|char| !char.is_control());
    let name: String = chars.take(MOST_NAME_CHARS).collect();
    if name.is_empty() { UNNAMED.to_owned() } else { name }
}

fn invalid(reason: &impl ToString) -> ManageError {
    ManageError::Invalid {
        what: "passkey",
        value: reason.to_string(),
        reason: "cannot be enrolled",
    }
}
