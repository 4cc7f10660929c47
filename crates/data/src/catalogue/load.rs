//! From data files to a catalogue.
//!
//! In: [`Files`]. Out: a [`Catalogue`], or the first thing that is wrong with a file.
//! Invariant: names are resolved here, once; nothing later looks a table up by a name of a data file.

use std::collections::{BTreeMap, HashMap};

use serde::de::DeserializeOwned;

use crate::catalogue::definition::{ColumnFile, ColumnKind, PrivilegesFile, StandardFile, TableFile, Write};
use crate::catalogue::{
    AlternateKey, Catalogue, CatalogueError, Column, ColumnId, Files, Kind, Own, Ownership, Table, TableId, Target,
    check, kind, navigation, privilege,
};

/// A table file, with the name by which errors call it.
pub(crate) struct Named {
    pub(crate) file: String,
    pub(crate) table: TableFile,
}

/// The tables' positions by logical name.
pub(crate) type Positions = HashMap<String, TableId>;

/// Reads the files, adds what an environment has of its own, and joins them.
pub(crate) fn catalogue(files: &Files<'_>, own: &Own) -> Result<Catalogue, CatalogueError> {
    let standard: StandardFile = parse("standard.toml", files.standard)?;
    let named_privileges: PrivilegesFile = parse("privileges.toml", files.privileges)?;
    let mut sources = Vec::with_capacity(files.tables.len());
    for (file, text) in files.tables {
        sources.push(Named {
            file: (*file).to_owned(),
            table: parse(file, text)?,
        });
    }
    own.add_to(&mut sources)?;
    // What is added comes last, so that ids of what is there stay the same.
    sources.sort_by(|one, other| {
        let key = |named: &Named| (named.table.number, named.table.logical_name.clone());
        key(one).cmp(&key(other))
    });
    let positions = positions(&sources)?;

    let mut tables = Vec::with_capacity(sources.len());
    for source in &sources {
        tables.push(table(source, &standard, &positions)?);
    }
    navigation::connect(&mut tables, &sources, &positions)?;
    let privileges = privilege::derive(&mut tables, &sources, &named_privileges)?;
    check::whole(&tables, &sources)?;

    let by_entity_set = tables
        .iter()
        .map(|table| (table.entity_set.clone(), table.id))
        .collect();
    Ok(Catalogue {
        tables,
        by_entity_set,
        by_logical_name: positions,
        privileges,
    })
}

fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, CatalogueError> {
    toml::from_str(text).map_err(|source| CatalogueError::Syntax {
        file: file.to_owned(),
        source: Box::new(source),
    })
}

fn positions(sources: &[Named]) -> Result<Positions, CatalogueError> {
    let mut positions = Positions::new();
    let mut entity_sets = HashMap::new();
    let mut codes = HashMap::new();
    for (source, position) in sources.iter().zip(0_u16..) {
        let Named { file, table } = source;
        check::name(file, &table.logical_name)?;
        let twice = |what: &str| CatalogueError::invalid(file, format!("{what} is there twice"));
        if positions
            .insert(table.logical_name.clone(), TableId(position))
            .is_some()
        {
            return Err(twice(&format!("the table `{}`", table.logical_name)));
        }
        if entity_sets.insert(&table.entity_set, position).is_some() {
            return Err(twice(&format!("the entity set `{}`", table.entity_set)));
        }
        if codes.insert(table.object_type_code, position).is_some() {
            return Err(twice(&format!("the object type code `{}`", table.object_type_code)));
        }
    }
    Ok(positions)
}

fn table(source: &Named, standard: &StandardFile, positions: &Positions) -> Result<Table, CatalogueError> {
    let Named { file, table } = source;
    let columns = columns(source, standard, positions)?;
    let columns_by_name: HashMap<String, ColumnId> = columns
        .iter()
        .map(|column| (column.logical_name.clone(), column.id))
        .collect();
    let find = |name: &String| {
        columns_by_name
            .get(name)
            .copied()
            .ok_or_else(|| CatalogueError::invalid(file, format!("there is no column `{name}`")))
    };
    let sets = |sets: &BTreeMap<String, Vec<String>>| {
        sets.iter()
            .map(|(name, columns)| {
                check::name(file, name)?;
                Ok(AlternateKey {
                    name: name.clone(),
                    columns: columns.iter().map(find).collect::<Result<_, _>>()?,
                })
            })
            .collect::<Result<Vec<_>, CatalogueError>>()
    };
    let id = positions
        .get(&table.logical_name)
        .copied()
        .ok_or_else(|| CatalogueError::invalid(file, "the table has no position"))?;
    Ok(Table {
        id,
        logical_name: table.logical_name.clone(),
        entity_set: table.entity_set.clone(),
        object_type_code: table.object_type_code,
        ownership: table.ownership,
        primary_id: find(&table.primary_id)?,
        primary_name: table.primary_name.as_ref().map(find).transpose()?,
        properties: properties(file, &columns)?,
        navigations: HashMap::new(),
        keys: sets(&table.keys)?,
        unique: sets(&table.unique)?,
        intersect: None,
        is_security: table.is_security,
        is_custom: table.number != 0,
        privileges: HashMap::new(),
        columns,
        columns_by_name,
    })
}

