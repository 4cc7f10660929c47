//! The SQL tables of an environment.
//!
//! In: a catalogue. Out: the statements that make its tables, and a fingerprint by which a database tells whether it
//! was made for this catalogue. Invariant: whatever a row rule, a relation or a name order asks for has an index; the
//! names of a table's parts do not depend on which other parts it has.

use db::Type;
use db::sql::{ColumnDefinition, CreateIndex, CreateTable, Name, Sql};
use uuid::Uuid;

use crate::catalogue::{AlternateKey, Catalogue, Column, Kind, Table};

/// The sequence that row versions come from.
pub(crate) const VERSIONS: &str = "versionnumber";

/// The table with the one row that tells the epoch and the catalogue. Two underscores keep it apart from every table
/// of a catalogue.
pub(crate) const STATE: &str = "environment__state";

/// The table with the one row that holds what the environment has added to the standard catalogue.
pub(crate) const ADDITIONS: &str = "environment__additions";

/// The longest name that both databases take, in bytes.
const MAX_NAME: usize = 63;

/// The namespace of names that would be longer.
const NAMES: Uuid = Uuid::from_u128(0x3f5e_9c1a_2b7d_4d68_9a40_5e1c_b8d7_6f23);

/// The namespace of fingerprints.
const NAMESPACE: Uuid = Uuid::from_u128(0x0b5c_7a52_61d4_4e0f_8a3e_77c1_92d0_4b11);

/// Everything that a new database needs before its first row.
pub(crate) fn statements(catalogue: &Catalogue) -> Vec<Sql> {
    let mut all = vec![
        Sql::CreateSequence {
            name: VERSIONS.into(),
            after: 0,
        },
        Sql::CreateTable(state()),
        Sql::CreateTable(additions()),
    ];
    all.extend(catalogue.tables().iter().flat_map(table_statements));
    all
}

/// What makes one table.
pub(crate) fn table_statements(table: &Table) -> Vec<Sql> {
    let indexes = indexes(table).into_iter().map(Sql::CreateIndex);
    [Sql::CreateTable(create(table))].into_iter().chain(indexes).collect()
}

/// What makes a column of a table that is there.
pub(crate) fn column_statements(table: &Table, column: &Column) -> Vec<Sql> {
    let added = definitions(table, column).into_iter().map(|definition| Sql::AddColumn {
        table: table.logical_name.clone().into(),
        column: definition,
    });
    let index = is_found_by(column).then(|| Sql::CreateIndex(index(table, vec![column.logical_name.clone().into()])));
    added.chain(index).collect()
}

/// The names of a column's SQL columns, and of the indexes on it.
pub(crate) fn column_names(table: &Table, column: &Column) -> (Vec<String>, Vec<String>) {
    let columns = definitions(table, column).into_iter();
    let index = is_found_by(column).then(|| index(table, vec![column.logical_name.clone().into()]));
    (
        columns.map(|definition| definition.name.into_owned()).collect(),
        index.into_iter().map(|index| index.name.into_owned()).collect(),
    )
}

/// The SQL columns of a column, its own first.
pub(crate) fn definitions(table: &Table, column: &Column) -> Vec<ColumnDefinition> {
    let is_always_set = column.id == table.primary_id || column.logical_name == VERSIONS;
    let own = ColumnDefinition {
        name: column.logical_name.clone().into(),
        ty: stored(&column.kind),
        nullable: !is_always_set,
    };
    let beside = [(&column.folded, Type::Text), (&column.target_table, Type::Int)];
    let beside = beside.into_iter().filter_map(|(name, ty)| {
        let name = name.clone()?.into();
        Some(ColumnDefinition {
            name,
            ty,
            nullable: true,
        })
    });
    [own].into_iter().chain(beside).collect()
}

