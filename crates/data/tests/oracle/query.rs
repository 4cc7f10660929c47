//! A read of a collection: drawn at random, printed as a URL, and answered by the judge.
//!
//! In: dice and a [`Realm`]. Out: a [`Query`]; from it a URL and the [`Found`] rows that must come back. Invariant: the
//! answer is made by going through all rows, one by one, and sorting those that are admitted.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

use super::dice::Dice;
use super::draw;
use super::filter::{Filter, Hop, Path, seen_of};
use super::judge::Refused;
use super::realm::{Caller, Realm, Right, Row, properties};
use super::tables::{Collection, Table};
use super::value::Value;

/// A read of rows.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) table: Table,
    pub(super) filter: Option<Filter>,
    pub(super) order: Vec<OrderKey>,
    pub(super) top: Option<usize>,
    /// `Prefer: odata.maxpagesize`
    pub(super) page_size: Option<usize>,
    pub(super) count: Count,
    pub(super) select: Vec<String>,
    pub(super) expands: Vec<Expand>,
}

/// Whether `$count=true` is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Wanted,
    Unwanted,
}

/// One key of an order.
#[derive(Debug, Clone)]
pub(super) struct OrderKey {
    written: String,
    path: Path,
    direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

/// A navigation to be answered within each row.
#[derive(Debug, Clone)]
pub(super) struct Expand {
    pub(super) to: Navigation,
    filter: Option<Filter>,
    order: Vec<OrderKey>,
    top: Option<usize>,
}

/// Where an expand leads.
#[derive(Debug, Clone, Copy)]
pub(super) enum Navigation {
    One(Hop),
    Many(Collection),
}

/// A row that an answer holds.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) id: Uuid,
    /// By the navigation: the rows behind it.
    pub(super) behind: BTreeMap<String, Vec<Uuid>>,
}

/// One line for a row, so that a whole answer can be read.
impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        self.behind.iter().try_for_each(|(name, ids)| {
            let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
            write!(f, " {name}: {}", ids.join(" "))
        })
    }
}

/// An answer: the rows of all pages, and the number of all rows where it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) count: Option<usize>,
    pub(super) rows: Vec<Found>,
}

impl Navigation {
    /// Its name.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::One(hop) => hop.navigation,
            Self::Many(collection) => collection.name,
        }
    }

    /// The table that it leads to.
    pub(super) fn table(&self) -> Table {
        match self {
            Self::One(hop) => hop.target,
            Self::Many(collection) => collection.table,
        }
    }
}

/// A random read of a table.
pub(super) fn draw(dice: &mut Dice, realm: &Realm) -> Query {
    let table = draw::table(dice);
    let pages = dice.percent(30);
    Query {
        table,
        filter: dice.percent(85).then(|| draw::filter(dice, realm, table, 2)),
        order: order(dice, table),
        top: dice.percent(20).then(|| 1 + dice.below(30)),
        page_size: pages.then(|| 1 + dice.below(20)),
        count: if dice.percent(30) {
            Count::Wanted
        } else {
            Count::Unwanted
        },
        select: select(dice, table),
        expands: expands(dice, realm, table),
    }
}

/// Some of the properties; always the key.
pub(super) fn select(dice: &mut Dice, table: Table) -> Vec<String> {
    let key = table.shape().key;
    properties(table)
        .into_iter()
        .filter(|property| property == key || dice.percent(30))
        .collect()
}

fn order(dice: &mut Dice, table: Table) -> Vec<OrderKey> {
    let mut keys: Vec<OrderKey> = Vec::new();
    while keys.len() < 3 && dice.percent(40) {
        let (written, path) = order_path(dice, table);
        let direction = if dice.percent(50) {
            Direction::Ascending
        } else {
            Direction::Descending
        };
        if keys.iter().all(|key| key.written != written) {
            keys.push(OrderKey {
                written,
                path,
                direction,
            });
        }
    }
    keys
}