fn columns(source: &Named, standard: &StandardFile, positions: &Positions) -> Result<Vec<Column>, CatalogueError> {
    let Named { file, table } = source;
    let mut all: BTreeMap<&String, &ColumnFile> = table.columns.iter().collect();
    for group in &table.standard {
        let columns = standard
            .groups
            .get(group)
            .ok_or_else(|| CatalogueError::invalid(file, format!("there is no standard group `{group}`")))?;
        for (name, column) in columns {
            if all.insert(name, column).is_some() {
                return Err(CatalogueError::invalid(
                    file,
                    format!("the column `{name}` is there twice"),
                ));
            }
        }
    }
    let mut ordered: Vec<(&String, &ColumnFile)> = all.into_iter().collect();
    ordered.sort_by_key(|(_, column)| column.number);
    ordered
        .into_iter()
        .zip(0_u16..)
        .map(|((name, definition), position)| column(source, name, definition, (ColumnId(position), positions)))
        .collect()
}

fn column(
    source: &Named,
    name: &str,
    definition: &ColumnFile,
    (id, positions): (ColumnId, &Positions),
) -> Result<Column, CatalogueError> {
    let file = &source.file;
    check::name(file, name)?;
    let wrong = |what: String| CatalogueError::invalid(file, format!("the column `{name}`: {what}"));
    let targets = targets(source, name, definition, positions).map_err(wrong)?;
    let kind = kind::convert(definition.kind.clone(), targets).map_err(wrong)?;
    let property = match (&definition.property, &kind) {
        (Some(property), _) => property.clone(),
        (None, Kind::Lookup { .. }) => format!("_{name}_value"),
        (None, _) => name.to_owned(),
    };
    Ok(Column {
        id,
        logical_name: name.to_owned(),
        property,
        folded: matches!(kind, Kind::String { .. } | Kind::Memo { .. }).then(|| format!("{name}__folded")),
        target_table: matches!(&kind, Kind::Lookup { targets } if targets.len() > 1).then(|| format!("{name}__table")),
        kind,
        required: definition.required,
        on_create: definition.write != Write::Never,
        on_update: definition.write == Write::Always,
        on_read: true,
        computed: definition.computed,
    })
}

fn targets(source: &Named, name: &str, definition: &ColumnFile, positions: &Positions) -> Result<Vec<Target>, String> {
    let ColumnKind::Lookup { targets } = &definition.kind else {
        return Ok(Vec::new());
    };
    let table = &source.table;
    let own_navigation = || {
        if table.is_activity {
            format!("{name}_{}", table.logical_name)
        } else {
            name.to_owned()
        }
    };
    targets
        .iter()
        .map(|target| {
            let other = positions.get(&target.table).copied();
            let collection = target.collection.as_ref().or_else(|| table.collections.get(name));
            Ok(Target {
                table: other.ok_or_else(|| format!("there is no table `{}`", target.table))?,
                navigation: target.navigation.clone().unwrap_or_else(own_navigation),
                collection: collection
                    .cloned()
                    .ok_or_else(|| format!("the navigation on `{}` has no name", target.table))?,
                on_delete: target.on_delete,
            })
        })
        .collect()
}

fn properties(file: &str, columns: &[Column]) -> Result<HashMap<String, ColumnId>, CatalogueError> {
    let mut properties = HashMap::new();
    for column in columns {
        if properties.insert(column.property.clone(), column.id).is_some() {
            return Err(CatalogueError::invalid(
                file,
                format!("the property `{}` is there twice", column.property),
            ));
        }
    }
    Ok(properties)
}

/// Whether a table's rows carry a business unit by which row rules reach them, and in which column.
pub(crate) fn unit_column(table: &Table) -> Option<&'static str> {
    match table.ownership {
        Ownership::User => Some("owningbusinessunit"),
        Ownership::Business => Some("businessunitid"),
        Ownership::Organization | Ownership::None => None,
    }
}
