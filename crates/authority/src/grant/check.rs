//! Checks that several grants share, a function each.
//!
//! In: who asks, and what is known. Out: nothing, or what is now known to be there. Invariant: a check reads nothing but
//! its arguments.

use std::sync::Arc;

use oauth::ClientProof;

use super::Asker;
use crate::application::ServicePrincipal;
use crate::authorization::Authorization;
use crate::call::Call;
use crate::client_auth::AuthenticatedClient;
use crate::refusal::{GrantRefusal, Refusal};
use crate::registration::RedirectKind;
use crate::tenant::Tenant;

/// A browser cannot keep a secret: whoever sends one from a page has published it.
pub(super) fn no_browser(call: &Call) -> Result<(), Refusal> {
    if call.from_browser {
        Err(Refusal::CrossOrigin)
    } else {
        Ok(())
    }
}

pub(super) fn application_is_enabled(client: &AuthenticatedClient) -> Result<(), Refusal> {
    let application = client.application();
    if application.enabled {
        Ok(())
    } else {
        Err(Refusal::ApplicationDisabled {
            application: application.app_id.to_string(),
        })
    }
}

pub(super) fn principal_exists(
    asker: &Asker<'_>,
    principal: Option<Arc<ServicePrincipal>>,
) -> Result<Arc<ServicePrincipal>, Refusal> {
    principal.ok_or_else(|| Refusal::ServicePrincipalMissing {
        application: asker.client.application().app_id.to_string(),
        tenant: asker.tenant.id.to_string(),
    })
}

pub(super) fn principal_is_enabled(asker: &Asker<'_>, principal: &ServicePrincipal) -> Result<(), Refusal> {
    if principal.enabled {
        Ok(())
    } else {
        Err(Refusal::ServicePrincipalDisabled {
            application: principal.app_id.to_string(),
            tenant: asker.tenant.id.to_string(),
        })
    }
}

/// The resource, with whatever else is known of it.
pub(super) fn resource_exists<T>(tenant: &Tenant, resource_as_asked: &str, resource: Option<T>) -> Result<T, Refusal> {
    resource.ok_or_else(|| Refusal::ResourceNotFound {
        resource: resource_as_asked.to_owned(),
        tenant: tenant.id.to_string(),
    })
}

/// What was given to one client is worth nothing in the hands of another.
pub(super) fn of_this_client(
    asker: &Asker<'_>,
    authorization: &Authorization,
    what: &'static str,
) -> Result<(), Refusal> {
    if authorization.app_id == asker.client.application().app_id {
        Ok(())
    } else {
        Err(GrantRefusal::Unusable { what }.into())
    }
}

pub(super) fn of_this_tenant(asker: &Asker<'_>, authorization: &Authorization) -> Result<(), Refusal> {
    if authorization.tenant == asker.tenant.id {
        Ok(())
    } else {
        Err(GrantRefusal::TenantMismatch {
            tenant: asker.tenant.id.to_string(),
        }
        .into())
    }
}

/// What went to a page in a browser is redeemed by a page, and nothing else is.
pub(super) fn from_the_right_place(asker: &Asker<'_>, redirect_kind: RedirectKind) -> Result<(), Refusal> {
    match redirect_kind {
        RedirectKind::Spa if asker.call.from_browser => Ok(()),
        RedirectKind::Spa => Err(GrantRefusal::PageOnly.into()),
        RedirectKind::Web | RedirectKind::PublicClient => no_browser(asker.call),
    }
}

/// For grants that are only given to a client that keeps a credential.
pub(super) fn client_is_proved(asker: &Asker<'_>) -> Result<(), Refusal> {
    match asker.client.proof() {
        ClientProof::None => Err(GrantRefusal::ClientUnproved.into()),
        ClientProof::Secret | ClientProof::Certificate => Ok(()),
    }
}
