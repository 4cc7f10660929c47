//! How an application and a person stand to each other in a tenant.
//!
//! In: a session and what was asked. Out: [`Standing`]. Invariant: only read, never decided.

use std::sync::Arc;

use super::asked::Asked;
use super::wanted::{self, Wanted};
use crate::application::{Assignment, ServicePrincipal};
use crate::grant;
use crate::person::Person;
use crate::refusal::{Asked as Kind, Refusal};
use crate::session::Session;
use crate::snapshot::Snapshot;
use crate::tenant::{self, Tenant, TenantName};
use crate::tenant_settings::UserConsent;

/// How an application and a person stand to each other.
#[derive(Debug)]
pub(crate) struct Standing {
    /// The person's tenant, which answers.
    pub(crate) tenant: Arc<Tenant>,
    /// The application there; none before somebody consents.
    pub(crate) principal: Option<Arc<ServicePrincipal>>,
    /// Whether the person may use it at all.
    pub(crate) access: Access,
    /// Who of the tenant's people may consent.
    pub(crate) user_consent: UserConsent,
    /// What the application wants, and what of it is missing.
    pub(crate) wanted: Vec<Wanted>,
}

/// Whether a person may use an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// They may.
    Granted,
    /// It is for those who were assigned to it, and they were not.
    Refused,
}

/// Reads how things stand.
pub(crate) async fn load(snapshot: &Snapshot, asked: &Asked, session: &Session) -> Result<Standing, Refusal> {
    let application = &asked.client.application;
    let tenant = tenant::find(snapshot, &TenantName::Id(session.tenant), Kind::Endpoint).await?;
    let principal = snapshot.service_principal(tenant.id, application.app_id).await?;
    let wanted = wanted::load(snapshot, asked, session).await?;
    Ok(Standing {
        access: match &principal {
            Some(principal) => access(snapshot, principal, &session.person).await?,
            None => Access::Granted,
        },
        user_consent: tenant.settings.user_consent,
        principal,
        wanted,
        tenant,
    })
}

async fn access(snapshot: &Snapshot, principal: &ServicePrincipal, person: &Person) -> Result<Access, Refusal> {
    if principal.assignment == Assignment::Optional {
        return Ok(Access::Granted);
    }
    let assignments = grant::assignments_of_person(snapshot, person).await?;
    if assignments.iter().any(|one| one.resource == principal.app_id) {
        Ok(Access::Granted)
    } else {
        Ok(Access::Refused)
    }
}
