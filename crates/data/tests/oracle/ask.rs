//! Reads, asked over the wire and compared with what the judge answers.
//!
//! In: a [`Session`], a caller and dice. Out: nothing, or a panic that tells the question and both answers. Invariant: the
//! answers must be equal: the status, the rows, their order, their number, what is expanded, and every value.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde_json::Value as Json;
use uuid::Uuid;

use super::body::reference;
use super::dice::Dice;
use super::judge::Refused;
use super::query::{self, Answer, Count, Expand, Found, Navigation, Query};
use super::realm::{Caller, Right, properties};
use super::session::Session;
use super::tables::{OWNED, Table};
use crate::world::{Call, Reply};

/// A question as it is told when the answers differ.
pub(super) struct Question {
    pub(super) seed: u64,
    pub(super) number: usize,
    pub(super) caller: Caller,
}

/// How a question was answered, by the wire and by the judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Admitted,
    Refused,
}

impl Question {
    /// Fails the test unless both answers are the same.
    pub(super) fn settle<T: Debug + PartialEq>(
        &self,
        request: &str,
        expected: &Result<T, Refused>,
        got: &Result<T, Refused>,
    ) -> Verdict {
        self.compare(request, expected, got);
        if expected.is_ok() {
            Verdict::Admitted
        } else {
            Verdict::Refused
        }
    }

    /// Fails the test unless both are the same.
    pub(super) fn compare<T: Debug + PartialEq>(&self, request: &str, expected: &T, got: &T) {
        assert!(
            expected == got,
            "seed {}, question {}, {:?}\n{}\nexpected {expected:#?}\ngot {got:#?}",
            self.seed,
            self.number,
            self.caller,
            percent_encoding::percent_decode_str(request).decode_utf8_lossy()
        );
    }
}

/// Asks one of the reads.
pub(super) async fn ask(session: &Session, question: &Question, dice: &mut Dice) -> Verdict {
    match dice.below(20) {
        0..=12 => collection(session, question, dice).await,
        13..=15 => one_row(session, question, dice).await,
        16 => number_of_rows(session, question, dice).await,
        17 | 18 => collection_of_row(session, question, dice).await,
        _ => row_behind_row(session, question, dice).await,
    }
}

/// `GET accounts?…`, to the last page.
async fn collection(session: &Session, question: &Question, dice: &mut Dice) -> Verdict {
    let query = query::draw(dice, &session.realm);
    let url = query.url();
    let expected = query.answer(&session.realm, question.caller);
    let got = pages(session, question, &query, &url).await;
    question.settle(&url, &expected, &got)
}

/// `GET accounts(…)/Account_Tasks?…`
async fn collection_of_row(session: &Session, question: &Question, dice: &mut Dice) -> Verdict {
    let (table, id) = some_row(session, dice);
    let collections = table.collections();
    if collections.is_empty() {
        return collection(session, question, dice).await;
    }
    let collection = *dice.pick(&collections);
    let mut query = query::draw(dice, &session.realm);
    while query.table != collection.table {
        query = query::draw(dice, &session.realm);
    }
    let (_, options) = query
        .url()
        .split_once('?')
        .map(|(set, options)| (set.to_owned(), options.to_owned()))
        .unwrap();
    let url = format!("{}/{}?{options}", reference((table, id)), collection.name);

    let realm = &session.realm;
    let rows = realm.pointing(collection.table, collection.lookup.name, (table, id));
    let expected = realm
        .admits(question.caller)
        .and_then(|()| realm.holds(question.caller, Right::Read, table))
        .and_then(|()| match realm.seen(question.caller, table, id) {
            Some(_) => query.within(realm, question.caller, rows),
            None => query.within(realm, question.caller, Vec::new()).and(Err(404)),
        });
    let got = pages(session, question, &query, &url).await;
    question.settle(&url, &expected, &got)
}

