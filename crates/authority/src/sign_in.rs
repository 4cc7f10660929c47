//! People prove who they are: a password, then a second factor where they have one.
//!
//! In: what a person typed. Out: who it is and what is still to be proved, or a refusal. INVARIANT: the answer to an unknown
//! name and to a wrong password is the same, and takes the same time.

mod base32;
mod lockout;
pub(crate) mod one_time_password;
mod passkey;
pub(crate) mod recovery_code;
pub(crate) mod user_code;

pub(crate) use passkey::{owner_of_passkey, passkey, use_up};

use std::net::IpAddr;
use std::sync::Arc;

use db::{Commit, Database, Step};
use oauth::{ObjectId, Secret, TenantId, Timestamp};

use crate::authority::Authority;
use crate::authorization::Method;
use crate::password::{self, Fault, Match};
use crate::person::{PasswordUse, Person};
use crate::refusal::{PersonRefusal, Refusal};
use crate::snapshot::Snapshot;
use crate::store::authentication_method::{self, OneTimePasswordRow, Standing};
use crate::store::{self, any_outcome, must_change};
use crate::tenant::{self, Tenant, TenantName};
use lockout::{Account, Attempt, Factor};

/// The longest name that is looked up: more than any that can be made.
const MOST_NAME_BYTES: usize = 320;

/// Who stands at the door, as far as the request tells.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Visitor<'a> {
    /// Where the request comes from; `None` where that cannot be known. Whoever is not in a known browser shares the count
    /// of their address.
    pub(crate) address: Option<IpAddr>,
    /// The value of the cookie [`crate::session::COOKIE`], by which a browser is known to a person.
    pub(crate) unverified_cookie: Option<&'a str>,
    /// What the browser calls itself.
    pub(crate) unverified_user_agent: Option<&'a str>,
}

/// What a person must still do after the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing.
    Nothing,
    /// Show a second factor: a one-time password, a recovery code, or a passkey.
    OneTimePassword,
    /// Choose another password.
    NewPassword,
}

/// The tenant to whose domain a name belongs.
pub(crate) async fn home_tenant(snapshot: &Snapshot, unverified_name: &str) -> Result<Option<Arc<Tenant>>, Refusal> {
    let Some((_, domain)) = unverified_name.trim().rsplit_once('@') else {
        return Ok(None);
    };
    let domain = domain.to_lowercase();
    if !tenant::is_domain_name(&domain) {
        return Ok(None);
    }
    Ok(snapshot.tenant(&TenantName::Domain(domain)).await?)
}

/// Whose name it is. Nobody is told: it is for the log.
pub(crate) async fn named(snapshot: &Snapshot, unverified_name: &str) -> Result<Option<(TenantId, ObjectId)>, Refusal> {
    let name = store::narrow::folded(unverified_name.trim());
    let Some(tenant) = home_tenant(snapshot, &name).await?.filter(|_| is_possible_name(&name)) else {
        return Ok(None);
    };
    let found = store::person::find_id_by_upn(snapshot.database(), tenant.id, &name).await?;
    Ok(found.map(|person| (tenant.id, person)))
}

/// Checks a password.
pub(crate) async fn password(
    authority: &Authority,
    tenant: &Tenant,
    visitor: Visitor<'_>,
    unverified_name: &str,
    password: &Secret<String>,
) -> Result<(Arc<Person>, Next), Refusal> {
    let place = authority.passwords().enter()?;
    let now = authority.clock().now();
    let snapshot = authority.directory().snapshot().await?;
    let database = snapshot.database();
    let name = store::narrow::folded(unverified_name.trim());
    let credential = if is_possible_name(&name) {
        store::person::credential(database, tenant.id, &name).await?
    } else {
        None
    };
    let account = Account {
        factor: Factor::Password,
        tenant: tenant.id,
        name: &name,
        person: credential
            .as_ref()
            .map(|found| (found.object_id, found.sessions_valid_from)),
    };
    let attempt = lockout::admit(database, &account, visitor, now).await?;
    let stored = credential.as_ref().map(|found| found.password_hash.as_str());
    let compared = password::compare(&place, password, stored).await?;
    let Some(credential) = credential.filter(|_| compared != Match::No) else {
        attempt.failed(database, now).await?;
        return Err(PersonRefusal::WrongNameOrPassword.into());
    };
    let mut steps: Vec<Step> = attempt.succeeded().collect();
    if compared == Match::Outdated {
        let (person, old) = (credential.object_id, &credential.password_hash);
        let new = password::hash(&place, authority.random(), password).await?;
        steps.push(any_outcome(store::person::rehash_password(
            tenant.id, person, old, &new,
        )));
    }
    lockout::record(database, steps).await?;
    let person = snapshot.person(tenant.id, credential.object_id).await?;
    let person = person.ok_or(PersonRefusal::NotFound)?;
    if !person.enabled {
        return Err(PersonRefusal::Disabled.into());
    }
    let next = after_password(database, &person).await?;
    Ok((person, next))
}