/// A name for the shape of all tables and for all privileges: another shape has another name.
pub(crate) fn fingerprint(catalogue: &Catalogue) -> Uuid {
    use std::fmt::Write as _;

    let mut text = String::new();
    // Writing to a string cannot fail.
    for table in catalogue.tables() {
        let _ = writeln!(text, "table {}", table.logical_name);
        for ColumnDefinition { name, ty, .. } in create(table).columns {
            let _ = writeln!(text, "column {name} {ty:?}");
        }
        for key in table.keys.iter().chain(&table.unique) {
            let _ = writeln!(text, "unique {} {}", key.name, unique_columns(table, key).join(" "));
        }
    }
    for privilege in catalogue.privileges() {
        let _ = writeln!(text, "privilege {}", privilege.name);
    }
    Uuid::new_v5(&NAMESPACE, text.as_bytes())
}

/// How a column is stored.
pub(crate) fn stored(kind: &Kind) -> Type {
    match kind {
        Kind::String { .. } | Kind::Memo { .. } => Type::Text,
        Kind::Boolean { .. } => Type::Bool,
        Kind::Double { .. } => Type::Double,
        Kind::Lookup { .. } | Kind::Guid => Type::Guid,
        Kind::Integer { .. }
        | Kind::BigInt
        | Kind::Decimal { .. }
        | Kind::Money { .. }
        | Kind::DateTime
        | Kind::Date
        | Kind::Choice { .. }
        | Kind::State { .. }
        | Kind::Status { .. } => Type::Int,
    }
}

fn state() -> CreateTable {
    let column = |name: &'static str, ty| ColumnDefinition {
        name: name.into(),
        ty,
        nullable: false,
    };
    CreateTable {
        table: STATE.into(),
        columns: vec![
            column("id", Type::Int),
            column("epoch", Type::Int),
            column("catalogue", Type::Guid),
            column("additions", Type::Int),
        ],
        primary_key: vec!["id".into()],
        unique: Vec::new(),
    }
}

fn additions() -> CreateTable {
    let column = |name: &'static str, ty| ColumnDefinition {
        name: name.into(),
        ty,
        nullable: false,
    };
    CreateTable {
        table: ADDITIONS.into(),
        columns: vec![column("id", Type::Int), column("document", Type::Text)],
        primary_key: vec!["id".into()],
        unique: Vec::new(),
    }
}

fn create(table: &Table) -> CreateTable {
    CreateTable {
        table: table.logical_name.clone().into(),
        columns: table
            .columns
            .iter()
            .flat_map(|column| definitions(table, column))
            .collect(),
        primary_key: vec![table.column(table.primary_id).logical_name.clone().into()],
        unique: table
            .keys
            .iter()
            .chain(&table.unique)
            .map(|key| (key.name.clone().into(), unique_columns(table, key)))
            .collect(),
    }
}

fn unique_columns(table: &Table, key: &AlternateKey) -> Vec<Name> {
    key.columns.iter().map(|id| compared(table.column(*id))).collect()
}

/// The SQL column by which values are compared: text in its folded form.
fn compared(column: &Column) -> Name {
    column.folded.as_ref().unwrap_or(&column.logical_name).clone().into()
}

fn indexes(table: &Table) -> Vec<CreateIndex> {
    let mut column_lists = Vec::new();
    if let Some(name) = table.primary_name {
        column_lists.push(vec![
            compared(table.column(name)),
            compared(table.column(table.primary_id)),
        ]);
    }
    for column in table.columns.iter().filter(|column| is_found_by(column)) {
        column_lists.push(vec![column.logical_name.clone().into()]);
    }
    if let Some([_, second]) = table.intersect {
        column_lists.push(vec![table.column(second.column).logical_name.clone().into()]);
    }
    column_lists.into_iter().map(|columns| index(table, columns)).collect()
}

/// Whether rows are found by the column. Who made or changed a row is never what rows are found by.
fn is_found_by(column: &Column) -> bool {
    !column.targets().is_empty() && (column.on_create || column.logical_name == "owningbusinessunit")
}

/// An index, named after what it is on.
fn index(table: &Table, columns: Vec<Name>) -> CreateIndex {
    let mut name = table.logical_name.clone();
    for column in &columns {
        name.push_str("__");
        name.push_str(column);
    }
    if name.len() > MAX_NAME {
        name = format!("index__{}", Uuid::new_v5(&NAMES, name.as_bytes()).simple());
    }
    CreateIndex {
        name: name.into(),
        table: table.logical_name.clone().into(),
        columns,
    }
}

#[cfg(test)]
mod tests;