/// `GET accounts/$count?$filter=…`
async fn number_of_rows(session: &Session, question: &Question, dice: &mut Dice) -> Verdict {
    let drawn = query::draw(dice, &session.realm);
    let query = Query {
        order: Vec::new(),
        top: None,
        expands: Vec::new(),
        count: Count::Wanted,
        ..drawn
    };
    let filter = query
        .filter
        .as_ref()
        .map(|filter| format!("?$filter={}", query::encoded(&filter.print(0))));
    let url = format!("{}/$count{}", query.table.shape().set, filter.unwrap_or_default());
    let expected = query
        .answer(&session.realm, question.caller)
        .map(|answer| answer.count.unwrap().to_string());
    let reply = session.send(question.caller, Call::get(&url)).await;
    let text = |reply: &Reply| {
        String::from_utf8(reply.body.clone())
            .unwrap()
            .trim_start_matches('\u{feff}')
            .to_owned()
    };
    let got = if reply.status == 200 {
        Ok(text(&reply))
    } else {
        Err(refused(question, &url, &reply))
    };
    question.settle(&url, &expected, &got)
}

/// `GET accounts(…)?…`
async fn one_row(session: &Session, question: &Question, dice: &mut Dice) -> Verdict {
    let (table, id) = some_row(session, dice);
    let select = query::select(dice, table);
    let expands = query::expands(dice, &session.realm, table);
    let mut url = format!("{}?$select={}", reference((table, id)), select.join(","));
    if let Some(option) = query::expand_option(&expands) {
        url = format!("{url}&{option}");
    }
    let (realm, caller) = (&session.realm, question.caller);
    let expected = realm
        .admits(caller)
        .and_then(|()| realm.holds(caller, Right::Read, table))
        .and_then(|()| query::may_expand(realm, caller, &expands))
        .and_then(|()| realm.seen(caller, table, id).ok_or(404))
        .map(|row| query::found(realm, caller, row, &expands));
    let reply = session.send(caller, Call::get(&url)).await;
    let got = answered(question, &url, &reply).map(|shown| {
        read(
            &Shown {
                table,
                select: &select,
                expands: &expands,
            },
            &shown,
        )
    });
    if let (Ok(_), Ok(shown)) = (&expected, answered(question, &url, &reply)) {
        same_values(
            session,
            question,
            &url,
            &Shown {
                table,
                select: &select,
                expands: &expands,
            },
            &shown,
        );
    }
    question.settle(&url, &expected, &got)
}

/// `GET accounts(…)/primarycontactid`
async fn row_behind_row(session: &Session, question: &Question, dice: &mut Dice) -> Verdict {
    let (table, id) = some_row(session, dice);
    let lookup = dice.pick(table.shape().lookups);
    let target = dice.pick(lookup.targets);
    let url = format!(
        "{}/{}?$select={}",
        reference((table, id)),
        target.navigation,
        target.table.shape().key
    );
    let (realm, caller) = (&session.realm, question.caller);
    let expected = realm
        .admits(caller)
        .and_then(|()| realm.holds(caller, Right::Read, table))
        .and_then(|()| realm.holds(caller, Right::Read, target.table))
        .and_then(|()| realm.seen(caller, table, id).ok_or(404))
        .map(|row| {
            let link = row.links.get(lookup.name).filter(|(linked, _)| *linked == target.table);
            link.filter(|(linked, id)| realm.seen(caller, *linked, *id).is_some())
                .map(|(_, id)| *id)
        });
    let reply = session.send(caller, Call::get(&url)).await;
    let got = if reply.status == 204 {
        Ok(None)
    } else {
        answered(question, &url, &reply).map(|shown| Some(id_of(target.table, &shown)))
    };
    question.settle(&url, &expected, &got)
}

/// The key of a row, sometimes of one that is not there.
pub(super) fn some_row(session: &Session, dice: &mut Dice) -> (Table, Uuid) {
    let table = if dice.percent(85) {
        *dice.pick(&OWNED)
    } else {
        *dice.pick(&[Table::User, Table::Team, Table::Unit])
    };
    let there: Vec<Uuid> = session.realm.rows(table).map(|row| row.id).collect();
    (
        table,
        if there.is_empty() || dice.percent(5) {
            dice.id()
        } else {
            *dice.pick(&there)
        },
    )
}