fn order_path(dice: &mut Dice, table: Table) -> (String, Path) {
    if dice.percent(20) {
        let lookup = dice.pick(table.shape().lookups);
        if let [target] = lookup.targets {
            // A lookup is ordered by the name of the row that it leads to.
            let hop = Hop {
                lookup,
                target: target.table,
                navigation: target.navigation,
            };
            let name = target.table.shape().name.to_owned();
            return (
                lookup.property(),
                Path {
                    hops: vec![hop],
                    property: name,
                },
            );
        }
    }
    let (path, _, _) = draw::column_path(dice, table, 2);
    (path.print(""), path)
}

/// Navigations, each once.
pub(super) fn expands(dice: &mut Dice, realm: &Realm, table: Table) -> Vec<Expand> {
    let mut expands: Vec<Expand> = Vec::new();
    while expands.len() < 3 && dice.percent(30) {
        let to = navigation(dice, table);
        if expands.iter().any(|known| known.to.name() == to.name()) {
            continue;
        }
        let filter = dice.percent(40).then(|| draw::filter(dice, realm, to.table(), 1));
        let (order, top) = match to {
            Navigation::One(_) => (Vec::new(), None),
            Navigation::Many(collection) => (
                order(dice, collection.table),
                dice.percent(30).then(|| 1 + dice.below(5)),
            ),
        };
        expands.push(Expand { to, filter, order, top });
    }
    expands
}

fn navigation(dice: &mut Dice, table: Table) -> Navigation {
    let collections = table.collections();
    if !collections.is_empty() && dice.percent(50) {
        return Navigation::Many(*dice.pick(&collections));
    }
    let lookup = dice.pick(table.shape().lookups);
    let target = dice.pick(lookup.targets);
    Navigation::One(Hop {
        lookup,
        target: target.table,
        navigation: target.navigation,
    })
}

impl Query {
    /// As it is asked.
    pub(super) fn url(&self) -> String {
        let mut options = vec![format!("$select={}", self.select.join(","))];
        options.extend(
            self.filter
                .as_ref()
                .map(|filter| format!("$filter={}", encoded(&filter.print(0)))),
        );
        options.extend(written(&self.order).map(|order| format!("$orderby={}", encoded(&order))));
        options.extend(self.top.map(|top| format!("$top={top}")));
        if self.count == Count::Wanted {
            options.push("$count=true".to_owned());
        }
        options.extend(expand_option(&self.expands));
        format!("{}?{}", self.table.shape().set, options.join("&"))
    }

    /// What the judge answers.
    pub(super) fn answer(&self, realm: &Realm, caller: Caller) -> Result<Answer, Refused> {
        self.within(realm, caller, realm.rows(self.table).collect())
    }

    /// What the judge answers when only these rows are asked about.
    pub(super) fn within(&self, realm: &Realm, caller: Caller, rows: Vec<&Row>) -> Result<Answer, Refused> {
        realm.admits(caller)?;
        may_look(realm, caller, self.table, self.filter.as_ref(), &self.order)?;
        may_expand(realm, caller, &self.expands)?;
        let mut rows = admitted(realm, caller, rows, self.filter.as_ref());
        sort(realm, caller, &mut rows, &self.order);
        let count = (self.count == Count::Wanted).then_some(rows.len());
        rows.truncate(self.top.unwrap_or(usize::MAX));
        let rows = rows
            .into_iter()
            .map(|row| found(realm, caller, row, &self.expands))
            .collect();
        Ok(Answer { count, rows })
    }
}

/// The rows that the caller sees and of which the filter is true.
fn admitted<'a>(realm: &Realm, caller: Caller, rows: Vec<&'a Row>, filter: Option<&Filter>) -> Vec<&'a Row> {
    let fits = |row: &Row| filter.is_none_or(|filter| filter.holds(realm, caller, row));
    rows.into_iter()
        .filter(|row| realm.sees(caller, row) && fits(row))
        .collect()
}

