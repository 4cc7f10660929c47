//! What a tenant's administrators decide about its tokens and its people.
//!
//! In: a tenant and all its settings. Out: nothing. Invariant: an algorithm that a tenant signs by has keys: they are made
//! in the transaction that first chooses it.

use oauth::TenantId;

use super::{Change, ManageError, Mandate, signing_key};
use crate::authority::Authority;
use crate::issue::TokenLifetime;
use crate::store::directory_audit::Target;
use crate::store::{self, any_outcome, must_change};
use crate::tenant_settings::TenantSettings;

/// The shortest and the longest lifetime of an access token: 10 minutes and a day, as in Entra ID.
const LIFETIME_SECONDS: std::ops::RangeInclusive<u32> = 600..=86_400;
/// How often settings are written again when another node has just made the same keys.
const ATTEMPTS: usize = 3;

/// The settings of a tenant.
pub async fn get(authority: &Authority, _: &Mandate, tenant: TenantId) -> Result<TenantSettings, ManageError> {
    let snapshot = authority.directory().snapshot().await.map_err(ManageError::Read)?;
    let found = snapshot.tenant_by_id(tenant).await;
    let found = found.map_err(|error| ManageError::Read(error.into()))?;
    found
        .map(|tenant| tenant.settings.clone())
        .ok_or_else(|| ManageError::NotFound {
            what: "tenant",
            id: tenant.to_string(),
        })
}

/// Gives a tenant these settings in place of those it has.
pub async fn set(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    settings: TenantSettings,
) -> Result<(), ManageError> {
    settings.token_lifetime.as_ref().map_or(Ok(()), check_lifetime)?;
    let mut attempt = 1;
    loop {
        match write(authority, mandate, tenant, &settings).await {
            // Another node has chosen the algorithm first: its keys are there now.
            Err(ManageError::Taken { .. }) if attempt < ATTEMPTS => attempt += 1,
            ended => return ended,
        }
    }
}

async fn write(
    authority: &Authority,
    mandate: &Mandate,
    tenant: TenantId,
    settings: &TenantSettings,
) -> Result<(), ManageError> {
    let change = Change {
        tenant,
        activity: "Update organization settings",
        target: Target::Directory,
        id: tenant.to_string(),
        name: None,
    };
    let mut steps = vec![
        must_change(store::tenant::hold(tenant)),
        any_outcome(store::tenant_settings::delete(tenant)),
        any_outcome(store::tenant_settings::insert(tenant, settings)),
        super::audit(authority, mandate, change),
    ];
    steps.extend(signing_key::first(authority, mandate, settings.signing_algorithm).await?);
    super::commit(authority, "tenant", tenant, steps).await
}

fn check_lifetime(lifetime: &TokenLifetime) -> Result<(), ManageError> {
    let (least, most) = (lifetime.seconds.start(), lifetime.seconds.end());
    let reason = if least > most {
        "ends before it begins"
    } else if !LIFETIME_SECONDS.contains(least) || !LIFETIME_SECONDS.contains(most) {
        "is not between 600 and 86400 seconds"
    } else {
        return Ok(());
    };
    Err(ManageError::Invalid {
        what: "token lifetime",
        value: format!("{least} to {most}"),
        reason,
    })
}
