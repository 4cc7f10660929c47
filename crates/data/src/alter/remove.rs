//! What is to go.
//!
//! In: what, and what the environment has of its own. Out: the same without it.
//! Invariant: only what was added goes, and only when nothing that was added refers to it.

use crate::alter::add::find;
use crate::alter::{CatalogueRefusal, name};
use crate::catalogue::{Additions, Catalogue, ColumnDefinition, ColumnKind, LookupTarget, Own};

/// A thing that is to go, or is gone. Names are logical names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// A table with its rows.
    Table(String),
    /// A column with its values.
    Column {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A list of options that columns share.
    Choice(String),
}

impl Removal {
    /// The logical name, a column's behind that of its table.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Table(name) | Self::Choice(name) => name.clone(),
            Self::Column { table, column } => format!("{table}.{column}"),
        }
    }
}

/// Takes it out. `None` where it is not there.
pub(super) fn remove(
    own: &mut Own,
    standard: &Catalogue,
    removal: &Removal,
) -> Result<Option<Removal>, CatalogueRefusal> {
    match removal {
        Removal::Table(name) => table(own, standard, &name.to_ascii_lowercase()),
        Removal::Column { table, column: name } => {
            column(own, standard, (&table.to_ascii_lowercase(), &name.to_ascii_lowercase()))
        }
        Removal::Choice(name) => choice(own, &name.to_ascii_lowercase()),
    }
}

fn table(own: &mut Own, standard: &Catalogue, table: &str) -> Result<Option<Removal>, CatalogueRefusal> {
    let what = format!("the table `{table}`");
    if standard.logical_name(table).is_some() {
        return Err(CatalogueRefusal::NotOwn { what });
    }
    name::logical(table)?;
    let Some((schema_name, _)) = find(&mut own.additions.tables, table) else {
        return Ok(None);
    };
    let schema_name = schema_name.clone();
    let by = columns(&own.additions)
        .filter(|(of, _, column)| of != table && targets(column).any(|target| target == table))
        .map(|(of, name, _)| format!("`{of}.{name}`"))
        .collect();
    not_in_use(what, by)?;
    own.additions.tables.remove(&schema_name);
    own.forget(table);
    Ok(Some(Removal::Table(table.to_owned())))
}

fn column(
    own: &mut Own,
    standard: &Catalogue,
    (table, column): (&str, &str),
) -> Result<Option<Removal>, CatalogueRefusal> {
    let not_own = || CatalogueRefusal::NotOwn {
        what: format!("the column `{column}` of `{table}`"),
    };
    let standard = standard.logical_name(table);
    if standard.is_some_and(|table| table.column_named(column).is_some()) || column == format!("{table}id") {
        return Err(not_own());
    }
    name::logical(column)?;
    let Additions { tables, columns, .. } = &mut own.additions;
    let columns = match find(tables, table) {
        Some((_, own_table)) if own_table.primary_name == column => {
            let what = "it names the rows of its table";
            return Err(CatalogueRefusal::definition(&format!("{table}.{column}"), what));
        }
        Some((_, own_table)) => Some(&mut own_table.columns),
        None => columns.get_mut(table),
    };
    let Some(columns) = columns else { return Ok(None) };
    let Some((schema_name, _)) = find(columns, column) else {
        return Ok(None);
    };
    let schema_name = schema_name.clone();
    columns.remove(&schema_name);
    own.additions.columns.retain(|_, columns| !columns.is_empty());
    own.forget(&format!("{table}.{column}"));
    Ok(Some(Removal::Column {
        table: table.to_owned(),
        column: column.to_owned(),
    }))
}

fn choice(own: &mut Own, choice: &str) -> Result<Option<Removal>, CatalogueRefusal> {
    name::logical(choice)?;
    let Some((schema_name, _)) = find(&mut own.additions.choices, choice) else {
        return Ok(None);
    };
    let schema_name = schema_name.clone();
    let by = columns(&own.additions)
        .filter(|(_, _, column)| matches!(&column.kind, ColumnKind::Choice { shared: Some(shared), .. } if *shared == schema_name))
        .map(|(of, name, _)| format!("`{of}.{name}`"))
        .collect();
    not_in_use(format!("the choice `{choice}`"), by)?;
    own.additions.choices.remove(&schema_name);
    Ok(Some(Removal::Choice(choice.to_owned())))
}

fn not_in_use(what: String, by: Vec<String>) -> Result<(), CatalogueRefusal> {
    if by.is_empty() {
        Ok(())
    } else {
        Err(CatalogueRefusal::InUse { what, by })
    }
}

/// Every own column: logical names of its table and of itself, and what it is.
fn columns(additions: &Additions) -> impl Iterator<Item = (String, String, &ColumnDefinition)> {
    let own = additions.tables.iter().map(|(table, own)| (table, &own.columns));
    own.chain(&additions.columns).flat_map(|(table, columns)| {
        let lower = |name: &String| name.to_ascii_lowercase();
        columns
            .iter()
            .map(move |(name, column)| (lower(table), lower(name), column))
    })
}

fn targets(column: &ColumnDefinition) -> impl Iterator<Item = &str> {
    let targets: &[LookupTarget] = if let ColumnKind::Lookup { targets } = &column.kind {
        targets
    } else {
        &[]
    };
    targets.iter().map(|target| target.table.as_str())
}
