//! Paths of properties: from one row to a column of it, or of a row that it points to.
//!
//! In: names joined by slashes. Out: the lookups to go through, and what stands at the end.
//! Invariant: a path goes through single-valued navigations that lead to one table, and through nothing else.

use odata::PropertyPath;

use crate::catalogue::{Column, Navigation, Table, TableId};
use crate::error::Error;
use crate::plan::{Context, Hop, Predicate};

/// Where an expression stands: over the rows of which table, called how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) table: &'a Table,
    /// The range variable within `any` and `all`, with which every path begins.
    pub(super) variable: Option<&'a str>,
}

/// What a path leads to.
pub(super) struct Place<'a> {
    /// The lookups to go through first.
    pub(super) hops: Vec<Navigation>,
    pub(super) end: End<'a>,
}

pub(super) enum End<'a> {
    /// A column of the table reached.
    Column(&'a Column),
    /// The row that a navigation of the table reached leads to.
    Row(Navigation),
}

/// Finds what a path of `$filter` or of a query function leads to.
pub(super) fn place<'a>(scope: Scope<'a>, path: &PropertyPath) -> Result<Place<'a>, Error> {
    let names = within(scope, path)?;
    let mut table = scope.table;
    let mut hops = Vec::new();
    let Some((last, before)) = names.split_last() else {
        return Err(Error::InvalidArgument {
            what: "an empty path names nothing".to_owned(),
        });
    };
    for name in before {
        let navigation = *table.navigations.get(name).ok_or_else(|| unknown(table, name))?;
        table = scope.context.catalogue.table(single(table, name, navigation)?.target);
        hops.push(navigation);
    }
    let end = match (column(table, last), table.navigations.get(last)) {
        (Some(column), _) => End::Column(column),
        (None, Some(navigation)) => {
            single(table, last, *navigation)?;
            End::Row(*navigation)
        }
        (None, None) => return Err(unknown(table, last)),
    };
    Ok(Place { hops, end })
}

/// The names of a path behind its range variable.
pub(super) fn within<'p>(scope: Scope<'_>, path: &'p PropertyPath) -> Result<&'p [String], Error> {
    let Some(variable) = scope.variable else {
        return Ok(&path.segments);
    };
    match path.segments.split_first() {
        Some((first, rest)) if first == variable && !rest.is_empty() => Ok(rest),
        _ => Err(Error::NotSupported {
            what: format!(
                "`{}` does not begin with `{variable}/`: a condition of `any` or `all` can only be over its own rows",
                path.segments.join("/")
            ),
        }),
    }
}

/// A readable column by the name of its property.
pub(super) fn column<'a>(table: &'a Table, property: &str) -> Option<&'a Column> {
    let id = table.properties.get(property)?;
    Some(table.column(*id)).filter(|column| column.on_read)
}

/// The hop along a single-valued navigation of a table.
pub(super) fn single(table: &Table, name: &str, navigation: Navigation) -> Result<Hop, Error> {
    match navigation {
        Navigation::One { column, target } => {
            unshared(table, name, navigation)?;
            Ok(Hop {
                column,
                target,
                filter: Predicate::always(),
            })
        }
        Navigation::Many { .. } | Navigation::ManyToMany { .. } => Err(Error::InvalidArgument {
            what: format!("`{name}` leads to a collection, which cannot stand in a path; use `any` or `all`"),
        }),
    }
}

/// Refuses to follow a navigation that leads to rows of several tables (`ownerid`): they have no columns in common.
pub(super) fn unshared(table: &Table, name: &str, navigation: Navigation) -> Result<(), Error> {
    let Navigation::One { column, target } = navigation else {
        return Ok(());
    };
    let column = table.column(column);
    if leads_to(column, navigation).any(|other| other != target) {
        return Err(Error::NotSupported {
            what: format!(
                "`{name}` leads to rows of several tables, which cannot be followed here; the property `{}` holds the key",
                column.property
            ),
        });
    }
    Ok(())
}

/// The tables that a single-valued navigation of this lookup leads to: one, unless targets share the navigation.
pub(super) fn leads_to(column: &Column, navigation: Navigation) -> impl Iterator<Item = TableId> {
    let own = match navigation {
        Navigation::One { target, .. } => column.targets().iter().find(|candidate| candidate.table == target),
        Navigation::Many { .. } | Navigation::ManyToMany { .. } => None,
    };
    let name = own.map(|own| own.navigation.as_str());
    column
        .targets()
        .iter()
        .filter(move |other| Some(other.navigation.as_str()) == name)
        .map(|other| other.table)
}

/// There is a row behind the hops for which the condition holds.
pub(super) fn through(hops: &[Navigation], condition: Predicate) -> Predicate {
    hops.iter()
        .rev()
        .fold(condition, |inner, navigation| Predicate::Related {
            navigation: *navigation,
            predicate: Box::new(inner),
        })
}

pub(super) fn unknown(table: &Table, property: &str) -> Error {
    Error::UnknownProperty {
        property: property.to_owned(),
        table: table.logical_name.clone(),
    }
}