/// Sorts by the keys and then by the primary key.
fn sort(realm: &Realm, caller: Caller, rows: &mut [&Row], order: &[OrderKey]) {
    rows.sort_by_cached_key(|row| {
        let keys = order
            .iter()
            .map(|key| (key.direction, key.path.value(realm, caller, row)))
            .collect();
        Rank { keys, id: row.id }
    });
}

/// The place of a row in an order.
#[derive(PartialEq, Eq)]
struct Rank {
    keys: Vec<(Direction, Value)>,
    id: Uuid,
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        let compare = |((direction, one), (_, two)): (&(Direction, Value), &(Direction, Value))| match direction {
            Direction::Ascending => one.order(two),
            Direction::Descending => two.order(one),
        };
        let by_keys = self
            .keys
            .iter()
            .zip(&other.keys)
            .map(compare)
            .find(|order| order.is_ne());
        by_keys.unwrap_or(Ordering::Equal).then(self.id.cmp(&other.id))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A row with what is behind its navigations, as far as the caller sees it.
pub(super) fn found(realm: &Realm, caller: Caller, row: &Row, expands: &[Expand]) -> Found {
    let behind = expands.iter().map(|expand| {
        let rows: Vec<&Row> = match expand.to {
            Navigation::One(hop) => {
                let link = row.links.get(hop.lookup.name).filter(|(table, _)| *table == hop.target);
                link.and_then(|(table, id)| realm.seen(caller, *table, *id))
                    .into_iter()
                    .collect()
            }
            Navigation::Many(collection) => seen_of(&collection, realm, caller, row),
        };
        let mut rows = admitted(realm, caller, rows, expand.filter.as_ref());
        sort(realm, caller, &mut rows, &expand.order);
        rows.truncate(expand.top.unwrap_or(usize::MAX));
        (
            expand.to.name().to_owned(),
            rows.into_iter().map(|row| row.id).collect(),
        )
    });
    Found {
        id: row.id,
        behind: behind.collect(),
    }
}

/// To filter and to order by what is behind a navigation is to read it: the privilege is needed there too.
fn may_look(
    realm: &Realm,
    caller: Caller,
    table: Table,
    filter: Option<&Filter>,
    order: &[OrderKey],
) -> Result<(), Refused> {
    let mut tables = vec![table];
    if let Some(filter) = filter {
        filter.tables(&mut tables);
    }
    tables.extend(order.iter().flat_map(|key| key.path.hops.iter().map(|hop| hop.target)));
    tables
        .into_iter()
        .try_for_each(|table| realm.holds(caller, Right::Read, table))
}

/// Likewise for what is expanded.
pub(super) fn may_expand(realm: &Realm, caller: Caller, expands: &[Expand]) -> Result<(), Refused> {
    expands
        .iter()
        .try_for_each(|expand| may_look(realm, caller, expand.to.table(), expand.filter.as_ref(), &expand.order))
}

/// `$expand=…`, where anything is to be expanded.
pub(super) fn expand_option(expands: &[Expand]) -> Option<String> {
    let items: Vec<String> = expands.iter().map(Expand::written).collect();
    (!items.is_empty()).then(|| format!("$expand={}", items.join(",")))
}

impl Expand {
    fn written(&self) -> String {
        let mut options = vec![format!("$select={}", self.to.table().shape().key)];
        options.extend(
            self.filter
                .as_ref()
                .map(|filter| format!("$filter={}", encoded(&filter.print(0)))),
        );
        options.extend(written(&self.order).map(|order| format!("$orderby={}", encoded(&order))));
        options.extend(self.top.map(|top| format!("$top={top}")));
        format!("{}({})", self.to.name(), options.join(";"))
    }
}

fn written(order: &[OrderKey]) -> Option<String> {
    let key = |key: &OrderKey| match key.direction {
        Direction::Ascending => key.written.clone(),
        Direction::Descending => format!("{} desc", key.written),
    };
    let keys: Vec<String> = order.iter().map(key).collect();
    (!keys.is_empty()).then(|| keys.join(","))
}

/// A value of a query option, percent-encoded.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
