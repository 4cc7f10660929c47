//! Navigation properties: how the rows of one table lead to those of another.

use serde::{Deserialize, Serialize};

use crate::catalogue::load::{Named, Positions};
use crate::catalogue::{CatalogueError, ColumnId, Side, Table, TableId};

/// A navigation property, seen from the table that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Navigation {
    /// To the one row that a lookup of this table points to. Where several targets of the lookup share one navigation
    /// (`ownerid`), this is the first of them; the lookup's [`crate::catalogue::Column::targets`] tell the others.
    One {
        /// The lookup.
        column: ColumnId,
        /// The table that it points to through this navigation.
        target: TableId,
    },
    /// To the rows of another table whose lookup points here.
    Many {
        /// The other table.
        table: TableId,
        /// Its lookup.
        column: ColumnId,
    },
    /// To rows of another table by way of an intersect table.
    ManyToMany {
        /// The intersect table.
        intersect: TableId,
        /// The column of it that holds this table's key.
        near: ColumnId,
        /// The column of it that holds the other table's key.
        far: ColumnId,
        /// The other table.
        target: TableId,
    },
}

/// What happens to a row when the one it points to is deleted (Dataverse `CascadeConfiguration.Delete`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cascade {
    /// The lookup becomes null.
    RemoveLink,
    /// The delete is refused.
    Restrict,
    /// The row is deleted too.
    Cascade,
}

/// Fills in the navigations of all tables, both sides of each relation.
pub(crate) fn connect(tables: &mut [Table], sources: &[Named], positions: &Positions) -> Result<(), CatalogueError> {
    let mut found = Vec::new();
    for (table, source) in tables.iter().zip(sources) {
        lookups(table, source, &mut found);
    }
    for (position, source) in sources.iter().enumerate() {
        let Some(table) = tables.get(position) else { continue };
        let sides = sides(table, source, positions)?;
        if let Some(sides) = &sides {
            joined(table.id, source, *sides, &mut found);
        }
        if let Some(table) = tables.get_mut(position) {
            table.intersect = sides;
        }
    }
    for Found {
        on,
        name,
        navigation,
        file,
    } in found
    {
        let Some(table) = tables.get_mut(usize::from(on.0)) else {
            continue;
        };
        let taken = table
            .navigations
            .get(&name)
            .is_some_and(|there| !same_column(*there, navigation));
        if taken || table.properties.contains_key(&name) && !leads_from(table, &name, navigation) {
            let what = format!("the navigation `{name}` of `{}` is there twice", table.logical_name);
            return Err(CatalogueError::invalid(&file, what));
        }
        table.navigations.entry(name).or_insert(navigation);
    }
    Ok(())
}

/// A navigation on its way to its table.
struct Found {
    on: TableId,
    name: String,
    navigation: Navigation,
    file: String,
}

fn lookups(table: &Table, source: &Named, found: &mut Vec<Found>) {
    for column in &table.columns {
        for target in column.targets() {
            let one = Navigation::One {
                column: column.id,
                target: target.table,
            };
            let many = Navigation::Many {
                table: table.id,
                column: column.id,
            };
            let mut add = |on, name: &str, navigation| {
                found.push(Found {
                    on,
                    name: name.to_owned(),
                    navigation,
                    file: source.file.clone(),
                });
            };
            add(table.id, &target.navigation, one);
            // An activity has these also under the names of the table that all activities descend from.
            if let Some(inherited) = target.navigation.strip_suffix(&format!("_{}", table.logical_name))
                && source.table.is_activity
            {
                add(table.id, inherited, one);
            }
            add(target.table, &target.collection, many);
        }
    }
}

fn sides(table: &Table, source: &Named, positions: &Positions) -> Result<Option<[Side; 2]>, CatalogueError> {
    let Some([first, second]) = &source.table.intersect else {
        return Ok(None);
    };
    let side = |side: &crate::catalogue::definition::SideFile| {
        let wrong =
            |what: &str, name: &str| CatalogueError::invalid(&source.file, format!("there is no {what} `{name}`"));
        let other = positions
            .get(&side.table)
            .copied()
            .ok_or_else(|| wrong("table", &side.table))?;
        let column = table
            .column_named(&side.column)
            .ok_or_else(|| wrong("column", &side.column))?;
        Ok(Side {
            column: column.id,
            table: other,
        })
    };
    Ok(Some([side(first)?, side(second)?]))
}

fn joined(intersect: TableId, source: &Named, [first, second]: [Side; 2], found: &mut Vec<Found>) {
    let Some(files) = &source.table.intersect else { return };
    for (file, (near, far)) in files.iter().zip([(first, second), (second, first)]) {
        found.push(Found {
            on: near.table,
            name: file.navigation.clone(),
            navigation: Navigation::ManyToMany {
                intersect,
                near: near.column,
                far: far.column,
                target: far.table,
            },
            file: source.file.clone(),
        });
    }
}

/// Targets of one lookup may share a navigation.
fn same_column(one: Navigation, other: Navigation) -> bool {
    match (one, other) {
        (Navigation::One { column, .. }, Navigation::One { column: same, .. }) => column == same,
        (
            Navigation::Many { table, column },
            Navigation::Many {
                table: same_table,
                column: same,
            },
        ) => table == same_table && column == same,
        _ => false,
    }
}

/// A navigation may have the name of its own lookup, whose property has another (`_primarycontactid_value`).
fn leads_from(table: &Table, name: &str, navigation: Navigation) -> bool {
    let Navigation::One { column, .. } = navigation else {
        return false;
    };
    table.properties.get(name) == Some(&column)
}
