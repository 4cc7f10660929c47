//! Writes, judged and then done over the wire; afterwards the row must be what the judge says, also when it was refused.
//!
//! In: a [`Session`], a caller and dice. Out: the judge's record follows, or a panic tells the request and both statuses.
//! Invariant: a refused write changes nothing.
//!
//! The order of the reasons: a privilege that is missing altogether, also to a new owner (403); a lookup's new end (403,
//! 404); a row that the
//! caller does not see (404); a right that does not reach it (403).

use http::Method;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::ask::{Question, Verdict, look_after, some_row};
use super::body::{body, by_name, reference, target};
use super::dice::Dice;
use super::draw;
use super::judge::Refused;
use super::realm::{Caller, Realm, Right, Row};
use super::session::Session;
use super::tables::{Column, Lookup, OWNED, OnDelete, Table, Write};
use super::value::Value;
use crate::world::Call;

/// A write, and how it is asked.
struct Change {
    act: Act,
    call: Call,
    /// As it is told when the answers differ.
    told: String,
}

/// What is to be done.
enum Act {
    Create(Row),
    Update {
        row: (Table, Uuid),
        values: Vec<(&'static Column, Value)>,
        links: Vec<Link>,
    },
    Assign {
        row: (Table, Uuid),
        owner: (Table, Uuid),
    },
    Delete {
        row: (Table, Uuid),
    },
}

/// A lookup of a row and where it is to lead.
#[derive(Clone, Copy)]
struct Link {
    lookup: &'static Lookup,
    to: Option<(Table, Uuid)>,
}

/// Does one of the writes.
pub(super) async fn change(session: &mut Session, question: &Question, dice: &mut Dice) -> Verdict {
    let change = draw(session, question.caller, dice);
    let mut after = session.realm.clone();
    let expected = judge(&mut after, question.caller, &change.act).map(|()| 204);
    let reply = session.send(question.caller, change.call).await;
    let status = reply.status.as_u16();
    let got = if status == 204 { Ok(204) } else { Err(status) };
    let told = format!("{}\nanswered {}", change.told, String::from_utf8_lossy(&reply.body));
    let verdict = question.settle(&told, &expected, &got);
    if expected.is_ok() {
        session.realm = after;
    }
    look_after(session, question, &told, change.act.row()).await;
    verdict
}

impl Act {
    fn row(&self) -> (Table, Uuid) {
        match self {
            Self::Create(row) => (row.table, row.id),
            Self::Update { row, .. } | Self::Assign { row, .. } | Self::Delete { row } => *row,
        }
    }
}

fn draw(session: &Session, caller: Caller, dice: &mut Dice) -> Change {
    match dice.below(10) {
        0..=2 => create(session, caller, dice),
        3 | 4 => values(session, dice),
        5..=7 => link(session, dice),
        8 => assign(session, dice),
        _ => delete(session, dice),
    }
}

fn create(session: &Session, caller: Caller, dice: &mut Dice) -> Change {
    let owners = session.owners();
    let owner = if dice.percent(50) {
        (Table::User, caller.acting)
    } else {
        *dice.pick(&owners)
    };
    let table = *dice.pick(&OWNED);
    let row = session.random_row(dice, table, owner);
    let body = body(&row);
    let told = format!("POST {} {body}", row.table.shape().set);
    Change {
        call: Call::post(row.table.shape().set, body),
        act: Act::Create(row),
        told,
    }
}

fn values(session: &Session, dice: &mut Dice) -> Change {
    let row = owned_row(session, dice);
    let columns = row
        .0
        .shape()
        .columns
        .iter()
        .filter(|column| column.write == Write::ByCaller);
    let columns: Vec<&'static Column> = columns.filter(|_| dice.percent(30)).collect();
    let values: Vec<_> = columns
        .into_iter()
        .map(|column| (column, draw::written(dice, column)))
        .collect();
    let mut links = Vec::new();
    if dice.percent(20) {
        links.push(some_link(session, row.0, dice));
    }
    let mut members = Map::new();
    for (column, value) in &values {
        members.insert(column.name.to_owned(), value.json());
    }
    for link in &links {
        let (name, value) = bind(*link);
        members.insert(name, value);
    }
    patch(Act::Update { row, values, links }, Json::Object(members))
}

fn patch(act: Act, body: Json) -> Change {
    let body = by_name(body);
    let path = reference(act.row());
    let told = format!("PATCH {path} {body}");
    Change {
        act,
        call: Call::patch(&path, body).header("If-Match", "*"),
        told,
    }
}

fn bind(link: Link) -> (String, Json) {
    let name = |table| format!("{}@odata.bind", target(link.lookup.targets, table).navigation);
    match link.to {
        Some(to) => (name(to.0), json!(format!("/{}", reference(to)))),
        None => (name(link.lookup.targets[0].table), Json::Null),
    }
}

/// A lookup is set or cleared, in each of the ways that there are.
fn link(session: &Session, dice: &mut Dice) -> Change {
    let row = owned_row(session, dice);
    let link = some_link(session, row.0, dice);
    let act = Act::Update {
        row,
        values: Vec::new(),
        links: vec![link],
    };
    let from = reference(row);
    match (link.to, dice.below(3)) {
        (_, 0) => {
            let (name, value) = bind(link);
            patch(act, json!({ name: value }))
        }
        (Some(to), 1) => {
            let collection = target(link.lookup.targets, to.0).collection;
            let path = format!("{}/{collection}/$ref", reference(to));
            let body = json!({ "@odata.id": from });
            Change {
                act,
                told: format!("POST {path} {body}"),
                call: Call::post(&path, body),
            }
        }
        (Some(to), _) => {
            let path = format!("{from}/{}/$ref", target(link.lookup.targets, to.0).navigation);
            let body = json!({ "@odata.id": reference(to) });
            Change {
                act,
                told: format!("PUT {path} {body}"),
                call: Call::put(&path, body),
            }
        }
        (None, _) => {
            let path = format!("{from}/{}/$ref", link.lookup.targets[0].navigation);
            Change {
                act,
                told: format!("DELETE {path}"),
                call: Call::new(Method::DELETE, &path),
            }
        }
    }
}

fn some_link(session: &Session, table: Table, dice: &mut Dice) -> Link {
    let lookups = table
        .shape()
        .lookups
        .iter()
        .filter(|lookup| lookup.write == Write::ByCaller);
    let lookups: Vec<&'static Lookup> = lookups.collect();
    let lookup = *dice.pick(&lookups);
    if dice.percent(25) {
        return Link { lookup, to: None };
    }
    let table = dice.pick(lookup.targets).table;
    let there: Vec<Uuid> = session.realm.rows(table).map(|row| row.id).collect();
    let id = if there.is_empty() || dice.percent(5) {
        dice.id()
    } else {
        *dice.pick(&there)
    };
    Link {
        lookup,
        to: Some((table, id)),
    }
}

fn assign(session: &Session, dice: &mut Dice) -> Change {
    let row = owned_row(session, dice);
    let owner = *dice.pick(&session.owners());
    patch(
        Act::Assign { row, owner },
        json!({ "ownerid@odata.bind": format!("/{}", reference(owner)) }),
    )
}

fn delete(session: &Session, dice: &mut Dice) -> Change {
    let row = owned_row(session, dice);
    let path = reference(row);
    Change {
        act: Act::Delete { row },
        told: format!("DELETE {path}"),
        call: Call::delete(&path),
    }
}

fn owned_row(session: &Session, dice: &mut Dice) -> (Table, Uuid) {
    loop {
        let row = some_row(session, dice);
        if row.0.is_owned() {
            return row;
        }
    }
}

/// Decides, and where it is allowed does it to the record.
fn judge(realm: &mut Realm, caller: Caller, act: &Act) -> Result<(), Refused> {
    realm.admits(caller)?;
    match act {
        Act::Create(row) => judge_create(realm, caller, row),
        Act::Update { row, values, links } => {
            let mut changed = judge_update(realm, caller, *row, links)?;
            for (column, value) in values {
                changed.values.insert(column.name, value.clone());
            }
            changed.complete();
            realm.put(changed);
            Ok(())
        }
        Act::Assign { row, owner } => judge_assign(realm, caller, *row, *owner),
        Act::Delete { row } => judge_delete(realm, caller, *row),
    }
}

fn judge_create(realm: &mut Realm, caller: Caller, row: &Row) -> Result<(), Refused> {
    // In the order of their names, in which the body has them.
    let by_caller = |name: &str| row.table.lookup(name).write == Write::ByCaller;
    let links: Vec<(Table, Uuid)> = row
        .links
        .iter()
        .filter(|(name, _)| by_caller(name))
        .map(|(_, to)| *to)
        .collect();
    let owner = row.owner.unwrap();
    realm.holds(caller, Right::Create, row.table)?;
    if !links.is_empty() {
        realm.holds(caller, Right::Append, row.table)?;
    }
    for to in &links {
        realm.holds(caller, Right::AppendTo, to.0)?;
    }
    // A row for somebody else is one's own row, made and assigned at once; one's own row every depth reaches.
    let is_given_away = owner != (Table::User, caller.acting);
    if is_given_away {
        realm.holds(caller, Right::Assign, row.table)?;
    }
    if is_given_away {
        may_own(realm, owner, row.table)?;
    }
    links.iter().try_for_each(|to| may_point_to(realm, caller, *to))?;
    reaches(realm, caller, Right::Create, row)?;
    if !links.is_empty() {
        reaches(realm, caller, Right::Append, row)?;
    }
    realm.put(row.clone());
    Ok(())
}

fn judge_update(realm: &Realm, caller: Caller, row: (Table, Uuid), links: &[Link]) -> Result<Row, Refused> {
    let targets: Vec<(Table, Uuid)> = links.iter().filter_map(|link| link.to).collect();
    realm.holds(caller, Right::Write, row.0)?;
    realm.holds(caller, Right::Read, row.0)?;
    if !targets.is_empty() {
        realm.holds(caller, Right::Append, row.0)?;
    }
    for to in &targets {
        realm.holds(caller, Right::AppendTo, to.0)?;
    }
    targets.iter().try_for_each(|to| may_point_to(realm, caller, *to))?;
    let there = realm.seen(caller, row.0, row.1).ok_or(404_u16)?;
    reaches(realm, caller, Right::Write, there)?;
    if !targets.is_empty() {
        reaches(realm, caller, Right::Append, there)?;
    }
    let mut changed = there.clone();
    for link in links {
        match link.to {
            Some(to) => changed.links.insert(link.lookup.name, to),
            None => changed.links.remove(link.lookup.name),
        };
    }
    Ok(changed)
}

fn judge_assign(realm: &mut Realm, caller: Caller, row: (Table, Uuid), owner: (Table, Uuid)) -> Result<(), Refused> {
    realm.holds(caller, Right::Write, row.0)?;
    realm.holds(caller, Right::Read, row.0)?;
    realm.holds(caller, Right::Assign, row.0)?;
    may_own(realm, owner, row.0)?;
    let there = realm.seen(caller, row.0, row.1).ok_or(404_u16)?;
    reaches(realm, caller, Right::Write, there)?;
    reaches(realm, caller, Right::Assign, there)?;
    let mut changed = there.clone();
    realm.give(&mut changed, owner);
    realm.put(changed);
    Ok(())
}

fn judge_delete(realm: &mut Realm, caller: Caller, row: (Table, Uuid)) -> Result<(), Refused> {
    realm.holds(caller, Right::Delete, row.0)?;
    realm.holds(caller, Right::Read, row.0)?;
    realm.seen(caller, row.0, row.1).ok_or(404_u16)?;
    // What hangs on the row goes with it, and must be deletable too.
    let mut ended = vec![row];
    let mut next = 0;
    while let Some(here) = ended.get(next).copied() {
        next += 1;
        reaches(realm, caller, Right::Delete, realm.row(here.0, here.1).unwrap())?;
        for collection in here.0.collections() {
            for child in realm.pointing(collection.table, collection.lookup.name, here) {
                let child = (child.table, child.id);
                if collection.on_delete == OnDelete::Cascade && !ended.contains(&child) {
                    ended.push(child);
                }
            }
        }
    }
    for here in ended {
        for collection in here.0.collections() {
            let pointing = realm.pointing(collection.table, collection.lookup.name, here);
            let cleared: Vec<Row> = pointing.into_iter().cloned().collect();
            for mut row in cleared {
                row.links.remove(collection.lookup.name);
                realm.put(row);
            }
        }
        realm.remove(here.0, here.1);
    }
    Ok(())
}

fn reaches(realm: &Realm, caller: Caller, right: Right, row: &Row) -> Result<(), Refused> {
    if realm.may(caller, right, row) {
        Ok(())
    } else {
        Err(403)
    }
}

/// The new end of a lookup must be within the reach of append-to; whether the caller reads it does not matter. One that
/// is out of reach is told as forbidden to those who see it, and as missing to others.
fn may_point_to(realm: &Realm, caller: Caller, to: (Table, Uuid)) -> Result<(), Refused> {
    let there = realm.row(to.0, to.1).ok_or(404_u16)?;
    if realm.may(caller, Right::AppendTo, there) {
        return Ok(());
    }
    if realm.sees(caller, there) { Err(403) } else { Err(404) }
}

/// A new owner must be able to read what it gets (7.4).
fn may_own(realm: &Realm, owner: (Table, Uuid), table: Table) -> Result<(), Refused> {
    if realm.principal_holds(owner, Right::Read, table) {
        Ok(())
    } else {
        Err(403)
    }
}
