//! A transaction is done whole or not at all.

use db::sql::{Expr, Select, Sql};
use db::{Commit, Error, Expect, Type, Value};

use crate::build::{
    cell, column, count, delete, done, equal, expecting, from, guid, guids, insert, items, of, step, table, update,
    value,
};
use crate::on_both;

fn add(id: u128) -> Sql {
    insert("item", &["id", "number"], vec![vec![guid(id), Value::Int(1)]])
}

fn find(id: u128) -> Sql {
    Sql::Select(Select {
        columns: vec![cell(column("id"), Type::Guid)],
        from: from("item"),
        filter: Some(equal(column("id"), value(guid(id)))),
        ..Select::default()
    })
}

#[tokio::test]
async fn expectations_refuse_and_leave_nothing_behind() {
    on_both(async |database| {
        items(&database, &[(1, 10)]).await;
        let missing = || Some(equal(of("item", "id"), value(guid(9))));
        let check = async |last: db::Step, expected: Option<usize>| {
            let shown = format!("{last:?}");
            let outcome = database
                .commit(vec![step(add(2)), expecting(Expect::Some, add(3)), last])
                .await
                .unwrap();
            if let Some(step) = expected {
                assert_eq!(outcome, Commit::Refused { step }, "{shown}");
            } else {
                assert!(matches!(outcome, Commit::Done(_)), "{shown}");
                let list = guids(&[2, 3]);
                done(
                    &database,
                    vec![delete(
                        "item",
                        Some(Expr::InGuids {
                            expr: Box::new(of("item", "id")),
                            list,
                        }),
                    )],
                )
                .await;
            }
            assert_eq!(count(&database, "item").await, Value::Int(1), "{shown}");
        };
        check(expecting(Expect::Some, find(1)), None).await;
        check(expecting(Expect::Some, find(2)), None).await;
        check(
            expecting(
                Expect::Some,
                Sql::Select(Select {
                    from: from("item"),
                    ..Select::default()
                }),
            ),
            None,
        )
        .await;
        check(expecting(Expect::Some, find(9)), Some(2)).await;
        check(expecting(Expect::None, find(9)), None).await;
        check(expecting(Expect::None, find(1)), Some(2)).await;
        check(expecting(Expect::Some, delete("item", missing())), Some(2)).await;
        check(expecting(Expect::None, delete("item", missing())), None).await;
        check(
            expecting(Expect::Some, update("item", "number", value(Value::Int(2)), missing())),
            Some(2),
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_first_step_that_goes_wrong_decides() {
    on_both(async |database| {
        items(&database, &[(1, 10)]).await;
        let refused = database
            .commit(vec![expecting(Expect::Some, find(9)), step(add(1))])
            .await
            .unwrap();
        assert_eq!(refused, Commit::Refused { step: 0 });
        let failed = database
            .commit(vec![step(add(2)), step(add(1)), expecting(Expect::Some, find(9))])
            .await;
        assert!(matches!(failed, Err(Error::Duplicate { step: 1, .. })), "{failed:?}");
        assert_eq!(count(&database, "item").await, Value::Int(1));
    })
    .await;
}

#[tokio::test]
async fn a_misplaced_parameter_undoes_what_came_before() {
    on_both(async |database| {
        items(&database, &[(1, 10)]).await;
        let wrong = insert("item", &["id", "number"], vec![vec![guid(3), Value::Bytes(vec![1])]]);
        let failed = database.commit(vec![step(add(2)), step(wrong)]).await;
        assert!(
            matches!(failed, Err(Error::Shape { .. } | Error::Statement(_))),
            "{failed:?}"
        );
        assert_eq!(count(&database, "item").await, Value::Int(1));
    })
    .await;
}

#[tokio::test]
async fn definitions_are_undone_too() {
    on_both(async |database| {
        let create = Sql::CreateTable(table("late", &[("id", Type::Guid)]));
        let fill = insert("late", &["id"], vec![vec![guid(1)]]);
        let refused = database
            .commit(vec![step(create.clone()), expecting(Expect::None, fill.clone())])
            .await
            .unwrap();
        assert_eq!(refused, Commit::Refused { step: 1 });
        done(&database, vec![create, fill]).await;
        assert_eq!(count(&database, "late").await, Value::Int(1));
    })
    .await;
}

#[tokio::test]
async fn an_empty_transaction_is_done() {
    on_both(async |database| {
        assert_eq!(database.commit(vec![]).await.unwrap(), Commit::Done(vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_rehearsal_leaves_nothing_behind() {
    on_both(async |database| {
        items(&database, &[(1, 10)]).await;
        let all = Sql::Select(Select {
            from: from("item"),
            ..Select::default()
        });
        let rehearsed = database.rehearse(vec![step(add(2)), step(all)]).await.unwrap();
        let Commit::Done(rows) = rehearsed else {
            panic!("{rehearsed:?}");
        };
        assert_eq!(rows.last().unwrap().len(), 2);
        assert_eq!(count(&database, "item").await, Value::Int(1));
        let refused = database
            .rehearse(vec![step(add(2)), expecting(Expect::Some, find(9))])
            .await;
        assert_eq!(refused.unwrap(), Commit::Refused { step: 1 });
        let failed = database.rehearse(vec![step(add(2)), step(add(1))]).await;
        assert!(matches!(failed, Err(Error::Duplicate { step: 1, .. })), "{failed:?}");
        done(&database, vec![add(2)]).await;
        assert_eq!(count(&database, "item").await, Value::Int(2));
    })
    .await;
}
