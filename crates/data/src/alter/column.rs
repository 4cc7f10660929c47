//! One own column, as it is kept.
//!
//! In: a definition as it was given. Out: the same with everything said that it left out, or what is wrong with it.
//! Invariant: two definitions that mean the same are equal.

use std::collections::{BTreeMap, BTreeSet};

use crate::alter::{CatalogueRefusal, labels, name};
use crate::catalogue::{Catalogue, ColumnDefinition, ColumnKind, LookupTarget, Own, RequiredLevel};

/// Checks what the loader does not, and says what was left out.
pub(super) fn normal(
    own: &Own,
    standard: &Catalogue,
    (table, schema_name): (&str, &str),
    given: &ColumnDefinition,
) -> Result<ColumnDefinition, CatalogueRefusal> {
    let wrong = |what: &str| Err(CatalogueRefusal::definition(schema_name, what));
    labels::display_name(schema_name, &given.display_name)?;
    if given.required == RequiredLevel::System {
        return wrong("`required` is `none` or `application`: rows that are there have no value");
    }
    let kind = match &given.kind {
        ColumnKind::State { .. } | ColumnKind::Status { .. } => {
            return wrong("state and status come with their table");
        }
        ColumnKind::Choice {
            options, shared: None, ..
        } => {
            labels::options(schema_name, options)?;
            given.kind.clone()
        }
        ColumnKind::Choice { options, .. } if !options.is_empty() => {
            return wrong("a choice that shares its options has none of its own");
        }
        ColumnKind::Choice {
            shared: Some(shared),
            default,
            ..
        } => ColumnKind::Choice {
            options: BTreeMap::new(),
            shared: Some(choice_named(own, shared)?),
            default: *default,
        },
        ColumnKind::Lookup { targets } => ColumnKind::Lookup {
            targets: normal_targets(standard, (table, schema_name), targets)?,
        },
        ColumnKind::Boolean {
            true_label,
            false_label,
            ..
        } => {
            let mut given_labels = true_label.iter().chain(false_label);
            given_labels.try_for_each(|label| labels::display_name(schema_name, label))?;
            given.kind.clone()
        }
        ColumnKind::String { .. }
        | ColumnKind::Memo { .. }
        | ColumnKind::Integer { .. }
        | ColumnKind::BigInt
        | ColumnKind::Decimal { .. }
        | ColumnKind::Money { .. }
        | ColumnKind::Double { .. }
        | ColumnKind::DateTime
        | ColumnKind::Date
        | ColumnKind::Guid => given.kind.clone(),
    };
    Ok(ColumnDefinition { kind, ..given.clone() })
}

/// The definition in the words of its language, on one line.
pub(super) fn words(column: &ColumnDefinition) -> String {
    let text = toml::to_string(column).unwrap_or_else(|_| format!("{column:?}"));
    text.lines()
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// A choice with the options of another: what remains is what must not differ.
pub(super) fn with_options_of(kind: ColumnKind, there: &ColumnKind) -> ColumnKind {
    match (kind, there) {
        (
            ColumnKind::Choice {
                shared: None, default, ..
            },
            ColumnKind::Choice {
                options, shared: None, ..
            },
        ) => ColumnKind::Choice {
            options: options.clone(),
            shared: None,
            default,
        },
        (kind, _) => kind,
    }
}

/// The shared choice of this name, as it is written where it was added.
fn choice_named(own: &Own, shared: &str) -> Result<String, CatalogueRefusal> {
    let mut names = own.additions.choices.keys();
    let known = names.find(|name| name.eq_ignore_ascii_case(shared));
    known.cloned().ok_or_else(|| CatalogueRefusal::Unknown {
        what: format!("choice `{shared}`"),
    })
}

fn normal_targets(
    standard: &Catalogue,
    (table, schema_name): (&str, &str),
    targets: &[LookupTarget],
) -> Result<Vec<LookupTarget>, CatalogueRefusal> {
    let wrong = |what: String| CatalogueRefusal::definition(schema_name, what);
    let mut seen = BTreeSet::new();
    let mut normal = Vec::with_capacity(targets.len());
    for target in targets {
        let other = target.table.to_ascii_lowercase();
        if standard
            .logical_name(&other)
            .is_some_and(crate::catalogue::Table::is_intersect)
        {
            return Err(wrong(format!(
                "no lookup can point to `{other}`, which joins two tables"
            )));
        }
        if !seen.insert(other.clone()) {
            return Err(wrong(format!("the table `{other}` is there twice")));
        }
        for given in target.navigation.iter().chain(&target.collection) {
            name::logical(given)?;
        }
        let navigation = target.navigation.clone().unwrap_or_else(|| match targets {
            [_] => schema_name.to_owned(),
            _ => format!("{schema_name}_{other}"),
        });
        let collection = target.collection.clone();
        normal.push(LookupTarget {
            navigation: Some(navigation),
            collection: Some(collection.unwrap_or_else(|| format!("{schema_name}_{table}"))),
            table: other,
            on_delete: target.on_delete,
        });
    }
    Ok(normal)
}
