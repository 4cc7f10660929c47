//! A `$filter` as the judge understands it: printed for the wire, and decided for one row.
//!
//! In: a [`Filter`]. Out: OData text, and yes or no for a row. Invariant: logic has two values. A column behind a lookup
//! that leads nowhere, or to a row that the caller does not see, is null; null is unequal to every value, and neither
//! less nor greater than any.

use std::cmp::Ordering;

use super::pattern::Pattern;
use super::realm::{Caller, Realm, Row};
use super::tables::{Collection, Lookup, Table};
use super::value::{Value, quoted};

/// A condition.
#[derive(Debug, Clone)]
pub(super) enum Filter {
    /// `a and b`
    Both(Box<Filter>, Box<Filter>),
    /// `a or b`
    Either(Box<Filter>, Box<Filter>),
    /// `not (a)`
    Not(Box<Filter>),
    /// `revenue gt 1000`
    Compare(Path, Comparison, Value),
    /// `1000 lt revenue`
    CompareMirrored(Path, Comparison, Value),
    /// `firstname eq lastname`
    Columns(&'static str, Comparison, &'static str),
    /// `contains(name,'x')` and its like.
    Text(Path, Pattern),
    /// `creditonhold`
    Flag(Path),
    /// `primarycontactid eq null`: whether there is a row.
    Empty(Vec<Hop>, Emptiness),
    /// `Account_Tasks/any(t:…)`; without a condition `Account_Tasks/any()`.
    Any(Collection, Option<Box<Filter>>),
    /// `Account_Tasks/all(t:…)`. Of no rows it is true, as OData has it.
    All(Collection, Box<Filter>),
    /// `Microsoft.Dynamics.CRM.In(PropertyName='numberofemployees',PropertyValues=["1","2"])`
    In(&'static str, Vec<Value>),
    /// `Microsoft.Dynamics.CRM.NotIn(…)`
    NotIn(&'static str, Vec<Value>),
    /// `Microsoft.Dynamics.CRM.Between(…)`, both ends included.
    Between(&'static str, Value, Value),
    /// `Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')`: the acting user.
    OfActingUser(&'static str),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// Whether a lookup is asked to lead nowhere (`eq null`) or somewhere (`ne null`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Emptiness {
    Empty,
    Filled,
}

/// A step along a lookup.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hop {
    pub(super) lookup: &'static Lookup,
    pub(super) target: Table,
    pub(super) navigation: &'static str,
}

/// A property, maybe behind lookups.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub(super) hops: Vec<Hop>,
    pub(super) property: String,
}

impl Path {
    /// As it is written; within a lambda it begins with the range variable.
    pub(super) fn print(&self, prefix: &str) -> String {
        format!("{}{}", hops(&self.hops, prefix), self.property)
    }

    /// What is there for a row; null behind a row that the caller does not see.
    pub(super) fn value(&self, realm: &Realm, caller: Caller, row: &Row) -> Value {
        follow(&self.hops, realm, caller, row).map_or(Value::Null, |row| row.value(&self.property))
    }
}

fn hops(hops: &[Hop], prefix: &str) -> String {
    let mut text = prefix.to_owned();
    for hop in hops {
        text.push_str(hop.navigation);
        text.push('/');
    }
    text
}

/// The row behind lookups, as far as the caller sees them all.
fn follow<'a>(hops: &[Hop], realm: &'a Realm, caller: Caller, row: &'a Row) -> Option<&'a Row> {
    hops.iter().try_fold(row, |row, hop| {
        let (table, id) = *row.links.get(hop.lookup.name)?;
        realm.seen(caller, table, id).filter(|row| row.table == hop.target)
    })
}

impl Comparison {
    fn word(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Lt => "lt",
            Self::Le => "le",
            Self::Gt => "gt",
            Self::Ge => "ge",
        }
    }

    fn mirrored_word(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Lt => "gt",
            Self::Le => "ge",
            Self::Gt => "lt",
            Self::Ge => "le",
        }
    }

    /// Two nulls are equal; null is unequal to every value, and neither less nor greater than any.
    fn holds(self, left: &Value, right: &Value) -> bool {
        let order = left.compare(right);
        match self {
            Self::Eq => left.order(right) == Ordering::Equal,
            Self::Ne => left.order(right) != Ordering::Equal,
            Self::Lt => order == Some(Ordering::Less),
            Self::Le => order.is_some_and(Ordering::is_le),
            Self::Gt => order == Some(Ordering::Greater),
            Self::Ge => order.is_some_and(Ordering::is_ge),
        }
    }
}

