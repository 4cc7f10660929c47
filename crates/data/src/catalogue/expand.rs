//! Own tables and columns, written out as if a data file had them.
//!
//! In: what an environment has of its own. Out: definitions among those of the data files.
//! Invariant: the loader reads both alike; what Dataverse gives every table by itself is written out here.

use std::collections::BTreeMap;

use crate::catalogue::definition::{ColumnFile, TableFile, Write};
use crate::catalogue::load::Named;
use crate::catalogue::{
    Cascade, CatalogueError, ColumnDefinition, ColumnKind, LookupTarget, Own, Ownership, RequiredLevel, Right,
    TableDefinition, TableOwnership,
};

/// The column of a row's currency, which every table with amounts has.
const CURRENCY: &str = "transactioncurrencyid";

impl Own {
    /// Adds the definitions to those of the data files.
    pub(super) fn add_to(&self, sources: &mut Vec<Named>) -> Result<(), CatalogueError> {
        for (table, columns) in &self.additions.columns {
            let source = sources.iter_mut().find(|source| source.table.logical_name == *table);
            let source = source.ok_or_else(|| CatalogueError::invalid(table, "there is no such table"))?;
            let named = self.columns(table, columns)?;
            let has_currency = source.table.standard.iter().any(|group| group == "currency");
            let currency = (!has_currency).then(|| currency(table, &named)).flatten();
            for (name, column) in named.into_iter().chain(currency) {
                if source.table.columns.insert(name.clone(), column).is_some() {
                    let what = format!("the column `{name}` is there twice");
                    return Err(CatalogueError::invalid(&source.file, what));
                }
            }
        }
        for (schema_name, table) in &self.additions.tables {
            sources.push(Named {
                file: schema_name.clone(),
                table: self.table(schema_name, table)?,
            });
        }
        Ok(())
    }

    fn table(&self, schema_name: &str, definition: &TableDefinition) -> Result<TableFile, CatalogueError> {
        let logical_name = schema_name.to_ascii_lowercase();
        let number = self.number_of(&logical_name)?;
        let primary_id = format!("{logical_name}id");
        let named = self.columns(&logical_name, &definition.columns)?;
        let currency = currency(&logical_name, &named);
        let mut columns: BTreeMap<String, ColumnFile> = named.into_iter().chain(currency).collect();
        let key = plain(ColumnKind::Guid, RequiredLevel::System, 0);
        let key = ColumnFile {
            write: Write::Create,
            ..key
        };
        if columns.insert(primary_id.clone(), key).is_some() {
            let what = format!("the column `{primary_id}` is the table's key");
            return Err(CatalogueError::invalid(schema_name, what));
        }
        let (ownership, rights, groups) = belongings(definition.ownership);
        Ok(TableFile {
            schema_name: schema_name.to_owned(),
            entity_set: entity_set(&logical_name, definition),
            object_type_code: number,
            ownership,
            primary_id,
            primary_name: Some(definition.primary_name.to_ascii_lowercase()),
            is_security: false,
            is_activity: false,
            privilege_noun: None,
            rights,
            standard: groups.iter().map(|group| (*group).to_owned()).collect(),
            collections: collections(&logical_name, ownership),
            columns,
            keys: BTreeMap::new(),
            unique: BTreeMap::new(),
            intersect: None,
            number,
            logical_name,
        })
    }

    fn columns(
        &self,
        table: &str,
        definitions: &BTreeMap<String, ColumnDefinition>,
    ) -> Result<Vec<(String, ColumnFile)>, CatalogueError> {
        let file = |(schema_name, definition): (&String, &ColumnDefinition)| {
            let name = schema_name.to_ascii_lowercase();
            let number = self.number_of(&format!("{table}.{name}"))?;
            let kind = self.with_options(&definition.kind)?;
            Ok((name, plain(kind, definition.required, number)))
        };
        definitions.iter().map(file).collect()
    }

    /// A choice that shares its options, with them.
    fn with_options(&self, kind: &ColumnKind) -> Result<ColumnKind, CatalogueError> {
        let ColumnKind::Choice {
            shared: Some(name),
            default,
            ..
        } = kind
        else {
            return Ok(kind.clone());
        };
        let choice = self.additions.choices.get(name);
        let choice = choice.ok_or_else(|| CatalogueError::invalid(name, "there is no such choice"))?;
        Ok(ColumnKind::Choice {
            options: choice.options.clone(),
            shared: None,
            default: *default,
        })
    }
}

/// The name of a table in URLs.
pub(crate) fn entity_set(logical_name: &str, definition: &TableDefinition) -> String {
    definition.entity_set.clone().unwrap_or_else(|| plural(logical_name))
}

/// The English plural, as far as Dataverse goes with it.
fn plural(name: &str) -> String {
    let ends_hissing = ["s", "x", "z", "ch", "sh"].iter().any(|end| name.ends_with(end));
    match name.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if ends_hissing => format!("{name}es"),
        _ => format!("{name}s"),
    }
}

fn plain(kind: ColumnKind, required: RequiredLevel, number: i32) -> ColumnFile {
    ColumnFile {
        kind,
        required,
        write: Write::Always,
        property: None,
        computed: None,
        number,
    }
}

/// The currency of the rows, where there are amounts.
fn currency<'a>(
    table: &str,
    columns: impl IntoIterator<Item = &'a (String, ColumnFile)>,
) -> Option<(String, ColumnFile)> {
    let amounts = columns
        .into_iter()
        .filter(|(_, column)| matches!(column.kind, ColumnKind::Money { .. }));
    let first = amounts.map(|(_, column)| column.number).min()?;
    let target = LookupTarget {
        table: "transactioncurrency".to_owned(),
        navigation: None,
        collection: Some(format!("TransactionCurrency_{table}")),
        on_delete: Cascade::Restrict,
    };
    let kind = ColumnKind::Lookup { targets: vec![target] };
    Some((CURRENCY.to_owned(), plain(kind, RequiredLevel::None, first)))
}

/// What follows from who owns the rows: the words of the data files for it, the rights, the standard columns.
fn belongings(ownership: TableOwnership) -> (Ownership, Vec<Right>, &'static [&'static str]) {
    use Right::{Append, AppendTo, Assign, Create, Delete, Read, Share, Write};
    match ownership {
        TableOwnership::User => (
            Ownership::User,
            vec![Create, Read, Write, Delete, Append, AppendTo, Assign, Share],
            &["version", "stamps", "import", "zone", "active", "owner"],
        ),
        TableOwnership::Organization => (
            Ownership::Organization,
            vec![Create, Read, Write, Delete, Append, AppendTo],
            &["version", "stamps", "import", "zone", "active"],
        ),
    }
}

/// The navigations on the other side of the standard lookups, as Dataverse names them for custom tables.
fn collections(table: &str, ownership: Ownership) -> BTreeMap<String, String> {
    let stamps = ["createdby", "createdonbehalfby", "modifiedby", "modifiedonbehalfby"];
    let mut all: BTreeMap<String, String> = stamps
        .map(|stamp| (stamp.to_owned(), format!("lk_{table}_{stamp}")))
        .into();
    if ownership == Ownership::User {
        let owners = [
            ("ownerid", "owner"),
            ("owningbusinessunit", "business_unit"),
            ("owningteam", "team"),
            ("owninguser", "user"),
        ];
        all.extend(owners.map(|(column, noun)| (column.to_owned(), format!("{noun}_{table}"))));
    }
    all
}
