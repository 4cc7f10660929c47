//! People made and changed.
//!
//! In: a person with a password. Out: the person's id. Invariant: a password leaves this file only as its argon2id hash.

use std::sync::Arc;

use db::Step;
use oauth::{ObjectId, Secret, TenantId};

use super::person_change::{self, PersonChange};
use super::{Change, ManageError, Mandate};
use crate::authority::Authority;
use crate::password::{self, PasswordError};
use crate::person::{DirectoryRole, PasswordUse, Person, Profile};
use crate::snapshot::Snapshot;
use crate::store::authentication_method::Standing;
use crate::store::directory_audit::Target;
use crate::store::{self, any_outcome, must_change};
use crate::tenant::Tenant;

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
    /// The country in which licences are used: two capital letters (ISO 3166).
    pub usage_location: Option<String>,
    /// The password: 8 to 256 characters, no name of the person, none of those that are guessed first.
    pub password: Secret<String>,
    /// What the person may do with the password.
    pub password_use: PasswordUse,
    /// What the person may do in the directory.
    pub directory_role: DirectoryRole,
    /// Whether the person holds a licence for the data service.
    pub licensed: bool,
    /// Whether the person may sign in.
    pub enabled: bool,
}

/// A password to be set.
#[derive(Debug, Clone)]
pub struct NewPassword {
    /// The password, as in [`NewPerson`].
    pub password: Secret<String>,
    /// What the person may do with it.
    pub password_use: PasswordUse,
}

/// Makes a person.
pub async fn create(authority: &Authority, mandate: &Mandate, new: NewPerson) -> Result<ObjectId, ManageError> {
    check_password(&new.password, &[&new.upn, &new.display_name])?;
    let now = authority.clock().now();
    let person = Person {
        object_id: new.object_id.unwrap_or_else(|| super::new_id(authority, now).into()),
        tenant: new.tenant,
        upn: new.upn,
        display_name: new.display_name,
        given_name: new.given_name,
        surname: new.surname,
        mail: new.mail,
        usage_location: new.usage_location,
        directory_role: new.directory_role,
        licensed: new.licensed,
        enabled: new.enabled,
        password_changed_at: now,
        password_use: new.password_use,
        sessions_valid_from: now,
    };
    let snapshot = super::snapshot(authority).await?;
    check_profile(&snapshot, person.tenant, &person.profile()).await?;
    let password_hash = hash(authority, &new.password).await?;
    let steps = vec![
        must_change(store::tenant::hold(person.tenant)),
        any_outcome(store::person::insert(&person, &password_hash, now)),
        audit(authority, mandate, (person.tenant, person.object_id), "Add user"),
    ];
    super::commit(authority, "tenant", person.tenant, steps).await?;
    Ok(person.object_id)
}

/// Writes what a person is called and where they are.
pub async fn update(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
    profile: Profile,
) -> Result<(), ManageError> {
    let wanted = PersonChange {
        profile: profile.into(),
        ..PersonChange::default()
    };
    person_change::change(authority, mandate, (tenant, person), wanted).await
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
    let wanted = PersonChange {
        password: Some(new),
        ..PersonChange::default()
    };
    person_change::change(authority, mandate, (tenant, person), wanted).await
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
    let wanted = PersonChange {
        directory_role: Some(role),
        ..PersonChange::default()
    };
    person_change::change(authority, mandate, (tenant, person), wanted).await
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
        any_outcome(store::passkey::delete_of_person(owner)),
        any_outcome(store::authentication_method::delete_recovery_codes(owner)),
        any_outcome(store::group::delete_of_member(tenant, person)),
        any_outcome(store::app_role_assignment::delete_of_principal(tenant, person)),
        any_outcome(store::scope_grant_list::delete_of_person(tenant, person)),
        any_outcome(store::owner::delete_all(tenant, person)),
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
    let wanted = PersonChange {
        licensed: Some(true),
        ..PersonChange::default()
    };
    person_change::change(authority, mandate, (tenant, person), wanted).await
}

/// Takes a person's licence.
pub async fn unlicense(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let wanted = PersonChange {
        licensed: Some(false),
        ..PersonChange::default()
    };
    person_change::change(authority, mandate, (tenant, person), wanted).await
}

/// Lets a person sign in.
pub async fn enable(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let wanted = PersonChange {
        enabled: Some(true),
        ..PersonChange::default()
    };
    person_change::change(authority, mandate, (tenant, person), wanted).await
}

/// Keeps a person out.
pub async fn disable(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let wanted = PersonChange {
        enabled: Some(false),
        ..PersonChange::default()
    };
    person_change::change(authority, mandate, (tenant, person), wanted).await
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

/// Names that can be shown, a user principal name at a domain of the tenant, a country.
pub(super) async fn check_profile(snapshot: &Snapshot, tenant: TenantId, profile: &Profile) -> Result<(), ManageError> {
    super::check_display_name(&profile.display_name)?;
    let found = snapshot.tenant_by_id(tenant).await.map_err(super::read_failed)?;
    let tenant = found.ok_or_else(|| super::missing("tenant", &tenant))?;
    check_upn(&tenant, &profile.upn)?;
    let is_country = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    match profile.usage_location.as_deref() {
        Some(text) if !is_country(text) => Err(ManageError::Invalid {
            what: "usage location",
            value: text.to_owned(),
            reason: "is not a country in two capital letters",
        }),
        Some(_) | None => Ok(()),
    }
}

fn check_upn(tenant: &Tenant, upn: &str) -> Result<(), ManageError> {
    let invalid = |reason| ManageError::Invalid {
        what: "user principal name",
        value: upn.to_owned(),
        reason,
    };
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

pub(super) fn check_password(password: &Secret<String>, names: &[&str]) -> Result<(), ManageError> {
    password::check(password, names).map_err(|fault| ManageError::Invalid {
        what: "password",
        value: format!("of {} characters", password.expose().chars().count()),
        reason: fault.as_str(),
    })
}

/// The argon2id hash in the PHC string form.
pub(super) async fn hash(authority: &Authority, password: &Secret<String>) -> Result<String, ManageError> {
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
    found.ok_or_else(|| super::missing("person", &person))
}
