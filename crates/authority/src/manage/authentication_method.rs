//! Second factors enrolled, confirmed and removed.
//!
//! In: a person, and a code that the person was shown. Out: the secret, once; recovery codes, once. INVARIANT: a one-time
//! password counts only after a first right code, so nobody is locked out by a secret that never reached an app.

use oauth::{ObjectId, Secret, SecretHash, TenantId, Timestamp};
use uuid::Uuid;

use super::passkey::{self, Passkey};
use super::{ManageError, Mandate, person};
use crate::authority::Authority;
use crate::directory::DirectoryError;
use crate::sign_in::{one_time_password, recovery_code};
use crate::snapshot::Snapshot;
use crate::store::authentication_method::{self, OneTimePasswordRow, Owner, RecoveryCodeRow, Standing};
use crate::store::{self, any_outcome, must_change};

/// A one-time password just enrolled, which does not count yet.
#[derive(Debug)]
pub struct Enrolled {
    /// The `otpauth://` URI, to be shown as a picture; it holds the secret.
    pub uri: Secret<String>,
    /// The secret for people who type it: 32 letters and digits of base32.
    pub secret: Secret<String>,
}

/// A one-time password that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimePassword {
    /// Its id.
    pub id: Uuid,
    /// When it was enrolled.
    pub since: Timestamp,
}

/// How a person proves who they are besides the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Methods {
    /// The one-time password that counts; `None` where there is none.
    pub one_time_password: Option<OneTimePassword>,
    /// The passkeys, the oldest first.
    pub passkeys: Vec<Passkey>,
    /// How many recovery codes were not used yet.
    pub recovery_codes_left: usize,
}

