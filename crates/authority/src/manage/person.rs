//! People made and changed.
//!
//! In: a person with a password. Out: the person's id. Invariant: a password leaves this file only as its argon2id hash.

use std::sync::Arc;

use db::Step;
use oauth::{ObjectId, Secret, TenantId};

use super::{Change, ManageError, Mandate};
use crate::authority::Authority;
use crate::password::{self, PasswordError};
use crate::person::{DirectoryRole, PasswordUse, Person, Profile};
use crate::store::authentication_method::Standing;
use crate::store::directory_audit::Target;
use crate::store::{self, Switch, any_outcome, must_change};

/// A person to be made.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The person's id; made where none is given.
    pub object_id: Option<ObjectId>,
    /// The tenant.
    pub tenant: TenantId,
    /// The user principal name, at a domain of the tenant.
    pub upn: String,
    /// The name for people.
    pub display_name: String,
    /// The given name.
    pub given_name: Option<String>,
    /// The surname.
    pub surname: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// The password: 8 to 256 characters, no name of the person, none of those that are guessed first.
    pub password: Secret<String>,
    /// What the person may do with the password.
    pub password_use: PasswordUse,
    /// What the person may do in the directory.
    pub directory_role: DirectoryRole,
    /// Whether the person holds a licence for the data service.
    pub licensed: bool,
}

/// A password to be set.
#[derive(Debug, Clone)]
pub struct NewPassword {
    /// The password, as in [`NewPerson`].
    pub password: Secret<String>,
    /// What the person may do with it.
    pub password_use: PasswordUse,
}

/// Makes a person, who may sign in at once.
pub async fn create(authority: &Authority, mandate: &Mandate, new: NewPerson) -> Result<ObjectId, ManageError> {
    super::check_display_name(&new.display_name)?;
    check_upn(authority, new.tenant, &new.upn).await?;
    check_password(&new.password, &[&new.upn, &new.display_name])?;
    let now = authority.clock().now();
    let password_hash = hash(authority, &new.password).await?;
    let person = Person {
        object_id: new.object_id.unwrap_or_else(|| super::new_id(authority, now).into()),
        tenant: new.tenant,
        upn: new.upn,
        display_name: new.display_name,
        given_name: new.given_name,
        surname: new.surname,
        mail: new.mail,
        directory_role: new.directory_role,
        licensed: new.licensed,
        enabled: true,
        password_changed_at: now,
        password_use: new.password_use,
        sessions_valid_from: now,
    };
    let steps = vec![
        must_change(store::tenant::hold(person.tenant)),
        any_outcome(store::person::insert(&person, &password_hash, now)),
        audit(authority, mandate, (person.tenant, person.object_id), "Add user"),
    ];
    super::commit(authority, "tenant", person.tenant, steps).await?;
    Ok(person.object_id)
}

/// Writes a person's names.
pub async fn update(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
    profile: Profile,
) -> Result<(), ManageError> {
    super::check_display_name(&profile.display_name)?;
    check_upn(authority, tenant, &profile.upn).await?;
    let step = must_change(store::person::set_profile(tenant, person, &profile));
    change(authority, mandate, (tenant, person), "Update user", vec![step]).await
}

/// Sets a person's password. Sessions of sign-ins with another one end; what the person can still use, and what not, follows
/// from [`Person::password_changed_at`].
pub async fn set_password(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
    new: NewPassword,
) -> Result<(), ManageError> {
    let found = find(authority, tenant, person).await?;
    check_password(&new.password, &[&found.upn, &found.display_name])?;
    let now = authority.clock().now();
    let hash = hash(authority, &new.password).await?;
    let changed = Person {
        password_changed_at: now,
        password_use: new.password_use,
        ..Person::clone(&found)
    };
    let steps = vec![
        must_change(store::person::set_password(&changed, &hash)),
        any_outcome(store::session::end_of_person(tenant, person, now)),
    ];
    change(authority, mandate, (tenant, person), "Reset user password", steps).await
}

/// Makes a person's sessions and refresh tokens worth nothing, and all browsers strange to the person.
pub async fn revoke_sessions(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let now = authority.clock().now();
    let steps = vec![
        // Times are stored to the second: what began earlier in this one is of before, too.
        must_change(store::person::revoke_sessions(tenant, person, now.plus_seconds(1))),
        any_outcome(store::session::end_of_person(tenant, person, now)),
    ];
    change(authority, mandate, (tenant, person), "Revoke user sessions", steps).await
}

/// Says what a person may do in the directory.
pub async fn set_directory_role(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
    role: DirectoryRole,
) -> Result<(), ManageError> {
    let step = must_change(store::person::set_directory_role(tenant, person, role));
    change(
        authority,
        mandate,
        (tenant, person),
        "Change directory role of user",
        vec![step],
    )
    .await
}

