//! People made and changed.
//!
//! In: a person with a password. Out: the person's id. Invariant: a password leaves this file only as its argon2id hash.

use argon2::password_hash::PasswordHasher;
use argon2::{Argon2, PasswordHash};
use oauth::{ObjectId, Secret, TenantId};

use super::{ManageError, Operator};
use crate::authority::Authority;
use crate::person::{DirectoryRole, Person};
use crate::store::{self, Switch, any_outcome, must_change};

/// Bytes of a password hash's salt.
const SALT_BYTES: usize = 16;
const FEWEST_PASSWORD_CHARS: usize = 8;
/// The most that is hashed; nobody remembers more.
const MOST_PASSWORD_CHARS: usize = 256;

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
    /// The password: 8 to 256 characters.
    pub password: Secret<String>,
    /// What the person may do in the directory.
    pub directory_role: DirectoryRole,
    /// Whether the person holds a licence for the data service.
    pub licensed: bool,
}

/// Makes a person, who may sign in at once.
pub async fn create(authority: &Authority, _: &Operator, new: NewPerson) -> Result<ObjectId, ManageError> {
    super::check_display_name(&new.display_name)?;
    check_upn(authority, new.tenant, &new.upn).await?;
    check_password(&new.password)?;
    let now = authority.clock().now();
    let password_hash = hash(authority, new.password).await?;
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
    };
    let steps = vec![
        must_change(store::tenant::hold(person.tenant)),
        any_outcome(store::person::insert(&person, &password_hash, now)),
    ];
    super::commit(authority, "tenant", person.tenant, steps).await?;
    Ok(person.object_id)
}

/// Gives a person a licence.
pub async fn license(
    authority: &Authority,
    _: &Operator,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let step = must_change(store::person::set_licensed(tenant, person, Switch::On));
    super::commit(authority, "person", person, vec![step]).await
}

/// Takes a person's licence.
pub async fn unlicense(
    authority: &Authority,
    _: &Operator,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let step = must_change(store::person::set_licensed(tenant, person, Switch::Off));
    super::commit(authority, "person", person, vec![step]).await
}

/// Lets a person sign in.
pub async fn enable(
    authority: &Authority,
    _: &Operator,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let step = must_change(store::person::set_enabled(tenant, person, Switch::On));
    super::commit(authority, "person", person, vec![step]).await
}

/// Keeps a person out.
pub async fn disable(
    authority: &Authority,
    _: &Operator,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), ManageError> {
    let step = must_change(store::person::set_enabled(tenant, person, Switch::Off));
    super::commit(authority, "person", person, vec![step]).await
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

fn check_password(password: &Secret<String>) -> Result<(), ManageError> {
    let length = password.expose().chars().count();
    if (FEWEST_PASSWORD_CHARS..=MOST_PASSWORD_CHARS).contains(&length) {
        return Ok(());
    }
    let value = format!("of {length} characters");
    Err(ManageError::Invalid {
        what: "password",
        value,
        reason: "must have 8 to 256 characters",
    })
}

/// The argon2id hash in the PHC string form. Slow on purpose, so on a thread of its own.
async fn hash(authority: &Authority, password: Secret<String>) -> Result<String, ManageError> {
    let mut salt = [0; SALT_BYTES];
    authority.random().fill(&mut salt);
    let hashed = tokio::task::spawn_blocking(move || -> Result<PasswordHash, _> {
        Argon2::default().hash_password_with_salt(password.expose().as_bytes(), &salt)
    });
    Ok(hashed
        .await
        .map_err(ManageError::CutOff)?
        .map_err(ManageError::Password)?
        .to_string())
}