/// Makes the secret of a one-time password. It counts once [`confirm`] has seen a right code; one that counts already goes on
/// until then.
pub async fn enrol(
    authority: &Authority,
    _: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<Enrolled, ManageError> {
    let found = person::find(authority, tenant, person).await?;
    let issuer = issuer(authority, tenant).await?;
    let now = authority.clock().now();
    let secret = one_time_password::new_secret(authority.random());
    let id = super::new_id(authority, now);
    let key = authority.directory().key_encryption_key();
    let sealed_secret = key.seal(authority.random(), &id.to_string(), secret.expose());
    let row = OneTimePasswordRow {
        id,
        sealed_secret: sealed_secret.map_err(ManageError::Seal)?,
        last_step: 0,
        created_at: now,
    };
    let owner = (tenant, person);
    let steps = vec![
        any_outcome(authentication_method::delete(owner, Standing::Waiting)),
        any_outcome(authentication_method::insert(owner, &row)),
    ];
    super::commit(authority, "person", person, steps).await?;
    Ok(Enrolled {
        uri: one_time_password::uri(&issuer, &found.upn, &secret),
        secret: one_time_password::secret_text(&secret),
    })
}

/// What [`enrol`] gave, as long as it waits for its first right code.
pub async fn waiting(
    authority: &Authority,
    _: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<Enrolled, ManageError> {
    let found = person::find(authority, tenant, person).await?;
    let issuer = issuer(authority, tenant).await?;
    let (_, secret) = waiting_secret(authority, (tenant, person)).await?;
    Ok(Enrolled {
        uri: one_time_password::uri(&issuer, &found.upn, &secret),
        secret: one_time_password::secret_text(&secret),
    })
}

/// Makes an enrolled one-time password count, if the code is right. Gives ten recovery codes, in place of older ones.
pub async fn confirm(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
    unverified_code: &Secret<String>,
) -> Result<Vec<Secret<String>>, ManageError> {
    let owner = (tenant, person);
    let (row, secret) = waiting_secret(authority, owner).await?;
    let now = authority.clock().now();
    let step = one_time_password::step_of(unverified_code, &secret, row.last_step, now);
    let step = step.ok_or_else(|| ManageError::Invalid {
        what: "one-time password",
        value: format!("of {} characters", unverified_code.expose().chars().count()),
        reason: "is not the code of now",
    })?;
    let mut steps = vec![
        any_outcome(authentication_method::delete(owner, Standing::Confirmed)),
        must_change(authentication_method::confirm(owner, row.id, step)),
    ];
    let codes = renewed_recovery_codes(authority, owner, &mut steps);
    steps.push(person::audit(
        authority,
        mandate,
        owner,
        "Add one-time password of user",
    ));
    super::commit(authority, "enrolment of person", person, steps).await?;
    Ok(codes)
}

/// Gives ten new recovery codes in place of those that a person has, used or not.
pub async fn renew_recovery_codes(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<Vec<Secret<String>>, ManageError> {
    person::find(authority, tenant, person).await?;
    let mut steps = Vec::new();
    let owner = (tenant, person);
    let codes = renewed_recovery_codes(authority, owner, &mut steps);
    steps.push(person::audit(authority, mandate, owner, "Renew recovery codes of user"));
    super::commit(authority, "person", person, steps).await?;
    Ok(codes)
}

/// Removes a person's one-time password, and the recovery codes where no passkey is left: for whoever has lost what makes it,
/// and proved themselves in another way.
pub async fn remove(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let owner = (tenant, person);
    let steps = vec![
        must_change(authentication_method::delete(owner, Standing::Confirmed)),
        any_outcome(authentication_method::delete(owner, Standing::Waiting)),
        any_outcome(authentication_method::delete_needless_recovery_codes(owner)),
        person::audit(authority, mandate, owner, "Remove one-time password of user"),
    ];
    super::commit(authority, "one-time password of person", person, steps).await
}

/// How a person proves who they are besides the password.
pub async fn find(
    authority: &Authority,
    _: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<Methods, ManageError> {
    person::find(authority, tenant, person).await?;
    let owner = (tenant, person);
    let snapshot = snapshot(authority).await?;
    let found = authentication_method::find(snapshot.database(), owner, Standing::Confirmed).await;
    let codes = authentication_method::recovery_codes(snapshot.database(), owner).await;
    Ok(Methods {
        one_time_password: found.map_err(read_failed)?.map(|row| OneTimePassword {
            id: row.id,
            since: row.created_at,
        }),
        passkeys: passkey::list(&snapshot, owner).await?,
        recovery_codes_left: codes.map_err(read_failed)?.len(),
    })
}

/// The tenant's name, by which an app tells its codes apart.
async fn issuer(authority: &Authority, tenant: TenantId) -> Result<String, ManageError> {
    let found = snapshot(authority).await?.tenant_by_id(tenant).await;
    let found = found.map_err(read_failed)?;
    Ok(found.map_or_else(String::new, |tenant| tenant.display_name.clone()))
}

async fn waiting_secret(
    authority: &Authority,
    owner: Owner,
) -> Result<(OneTimePasswordRow, Secret<Vec<u8>>), ManageError> {
    let snapshot = snapshot(authority).await?;
    let found = authentication_method::find(snapshot.database(), owner, Standing::Waiting).await;
    let row = found.map_err(read_failed)?.ok_or_else(|| ManageError::NotFound {
        what: "enrolment of person",
        id: owner.1.to_string(),
    })?;
    let key = authority.directory().key_encryption_key();
    let secret = key.open(&row.id.to_string(), &row.sealed_secret);
    Ok((row, secret.map_err(ManageError::Seal)?))
}

/// New recovery codes, and the steps that put them in the place of the old ones.
pub(super) fn renewed_recovery_codes(
    authority: &Authority,
    owner: Owner,
    steps: &mut Vec<db::Step>,
) -> Vec<Secret<String>> {
    let random = authority.random();
    steps.push(any_outcome(authentication_method::delete_recovery_codes(owner)));
    let codes: Vec<_> = (0..recovery_code::COUNT).map(|_| recovery_code::new(random)).collect();
    for code in &codes {
        let row = RecoveryCodeRow {
            id: super::new_id(authority, authority.clock().now()),
            hash: SecretHash::new(code, random),
        };
        steps.push(any_outcome(authentication_method::insert_recovery_code(owner, &row)));
    }
    codes
}

async fn snapshot(authority: &Authority) -> Result<std::sync::Arc<Snapshot>, ManageError> {
    authority.directory().snapshot().await.map_err(ManageError::Read)
}

fn read_failed(error: store::Error) -> ManageError {
    ManageError::Read(DirectoryError::Store(error))
}
