//! Who holds the privileges of new tables.
//!
//! In: the roles of a snapshot, and the catalogue that is to be. Out: role, privilege and depth of each new holding.
//! Invariant: a role gets what its definition says, where it came with the environment; and everything, where it holds
//! everything there was. Every other role gets nothing until somebody puts it there.

use uuid::Uuid;

use crate::alter::difference;
use crate::catalogue::{Catalogue, CatalogueError, Depth, Privilege, PrivilegeId};
use crate::environment::{Environment, Role};
use crate::install;

/// The new holdings.
pub(super) fn holdings(
    environment: &Environment,
    to: &Catalogue,
) -> Result<Vec<(Uuid, PrivilegeId, Depth)>, CatalogueError> {
    let from = &environment.catalogue;
    let new = difference::privileges(to, from);
    let mut holdings = Vec::new();
    if new.is_empty() {
        return Ok(holdings);
    }
    let built_in = install::built_in(to)?;
    for (id, role) in &environment.security.roles {
        let definition = built_in
            .iter()
            .find(|built_in| role.is_built_in && built_in.name == role.name);
        let holds_all = holds_everything(role, from);
        for privilege in &new {
            let depth = match definition {
                Some(definition) => definition.privileges.get(&privilege.id).copied(),
                None => holds_all.then_some(Depth::Global),
            };
            holdings.extend(depth.map(|depth| (*id, privilege.id, depth)));
        }
    }
    holdings.sort_unstable();
    Ok(holdings)
}

/// An administrator's role: there is nothing that it does not hold for the whole organization.
fn holds_everything(role: &Role, catalogue: &Catalogue) -> bool {
    let holds = |privilege: &Privilege| role.privileges.contains(&(privilege.id, Depth::Global));
    !role.is_built_in && catalogue.privileges().iter().all(holds)
}
