//! The number of changes that an environment has seen, of its security rows and of its catalogue.
//!
//! In: nothing. Out: the statements that read and move it. Invariant: a transaction that changes a security row or the
//! catalogue moves it too, so that an unchanged number means that a snapshot still holds.

use db::sql::{Comparison, Expr, Insert, Lock, Name, Select, Source, Sql, Update};
use db::{Expect, Row, Statement, Step, Type, Value};
use uuid::Uuid;

use crate::schema::{ADDITIONS, STATE};

/// What the state row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    /// The number of changes so far.
    pub(crate) epoch: i64,
    /// The fingerprint of the standard catalogue that the database was made with.
    pub(crate) made_with: Uuid,
    /// The number of changes of what the environment has added to it; 0 where it has added nothing yet.
    pub(crate) additions: i64,
}

/// The first rows; part of making an environment.
pub(crate) fn begin(fingerprint: Uuid) -> [Step; 2] {
    let insert = |table: &'static str, columns: Vec<Name>, values: Vec<Value>| Step {
        statement: Statement::new(Sql::Insert(Insert {
            table: table.into(),
            columns,
            rows: vec![values.into_iter().map(Expr::Value).collect()],
            returning: Vec::new(),
        })),
        expect: Expect::Some,
    };
    [
        insert(
            STATE,
            vec!["id".into(), "epoch".into(), "catalogue".into(), "additions".into()],
            vec![Value::Int(1), Value::Int(1), Value::Guid(fingerprint), Value::Int(0)],
        ),
        insert(
            ADDITIONS,
            vec!["id".into(), "document".into()],
            vec![Value::Int(1), Value::Text(String::new())],
        ),
    ]
}

/// Moves it on from that of the snapshot by which the change was decided. Part, and the first step, of every transaction
/// that changes a row of a table with `is_security`. Refused where another change came first: then the snapshot is read
/// anew and everything decided again, so that no two changes can each be right alone and wrong together.
pub(crate) fn advance(from: i64) -> Step {
    let set = vec![("epoch".into(), plus_one("epoch"))];
    changed(set, from)
}

/// Moves it on with a change of the catalogue, whose document is from now on this one. Nobody is deciding by the former
/// one what goes with a row that ends: see [`same_additions`].
pub(crate) fn change_additions(from: i64, document: String) -> [Step; 3] {
    let mut held = state_row(Vec::new());
    held.lock = Lock::Update;
    let set = vec![
        ("epoch".into(), plus_one("epoch")),
        ("additions".into(), plus_one("additions")),
    ];
    let keep = Update {
        table: ADDITIONS.into(),
        set: vec![("document".into(), Expr::Value(Value::Text(document)))],
        filter: None,
        returning: Vec::new(),
    };
    let some = |sql| Step {
        statement: Statement::new(sql),
        expect: Expect::Some,
    };
    [some(Sql::Select(held)), changed(set, from), some(Sql::Update(keep))]
}

/// A row when the additions are still those of the snapshot, and stay so until the transaction ends. For a change that
/// would miss what a newer catalogue knows: rows that point to one that ends.
pub(crate) fn same_additions(number: i64) -> Select {
    let mut held = state_row(vec![equal(column("s", "additions"), number)]);
    held.lock = Lock::KeyShare;
    held
}

fn state_row(conditions: Vec<Expr>) -> Select {
    Select {
        from: Some(Source::Table {
            table: STATE.into(),
            alias: "s".into(),
        }),
        filter: Some(Expr::And(conditions)),
        ..Select::default()
    }
}

fn changed(set: Vec<(Name, Expr)>, from: i64) -> Step {
    Step {
        statement: Statement::new(Sql::Update(Update {
            table: STATE.into(),
            set,
            filter: Some(equal(column(STATE, "epoch"), from)),
            returning: Vec::new(),
        })),
        expect: Expect::Some,
    }
}

fn plus_one(name: &'static str) -> Expr {
    let one = Expr::Value(Value::Int(1));
    Expr::Add(Box::new(column(STATE, name)), Box::new(one))
}

fn column(of: &'static str, name: &'static str) -> Expr {
    Expr::Column {
        of: of.into(),
        name: name.into(),
    }
}

fn equal(left: Expr, number: i64) -> Expr {
    Expr::Compare {
        op: Comparison::Eq,
        left: Box::new(left),
        right: Box::new(Expr::Value(Value::Int(number))),
    }
}

/// Asks for the state row.
pub(crate) fn query() -> Statement {
    Statement::fixed(
        "SELECT s.epoch, s.catalogue, s.additions FROM {environment__state} s",
        Vec::new(),
        &[Type::Int, Type::Guid, Type::Int],
    )
}

/// The answer.
pub(crate) fn read(row: Row<'_>) -> Result<State, db::Error> {
    Ok(State {
        epoch: row.int(0)?,
        made_with: row.guid(1)?,
        additions: row.int(2)?,
    })
}

/// Asks for the document of the additions.
pub(crate) fn document() -> Statement {
    Statement::fixed(
        "SELECT a.document FROM {environment__additions} a",
        Vec::new(),
        &[Type::Text],
    )
}
