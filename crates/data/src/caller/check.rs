//! What must be true of a token's application and user before they may call, one function for each.
//!
//! In: a verified token, or a user of the environment. Out: nothing, or the refusal. Invariant: none of them looks at what another one does.

use oauth::VerifiedToken;

use crate::{
    directory::Consent,
    environment::{Environment, User},
    error::Error,
};

/// How far `iat` lies before the moment of issue.
const BACKDATED_SECONDS: i64 = 300;

/// The application of the token has an enabled service principal in the tenant. Tokens live for an hour and more; trust
/// ends at once.
pub(super) async fn application_is_trusted(environment: &Environment, token: &VerifiedToken) -> Result<(), Error> {
    let (tenant, app) = (environment.address.tenant, token.app_id());
    let principal = environment.directory.service_principal(tenant, app).await?;
    match principal {
        Some(principal) if principal.enabled => Ok(()),
        Some(_) | None => Err(Error::ApplicationNotTrusted { app }),
    }
}

/// What the person, or an administrator for them, let the application have has not been withdrawn.
pub(super) async fn consent_holds(
    environment: &Environment,
    token: &VerifiedToken,
    scope: &'static str,
) -> Result<(), Error> {
    let consent = Consent {
        tenant: environment.address.tenant,
        app: token.app_id(),
        person: token.object_id(),
        scope,
    };
    if environment.directory.consent_holds(consent).await? {
        Ok(())
    } else {
        Err(Error::ConsentWithdrawn { app: token.app_id() })
    }
}

/// The token is from a sign-in that has not been revoked since.
pub(super) async fn signed_in_since_revocation(environment: &Environment, token: &VerifiedToken) -> Result<(), Error> {
    let object = token.object_id();
    let person = environment.directory.person(environment.address.tenant, object).await?;
    let issued_at = token.issued_at().plus_seconds(BACKDATED_SECONDS);
    match person {
        Some(person) if issued_at < person.tokens_valid_from => Err(Error::SignInRevoked { object }),
        // Whether the person is known at all is another check's question.
        Some(_) | None => Ok(()),
    }
}

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
