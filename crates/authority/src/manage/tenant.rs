//! Tenants listed and made.
//!
//! In: a name and domains. Out: tenants' ids. Invariant: no tenant carries a domain that is the first segment of
//! another service's path, or the nil id; that a tenant was made is in its own log and in the authority's.

use oauth::TenantId;

use super::{Change, Deed, ManageError, Mandate};
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
    check_id(id)?;
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
    let deed = Deed {
        activity: change.activity,
        target: change.target,
        id: change.id.clone(),
        name: change.name.clone(),
    };
    let audits = [
        super::audit(authority, mandate, change),
        super::audit_of_authority(authority, mandate, deed),
    ];
    let steps = std::iter::once(store::tenant::insert(&row))
        .chain(domains)
        .map(any_outcome)
        .chain(audits)
        .collect();
    super::commit(authority, "tenant", id, steps).await?;
    Ok(id)
}

/// The logs keep under the nil id what concerns no tenant: it is the operator's to read.
fn check_id(id: TenantId) -> Result<(), ManageError> {
    if id.uuid().is_nil() {
        return Err(ManageError::Invalid {
            what: "tenant id",
            value: id.to_string(),
            reason: "is the id of no tenant",
        });
    }
    Ok(())
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
