//! A person changed in several ways at once.
//!
//! In: who, and what shall be otherwise. Out: nothing. Invariant: all of it is written, or none; what the change does not
//! name stays as it is, though somebody else be changing it.

use oauth::{ObjectId, TenantId};

use super::person::{self, NewPassword};
use super::transaction::{self, Part, demand, then};
use super::{Held, ManageError, Mandate};
use crate::authority::Authority;
use crate::person::{DirectoryRole, Person, Profile};
use crate::store::{self, Switch};

/// What of a person shall be otherwise; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct PersonChange {
    /// Names and country.
    pub profile: ProfileChange,
    /// Whether the person may sign in.
    pub enabled: Option<bool>,
    /// Whether the person holds a licence for the data service.
    pub licensed: Option<bool>,
    /// What the person may do in the directory.
    pub directory_role: Option<DirectoryRole>,
    /// Another password.
    pub password: Option<NewPassword>,
}

/// What of a [`Profile`] shall be otherwise; `Some(None)` takes a name away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileChange {
    /// The user principal name, at a domain of the tenant.
    pub upn: Option<String>,
    /// The name for people.
    pub display_name: Option<String>,
    /// The given name.
    pub given_name: Option<Option<String>>,
    /// The surname.
    pub surname: Option<Option<String>>,
    /// The mail address.
    pub mail: Option<Option<String>>,
    /// The country in which licences are used: two capital letters (ISO 3166).
    pub usage_location: Option<Option<String>>,
}

impl From<Profile> for ProfileChange {
    fn from(profile: Profile) -> Self {
        Self {
            upn: Some(profile.upn),
            display_name: Some(profile.display_name),
            given_name: Some(profile.given_name),
            surname: Some(profile.surname),
            mail: Some(profile.mail),
            usage_location: Some(profile.usage_location),
        }
    }
}

impl ProfileChange {
    fn applied(&self, profile: Profile) -> Profile {
        Profile {
            upn: self.upn.clone().unwrap_or(profile.upn),
            display_name: self.display_name.clone().unwrap_or(profile.display_name),
            given_name: self.given_name.clone().unwrap_or(profile.given_name),
            surname: self.surname.clone().unwrap_or(profile.surname),
            mail: self.mail.clone().unwrap_or(profile.mail),
            usage_location: self.usage_location.clone().unwrap_or(profile.usage_location),
        }
    }
}

/// Changes a person.
pub async fn change(
    authority: &Authority,
    mandate: &Mandate,
    owner: (TenantId, ObjectId),
    wanted: PersonChange,
) -> Result<(), ManageError> {
    let work = Work {
        authority,
        mandate,
        owner,
        wanted: &wanted,
        // Once, and outside of the attempts: it takes long by design.
        password_hash: password_hash(authority, owner, &wanted).await?,
    };
    if wanted.profile == ProfileChange::default() {
        // Nothing rests on what was read before: it need not be worked out anew.
        let person = person::find(authority, owner.0, owner.1).await?;
        return transaction::commit(authority, work.parts(&person)).await;
    }
    for _ in 0..super::MOST_ATTEMPTS {
        let snapshot = super::snapshot(authority).await?;
        let person = snapshot.person(owner.0, owner.1).await.map_err(super::read_failed)?;
        let person = person.ok_or_else(|| missing(owner))?;
        let profile = wanted.profile.applied(person.profile());
        person::check_profile(&snapshot, owner.0, &profile).await?;
        let mut parts = Vec::new();
        if profile != person.profile() {
            let statement = store::person::set_profile(owner.0, owner.1, &profile);
            parts.extend(work.step("Update user", statement));
        }
        parts.extend(work.parts(&person));
        if transaction::commit_at(authority, &snapshot, parts).await? == Held::Done {
            return Ok(());
        }
    }
    Err(super::contended("person", &owner.1))
}

/// A change being worked out.
struct Work<'a> {
    authority: &'a Authority,
    mandate: &'a Mandate,
    owner: (TenantId, ObjectId),
    wanted: &'a PersonChange,
    password_hash: Option<String>,
}

impl Work<'_> {
    /// Everything but the profile.
    fn parts(&self, person: &Person) -> Vec<Part> {
        let (tenant, id) = self.owner;
        let mut parts = Vec::new();
        if let Some(role) = self.wanted.directory_role {
            let statement = store::person::set_directory_role(tenant, id, role);
            parts.extend(self.step("Change directory role of user", statement));
        }
        if let Some(is_licensed) = self.wanted.licensed {
            let (switch, activity) = if is_licensed {
                (Switch::On, "Assign license to user")
            } else {
                (Switch::Off, "Remove license from user")
            };
            parts.extend(self.step(activity, store::person::set_licensed(tenant, id, switch)));
        }
        if let Some(is_enabled) = self.wanted.enabled {
            let (switch, activity) = if is_enabled {
                (Switch::On, "Enable account")
            } else {
                (Switch::Off, "Disable account")
            };
            parts.extend(self.step(activity, store::person::set_enabled(tenant, id, switch)));
        }
        if let (Some(new), Some(hash)) = (&self.wanted.password, &self.password_hash) {
            let now = self.authority.clock().now();
            let changed = Person {
                password_changed_at: now,
                password_use: new.password_use,
                ..person.clone()
            };
            let statement = store::person::set_password(&changed, hash);
            parts.extend(self.step("Reset user password", statement));
            parts.push(then(store::session::end_of_person(tenant, id, now)));
        }
        parts
    }

    /// A step that needs the person, and its line of the log.
    fn step(&self, activity: &'static str, statement: db::Statement) -> [Part; 2] {
        [
            demand(statement, missing(self.owner)),
            person::audit(self.authority, self.mandate, self.owner, activity).into(),
        ]
    }
}

async fn password_hash(
    authority: &Authority,
    owner: (TenantId, ObjectId),
    wanted: &PersonChange,
) -> Result<Option<String>, ManageError> {
    let Some(new) = &wanted.password else {
        return Ok(None);
    };
    let found = person::find(authority, owner.0, owner.1).await?;
    let profile = wanted.profile.applied(found.profile());
    person::check_password(&new.password, &[&profile.upn, &profile.display_name])?;
    person::hash(authority, &new.password).await.map(Some)
}

fn missing(owner: (TenantId, ObjectId)) -> ManageError {
    super::missing("person", &owner.1)
}
