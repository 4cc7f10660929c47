//! The SQL tables of an environment.
//!
//! In: a catalogue. Out: the statements that make its tables, and a fingerprint by which a database tells whether it
//! was made for this catalogue. Invariant: whatever a row rule, a relation or a name order asks for has an index.

use db::Type;
use db::sql::{ColumnDefinition, CreateIndex, CreateTable, Name, Sql};
use uuid::Uuid;

use crate::catalogue::{AlternateKey, Catalogue, Column, Kind, Table};

/// The sequence that row versions come from.
pub(crate) const VERSIONS: &str = "versionnumber";

/// The table with the one row that tells the epoch and the catalogue. Two underscores keep it apart from every table
/// of a catalogue.
pub(crate) const STATE: &str = "environment__state";

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
    ];
    for table in catalogue.tables() {
        all.push(Sql::CreateTable(create(table)));
        all.extend(indexes(table).into_iter().map(Sql::CreateIndex));
    }
    all
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
        ],
        primary_key: vec!["id".into()],
        unique: Vec::new(),
    }
}

fn create(table: &Table) -> CreateTable {
    let mut columns = Vec::new();
    for column in &table.columns {
        let is_always_set = column.id == table.primary_id || column.logical_name == VERSIONS;
        let name = column.logical_name.clone().into();
        columns.push(ColumnDefinition {
            name,
            ty: stored(&column.kind),
            nullable: !is_always_set,
        });
        let beside = [(&column.folded, Type::Text), (&column.target_table, Type::Int)];
        for (name, ty) in beside {
            columns.extend(name.clone().map(|name| ColumnDefinition {
                name: name.into(),
                ty,
                nullable: true,
            }));
        }
    }
    CreateTable {
        table: table.logical_name.clone().into(),
        columns,
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
    for column in &table.columns {
        // Who made or changed a row is never what rows are found by.
        let is_found_by = column.on_create || column.logical_name == "owningbusinessunit";
        if !column.targets().is_empty() && is_found_by {
            column_lists.push(vec![column.logical_name.clone().into()]);
        }
    }
    if let Some([_, second]) = table.intersect {
        column_lists.push(vec![table.column(second.column).logical_name.clone().into()]);
    }
    column_lists
        .into_iter()
        .zip(1..)
        .map(|(columns, number)| CreateIndex {
            name: format!("{}_index{number}", table.logical_name).into(),
            table: table.logical_name.clone().into(),
            columns,
        })
        .collect()
}

#[cfg(test)]
mod tests;
