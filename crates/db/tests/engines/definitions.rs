//! Tables that change while they are used.

use db::sql::{ColumnDefinition, CreateIndex, Expr, Insert, Select, Sql};
use db::{Commit, Database, Error, Expect, Statement, Type, Value};
use tokio::task::JoinSet;

use crate::build::{
    cell, cells, column, count, done, equal, expecting, from, guid, insert, items, of, step, text, update, value,
};
use crate::on_both;

fn add_column(name: &'static str, ty: Type) -> Sql {
    let column = ColumnDefinition {
        name: name.into(),
        ty,
        nullable: true,
    };
    Sql::AddColumn {
        table: "item".into(),
        column,
    }
}

fn drop_column(name: &'static str) -> Sql {
    Sql::DropColumn {
        table: "item".into(),
        column: name.into(),
    }
}

fn extra(ty: Type) -> Select {
    Select {
        columns: vec![cell(column("extra"), ty)],
        from: from("item"),
        ..Select::default()
    }
}

/// Reads, filters and writes the column by statements whose texts do not depend on its type.
async fn check_extra(database: &Database, ty: Type, given: Value) {
    assert_eq!(cells(database, extra(ty)).await, [Value::Null]);
    done(database, vec![update("item", "extra", value(given.clone()), None)]).await;
    let found = Select {
        filter: Some(equal(column("extra"), value(given.clone()))),
        ..extra(ty)
    };
    assert_eq!(cells(database, found).await, [given]);
}

#[tokio::test]
async fn a_column_comes_and_goes_and_comes_again_with_another_type() {
    on_both(async |database| {
        items(&database, &[(1, 5)]).await;
        done(&database, vec![add_column("extra", Type::Text)]).await;
        check_extra(&database, Type::Text, text("a")).await;
        let index = CreateIndex {
            name: "item_extra".into(),
            table: "item".into(),
            columns: vec!["extra".into()],
        };
        done(&database, vec![Sql::CreateIndex(index)]).await;
        let name = "item_extra".into();
        done(&database, vec![Sql::DropIndex { name }, drop_column("extra")]).await;
        assert!(matches!(
            database.query(&Statement::new(Sql::Select(extra(Type::Text)))).await,
            Err(Error::Statement(_))
        ));
        done(&database, vec![add_column("extra", Type::Guid)]).await;
        check_extra(&database, Type::Guid, guid(7)).await;
        assert_eq!(count(&database, "item").await, Value::Int(1));
    })
    .await;
}

#[tokio::test]
async fn a_table_goes_with_its_rows() {
    on_both(async |database| {
        items(&database, &[(1, 5), (2, 5)]).await;
        done(&database, vec![Sql::DropTable { table: "item".into() }]).await;
        items(&database, &[(2, 5)]).await;
        assert_eq!(count(&database, "item").await, Value::Int(1));
    })
    .await;
}

#[tokio::test]
async fn a_refused_change_leaves_nothing_behind() {
    on_both(async |database| {
        items(&database, &[(1, 5)]).await;
        let nobody = Select {
            filter: Some(equal(column("number"), value(Value::Int(9)))),
            from: from("item"),
            ..Select::default()
        };
        let steps = vec![
            step(add_column("extra", Type::Int)),
            step(Sql::DropTable { table: "item".into() }),
            step(Sql::CreateTable(crate::build::table("item", &[("id", Type::Guid)]))),
            expecting(
                Expect::Some,
                Sql::Select(Select {
                    filter: None,
                    ..nobody.clone()
                }),
            ),
        ];
        assert_eq!(database.commit(steps).await.unwrap(), Commit::Refused { step: 3 });
        assert_eq!(count(&database, "item").await, Value::Int(1));
        assert_eq!(cells(&database, nobody).await, []);
        done(&database, vec![add_column("extra", Type::Int)]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_and_writers_go_on_while_columns_are_added() {
    on_both(async |database| {
        items(&database, &[(1, 0)]).await;
        let mut tasks = JoinSet::new();
        for worker in 0..8_u128 {
            let database = database.clone();
            tasks.spawn(async move {
                for round in 0..20_u128 {
                    let id = 1000 + worker * 100 + round;
                    done(
                        &database,
                        vec![insert("item", &["id", "number"], vec![vec![guid(id), Value::Int(1)]])],
                    )
                    .await;
                    count(&database, "item").await;
                }
            });
        }
        for name in ["a", "b", "c", "d", "e", "f"] {
            done(&database, vec![add_column(name, Type::Int)]).await;
            let row = Insert {
                table: "item".into(),
                columns: vec!["id".into(), name.into()],
                rows: vec![vec![
                    Expr::Value(guid(u128::from(name.as_bytes()[0]))),
                    value(Value::Int(1)),
                ]],
                returning: vec![cell(of("item", name), Type::Int)],
            };
            assert_eq!(
                done(&database, vec![Sql::Insert(row)]).await[0]
                    .first()
                    .unwrap()
                    .int(0)
                    .unwrap(),
                1
            );
        }
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
        assert_eq!(count(&database, "item").await, Value::Int(1 + 160 + 6));
    })
    .await;
}