/// Removes a person, with sessions, second factors, recovery codes, group memberships, roles and consents.
pub async fn delete(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let owner = (tenant, person);
    let steps = vec![
        must_change(store::person::delete(tenant, person)),
        any_outcome(store::session::delete_of_person(tenant, person)),
        any_outcome(store::authentication_method::delete(owner, Standing::Waiting)),
        any_outcome(store::authentication_method::delete(owner, Standing::Confirmed)),
        any_outcome(store::authentication_method::delete_recovery_codes(owner)),
        any_outcome(store::group::delete_of_member(tenant, person)),
        any_outcome(store::app_role_assignment::delete_of_principal(tenant, person)),
        any_outcome(store::scope_grant_list::delete_of_person(tenant, person)),
    ];
    change(authority, mandate, owner, "Delete user", steps).await
}

/// Gives a person a licence.
pub async fn license(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let step = must_change(store::person::set_licensed(tenant, person, Switch::On));
    change(
        authority,
        mandate,
        (tenant, person),
        "Assign license to user",
        vec![step],
    )
    .await
}

/// Takes a person's licence.
pub async fn unlicense(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let step = must_change(store::person::set_licensed(tenant, person, Switch::Off));
    change(
        authority,
        mandate,
        (tenant, person),
        "Remove license from user",
        vec![step],
    )
    .await
}

/// Lets a person sign in.
pub async fn enable(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let step = must_change(store::person::set_enabled(tenant, person, Switch::On));
    change(authority, mandate, (tenant, person), "Enable account", vec![step]).await
}

/// Keeps a person out.
pub async fn disable(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let step = must_change(store::person::set_enabled(tenant, person, Switch::Off));
    change(authority, mandate, (tenant, person), "Disable account", vec![step]).await
}

/// Makes a change of a person who must exist, and writes it into the log.
async fn change(
    authority: &Authority,
    mandate: &Mandate,
    owner: (TenantId, ObjectId),
    activity: &'static str,
    mut steps: Vec<Step>,
) -> Result<(), ManageError> {
    steps.push(audit(authority, mandate, owner, activity));
    super::commit(authority, "person", owner.1, steps).await
}

/// The step that writes a change of a person into the log.
pub(super) fn audit(
    authority: &Authority,
    mandate: &Mandate,
    (tenant, person): (TenantId, ObjectId),
    activity: &'static str,
) -> Step {
    let change = Change {
        tenant,
        activity,
        target: Target::User,
        id: person.to_string(),
        name: None,
    };
    super::audit(authority, mandate, change)
}

async fn check_upn(authority: &Authority, tenant: TenantId, upn: &str) -> Result<(), ManageError> {
    let invalid = |reason| ManageError::Invalid {
        what: "user principal name",
        value: upn.to_owned(),
        reason,
    };
    let snapshot = authority.directory().snapshot().await.map_err(ManageError::Read)?;
    let found = snapshot
        .tenant_by_id(tenant)
        .await
        .map_err(|error| ManageError::Read(error.into()))?;
    let tenant = found.ok_or_else(|| ManageError::NotFound {
        what: "tenant",
        id: tenant.to_string(),
    })?;
    let (name, domain) = upn.split_once('@').ok_or_else(|| invalid("has no domain"))?;
    let is_name_char = |char: char| char.is_ascii_alphanumeric() || "!#'-._^~".contains(char);
    if name.is_empty() || name.len() > 64 || !name.chars().all(is_name_char) {
        return Err(invalid("has no name that can be typed"));
    }
    if !tenant.domains.contains(&domain.to_lowercase()) {
        return Err(invalid("is not at a domain of the tenant"));
    }
    Ok(())
}

fn check_password(password: &Secret<String>, names: &[&str]) -> Result<(), ManageError> {
    password::check(password, names).map_err(|fault| ManageError::Invalid {
        what: "password",
        value: format!("of {} characters", password.expose().chars().count()),
        reason: fault.as_str(),
    })
}

/// The argon2id hash in the PHC string form.
async fn hash(authority: &Authority, password: &Secret<String>) -> Result<String, ManageError> {
    let failed = |error| match error {
        PasswordError::Busy => ManageError::Busy,
        PasswordError::Hash(error) => ManageError::Password(error),
        PasswordError::CutOff(error) => ManageError::CutOff(error),
    };
    let place = authority.passwords().enter().map_err(failed)?;
    password::hash(&place, authority.random(), password)
        .await
        .map_err(failed)
}

/// A person, who must exist.
pub(super) async fn find(
    authority: &Authority,
    tenant: TenantId,
    person: ObjectId,
) -> Result<Arc<Person>, ManageError> {
    let found = authority.person(tenant, person).await.map_err(ManageError::Read)?;
    found.ok_or_else(|| ManageError::NotFound {
        what: "person",
        id: person.to_string(),
    })
}