/// Checks a one-time password, or a recovery code, of a person whose password was right; gives what both prove together.
/// What the person must still do then, [`after_one_time_password`] tells.
pub(crate) async fn one_time_password(
    authority: &Authority,
    person: &Person,
    visitor: Visitor<'_>,
    unverified_code: &str,
) -> Result<Vec<Method>, Refusal> {
    let now = authority.clock().now();
    let snapshot = authority.directory().snapshot().await?;
    let database = snapshot.database();
    let name = store::narrow::folded(&person.upn);
    let account = account(Factor::OneTimePassword, person, &name);
    let attempt = lockout::admit(database, &account, visitor, now).await?;
    let found = authentication_method::find(database, owner(person), Standing::Confirmed).await?;
    let typed: String = unverified_code.chars().filter(|char| !char.is_whitespace()).collect();
    let step = match found {
        Some(row) if one_time_password::is_code(&typed) => {
            right_code(authority, person, &row, &Secret::new(typed), now)?
        }
        // Also of whoever has passkeys alone.
        Some(_) | None => right_recovery_code(database, person, &typed).await?,
    };
    let Some(step) = step else {
        return wrong_code(database, &attempt, now).await;
    };
    let steps = std::iter::once(step).chain(attempt.succeeded()).collect();
    match lockout::record(database, steps).await? {
        Commit::Done(_) => Ok(vec![Method::Pwd, Method::Otp, Method::Mfa]),
        // Somebody else has just used the same code.
        Commit::Refused { .. } => wrong_code(database, &attempt, now).await,
    }
}

/// Sets a new password in place of one that was right. The person's sessions elsewhere end. Whoever has a second factor
/// must have shown it before.
pub(crate) async fn new_password(
    authority: &Authority,
    person: &Person,
    visitor: Visitor<'_>,
    old: &Secret<String>,
    new: &Secret<String>,
) -> Result<(), Refusal> {
    password::check(new, &[&person.upn, &person.display_name]).map_err(PersonRefusal::NewPassword)?;
    if old == new {
        return Err(PersonRefusal::NewPassword(Fault::Same).into());
    }
    let place = authority.passwords().enter()?;
    let now = authority.clock().now();
    let snapshot = authority.directory().snapshot().await?;
    let database = snapshot.database();
    let name = store::narrow::folded(&person.upn);
    let credential = store::person::credential(database, person.tenant, &name).await?;
    let credential = credential.filter(|found| found.object_id == person.object_id);
    let attempt = lockout::admit(database, &account(Factor::Password, person, &name), visitor, now).await?;
    let stored = credential.as_ref().map(|found| found.password_hash.as_str());
    let compared = password::compare(&place, old, stored).await?;
    let Some(credential) = credential.filter(|_| compared != Match::No) else {
        attempt.failed(database, now).await?;
        return Err(PersonRefusal::WrongNameOrPassword.into());
    };
    let hash = password::hash(&place, authority.random(), new).await?;
    let changed = Person {
        password_changed_at: now,
        password_use: PasswordUse::Open,
        ..person.clone()
    };
    let (tenant, id) = owner(person);
    let mut steps = vec![
        must_change(store::person::hold_password(tenant, id, &credential.password_hash)),
        must_change(store::person::set_password(&changed, &hash)),
        any_outcome(store::session::end_of_person(tenant, id, now)),
    ];
    steps.extend(attempt.succeeded());
    let committed = authority.directory().commit(steps).await;
    match committed.map_err(store::Error::from)? {
        Commit::Done(_) => Ok(()),
        // Another password was set meanwhile.
        Commit::Refused { .. } => Err(PersonRefusal::WrongNameOrPassword.into()),
    }
}

/// What a person must still do after a one-time password.
pub(crate) fn after_one_time_password(person: &Person) -> Next {
    match person.password_use {
        PasswordUse::Open => Next::Nothing,
        PasswordUse::MustChange => Next::NewPassword,
    }
}

/// Whether what a person proved at this time still counts: not where the password was set or the sessions were revoked since.
/// To be asked wherever a sign-in goes on after a page.
pub(crate) fn still_counts(person: &Person, proved_at: Timestamp) -> bool {
    // Stored to the second.
    let proved_at = proved_at.seconds();
    person.enabled
        && person.password_changed_at.seconds() <= proved_at
        && person.sessions_valid_from.seconds() <= proved_at
}

async fn after_password(database: &Database, person: &Person) -> Result<Next, Refusal> {
    Ok(
        if authentication_method::has_second_factor(database, owner(person)).await? {
            Next::OneTimePassword
        } else {
            after_one_time_password(person)
        },
    )
}

/// The step that uses a code up, if it is right.
fn right_code(
    authority: &Authority,
    person: &Person,
    row: &OneTimePasswordRow,
    code: &Secret<String>,
    now: Timestamp,
) -> Result<Option<Step>, Refusal> {
    let key = authority.directory().key_encryption_key();
    let secret = key.open(&row.id.to_string(), &row.sealed_secret);
    let secret = secret.map_err(PersonRefusal::Sealed)?;
    let step = one_time_password::step_of(code, &secret, row.last_step, now);
    Ok(step.map(|step| must_change(authentication_method::use_step(owner(person), row.id, step))))
}

/// The step that uses a recovery code up, if it is right.
async fn right_recovery_code(
    database: &Database,
    person: &Person,
    unverified_code: &str,
) -> Result<Option<Step>, Refusal> {
    let typed = recovery_code::read(unverified_code);
    let codes = authentication_method::recovery_codes(database, owner(person)).await?;
    let right = codes.iter().find(|code| code.hash.matches(&typed));
    Ok(right.map(|code| must_change(authentication_method::use_recovery_code(owner(person), code.id))))
}

async fn wrong_code(database: &Database, attempt: &Attempt, now: Timestamp) -> Result<Vec<Method>, Refusal> {
    attempt.failed(database, now).await?;
    Err(PersonRefusal::OneTimePasswordWrong.into())
}

fn account<'a>(factor: Factor, person: &Person, name: &'a str) -> Account<'a> {
    Account {
        factor,
        tenant: person.tenant,
        name,
        person: Some((person.object_id, person.sessions_valid_from)),
    }
}

fn owner(person: &Person) -> authentication_method::Owner {
    (person.tenant, person.object_id)
}

/// Whether a name could be somebody's. PostgreSQL refuses a text with NUL.
fn is_possible_name(name: &str) -> bool {
    name.len() <= MOST_NAME_BYTES && !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;
