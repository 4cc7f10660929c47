//! What is to be there: added where it is not, compared where it is.
//!
//! In: definitions, and what the environment has of its own. Out: the same with them, and the names of what is new.
//! Invariant: a definition that is there never changes, but that a list of options may grow.

use std::collections::BTreeMap;

use crate::alter::{CatalogueRefusal, column, labels, name};
use crate::catalogue::{
    Additions, Catalogue, ChoiceDefinition, ColumnDefinition, ColumnKind, Own, Right, TableDefinition, entity_set,
};

/// Adds everything. The names of what is new, or has new options.
pub(super) fn add(own: &mut Own, standard: &Catalogue, wanted: &Additions) -> Result<Vec<String>, CatalogueRefusal> {
    let mut added = Vec::new();
    for (schema_name, wanted) in &wanted.choices {
        added.extend(choice(own, schema_name, wanted)?);
    }
    for (schema_name, wanted) in &wanted.tables {
        let (logical_name, is_new) = table(own, schema_name, wanted)?;
        added.extend(is_new.then(|| logical_name.clone()));
        for column in &wanted.columns {
            added.extend(one_column(own, standard, &logical_name, column)?);
        }
    }
    for (table, columns) in &wanted.columns {
        for column in columns {
            added.extend(one_column(own, standard, &table.to_ascii_lowercase(), column)?);
        }
    }
    Ok(added)
}

fn choice(own: &mut Own, schema_name: &str, wanted: &ChoiceDefinition) -> Result<Option<String>, CatalogueRefusal> {
    let logical_name = name::logical(schema_name)?;
    labels::display_name(schema_name, &wanted.display_name)?;
    labels::options(schema_name, &wanted.options)?;
    let what = format!("the choice `{logical_name}`");
    let Some((known, there)) = find(&mut own.additions.choices, &logical_name) else {
        if wanted.options.is_empty() {
            return Err(CatalogueRefusal::definition(schema_name, "there are no options"));
        }
        own.additions.choices.insert(schema_name.to_owned(), wanted.clone());
        return Ok(Some(logical_name));
    };
    let words = |name: &str, choice: &ChoiceDefinition| format!("`{name}` ({})", choice.display_name);
    same(&what, words(known, there), words(schema_name, wanted))?;
    let has_grown = grow(&logical_name, &mut there.options, &wanted.options)?;
    Ok(has_grown.then_some(logical_name))
}

/// The table without its columns, but for the one that names its rows, which must be among them.
fn table(own: &mut Own, schema_name: &str, wanted: &TableDefinition) -> Result<(String, bool), CatalogueRefusal> {
    let logical_name = name::logical(schema_name)?;
    labels::display_name(schema_name, &wanted.display_name)?;
    labels::display_name(schema_name, &wanted.display_collection_name)?;
    let set = entity_set(&logical_name, wanted);
    name::entity_set(&set)?;
    let wanted = TableDefinition {
        entity_set: Some(set),
        columns: BTreeMap::new(),
        primary_name: primary_name(schema_name, wanted)?,
        ..wanted.clone()
    };
    if let Some((known, there)) = find(&mut own.additions.tables, &logical_name) {
        let what = format!("the table `{logical_name}`");
        let there = TableDefinition {
            columns: BTreeMap::new(),
            ..there.clone()
        };
        same(&what, table_words(known, &there), table_words(schema_name, &wanted))?;
        return Ok((logical_name, false));
    }
    own.additions.tables.insert(schema_name.to_owned(), wanted);
    own.number(logical_name.clone());
    Ok((logical_name, true))
}

fn primary_name(schema_name: &str, wanted: &TableDefinition) -> Result<String, CatalogueRefusal> {
    let named = wanted
        .columns
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(&wanted.primary_name));
    match named {
        Some((name, column)) if matches!(column.kind, ColumnKind::String { .. }) => Ok(name.to_ascii_lowercase()),
        Some(_) | None => {
            let what = format!(
                "its rows are named by `{}`, which is no column of type `string` of it",
                wanted.primary_name
            );
            Err(CatalogueRefusal::definition(schema_name, what))
        }
    }
}

