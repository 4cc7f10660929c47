//! What must be true of a user before they may call, one function for each.
//!
//! In: a user of the environment. Out: nothing, or the refusal. Invariant: none of them looks at what another one does.

use crate::{
    environment::{Environment, User},
    error::Error,
};

/// Their row is enabled.
pub(super) fn enabled(user: &User) -> Result<(), Error> {
    if user.disabled {
        Err(Error::UserDisabled { user: user.id })
    } else {
        Ok(())
    }
}

/// They hold a role, directly or through a team.
pub(super) fn has_role(user: &User) -> Result<(), Error> {
    if user.role_count == 0 {
        Err(Error::NoRoles { user: user.id })
    } else {
        Ok(())
    }
}

/// The tenant's directory knows the person, has them enabled, and has a licence assigned to them.
pub(super) async fn in_directory(environment: &Environment, user: &User) -> Result<(), Error> {
    let object = user.object.ok_or(Error::NotAMember)?;
    let person = environment.directory.person(environment.address.tenant, object).await?;
    let person = person
        .filter(|person| person.enabled)
        .ok_or(Error::NotInDirectory { object })?;
    if person.licensed {
        Ok(())
    } else {
        Err(Error::NotLicensed { user: user.id })
    }
}
