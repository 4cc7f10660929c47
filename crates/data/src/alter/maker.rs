//! In whose name the catalogue is changed, and whether they may.
//!
//! In: a [`Maker`] and a change. Out: nothing, or the privilege that they lack.
//! Invariant: a user needs the privilege for every part of a change, for the whole organization; who holds none may
//! nothing.

use std::collections::BTreeSet;

use oauth::ObjectId;
use uuid::Uuid;

use crate::alter::{CatalogueChange, CatalogueRefusal, Removal};
use crate::caller::Caller;
use crate::catalogue::{ColumnDefinition, ColumnKind, Depth};
use crate::environment::{Environment, User};
use crate::error::Error;

/// In whose name the catalogue is changed.
#[derive(Debug, Clone, Copy)]
pub enum Maker<'a> {
    /// This program's own, as when it makes an environment: whoever calls has decided that it may be.
    Program,
    /// A user of the environment, by the object id of a person or application in the tenant's directory. That it is they
    /// who ask, the caller of this function has made sure of.
    User(ObjectId),
    /// The sender of a request.
    Sender(&'a Caller),
}

/// The maker may make this change.
pub(super) fn check(
    environment: &Environment,
    maker: Maker<'_>,
    change: &CatalogueChange,
) -> Result<(), CatalogueRefusal> {
    let wanted = privileges(environment, change);
    match maker {
        Maker::Program => Ok(()),
        Maker::User(object) => {
            let user = environment.security.by_object(object).ok_or(Error::NotAMember)?;
            if user.disabled {
                return Err(Error::UserDisabled { user: user.id }.into());
            }
            wanted.into_iter().try_for_each(|name| held(environment, &user, name))
        }
        Maker::Sender(caller) => {
            let caller = caller.renewed(environment)?;
            // With impersonation both must hold it.
            wanted.into_iter().try_for_each(|name| {
                held(environment, caller.acting(), name)?;
                held(environment, caller.real(), name)
            })
        }
    }
}

/// The user whom new rows tell as their maker.
pub(super) fn user(environment: &Environment, maker: Maker<'_>) -> Option<Uuid> {
    match maker {
        Maker::Program => None,
        Maker::User(object) => environment.security.by_object(object).map(|user| user.id),
        Maker::Sender(caller) => Some(caller.acting().id),
    }
}

fn held(environment: &Environment, user: &User, name: &'static str) -> Result<(), CatalogueRefusal> {
    let privilege = environment.catalogue.privilege(name).ok_or_else(|| Error::Internal {
        doing: super::DOING,
        source: format!("there is no privilege `{name}`").into(),
    })?;
    let deepest = user.grants.get(&privilege.id).and_then(crate::access::Grant::deepest);
    if deepest == Some(Depth::Global) {
        return Ok(());
    }
    Err(Error::MissingPrivilege {
        user: user.id,
        role_count: user.role_count,
        privilege: name.to_owned(),
        privilege_id: privilege.id.0,
        table: None,
        caller: user.id,
    }
    .into())
}

/// The privileges that the parts of a change take, as in Dataverse. Also where a part is there already: whether it is,
/// is not for everybody to find out.
fn privileges(environment: &Environment, change: &CatalogueChange) -> BTreeSet<&'static str> {
    let mut wanted = BTreeSet::new();
    if !change.add.choices.is_empty() {
        wanted.insert("prvCreateOptionSet");
    }
    if !change.add.tables.is_empty() {
        wanted.extend(["prvCreateEntity", "prvCreateAttribute"]);
    }
    let of_tables = change.add.tables.values().flat_map(|table| table.columns.values());
    let columns: Vec<&ColumnDefinition> = change
        .add
        .columns
        .values()
        .flat_map(|columns| columns.values())
        .collect();
    if !columns.is_empty() {
        wanted.insert("prvCreateAttribute");
    }
    let is_lookup = |column: &ColumnDefinition| matches!(column.kind, ColumnKind::Lookup { .. });
    if of_tables.chain(columns).any(is_lookup) {
        wanted.insert("prvCreateRelationship");
    }
    for removal in &change.remove {
        match removal {
            Removal::Table(_) => {
                wanted.insert("prvDeleteEntity");
            }
            Removal::Column { table, column } => {
                wanted.insert("prvDeleteAttribute");
                let table = environment.catalogue.logical_name(&table.to_ascii_lowercase());
                let column = table.and_then(|table| table.column_named(&column.to_ascii_lowercase()));
                if column.is_some_and(|column| !column.targets().is_empty()) {
                    wanted.insert("prvDeleteRelationship");
                }
            }
            Removal::Choice(_) => {
                wanted.insert("prvDeleteOptionSet");
            }
        }
    }
    wanted
}
