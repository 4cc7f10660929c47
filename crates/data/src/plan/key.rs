//! Keys in parentheses: which row of a table.
//!
//! In: `(5a1e0c11-…)` or `(firstname='Ada',emailaddress1='ada@example.com')`. Out: a [`RowKey`].
//! Invariant: an alternate key is one that the catalogue declares, with all of its columns given.

use odata::{Arguments, EntityReference, Literal};
use uuid::Uuid;

use crate::catalogue::{ColumnId, Kind, Table};
use crate::error::Error;
use crate::plan::{Cell, Comparison, Context, Missing, Predicate, RowKey, literal, path};

/// Plans the key of a row of this table.
pub(super) fn row_key(table: &Table, arguments: &Arguments) -> Result<RowKey, Error> {
    match arguments {
        Arguments::Single(literal) => Ok(RowKey::Id(id(table, literal)?)),
        Arguments::Named(values) => named(table, values),
        Arguments::Absent | Arguments::Empty => Err(Error::InvalidArgument {
            what: format!(
                "`{}` is addressed without a key; name one row in parentheses",
                table.entity_set
            ),
        }),
    }
}

fn id(table: &Table, literal: &Literal) -> Result<Uuid, Error> {
    if let Cell::Guid(id) = literal::cell(table.column(table.primary_id), literal)? {
        return Ok(id);
    }
    Err(Error::InvalidArgument {
        what: format!("`{}` is addressed by a guid", table.entity_set),
    })
}

fn named(table: &Table, values: &[(String, Literal)]) -> Result<RowKey, Error> {
    if let [(name, value)] = values
        && table.properties.get(name) == Some(&table.primary_id)
    {
        return Ok(RowKey::Id(id(table, value)?));
    }
    let mut given: Vec<(ColumnId, &Literal)> = Vec::with_capacity(values.len());
    for (name, value) in values {
        let column = path::column(table, name)
            .or_else(|| table.column_named(name))
            .ok_or_else(|| path::unknown(table, name))?;
        given.push((column.id, value));
    }
    let position = table.keys.iter().position(|key| {
        key.columns.len() == given.len() && key.columns.iter().all(|id| given.iter().any(|(other, _)| other == id))
    });
    let key = position.and_then(|position| Some((position, table.keys.get(position)?)));
    let (position, key) = key.ok_or_else(|| Error::NoSuchKey {
        table: table.logical_name.clone(),
        columns: values
            .iter()
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>()
            .join(","),
    })?;
    let cells = key.columns.iter().filter_map(|id| {
        let (_, value) = given.iter().find(|(other, _)| other == id)?;
        Some(literal::cell(table.column(*id), value))
    });
    Ok(RowKey::Alternate {
        key: position,
        values: cells.collect::<Result<_, _>>()?,
    })
}

/// Plans the address of a row inside a request, as the value of a lookup.
pub(super) fn reference(
    context: &Context<'_>,
    unverified_address: &str,
) -> Result<(crate::catalogue::TableId, RowKey), Error> {
    let unverified_address = context.references.resolve(unverified_address.trim())?;
    let reference = EntityReference::parse(&unverified_address, context.service_root)?;
    let table = context
        .catalogue
        .entity_set(&reference.set)
        .ok_or(Error::UnknownSegment { segment: reference.set })?;
    Ok((table.id, row_key(table, &reference.arguments)?))
}

/// The condition that a row has this key.
#[must_use]
pub(crate) fn condition(table: &Table, row: &RowKey) -> Predicate {
    match row {
        RowKey::Id(id) => Predicate::is(table.primary_id, *id),
        RowKey::Alternate { key, values } => {
            let columns = table
                .keys
                .get(*key)
                .map(|key| key.columns.as_slice())
                .unwrap_or_default();
            let equal = columns.iter().zip(values).map(|(column, value)| Predicate::Compare {
                column: *column,
                op: Comparison::Eq,
                value: value.clone(),
            });
            Predicate::All(equal.collect())
        }
    }
}

/// How it is told that there is no such row.
#[must_use]
pub(crate) fn missing(table: &Table, row: &RowKey) -> Missing {
    match row {
        RowKey::Id(id) => Missing::ById {
            table: table.id,
            id: *id,
        },
        RowKey::Alternate { .. } => Missing::ByKey { table: table.id },
    }
}

/// A row as the value of a lookup: with its table where the lookup has several targets.
pub(super) fn lookup_cell(kind: &Kind, table: crate::catalogue::TableId, row: RowKey) -> Cell {
    let several = matches!(kind, Kind::Lookup { targets } if targets.len() > 1);
    match row {
        RowKey::Id(id) if several => Cell::Reference(table, id),
        RowKey::Id(id) => Cell::Guid(id),
        RowKey::Alternate { key, values } => Cell::Keyed { table, key, values },
    }
}