/// What of rows is answered.
struct Shown<'a> {
    table: Table,
    select: &'a [String],
    expands: &'a [Expand],
}

/// The rows of all pages. Each page but the last is full.
async fn pages(session: &Session, question: &Question, query: &Query, url: &str) -> Result<Answer, Refused> {
    let shown = Shown {
        table: query.table,
        select: &query.select,
        expands: &query.expands,
    };
    let mut answer = Answer {
        count: None,
        rows: Vec::new(),
    };
    let mut next = Some(url.to_owned());
    while let Some(url) = next {
        let mut call = Call::get(&url);
        if let Some(size) = query.page_size {
            call = call.header("Prefer", &format!("odata.maxpagesize={size}"));
        }
        let page = answered(question, &url, &session.send(question.caller, call).await)?;
        let rows = page["value"].as_array().unwrap();
        for row in rows {
            same_values(session, question, &url, &shown, row);
        }
        answer.rows.extend(rows.iter().map(|row| read(&shown, row)));
        answer.count = page
            .get("@odata.count")
            .map(|count| usize::try_from(count.as_u64().unwrap()).unwrap());
        next = page
            .get("@odata.nextLink")
            .map(|link| link.as_str().unwrap().to_owned());
        let size = query.page_size.unwrap_or(usize::MAX);
        assert!(
            rows.len() == size || (rows.len() < size && next.is_none()),
            "{} rows on a page of {url}",
            rows.len()
        );
    }
    Ok(answer)
}

/// The body of an answer, or the status of a refusal.
fn answered(question: &Question, url: &str, reply: &Reply) -> Result<Json, Refused> {
    if reply.status == 200 {
        Ok(reply.json())
    } else {
        Err(refused(question, url, reply))
    }
}

/// The status of a refusal. One that the judge never gives is told with its text.
fn refused(question: &Question, url: &str, reply: &Reply) -> Refused {
    let status = reply.status.as_u16();
    if !matches!(status, 403 | 404) {
        question.compare(url, &"an answer, 403 or 404".to_owned(), &reply.error());
    }
    status
}

fn read(shown: &Shown<'_>, row: &Json) -> Found {
    let mut behind = BTreeMap::new();
    for expand in shown.expands {
        let there = &row[expand.to.name()];
        let table = expand.to.table();
        let ids = match expand.to {
            Navigation::One(_) if there.is_null() => Vec::new(),
            Navigation::One(_) => vec![id_of(table, there)],
            Navigation::Many(_) => there.as_array().unwrap().iter().map(|row| id_of(table, row)).collect(),
        };
        behind.insert(expand.to.name().to_owned(), ids);
    }
    Found {
        id: id_of(shown.table, row),
        behind,
    }
}

fn same_values(session: &Session, question: &Question, url: &str, shown: &Shown<'_>, row: &Json) {
    let known = session.realm.row(shown.table, id_of(shown.table, row));
    let differences = known.map(|known| known.differences(row, shown.select));
    question.compare(url, &Some(Vec::new()), &differences);
}

fn id_of(table: Table, row: &Json) -> Uuid {
    row[table.shape().key]
        .as_str()
        .unwrap_or_else(|| panic!("no key in {row}"))
        .parse()
        .unwrap()
}

/// Reads a row as the administrator, and compares every value that the judge knows of it, or that it is not there.
pub(super) async fn look_after(session: &Session, question: &Question, request: &str, row: (Table, Uuid)) {
    let all = properties(row.0);
    let url = format!("{}?$select={}", reference(row), all.join(","));
    let reply = session.world.admin(Call::get(&url)).await;
    let known = session.realm.row(row.0, row.1);
    let differences = answered(question, &url, &reply)
        .map(|shown| known.map_or(vec![shown.to_string()], |row| row.differences(&shown, &all)));
    let expected = if known.is_some() { Ok(Vec::new()) } else { Err(404) };
    question.compare(request, &expected, &differences);
}
