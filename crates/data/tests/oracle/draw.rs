//! Random values, paths and filters over the tables.
//!
//! In: dice and a [`Realm`]. Out: a [`Filter`] that the wire takes. Invariant: what is compared with is mostly taken from
//! rows that are there, so that conditions are seldom true of all rows or of none.

use super::dice::Dice;
use super::filter::{Comparison, Emptiness, Filter, Hop, Path};
use super::pattern::{Part, Pattern, Place};
use super::realm::Realm;
use super::tables::{ALL, Collection, Column, Kind, Table};
use super::value::{ONE, Value};

/// Names that differ in little: in case, in letters beyond ASCII, in spaces at the end, in wildcards and quotes.
const TEXTS: [&str; 40] = [
    "Fjord Freight",
    "fjord freight",
    "FJORD FREIGHT ",
    "Fjord",
    "Ærø Kaffe",
    "ærø kaffe",
    "ÆRØ",
    "Straße 7",
    "STRASSE 7",
    "O'Brien & Sons",
    "o'brien",
    "100% Wool",
    "100 Wool",
    "snow_man",
    "snowman",
    "Ωmega",
    "ωMEGA",
    "ΟΔΟΣ",
    "ΟΔΟΣΑ",
    "οδος",
    "İzmir",
    "izmir",
    "naïve",
    "Naive",
    "Zoë",
    "zoe",
    "trailing ",
    "trailing",
    "a",
    "B",
    "b",
    "_",
    "back\\slash",
    "日本",
    "😀 emoji",
    "Éclair",
    "éclair",
    "[brackets]",
    "a+b=c",
    "one/two?#3",
];

const COMPARISONS: [Comparison; 6] = [
    Comparison::Eq,
    Comparison::Ne,
    Comparison::Lt,
    Comparison::Le,
    Comparison::Gt,
    Comparison::Ge,
];

const EQUALITIES: [Comparison; 2] = [Comparison::Eq, Comparison::Ne];

/// 2025-01-01, the first of the days and moments.
const FIRST_DAY: i64 = 20_089;

/// A value that a column can hold; null for some.
fn value(dice: &mut Dice, kind: Kind) -> Value {
    if dice.percent(20) {
        return Value::Null;
    }
    filled(dice, kind)
}

/// A value that a caller may write; columns that have a default always get one.
pub(super) fn written(dice: &mut Dice, column: &Column) -> Value {
    let has_default = column.kind == Kind::Flag || column.name == "prioritycode";
    let value = if has_default {
        filled(dice, column.kind)
    } else {
        value(dice, column.kind)
    };
    // The service does not keep spaces at the end of a line of text.
    match value.text() {
        Some(text) => Value::Text(text.trim_end_matches(' ').to_owned()),
        None => value,
    }
}

fn filled(dice: &mut Dice, kind: Kind) -> Value {
    match kind {
        Kind::Text => Value::Text((*dice.pick(&TEXTS)).to_owned()),
        Kind::Whole => Value::Number(i128::from(dice.between(0, 12)) * ONE),
        // A few units and a few ten-thousandths, so that there are ties and near misses.
        Kind::Money => Value::Number(i128::from(dice.between(0, 4)) * ONE + i128::from(dice.between(0, 3)) * 100),
        Kind::Flag => Value::Flag(dice.percent(50)),
        Kind::Day => Value::Day(FIRST_DAY + dice.between(-20_500, 12)),
        Kind::Time => Value::Time(FIRST_DAY * 86_400 + dice.between(0, 9) * 43_199),
        Kind::Choice(options) => Value::Number(i128::from(*dice.pick(options)) * ONE),
        Kind::Key => Value::Id(dice.id()),
    }
}

/// A value to compare a property with: mostly one that some row has.
fn known(dice: &mut Dice, realm: &Realm, table: Table, property: &str, kind: Kind) -> Value {
    let there: Vec<Value> = realm
        .rows(table)
        .map(|row| row.value(property))
        .filter(|value| *value != Value::Null)
        .collect();
    let known = if there.is_empty() || dice.percent(15) {
        filled(dice, kind)
    } else {
        dice.pick(&there).clone()
    };
    match (known, kind) {
        // Also between what the column can hold.
        (Value::Number(number), Kind::Whole | Kind::Money) if dice.percent(20) => {
            Value::Number(number + i128::from(dice.between(-1, 1)) * 10)
        }
        (Value::Text(text), _) if dice.percent(40) => Value::Text(other_case(&text)),
        (known, _) => known,
    }
}

