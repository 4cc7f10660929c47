//! Tenants listed and made.
//!
//! In: a name and domains. Out: tenants' ids. Invariant: no tenant carries a domain that is the first segment of
//! another service's path.

use oauth::TenantId;

use super::{Change, ManageError, Mandate};
use crate::authority::Authority;
use crate::store::directory_audit::Target;
use crate::store::tenant::TenantRow;
use crate::store::{self, any_outcome};
use crate::tenant::{RESERVED_SEGMENTS, is_domain_name};

/// All tenants, in the order of their ids.
pub async fn list(authority: &Authority, _: &Mandate) -> Result<Vec<TenantId>, ManageError> {
    let ids = store::tenant::list(authority.directory().database()).await;
    ids.map_err(super::read_failed)
}

/// A tenant to be made.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Its id; made where none is given.
    pub id: Option<TenantId>,
    /// Its name for people.
    pub display_name: String,
    /// Its domains in lower case, the default one first; at least one.
    pub domains: Vec<String>,
}

/// Makes a tenant.
pub async fn create(authority: &Authority, mandate: &Mandate, new: NewTenant) -> Result<TenantId, ManageError> {
    super::check_display_name(&new.display_name)?;
    check_domains(&new.domains)?;
    let now = authority.clock().now();
    let id = new.id.unwrap_or_else(|| super::new_id(authority, now).into());
    let row = TenantRow {
        id,
        display_name: new.display_name,
        created_at: now,
    };
    let domains = new
        .domains
        .iter()
        .enumerate()
        .map(|(at, name)| store::domain::insert(id, name, at));
    let change = Change {
        tenant: id,
        activity: "Add organization",
        target: Target::Directory,
        id: id.to_string(),
        name: Some(row.display_name.clone()),
    };
    let steps = std::iter::once(store::tenant::insert(&row))
        .chain(domains)
        .map(any_outcome)
        .chain([super::audit(authority, mandate, change)])
        .collect();
    super::commit(authority, "tenant", id, steps).await?;
    Ok(id)
}

fn check_domains(domains: &[String]) -> Result<(), ManageError> {
    let invalid = |value: &str, reason| ManageError::Invalid {
        what: "domain",
        value: value.to_owned(),
        reason,
    };
    if domains.is_empty() {
        return Err(invalid("", "is missing"));
    }
    for domain in domains {
        if RESERVED_SEGMENTS.contains(&domain.as_str()) {
            return Err(invalid(domain, "is kept for another service"));
        }
        if !is_domain_name(domain) {
            return Err(invalid(domain, "is not a domain name in lower case"));
        }
    }
    Ok(())
}
