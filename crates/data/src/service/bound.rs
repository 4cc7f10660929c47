//! Rows that functions and actions are bound to.
//!
//! In: the first segment of a path. Out: the row's key, or a change of it. Invariant: an operation bound to a row that the
//! caller cannot see answers as a read of it does.

use std::sync::Arc;

use odata::{Arguments, Literal, Segment};
use uuid::Uuid;

use crate::{
    caller::Caller,
    catalogue::Catalogue,
    data_service::Door,
    environment::Environment,
    error::Error,
    plan,
    rules::{self, RoleChange},
    service::{
        decide::{self, Attempt},
        find,
    },
};

/// The key of the row of this set that a segment addresses.
pub(crate) fn bound_row(catalogue: &Catalogue, segment: &Segment, set: &str) -> Result<Uuid, Error> {
    let Segment::Named { name, arguments } = segment else {
        return Err(not_bound(set));
    };
    if name != set {
        return Err(Error::UnknownSegment { segment: name.clone() });
    }
    let table = catalogue.entity_set(set);
    let key = table.map(|table| table.column(table.primary_id).logical_name.as_str());
    match arguments {
        Arguments::Single(Literal::Guid(id)) => Ok(*id),
        Arguments::Named(parts) => match parts.as_slice() {
            [(column, Literal::Guid(id))] if Some(column.as_str()) == key => Ok(*id),
            _ => Err(not_bound(set)),
        },
        Arguments::Absent | Arguments::Empty | Arguments::Single(_) => Err(not_bound(set)),
    }
}

fn not_bound(set: &str) -> Error {
    Error::InvalidArgument {
        what: format!("the operation belongs to a row of `{set}`, addressed by its id"),
    }
}

/// That the caller can read a row.
pub(crate) async fn check_readable(
    environment: &Environment,
    caller: &Caller,
    set: &str,
    id: Uuid,
) -> Result<(), Error> {
    let table = environment
        .catalogue
        .entity_set(set)
        .ok_or_else(|| Error::UnknownSegment {
            segment: set.to_owned(),
        })?;
    let plan = plan::by_id(plan::presence(table), table, id);
    find(environment, caller, plan).await.map(drop)
}

/// Changes what a role holds.
pub(crate) async fn change_role(
    door: &Door,
    environment: &Arc<Environment>,
    caller: &Caller,
    role: Uuid,
    change: RoleChange,
) -> Result<(), Error> {
    let plan = rules::change_role(environment, caller, role, change).await?;
    let attempt = Attempt {
        caller: caller.clone(),
        plan,
    };
    let committed = decide::commit(door, environment, &[attempt]).await;
    committed.map(drop).map_err(|failure| *failure.error)
}
