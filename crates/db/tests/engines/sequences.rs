//! Sequences only grow.

use db::sql::{Expr, Insert, Sql};
use db::{Database, Expect, Type, Value};

use crate::build::{cell, done, equal, expecting, guid, items, of, step, update, value};
use crate::on_both;

const NAME: &str = "version";

fn advance() -> Sql {
    Sql::Advance { name: NAME.into() }
}

/// An item whose number is the sequence's.
fn stamped(id: u128) -> Sql {
    Sql::Insert(Insert {
        table: "item".into(),
        columns: vec!["id".into(), "number".into()],
        rows: vec![vec![value(guid(id)), Expr::CurrentOf(NAME.into())]],
        returning: vec![cell(of("item", "number"), Type::Int)],
    })
}

async fn create(database: &Database, after: i64) {
    done(
        database,
        vec![Sql::CreateSequence {
            name: NAME.into(),
            after,
        }],
    )
    .await;
    items(database, &[(1, 0)]).await;
}

#[tokio::test]
async fn a_sequence_starts_behind_its_number() {
    for after in [-5, 0, 1000] {
        on_both(async |database| {
            create(&database, after).await;
            for next in 1..4 {
                let rows = done(&database, vec![advance(), stamped(100 + next)]).await;
                let number = after + i64::try_from(next).unwrap();
                assert_eq!(rows[0].clone().into_cells(), [Value::Int(number)]);
                assert_eq!(rows[1].clone().into_cells(), [Value::Int(number)]);
            }
        })
        .await;
    }
}

#[tokio::test]
async fn one_advance_serves_all_steps_behind_it() {
    on_both(async |database| {
        create(&database, 41).await;
        let touch = update(
            "item",
            "number",
            Expr::CurrentOf(NAME.into()),
            Some(equal(of("item", "id"), value(guid(1)))),
        );
        let rows = done(&database, vec![advance(), stamped(2), touch, stamped(3)]).await;
        assert_eq!(rows[1].clone().into_cells(), [Value::Int(42)]);
        assert_eq!(rows[3].clone().into_cells(), [Value::Int(42)]);
    })
    .await;
}

#[tokio::test]
async fn a_refused_transaction_never_makes_a_number_smaller() {
    on_both(async |database| {
        create(&database, 0).await;
        let first = done(&database, vec![advance(), stamped(2)]).await[1]
            .first()
            .unwrap()
            .int(0)
            .unwrap();
        let steps = vec![step(advance()), step(stamped(3)), expecting(Expect::None, stamped(4))];
        assert_eq!(database.commit(steps).await.unwrap(), db::Commit::Refused { step: 2 });
        let second = done(&database, vec![advance(), stamped(5)]).await[1]
            .first()
            .unwrap()
            .int(0)
            .unwrap();
        assert!(second > first);
    })
    .await;
}
