//! `$orderby`: in which order.
//!
//! In: property paths with directions. Out: order keys that end with the primary key.
//! Invariant: the order is total, so that pages neither overlap nor leave rows out.

use odata::{Direction, OrderBy};

use crate::catalogue::{Column, ColumnId, Kind, Navigation, Table};
use crate::error::Error;
use crate::plan::path::{End, Place, Scope, place};
use crate::plan::{Context, Hop, OrderKey, Predicate};

/// Plans `$orderby` for the rows of a table.
pub(super) fn order_by(context: &Context<'_>, table: &Table, items: &[OrderBy]) -> Result<Vec<OrderKey>, Error> {
    let scope = Scope {
        context,
        table,
        variable: None,
    };
    let mut keys = items
        .iter()
        .map(|item| key(scope, item))
        .collect::<Result<Vec<_>, _>>()?;
    if !keys
        .iter()
        .any(|key| key.through.is_empty() && key.column == table.primary_id)
    {
        keys.push(OrderKey {
            through: Vec::new(),
            column: table.primary_id,
            descending: false,
        });
    }
    Ok(keys)
}

fn key(scope: Scope<'_>, item: &OrderBy) -> Result<OrderKey, Error> {
    let Place { hops, end } = place(scope, &item.path)?;
    let path = item.path.segments.join("/");
    let mut through: Vec<Hop> = hops.into_iter().filter_map(hop).collect();
    let End::Column(column) = end else {
        let what = format!("`{path}` in `$orderby` leads to a row; order by one of its columns");
        return Err(Error::InvalidArgument { what });
    };
    let mut ordered = column.id;
    if matches!(column.kind, Kind::Lookup { .. }) {
        let (hop, name) = by_name(scope.context, column, &path)?;
        through.push(hop);
        ordered = name;
    }
    Ok(OrderKey {
        through,
        column: ordered,
        descending: item.direction == Direction::Descending,
    })
}

/// A step along a navigation, which [`place`] has found to be single-valued.
fn hop(navigation: Navigation) -> Option<Hop> {
    match navigation {
        Navigation::One { column, target } => Some(Hop {
            column,
            target,
            filter: Predicate::always(),
        }),
        Navigation::Many { .. } | Navigation::ManyToMany { .. } => None,
    }
}

/// A lookup is ordered by the name of the row that it points to.
fn by_name(context: &Context<'_>, column: &Column, path: &str) -> Result<(Hop, ColumnId), Error> {
    if let [target] = column.targets()
        && let Some(name) = context.catalogue.table(target.table).primary_name
    {
        return Ok((
            Hop {
                column: column.id,
                target: target.table,
                filter: Predicate::always(),
            },
            name,
        ));
    }
    Err(Error::NotSupported {
        what: format!("ordering by `{path}`, whose rows have no one column of names, is not supported"),
    })
}