fn other_case(text: &str) -> String {
    // No letter whose capital is several letters, which folds to something else.
    let turn = |letter: char| {
        let mut upper = letter.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(one), None) if one.to_lowercase().eq([letter]) => one,
            _ => letter,
        }
    };
    text.chars().map(turn).collect()
}

/// Up to `most` lookups to go along, and the table where that ends.
fn hops(dice: &mut Dice, table: Table, most: usize) -> (Vec<Hop>, Table) {
    let (mut hops, mut here) = (Vec::new(), table);
    while hops.len() < most && dice.percent(35) {
        let lookup = dice.pick(here.shape().lookups);
        let target = dice.pick(lookup.targets);
        hops.push(Hop {
            lookup,
            target: target.table,
            navigation: target.navigation,
        });
        here = target.table;
    }
    (hops, here)
}

/// A column, maybe behind lookups, with the table that has it.
pub(super) fn column_path(dice: &mut Dice, table: Table, most: usize) -> (Path, Table, &'static Column) {
    let (hops, end) = hops(dice, table, most);
    let column = if dice.percent(8) {
        end.key()
    } else {
        dice.pick(end.shape().columns)
    };
    (
        Path {
            hops,
            property: column.name.to_owned(),
        },
        end,
        column,
    )
}

/// A filter over the rows of a table. `depth` is how far it may still branch.
pub(super) fn filter(dice: &mut Dice, realm: &Realm, table: Table, depth: usize) -> Filter {
    if depth > 0 && dice.percent(45) {
        let inner = |dice: &mut Dice| Box::new(filter(dice, realm, table, depth - 1));
        return match dice.below(3) {
            0 => Filter::Both(inner(dice), inner(dice)),
            1 => Filter::Either(inner(dice), inner(dice)),
            _ => negated(inner(dice)),
        };
    }
    match dice.below(20) {
        0..=6 => comparison(dice, realm, table),
        7..=9 => text(dice, realm, table),
        10 | 11 => lookup(dice, realm, table),
        12 => columns(dice, table),
        13 => flag(dice, realm, table),
        14 => {
            let (mut path, end) = hops(dice, table, 1);
            let lookup = dice.pick(end.shape().lookups);
            let target = dice.pick(lookup.targets);
            path.push(Hop {
                lookup,
                target: target.table,
                navigation: target.navigation,
            });
            Filter::Empty(path, *dice.pick(&[Emptiness::Empty, Emptiness::Filled]))
        }
        15..=17 => lambda(dice, realm, table, depth),
        _ => property_function(dice, realm, table),
    }
}

/// A query function takes no `not` before it (Web API reference 4.8).
fn negated(inner: Box<Filter>) -> Filter {
    let is_query_function = matches!(
        *inner,
        Filter::In(..) | Filter::NotIn(..) | Filter::Between(..) | Filter::OfActingUser(_)
    );
    if is_query_function { *inner } else { Filter::Not(inner) }
}

fn comparison(dice: &mut Dice, realm: &Realm, table: Table) -> Filter {
    let (path, end, column) = column_path(dice, table, 2);
    if dice.percent(20) {
        return Filter::Compare(path, *dice.pick(&EQUALITIES), Value::Null);
    }
    let ops: &[Comparison] = if matches!(column.kind, Kind::Flag | Kind::Key) {
        &EQUALITIES
    } else {
        &COMPARISONS
    };
    let value = known(dice, realm, end, column.name, column.kind);
    let op = *dice.pick(ops);
    if dice.percent(20) {
        Filter::CompareMirrored(path, op, value)
    } else {
        Filter::Compare(path, op, value)
    }
}

