//! Many at once.

use std::sync::Arc;

use db::sql::{Comparison, Expr, Select, Sql};
use db::{Commit, Database, Error, Expect, Type, Value};
use tokio::task::JoinSet;

use crate::build::{
    cell, cells, column, compare, count, done, equal, expecting, from, guid, insert, items, of, step, update, value,
};
use crate::on_both;

fn add(id: u128) -> Sql {
    insert("item", &["id", "number"], vec![vec![guid(id), Value::Int(0)]])
}

fn plus_one(id: u128) -> Sql {
    let more = Expr::Add(Box::new(of("item", "number")), Box::new(value(Value::Int(1))));
    update("item", "number", more, Some(equal(of("item", "id"), value(guid(id)))))
}

async fn number(database: &Database, id: u128) -> Value {
    let select = Select {
        columns: vec![cell(column("number"), Type::Int)],
        from: from("item"),
        filter: Some(equal(column("id"), value(guid(id)))),
        ..Select::default()
    };
    cells(database, select).await.remove(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_writer_takes_nothing_of_the_others_with_it() {
    on_both(async |database| {
        items(&database, &[(1, 0)]).await;
        let mut writers = JoinSet::new();
        for writer in 0..64_u128 {
            let database = database.clone();
            writers.spawn(async move {
                let steps = match writer % 4 {
                    0 => vec![step(add(100 + writer)), step(add(1))],
                    1 => vec![step(add(100 + writer)), expecting(Expect::None, add(200 + writer))],
                    _ => vec![step(add(100 + writer)), step(plus_one(1))],
                };
                (writer, database.commit(steps).await)
            });
        }
        while let Some(ended) = writers.join_next().await {
            let (writer, outcome) = ended.unwrap();
            match writer % 4 {
                0 => assert!(matches!(outcome, Err(Error::Duplicate { .. })), "{outcome:?}"),
                1 => assert_eq!(outcome.unwrap(), Commit::Refused { step: 1 }),
                _ => assert!(matches!(outcome, Ok(Commit::Done(_))), "{outcome:?}"),
            }
        }
        assert_eq!(count(&database, "item").await, Value::Int(1 + 32));
        assert_eq!(number(&database, 1).await, Value::Int(32));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_see_what_was_committed_before() {
    on_both(async |database| {
        items(&database, &[(1, 0)]).await;
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let database = database.clone();
            tasks.spawn(async move {
                for _ in 0..20 {
                    let before = number(&database, 1).await;
                    let rows = done(&database, vec![plus_one(1)]).await;
                    assert_eq!(rows[0].affected(), 1);
                    let Value::Int(before) = before else {
                        panic!("no number")
                    };
                    assert!(matches!(number(&database, 1).await, Value::Int(after) if after > before));
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
        assert_eq!(number(&database, 1).await, Value::Int(160));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn compare_and_set_lets_one_through() {
    on_both(async |database| {
        items(&database, &[(1, 0)]).await;
        let mut tasks = JoinSet::new();
        for winner in 1..=16 {
            let database = database.clone();
            tasks.spawn(async move {
                let unset = compare(of("item", "number"), Comparison::Eq, value(Value::Int(0)));
                let set = update("item", "number", value(Value::Int(winner)), Some(unset));
                database.commit(vec![expecting(Expect::Some, set)]).await.unwrap()
            });
        }
        let outcomes = tasks.join_all().await;
        let through = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Commit::Done(_)))
            .count();
        assert_eq!(through, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_that_lock_crosswise_all_end() {
    on_both(async |database| {
        items(&database, &[(1, 0), (2, 0)]).await;
        let database = Arc::new(database);
        let mut tasks = JoinSet::new();
        for task in 0..4 {
            let database = Arc::clone(&database);
            tasks.spawn(async move {
                let (first, second) = if task % 2 == 0 { (1, 2) } else { (2, 1) };
                for _ in 0..2 {
                    done(&database, vec![plus_one(first), plus_one(second)]).await;
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
        assert_eq!(number(&database, 1).await, Value::Int(8));
        assert_eq!(number(&database, 2).await, Value::Int(8));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_ends_though_its_caller_leaves() {
    on_both(async |database| {
        items(&database, &[(1, 0)]).await;
        let mut left = 0;
        for id in 10..30 {
            let commit = database.commit(vec![step(add(id)), step(plus_one(1))]);
            if tokio::time::timeout(std::time::Duration::from_micros(50), commit)
                .await
                .is_err()
            {
                left += 1;
            }
        }
        done(&database, vec![plus_one(1)]).await;
        let Value::Int(added) = count(&database, "item").await else {
            panic!("no number")
        };
        assert!(added + left > 20, "{added} rows, {left} callers left");
        // Whatever ran, ran whole.
        let whole = async || count(&database, "item").await == number(&database, 1).await;
        for _ in 0..1000 {
            if whole().await {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("a transaction is half done");
    })
    .await;
}
