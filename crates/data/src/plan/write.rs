//! Creates, updates and deletes of rows: a request to [`WritePlan`]s.
//!
//! In: a request, its body and its conditions. Out: what is to be attempted.
//! Invariant: a plan changes one row of one table.

use odata::{IfMatch, IfNoneMatch, Member, Payload, Request};
use uuid::Uuid;

use crate::catalogue::{Column, ColumnId, Table};
use crate::error::Error;
use crate::plan::nested::{self, New, NewId};
use crate::plan::payload::{self, Purpose};
use crate::plan::read::{only, represent};
use crate::plan::resource::{Part, Resource, resource};
use crate::plan::{Action, Answer, Cell, Condition, Context, RowKey, WritePlan, reference};

/// What is tried in turn: an upsert is an update and, where there is no row to update, a create.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attempts {
    /// Tried first.
    pub first: WritePlan,
    /// Tried when the first one found no row.
    pub otherwise: Option<WritePlan>,
    /// Written along with it.
    pub along: Along,
}

/// What is written along with a new row, all or none.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Along {
    /// Before the row.
    pub before: Vec<WritePlan>,
    /// Behind it.
    pub after: Vec<WritePlan>,
}

impl Attempts {
    /// A write of which nothing else is tried.
    pub(crate) fn one(first: WritePlan) -> Self {
        Self {
            first,
            otherwise: None,
            along: Along::default(),
        }
    }
}

/// The conditional headers of a write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    /// `If-Match`
    pub if_match: Option<IfMatch>,
    /// `If-None-Match`
    pub if_none_match: Option<IfNoneMatch>,
}

/// Plans `POST accounts`. The row gets a new key unless the body gives one.
pub(crate) fn create(
    context: &Context<'_>,
    request: &Request,
    payload: &Payload,
    new_id: NewId<'_>,
) -> Result<Attempts, Error> {
    match resource(context, &request.path)? {
        Resource::Collection(table) => {
            let New { id, cells, along } = nested::row(context, table, payload, new_id)?;
            let first = plan(context, request, table, Action::Create { id, cells })?;
            Ok(Attempts {
                first,
                otherwise: None,
                along,
            })
        }
        Resource::Row {
            part: Part::Navigation { .. },
            ..
        } => Err(Error::NotSupported {
            what: "creating a row through a navigation is not supported; create it in its own set and bind it"
                .to_owned(),
        }),
        Resource::Row { .. } | Resource::Count(_) => Err(Error::MethodNotAllowed {
            what: "rows are created by `POST` to an entity set".to_owned(),
        }),
    }
}

/// Plans `PATCH accounts(…)`: an update, a create or the one where the other fails, as the conditions say.
pub(crate) fn update(
    context: &Context<'_>,
    request: &Request,
    payload: &Payload,
    conditions: Conditions,
    new_id: Uuid,
) -> Result<Attempts, Error> {
    let (table, row) = whole_row(context, request, "`PATCH` needs the address of one row")?;
    let condition = match (conditions.if_match, conditions.if_none_match) {
        (None, Some(IfNoneMatch::Any)) => {
            let first = create_at(
                context,
                request,
                payload,
                &Target {
                    table,
                    row: &row,
                    new_id,
                },
            )?;
            return Ok(Attempts::one(first));
        }
        (None, None) => {
            let first = update_of(
                context,
                request,
                payload,
                &Updated {
                    table,
                    row: &row,
                    condition: Condition::Exists,
                },
            )?;
            let otherwise = create_at(
                context,
                request,
                payload,
                &Target {
                    table,
                    row: &row,
                    new_id,
                },
            )?;
            return Ok(Attempts {
                first,
                otherwise: Some(otherwise),
                along: Along::default(),
            });
        }
        (Some(if_match), None) => condition(if_match),
        (_, Some(_)) => {
            let what = "`If-None-Match` with a change can only be `*`, and alone".to_owned();
            return Err(Error::InvalidArgument { what });
        }
    };
    let first = update_of(
        context,
        request,
        payload,
        &Updated {
            table,
            row: &row,
            condition,
        },
    )?;
    Ok(Attempts::one(first))
}

/// Plans `PUT accounts(…)/name` with the body `{"value": …}`.
pub(crate) fn put_property(context: &Context<'_>, request: &Request, payload: &Payload) -> Result<WritePlan, Error> {
    only(&request.options, &[])?;
    let Resource::Row {
        table,
        row,
        part: Part::Property(column),
    } = resource(context, &request.path)?
    else {
        let what = "`PUT` is for one property of a row, or for `$ref` of a single-valued navigation".to_owned();
        return Err(Error::MethodNotAllowed { what });
    };
    let [Member::Property { name, value }] = payload.members.as_slice() else {
        return Err(Error::InvalidArgument {
            what: "the body must be an object with `value` alone".to_owned(),
        });
    };
    if name != "value" {
        return Err(Error::InvalidArgument {
            what: format!("the body must hold `value`, not `{name}`"),
        });
    }
    let cell = payload::value(writable(table)?, column, value)?;
    Ok(one_cell(table, row, column.id, cell))
}