fn text(dice: &mut Dice, realm: &Realm, table: Table) -> Filter {
    loop {
        let (path, end, column) = column_path(dice, table, 2);
        if column.kind != Kind::Text {
            continue;
        }
        let Value::Text(whole) = known(dice, realm, end, column.name, column.kind) else {
            continue;
        };
        let letters: Vec<char> = whole.chars().collect();
        let first = dice.below(letters.len());
        let length = 1 + dice.below((letters.len() - first).min(5));
        let part = |letter: &char| match dice.below(20) {
            0 => Part::AnyLetter,
            1 => Part::AnyText,
            _ => Part::Letter(*letter),
        };
        let parts = letters[first..first + length].iter().map(part).collect();
        return Filter::Text(
            path,
            Pattern {
                place: *dice.pick(&[Place::Anywhere, Place::Start, Place::End]),
                parts,
            },
        );
    }
}

/// A lookup's own value.
fn lookup(dice: &mut Dice, realm: &Realm, table: Table) -> Filter {
    let (hops, end) = hops(dice, table, 1);
    let property = if end.is_owned() && dice.percent(30) {
        "_ownerid_value".to_owned()
    } else {
        dice.pick(end.shape().lookups).property()
    };
    let value = if dice.percent(25) {
        Value::Null
    } else {
        known(dice, realm, end, &property, Kind::Key)
    };
    Filter::Compare(Path { hops, property }, *dice.pick(&EQUALITIES), value)
}

fn columns(dice: &mut Dice, table: Table) -> Filter {
    let (one, two) = match table {
        Table::Account => *dice.pick(&[
            ("revenue", "creditlimit"),
            ("name", "address1_city"),
            ("name", "description"),
        ]),
        Table::Contact => *dice.pick(&[("firstname", "lastname"), ("jobtitle", "firstname")]),
        Table::Task => ("subject", "category"),
        Table::User => ("fullname", "domainname"),
        Table::Team | Table::Unit => ("name", "name"),
    };
    Filter::Columns(one, *dice.pick(&COMPARISONS), two)
}

fn flag(dice: &mut Dice, realm: &Realm, table: Table) -> Filter {
    let (path, _) = hops(dice, table, 1);
    let end = path.last().map_or(table, |hop| hop.target);
    let flag = end.shape().columns.iter().find(|column| column.kind == Kind::Flag);
    match flag {
        Some(column) => Filter::Flag(Path {
            hops: path,
            property: column.name.to_owned(),
        }),
        None => comparison(dice, realm, table),
    }
}

fn lambda(dice: &mut Dice, realm: &Realm, table: Table, depth: usize) -> Filter {
    let collections = table.collections();
    if collections.is_empty() {
        return comparison(dice, realm, table);
    }
    let collection: Collection = *dice.pick(&collections);
    if dice.percent(15) {
        return Filter::Any(collection, None);
    }
    let inner = Box::new(filter(dice, realm, collection.table, depth.saturating_sub(1)));
    if dice.percent(65) {
        Filter::Any(collection, Some(inner))
    } else {
        Filter::All(collection, inner)
    }
}

/// A query function; these are asked of the row's own columns.
fn property_function(dice: &mut Dice, realm: &Realm, table: Table) -> Filter {
    if table.is_owned() && dice.percent(25) {
        return Filter::OfActingUser("_ownerid_value");
    }
    let column = dice.pick(table.shape().columns);
    let some = |dice: &mut Dice| {
        // A list takes only what the column can hold.
        let there: Vec<Value> = realm
            .rows(table)
            .map(|row| row.value(column.name))
            .filter(|value| *value != Value::Null)
            .collect();
        if there.is_empty() {
            filled(dice, column.kind)
        } else {
            dice.pick(&there).clone()
        }
    };
    match dice.below(3) {
        0 => Filter::In(column.name, (0..=dice.below(3)).map(|_| some(dice)).collect()),
        1 => Filter::NotIn(column.name, (0..=dice.below(3)).map(|_| some(dice)).collect()),
        _ if column.kind == Kind::Flag => Filter::In(column.name, vec![some(dice)]),
        _ => Filter::Between(column.name, some(dice), some(dice)),
    }
}

/// Any of the tables, those with owners more often.
pub(super) fn table(dice: &mut Dice) -> Table {
    if dice.percent(80) {
        *dice.pick(&super::tables::OWNED)
    } else {
        *dice.pick(&ALL)
    }
}