impl Filter {
    /// As it is written. `depth` is how many lambdas are around it.
    pub(super) fn print(&self, depth: usize) -> String {
        let prefix = if depth == 0 {
            String::new()
        } else {
            format!("v{depth}/")
        };
        match self {
            Self::Both(one, two) => format!("({} and {})", one.print(depth), two.print(depth)),
            Self::Either(one, two) => format!("({} or {})", one.print(depth), two.print(depth)),
            Self::Not(inner) => format!("not ({})", inner.print(depth)),
            Self::Compare(path, op, value) => format!("{} {} {}", path.print(&prefix), op.word(), value.literal()),
            Self::CompareMirrored(path, op, value) => {
                format!("{} {} {}", value.literal(), op.mirrored_word(), path.print(&prefix))
            }
            Self::Columns(one, op, two) => format!("{prefix}{one} {} {prefix}{two}", op.word()),
            Self::Text(path, pattern) => {
                format!(
                    "{}({},{})",
                    pattern.place.function(),
                    path.print(&prefix),
                    quoted(&pattern.print())
                )
            }
            Self::Flag(path) => path.print(&prefix),
            Self::Empty(path, Emptiness::Empty) => format!("{} eq null", hops(path, &prefix).trim_end_matches('/')),
            Self::Empty(path, Emptiness::Filled) => format!("{} ne null", hops(path, &prefix).trim_end_matches('/')),
            Self::Any(collection, None) => format!("{prefix}{}/any()", collection.name),
            Self::Any(collection, Some(inner)) => lambda(&prefix, collection, "any", inner, depth),
            Self::All(collection, inner) => lambda(&prefix, collection, "all", inner, depth),
            Self::In(column, values) => query_function("In", column, &list(values)),
            Self::NotIn(column, values) => query_function("NotIn", column, &list(values)),
            Self::Between(column, low, high) => query_function("Between", column, &list(&[low.clone(), high.clone()])),
            Self::OfActingUser(column) => query_function("EqualUserId", column, ""),
        }
    }

    /// Whether it is true of a row, for this caller.
    pub(super) fn holds(&self, realm: &Realm, caller: Caller, row: &Row) -> bool {
        match self {
            Self::Both(one, two) => one.holds(realm, caller, row) && two.holds(realm, caller, row),
            Self::Either(one, two) => one.holds(realm, caller, row) || two.holds(realm, caller, row),
            Self::Not(inner) => !inner.holds(realm, caller, row),
            Self::Compare(path, op, value) | Self::CompareMirrored(path, op, value) => {
                op.holds(&path.value(realm, caller, row), value)
            }
            Self::Columns(one, op, two) => op.holds(&row.value(one), &row.value(two)),
            Self::Text(path, pattern) => path
                .value(realm, caller, row)
                .text()
                .is_some_and(|text| pattern.fits(text)),
            Self::Flag(path) => path.value(realm, caller, row) == Value::Flag(true),
            Self::Empty(path, emptiness) => {
                let is_empty = follow(path, realm, caller, row).is_none();
                is_empty == (*emptiness == Emptiness::Empty)
            }
            Self::Any(collection, inner) => {
                let fits = |row: &&Row| inner.as_ref().is_none_or(|inner| inner.holds(realm, caller, row));
                seen_of(collection, realm, caller, row).iter().any(fits)
            }
            Self::All(collection, inner) => seen_of(collection, realm, caller, row)
                .iter()
                .all(|row| inner.holds(realm, caller, row)),
            Self::In(column, values) => values
                .iter()
                .any(|value| Comparison::Eq.holds(&row.value(column), value)),
            Self::NotIn(column, values) => values
                .iter()
                .all(|value| Comparison::Ne.holds(&row.value(column), value)),
            Self::Between(column, low, high) => {
                let value = row.value(column);
                Comparison::Ge.holds(&value, low) && Comparison::Le.holds(&value, high)
            }
            Self::OfActingUser(column) => row.value(column) == Value::Id(caller.acting),
        }
    }

    /// The tables that it looks into besides its own; to look is to read.
    pub(super) fn tables(&self, into: &mut Vec<Table>) {
        match self {
            Self::Both(one, two) | Self::Either(one, two) => {
                one.tables(into);
                two.tables(into);
            }
            Self::Not(inner) => inner.tables(into),
            Self::Compare(path, ..) | Self::CompareMirrored(path, ..) | Self::Text(path, _) | Self::Flag(path) => {
                into.extend(path.hops.iter().map(|hop| hop.target));
            }
            Self::Empty(path, _) => into.extend(path.iter().map(|hop| hop.target)),
            Self::Any(collection, inner) => {
                into.push(collection.table);
                if let Some(inner) = inner {
                    inner.tables(into);
                }
            }
            Self::All(collection, inner) => {
                into.push(collection.table);
                inner.tables(into);
            }
            Self::Columns(..) | Self::In(..) | Self::NotIn(..) | Self::Between(..) | Self::OfActingUser(_) => {}
        }
    }
}

/// The rows of a collection that the caller sees.
pub(super) fn seen_of<'a>(collection: &Collection, realm: &'a Realm, caller: Caller, row: &Row) -> Vec<&'a Row> {
    let mut rows = realm.pointing(collection.table, collection.lookup.name, (row.table, row.id));
    rows.retain(|row| realm.sees(caller, row));
    rows
}

fn lambda(prefix: &str, collection: &Collection, kind: &str, inner: &Filter, depth: usize) -> String {
    let inside = depth + 1;
    format!("{prefix}{}/{kind}(v{inside}:{})", collection.name, inner.print(inside))
}

fn query_function(name: &str, property: &str, values: &str) -> String {
    format!("Microsoft.Dynamics.CRM.{name}(PropertyName='{property}'{values})")
}

fn list(values: &[Value]) -> String {
    let texts: Vec<String> = values
        .iter()
        .map(|value| value.text().map_or_else(|| value.literal(), str::to_owned))
        .map(|text| serde_json::to_string(&text).unwrap())
        .collect();
    format!(",PropertyValues=[{}]", texts.join(","))
}