/// Plans `DELETE accounts(…)`, `DELETE accounts(…)/name` and every `DELETE …/$ref`.
pub(crate) fn delete(context: &Context<'_>, request: &Request, conditions: Conditions) -> Result<WritePlan, Error> {
    if conditions.if_none_match.is_some() {
        return Err(Error::InvalidArgument {
            what: "`If-None-Match` has no meaning for `DELETE`".to_owned(),
        });
    }
    match resource(context, &request.path)? {
        Resource::Row {
            table,
            row,
            part: Part::Whole,
        } => {
            only(&request.options, &[])?;
            let condition = conditions.if_match.map_or(Condition::Exists, condition);
            Ok(WritePlan {
                table: writable(table)?.id,
                action: Action::Delete { row, condition },
                settled: Vec::new(),
                consequences: Vec::new(),
                answer: Answer::Address,
            })
        }
        Resource::Row {
            table,
            row,
            part: Part::Property(column),
        } => {
            only(&request.options, &[])?;
            let cell = payload::value(writable(table)?, column, &serde_json::Value::Null)?;
            Ok(one_cell(table, row, column.id, cell))
        }
        Resource::Row {
            table,
            row,
            part: Part::Navigation { navigation, below },
        } => {
            let from = reference::From { table, row, navigation };
            reference::remove(context, &from, below, request.options.id.as_deref())
        }
        Resource::Row {
            part: Part::RawValue(_),
            ..
        }
        | Resource::Collection(_)
        | Resource::Count(_) => Err(Error::MethodNotAllowed {
            what: "`DELETE` needs the address of one row".to_owned(),
        }),
    }
}

/// The update of one column of a row.
pub(super) fn one_cell(table: &Table, row: RowKey, column: ColumnId, cell: Cell) -> WritePlan {
    WritePlan {
        table: table.id,
        action: Action::Update {
            row,
            cells: vec![(column, cell)],
            condition: Condition::Exists,
        },
        settled: Vec::new(),
        consequences: Vec::new(),
        answer: Answer::Address,
    }
}

/// Intersect tables change through the tables that they join.
pub(super) fn writable(table: &Table) -> Result<&Table, Error> {
    if table.is_intersect() {
        return Err(Error::MethodNotAllowed {
            what: format!(
                "rows of `{}` are made and ended by `$ref` of the tables that it joins",
                table.logical_name
            ),
        });
    }
    Ok(table)
}

struct Target<'a> {
    table: &'a Table,
    row: &'a RowKey,
    new_id: Uuid,
}

struct Updated<'a> {
    table: &'a Table,
    row: &'a RowKey,
    condition: Condition,
}

fn condition(if_match: IfMatch) -> Condition {
    match if_match {
        IfMatch::Any => Condition::Exists,
        IfMatch::ETag(version) => Condition::Version(version.0),
    }
}

fn whole_row<'a>(context: &Context<'a>, request: &Request, otherwise: &str) -> Result<(&'a Table, RowKey), Error> {
    match resource(context, &request.path)? {
        Resource::Row {
            table,
            row,
            part: Part::Whole,
        } => Ok((writable(table)?, row)),
        Resource::Row { .. } | Resource::Collection(_) | Resource::Count(_) => Err(Error::MethodNotAllowed {
            what: otherwise.to_owned(),
        }),
    }
}

fn update_of(
    context: &Context<'_>,
    request: &Request,
    payload: &Payload,
    updated: &Updated<'_>,
) -> Result<WritePlan, Error> {
    let Updated { table, row, condition } = *updated;
    let mut cells = payload::cells(context, table, payload, Purpose::Update)?;
    // The columns of the key by which the row is found stay as they are.
    let key = key_columns(table, row);
    cells.retain(|(column, _)| !key.contains(column));
    plan(
        context,
        request,
        table,
        Action::Update {
            row: row.clone(),
            cells,
            condition,
        },
    )
}

/// The create of an upsert: the row gets the key of the URL.
fn create_at(
    context: &Context<'_>,
    request: &Request,
    payload: &Payload,
    target: &Target<'_>,
) -> Result<WritePlan, Error> {
    let Target { table, row, new_id } = *target;
    let mut cells = payload::cells(context, table, payload, Purpose::Create)?;
    let given = take_key(table, &mut cells);
    let id = match row {
        RowKey::Id(id) if given.is_none_or(|given| given == *id) => *id,
        RowKey::Id(id) => {
            let column: &Column = table.column(table.primary_id);
            let what = format!("`{}` in the body is not the key of the URL, {id}", column.logical_name);
            return Err(Error::InvalidArgument { what });
        }
        RowKey::Alternate { values, .. } => {
            for (column, value) in key_columns(table, row).iter().zip(values) {
                if !cells.iter().any(|(known, _)| known == column) {
                    cells.push((*column, value.clone()));
                }
            }
            given.unwrap_or(new_id)
        }
    };
    plan(context, request, table, Action::Create { id, cells })
}

fn key_columns<'a>(table: &'a Table, row: &RowKey) -> &'a [ColumnId] {
    match row {
        RowKey::Id(_) => &[],
        RowKey::Alternate { key, .. } => table
            .keys
            .get(*key)
            .map(|key| key.columns.as_slice())
            .unwrap_or_default(),
    }
}

/// Takes the key out of the values of a body.
pub(super) fn take_key(table: &Table, cells: &mut Vec<(ColumnId, Cell)>) -> Option<Uuid> {
    let position = cells.iter().position(|(column, _)| *column == table.primary_id)?;
    match cells.remove(position) {
        (_, Cell::Guid(id)) => Some(id),
        _ => None,
    }
}

fn plan(context: &Context<'_>, request: &Request, table: &Table, action: Action) -> Result<WritePlan, Error> {
    // Checked even when nothing but the address is answered.
    let node = represent(context, table.id, &request.options)?;
    let answer = if context.representation {
        Answer::Representation(Box::new(node))
    } else {
        Answer::Address
    };
    Ok(WritePlan {
        table: table.id,
        action,
        settled: Vec::new(),
        consequences: Vec::new(),
        answer,
    })
}
