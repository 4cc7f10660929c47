//! Environments registered.
//!
//! In: a tenant, a name, addresses. Out: the environment's id. Invariant: addresses are stored in the one form in which
//! they are compared.

use oauth::TenantId;

use super::{Change, ManageError, Mandate};
use crate::authority::Authority;
use crate::environment::{Environment, EnvironmentId};
use crate::resource;
use crate::store::directory_audit::Target;
use crate::store::{self, any_outcome, must_change};

const MOST_NAME_CHARS: usize = 63;

/// An environment to be registered.
#[derive(Debug, Clone)]
pub struct NewEnvironment {
    /// Its id; made where none is given.
    pub id: Option<EnvironmentId>,
    /// The tenant that owns it.
    pub tenant: TenantId,
    /// Its name: lower-case letters, digits and hyphens.
    pub name: String,
    /// The name of the database that holds its rows.
    pub database: String,
    /// Its addresses, the preferred one first: scheme and host in lower case, no trailing slash, no query.
    pub addresses: Vec<String>,
}

/// Registers an environment.
pub async fn register(
    authority: &Authority,
    mandate: &Mandate,
    new: NewEnvironment,
) -> Result<EnvironmentId, ManageError> {
    check_name(&new.name)?;
    check_addresses(&new.addresses)?;
    let now = authority.clock().now();
    let id = new.id.unwrap_or_else(|| EnvironmentId(super::new_id(authority, now)));
    let environment = Environment {
        id,
        tenant: new.tenant,
        name: new.name,
        database: new.database,
        addresses: new.addresses,
    };
    let addresses = environment.addresses.iter().enumerate();
    let addresses = addresses.map(|(at, address)| store::environment::insert_address(id, address, at));
    let mut steps = vec![
        must_change(store::tenant::hold(environment.tenant)),
        any_outcome(store::environment::insert(&environment, now)),
    ];
    steps.extend(addresses.map(any_outcome));
    steps.push(super::audit(
        authority,
        mandate,
        change("Add environment", &environment),
    ));
    super::commit(authority, "tenant", environment.tenant, steps).await?;
    Ok(id)
}

/// Gives an environment other addresses, the preferred one first, in place of those it has.
pub async fn set_addresses(
    authority: &Authority,
    mandate: &Mandate,
    id: EnvironmentId,
    addresses: Vec<String>,
) -> Result<(), ManageError> {
    check_addresses(&addresses)?;
    let environments = super::snapshot(authority).await?.environments().await;
    let environments = environments.map_err(super::read_failed)?;
    let known = environments.iter().find(|environment| environment.id == id);
    let known = known.ok_or_else(|| ManageError::NotFound {
        what: "environment",
        id: id.to_string(),
    })?;
    let inserts = addresses.iter().enumerate();
    let inserts = inserts.map(|(at, address)| any_outcome(store::environment::insert_address(id, address, at)));
    let mut steps = vec![
        must_change(store::environment::hold(id)),
        any_outcome(store::environment::delete_addresses(id)),
    ];
    steps.extend(inserts);
    steps.push(super::audit(authority, mandate, change("Update environment", known)));
    super::commit(authority, "environment", id, steps).await
}

fn change(activity: &'static str, environment: &Environment) -> Change {
    Change {
        tenant: environment.tenant,
        activity,
        target: Target::Directory,
        id: environment.id.to_string(),
        name: Some(environment.name.clone()),
    }
}

fn check_name(name: &str) -> Result<(), ManageError> {
    let is_name_byte = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=MOST_NAME_CHARS).contains(&name.len()) && name.bytes().all(is_name_byte) && !name.starts_with('-') {
        return Ok(());
    }
    let reason = "is not made of 1 to 63 lower-case letters, digits and hyphens";
    Err(ManageError::Invalid {
        what: "environment name",
        value: name.to_owned(),
        reason,
    })
}

fn check_addresses(addresses: &[String]) -> Result<(), ManageError> {
    let invalid = |value: &str, reason| ManageError::Invalid {
        what: "environment address",
        value: value.to_owned(),
        reason,
    };
    if addresses.is_empty() {
        return Err(invalid("", "is missing"));
    }
    for address in addresses {
        let uri: Option<http::Uri> = address.parse().ok();
        let uri = uri.ok_or_else(|| invalid(address, "is not a url"))?;
        let (Some("http" | "https"), Some(host)) = (uri.scheme_str(), uri.authority()) else {
            return Err(invalid(address, "is not an http url"));
        };
        if host.as_str() != host.as_str().to_ascii_lowercase() || host.as_str().contains('@') {
            return Err(invalid(address, "has a host that is not in lower case"));
        }
        if !resource::is_possible_identifier(address) {
            return Err(invalid(address, "is longer than 255 characters"));
        }
        if uri.query().is_some() || address.ends_with('/') {
            return Err(invalid(address, "has a query or a trailing slash"));
        }
    }
    Ok(())
}