fn one_column(
    own: &mut Own,
    standard: &Catalogue,
    table: &str,
    (schema_name, wanted): (&String, &ColumnDefinition),
) -> Result<Option<String>, CatalogueRefusal> {
    let logical_name = name::logical(schema_name)?;
    let full_name = format!("{table}.{logical_name}");
    let wanted = column::normal(own, standard, (table, schema_name), wanted)?;
    let what = format!("the column `{logical_name}` of `{table}`");
    let words = |name: &str, column: &ColumnDefinition| format!("`{name}`: {}", column::words(column));
    let columns = columns_of(own, standard, table, &logical_name)
        .map_err(|refusal| refusal.told(&what, || words(schema_name, &wanted)))?;
    if let Some((known, there)) = find(columns, &logical_name) {
        let has_grown = match (&mut there.kind, &wanted.kind) {
            (
                ColumnKind::Choice {
                    options, shared: None, ..
                },
                ColumnKind::Choice {
                    options: wanted,
                    shared: None,
                    ..
                },
            ) => grow(&full_name, options, wanted)?,
            _ => false,
        };
        let wanted = ColumnDefinition {
            kind: column::with_options_of(wanted.kind, &there.kind),
            ..wanted
        };
        same(&what, words(known, there), words(schema_name, &wanted))?;
        return Ok(has_grown.then_some(full_name));
    }
    columns.insert(schema_name.clone(), wanted);
    own.number(full_name.clone());
    Ok(Some(full_name))
}

/// Why a table takes no column of a name.
enum NoPlace {
    NoTable,
    Closed,
    Taken,
}

impl NoPlace {
    fn told(self, what: &str, wanted: impl FnOnce() -> String) -> CatalogueRefusal {
        match self {
            Self::NoTable => CatalogueRefusal::Unknown {
                what: format!("table for {what}"),
            },
            Self::Closed => CatalogueRefusal::NotOwn {
                what: format!("the table of {what}"),
            },
            Self::Taken => CatalogueRefusal::Conflict {
                what: what.to_owned(),
                there: "a column that came with the environment".to_owned(),
                wanted: wanted(),
            },
        }
    }
}

/// The own columns of a table that takes some, where a column of this name has its place.
fn columns_of<'a>(
    own: &'a mut Own,
    standard: &Catalogue,
    table: &str,
    column: &str,
) -> Result<&'a mut BTreeMap<String, ColumnDefinition>, NoPlace> {
    let Additions { tables, columns, .. } = &mut own.additions;
    if let Some((_, own_table)) = find(tables, table) {
        return Ok(&mut own_table.columns);
    }
    let standard = standard.logical_name(table).ok_or(NoPlace::NoTable)?;
    // What nobody can write needs no more columns.
    if !standard.privileges.contains_key(&Right::Write) {
        return Err(NoPlace::Closed);
    }
    if standard.column_named(column).is_some() {
        return Err(NoPlace::Taken);
    }
    Ok(columns.entry(table.to_owned()).or_default())
}

/// What has this logical name, whatever the case of its schema name.
pub(super) fn find<'a, T>(all: &'a mut BTreeMap<String, T>, logical_name: &str) -> Option<(&'a String, &'a mut T)> {
    all.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(logical_name))
}

fn same(what: &str, there: String, wanted: String) -> Result<(), CatalogueRefusal> {
    if there == wanted {
        return Ok(());
    }
    Err(CatalogueRefusal::Conflict {
        what: what.to_owned(),
        there,
        wanted,
    })
}

/// Adds the options that are not there. Whether there were any.
fn grow(
    of: &str,
    there: &mut BTreeMap<String, String>,
    wanted: &BTreeMap<String, String>,
) -> Result<bool, CatalogueRefusal> {
    let before = there.len();
    for (value, label) in wanted {
        let known = there.entry(value.clone()).or_insert_with(|| label.clone());
        same(
            &format!("the option `{value}` of `{of}`"),
            format!("`{known}`"),
            format!("`{label}`"),
        )?;
    }
    Ok(there.len() > before)
}

fn table_words(schema_name: &str, table: &TableDefinition) -> String {
    format!(
        "`{schema_name}` ({}, {}), in URLs `{}`, owned by {}, named by `{}`",
        table.display_name,
        table.display_collection_name,
        table.entity_set.as_deref().unwrap_or_default(),
        match table.ownership {
            crate::catalogue::TableOwnership::User => "a user or team",
            crate::catalogue::TableOwnership::Organization => "the organization",
        },
        table.primary_name
    )
}
