//! The number of security changes that an environment has seen.
//!
//! In: nothing. Out: the statements that read and move it. Invariant: a transaction that changes a security row moves
//! it too, so that an unchanged number means that a snapshot still holds.

use db::sql::{Comparison, Expr, Insert, Sql, Update};
use db::{Expect, Row, Statement, Step, Type, Value};
use uuid::Uuid;

use crate::schema::STATE;

/// The first row; part of making an environment.
pub(crate) fn begin(fingerprint: Uuid) -> Step {
    let values = [Value::Int(1), Value::Int(1), Value::Guid(fingerprint)];
    Step {
        statement: Statement::new(Sql::Insert(Insert {
            table: STATE.into(),
            columns: vec!["id".into(), "epoch".into(), "catalogue".into()],
            rows: vec![values.into_iter().map(Expr::Value).collect()],
            returning: Vec::new(),
        })),
        expect: Expect::Some,
    }
}

/// Moves it on from that of the snapshot by which the change was decided. Part, and the first step, of every transaction
/// that changes a row of a table with `is_security`. Refused where another change came first: then the snapshot is read
/// anew and everything decided again, so that no two changes can each be right alone and wrong together.
pub(crate) fn advance(from: i64) -> Step {
    let epoch = || {
        Box::new(Expr::Column {
            of: STATE.into(),
            name: "epoch".into(),
        })
    };
    let next = Expr::Add(epoch(), Box::new(Expr::Value(Value::Int(1))));
    let is_current = Expr::Compare {
        op: Comparison::Eq,
        left: epoch(),
        right: Box::new(Expr::Value(Value::Int(from))),
    };
    Step {
        statement: Statement::new(Sql::Update(Update {
            table: STATE.into(),
            set: vec![("epoch".into(), next)],
            filter: Some(is_current),
            returning: Vec::new(),
        })),
        expect: Expect::Some,
    }
}

/// Asks for it.
pub(crate) fn query() -> Statement {
    Statement::fixed(
        "SELECT s.epoch, s.catalogue FROM {environment__state} s",
        Vec::new(),
        &[Type::Int, Type::Guid],
    )
}

/// The answer: the epoch, and the fingerprint of the catalogue that the database was made with.
pub(crate) fn read(row: Row<'_>) -> Result<(i64, Uuid), db::Error> {
    Ok((row.int(0)?, row.guid(1)?))
}
