//! `$ref`: links between rows, made and ended.
//!
//! In: the navigation of a URL and the address of the other row. Out: the update of the lookup that holds the link, or
//! a pair of a many-to-many relation. Invariant: a link has one place, whichever side it is written from.

use odata::Request;
use uuid::Uuid;

use crate::catalogue::{ColumnId, Navigation, RequiredLevel, Table, TableId};
use crate::error::Error;
use crate::plan::payload::{link_cell, read_only, required};
use crate::plan::resource::{Below, Part, Resource, resource};
use crate::plan::write::one_cell;
use crate::plan::{Action, Answer, Cell, Condition, Context, RowKey, WritePlan, key, read};

/// The row and the navigation that a `$ref` is about.
pub(super) struct From<'a> {
    pub(super) table: &'a Table,
    pub(super) row: RowKey,
    pub(super) navigation: Navigation,
}

/// Plans `POST accounts(…)/contact_customer_accounts/$ref`. A pair of a many-to-many relation gets `new_id`.
pub(crate) fn add_reference(
    context: &Context<'_>,
    request: &Request,
    unverified_address: &str,
    new_id: Uuid,
) -> Result<WritePlan, Error> {
    let from = from(context, request)?;
    match from.navigation {
        Navigation::One { .. } => Err(Error::MethodNotAllowed {
            what: "`$ref` of a single-valued navigation is set by `PUT`".to_owned(),
        }),
        Navigation::Many { table, column } => {
            let child = row_of(context, table, unverified_address)?;
            let table = context.catalogue.table(table);
            let lookup = table.column(column);
            if !lookup.on_update {
                return Err(read_only(lookup));
            }
            let parent = key::lookup_cell(&lookup.kind, from.table.id, from.row);
            Ok(one_cell(table, child, column, parent))
        }
        Navigation::ManyToMany { intersect, .. } => {
            let sides = sides(context, &from, unverified_address)?;
            Ok(pair(intersect, Action::Associate { sides, id: new_id }))
        }
    }
}

/// Plans `PUT accounts(…)/primarycontactid/$ref`.
pub(crate) fn set_reference(
    context: &Context<'_>,
    request: &Request,
    unverified_address: &str,
) -> Result<WritePlan, Error> {
    let from = from(context, request)?;
    let Navigation::One { column, .. } = from.navigation else {
        let what = "`$ref` of a collection takes further rows by `POST`".to_owned();
        return Err(Error::MethodNotAllowed { what });
    };
    let lookup = from.table.column(column);
    if !lookup.on_update {
        return Err(read_only(lookup));
    }
    let cell = link_cell(context, lookup, from.navigation, unverified_address)?;
    Ok(one_cell(from.table, from.row, column, cell))
}

/// Plans `DELETE` of `/primarycontactid/$ref`, `/contact_customer_accounts(…)/$ref` and
/// `/contact_customer_accounts/$ref?$id=…`.
pub(super) fn remove(
    context: &Context<'_>,
    from: &From<'_>,
    below: Below<'_>,
    unverified_id: Option<&str>,
) -> Result<WritePlan, Error> {
    match (from.navigation, below, unverified_id) {
        (Navigation::One { column, .. }, Below::Reference, None) => {
            clear(from.table, from.row.clone(), column, Condition::Exists)
        }
        (Navigation::Many { table, column }, below, id) => {
            let child = removed(context, table, below, id)?;
            let table = context.catalogue.table(table);
            let parent = id_of(from.table, &from.row)?;
            clear(table, child, column, Condition::PointsTo(column, from.table.id, parent))
        }
        (
            Navigation::ManyToMany {
                intersect,
                near,
                far,
                target,
            },
            below,
            id,
        ) => {
            let other = id_of(context.catalogue.table(target), &removed(context, target, below, id)?)?;
            let sides = [
                (near, from.table.id, id_of(from.table, &from.row)?),
                (far, target, other),
            ];
            Ok(pair(intersect, Action::Disassociate { sides }))
        }
        (Navigation::One { .. }, _, _) => Err(not_a_link()),
    }
}

fn not_a_link() -> Error {
    Error::MethodNotAllowed {
        what: "a link is ended by `DELETE` of `<navigation>/$ref`, for a collection with the other row's key"
            .to_owned(),
    }
}

fn from<'a>(context: &Context<'a>, request: &Request) -> Result<From<'a>, Error> {
    read::only(&request.options, &[])?;
    let resource = resource(context, &request.path)?;
    if let Resource::Row {
        table,
        row,
        part: Part::Navigation {
            navigation,
            below: Below::Reference,
        },
    } = resource
    {
        return Ok(From { table, row, navigation });
    }
    Err(Error::MethodNotAllowed {
        what: "a link is made at `<navigation>/$ref`".to_owned(),
    })
}

/// The row that leaves a collection, from the path or from `$id`.
fn removed(
    context: &Context<'_>,
    table: TableId,
    below: Below<'_>,
    unverified_id: Option<&str>,
) -> Result<RowKey, Error> {
    match (below, unverified_id) {
        (Below::ReferenceTo(row), None) => Ok(row),
        (Below::Reference, Some(unverified_id)) => row_of(context, table, unverified_id),
        _ => Err(not_a_link()),
    }
}

pub(super) fn row_of(context: &Context<'_>, expected: TableId, unverified_address: &str) -> Result<RowKey, Error> {
    let (table, row) = key::reference(context, unverified_address)?;
    if table != expected {
        return Err(Error::InvalidArgument {
            what: format!(
                "`{unverified_address}` is a row of `{}`, where `{}` is expected",
                context.catalogue.table(table).logical_name,
                context.catalogue.table(expected).logical_name
            ),
        });
    }
    Ok(row)
}

fn sides(
    context: &Context<'_>,
    from: &From<'_>,
    unverified_address: &str,
) -> Result<[(ColumnId, TableId, Uuid); 2], Error> {
    let Navigation::ManyToMany { near, far, target, .. } = from.navigation else {
        return Err(not_a_link());
    };
    let other = id_of(
        context.catalogue.table(target),
        &row_of(context, target, unverified_address)?,
    )?;
    Ok([
        (near, from.table.id, id_of(from.table, &from.row)?),
        (far, target, other),
    ])
}

pub(super) fn id_of(table: &Table, row: &RowKey) -> Result<Uuid, Error> {
    match row {
        RowKey::Id(id) => Ok(*id),
        RowKey::Alternate { .. } => Err(Error::NotSupported {
            what: format!(
                "an alternate key of `{}` in a link is not supported here; use its id",
                table.logical_name
            ),
        }),
    }
}

fn clear(table: &Table, row: RowKey, column: ColumnId, condition: Condition) -> Result<WritePlan, Error> {
    let lookup = table.column(column);
    if lookup.required == RequiredLevel::System {
        return Err(required(table, lookup));
    }
    if !lookup.on_update {
        return Err(read_only(lookup));
    }
    let action = Action::Update {
        row,
        cells: vec![(column, Cell::Null)],
        condition,
    };
    Ok(WritePlan {
        table: table.id,
        action,
        settled: Vec::new(),
        consequences: Vec::new(),
        answer: Answer::Address,
    })
}

pub(super) fn pair(intersect: TableId, action: Action) -> WritePlan {
    WritePlan {
        table: intersect,
        action,
        settled: Vec::new(),
        consequences: Vec::new(),
        answer: Answer::Address,
    }
}
