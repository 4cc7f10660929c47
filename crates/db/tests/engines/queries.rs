//! Queries find the same rows in the same order.

use db::sql::{Column, Comparison, Expr, Join, Lock, Name, Select, Source, Sql};
use db::{Database, Error, Statement, Type, Value};

use crate::build::{
    ascending, cell, cells, column, compare, delete, descending, done, equal, from, guid, guids, insert, items, like,
    of, step, table, text, update, value,
};
use crate::on_both;

/// The numbers of the items that a condition admits, ascending.
async fn numbers(database: &Database, filter: Expr) -> Vec<i64> {
    let select = Select {
        columns: vec![cell(column("number"), Type::Int)],
        from: from("item"),
        filter: Some(filter),
        order_by: vec![ascending(column("number"))],
        ..Select::default()
    };
    let rows = database.query(&Statement::new(Sql::Select(select))).await.unwrap();
    rows.iter().map(|row| row.int(0).unwrap()).collect()
}

fn number(op: Comparison, with: i64) -> Expr {
    compare(column("number"), op, value(Value::Int(with)))
}

fn unknown() -> Expr {
    equal(column("number"), value(Value::Null))
}

#[tokio::test]
async fn comparisons_and_logic() {
    on_both(async |database| {
        items(&database, &[(1, 10), (2, 20), (3, 30)]).await;
        let check = async |filter: Expr, expected: &[i64]| {
            let shown = format!("{filter:?}");
            assert_eq!(numbers(&database, filter).await, expected, "{shown}");
        };
        check(number(Comparison::Eq, 20), &[20]).await;
        check(number(Comparison::Ne, 20), &[10, 30]).await;
        check(number(Comparison::Lt, 20), &[10]).await;
        check(number(Comparison::Le, 20), &[10, 20]).await;
        check(number(Comparison::Gt, 20), &[30]).await;
        check(number(Comparison::Ge, 20), &[20, 30]).await;
        check(Expr::And(vec![]), &[10, 20, 30]).await;
        check(Expr::Or(vec![]), &[]).await;
        check(
            Expr::And(vec![number(Comparison::Gt, 10), number(Comparison::Lt, 30)]),
            &[20],
        )
        .await;
        check(
            Expr::Or(vec![number(Comparison::Eq, 10), number(Comparison::Eq, 30)]),
            &[10, 30],
        )
        .await;
        check(Expr::Not(Box::new(number(Comparison::Eq, 10))), &[20, 30]).await;
        check(unknown(), &[]).await;
        check(Expr::Not(Box::new(unknown())), &[]).await;
        check(Expr::Or(vec![unknown(), number(Comparison::Eq, 10)]), &[10]).await;
        check(Expr::IsNull(Box::new(unknown())), &[10, 20, 30]).await;
        check(
            equal(
                Expr::Multiply(Box::new(column("number")), Box::new(value(Value::Int(2)))),
                value(Value::Int(40)),
            ),
            &[20],
        )
        .await;
        check(
            equal(
                Expr::Add(Box::new(column("number")), Box::new(value(Value::Int(1)))),
                value(Value::Int(31)),
            ),
            &[30],
        )
        .await;
        let concat = |left, right| Expr::Concat(Box::new(left), Box::new(right));
        let nothing = || concat(value(text("a")), value(Value::Null));
        check(
            equal(concat(value(text("a")), value(text("b"))), value(text("ab"))),
            &[10, 20, 30],
        )
        .await;
        check(equal(nothing(), nothing()), &[]).await;
        let or_x = Expr::Coalesce(Box::new(nothing()), Box::new(value(text("x"))));
        check(equal(or_x, value(text("x"))), &[10, 20, 30]).await;
        check(equal(value(Value::Int(1)), value(Value::Int(1))), &[10, 20, 30]).await;
        check(equal(value(text("a")), value(text("A"))), &[]).await;
        check(value(Value::Bool(true)), &[10, 20, 30]).await;
    })
    .await;
}

#[tokio::test]
async fn guid_lists() {
    on_both(async |database| {
        items(&database, &[(1, 10), (2, 20), (3, 30)]).await;
        let among = |list: &[u128]| Expr::InGuids {
            expr: Box::new(column("id")),
            list: guids(list),
        };
        let null_among = |list: &[u128]| Expr::InGuids {
            expr: Box::new(value(Value::Null)),
            list: guids(list),
        };
        let not = |expr| Expr::Not(Box::new(expr));
        assert_eq!(numbers(&database, among(&[3, 1, 9])).await, [10, 30]);
        assert_eq!(numbers(&database, among(&[])).await, [0_i64; 0]);
        assert_eq!(numbers(&database, not(among(&[]))).await, [10, 20, 30]);
        assert_eq!(numbers(&database, not(among(&[1]))).await, [20, 30]);
        assert_eq!(numbers(&database, not(null_among(&[1]))).await, [0_i64; 0]);
        let many: Vec<u128> = (2..5000).collect();
        assert_eq!(numbers(&database, among(&many)).await, [20, 30]);
    })
    .await;
}

#[tokio::test]
async fn patterns() {
    on_both(async |database| {
        let create = Sql::CreateTable(table("word", &[("id", Type::Guid), ("word", Type::Text)]));
        let words = ["Alpha", "alpha", "50%", "5000", "a_b", "axb", "back\\slash", "Öl", "öl"];
        let rows = words
            .iter()
            .zip(1..)
            .map(|(word, id)| vec![guid(id), text(word)])
            .collect();
        done(&database, vec![create, insert("word", &["id", "word"], rows)]).await;
        let check = async |pattern: &str, expected: &[&str]| {
            let select = Select {
                columns: vec![cell(column("word"), Type::Text)],
                from: from("word"),
                filter: Some(like(column("word"), pattern)),
                order_by: vec![ascending(column("id"))],
                ..Select::default()
            };
            let expected: Vec<Value> = expected.iter().map(|word| text(word)).collect();
            assert_eq!(cells(&database, select).await, expected, "{pattern}");
        };
        check("alpha", &["alpha"]).await;
        check("%lph%", &["Alpha", "alpha"]).await;
        check("50%", &["50%", "5000"]).await;
        check("50\\%", &["50%"]).await;
        check("a_b", &["a_b", "axb"]).await;
        check("a\\_b", &["a_b"]).await;
        check("%\\\\%", &["back\\slash"]).await;
        check("_l", &["Öl", "öl"]).await;
        check("ö%", &["öl"]).await;
        check("", &[]).await;
    })
    .await;
}

#[expect(clippy::too_many_lines, reason = "it is one statement")]
#[tokio::test]
async fn joins_subqueries_and_limits() {
    on_both(async |database| {
        items(&database, &[(1, 10), (2, 20), (3, 20)]).await;
        let other = |name: &str| of("o", name);
        let item = |alias: &'static str| Source::Table {
            table: "item".into(),
            alias: alias.into(),
        };
        let greater = Select {
            columns: vec![cell(other("number"), Type::Int)],
            from: Some(item("o")),
            filter: Some(compare(other("number"), Comparison::Gt, column("number"))),
            order_by: vec![ascending(other("id"))],
            limit: Some(1),
            ..Select::default()
        };
        let derived = Select {
            columns: vec![Column {
                expr: other("id"),
                ty: Type::Guid,
                alias: Some(Name::from("key")),
            }],
            from: Some(item("o")),
            filter: Some(equal(other("number"), value(Value::Int(10)))),
            ..Select::default()
        };
        let select = Select {
            columns: vec![
                cell(column("id"), Type::Guid),
                cell(Expr::Scalar(Box::new(greater.clone())), Type::Int),
                cell(
                    Expr::Exists(Box::new(Select {
                        columns: vec![],
                        order_by: vec![],
                        ..greater.clone()
                    })),
                    Type::Bool,
                ),
                cell(Expr::CountOf(Box::new(Select { limit: None, ..greater })), Type::Int),
                cell(of("d", "key"), Type::Guid),
            ],
            from: from("item"),
            joins: vec![Join {
                source: Source::Query {
                    query: Box::new(derived),
                    alias: "d".into(),
                },
                on: equal(of("d", "key"), column("id")),
            }],
            order_by: vec![descending(column("number")), ascending(column("id"))],
            limit: Some(u64::MAX),
            ..Select::default()
        };
        let expected = [
            [guid(2), Value::Null, Value::Bool(false), Value::Int(0), Value::Null],
            [guid(3), Value::Null, Value::Bool(false), Value::Int(0), Value::Null],
            [guid(1), Value::Int(20), Value::Bool(true), Value::Int(2), guid(1)],
        ];
        assert_eq!(cells(&database, select.clone()).await, expected.concat());
        assert_eq!(
            cells(
                &database,
                Select {
                    limit: Some(1),
                    ..select.clone()
                }
            )
            .await,
            expected[0]
        );
        assert_eq!(
            cells(
                &database,
                Select {
                    limit: Some(0),
                    ..select
                }
            )
            .await,
            []
        );
    })
    .await;
}

#[tokio::test]
async fn changes_return_and_count() {
    on_both(async |database| {
        items(&database, &[(1, 10), (2, 20)]).await;
        let more = Expr::Add(Box::new(of("item", "number")), Box::new(value(Value::Int(1))));
        let id = || {
            vec![
                cell(of("item", "id"), Type::Guid),
                cell(of("item", "number"), Type::Int),
            ]
        };
        let Sql::Insert(add) = insert("item", &["id", "number"], vec![vec![guid(3), Value::Int(30)]]) else {
            panic!()
        };
        let Sql::Update(raise) = update("item", "number", more, Some(equal(of("item", "id"), value(guid(1))))) else {
            panic!()
        };
        let Sql::Delete(remove) = delete("item", Some(equal(of("item", "number"), value(Value::Int(20))))) else {
            panic!()
        };
        let rows = done(
            &database,
            vec![
                Sql::Insert(db::sql::Insert { returning: id(), ..add }),
                Sql::Update(db::sql::Update {
                    returning: id(),
                    ..raise.clone()
                }),
                Sql::Delete(db::sql::Delete {
                    returning: id(),
                    ..remove
                }),
                Sql::Update(raise),
                delete("item", None),
                delete("item", None),
            ],
        )
        .await;
        let returned: Vec<_> = rows[..3].iter().map(|rows| rows.clone().into_cells()).collect();
        assert_eq!(
            returned,
            [
                [guid(3), Value::Int(30)],
                [guid(1), Value::Int(11)],
                [guid(2), Value::Int(20)]
            ]
        );
        let affected: Vec<u64> = rows.iter().map(db::Rows::affected).collect();
        assert_eq!(affected, [1, 1, 1, 1, 2, 0]);
    })
    .await;
}

#[tokio::test]
async fn locked_rows_are_read() {
    on_both(async |database| {
        items(&database, &[(1, 10)]).await;
        for lock in [Lock::KeyShare, Lock::Update] {
            let joined = Join {
                source: Source::Table {
                    table: "item".into(),
                    alias: "o".into(),
                },
                on: equal(of("o", "number"), value(Value::Int(99))),
            };
            let select = Select {
                columns: vec![cell(column("number"), Type::Int), cell(of("o", "number"), Type::Int)],
                from: from("item"),
                joins: vec![joined],
                lock,
                ..Select::default()
            };
            let rows = done(&database, vec![Sql::Select(select)]).await;
            assert_eq!(rows[0].clone().into_cells(), [Value::Int(10), Value::Null]);
        }
    })
    .await;
}

#[tokio::test]
async fn fixed_statements() {
    on_both(async |database| {
        items(&database, &[(1, 10), (2, 20)]).await;
        let find = Statement::fixed(
            "SELECT i.number, '{item} $1 ''quoted''' FROM {item} i WHERE i.id = $2 AND i.number > $1 AND i.number <> $1",
            vec![Value::Int(5), guid(2)],
            &[Type::Int, Type::Text],
        );
        for _ in 0..2 {
            let rows = database.query(&find).await.unwrap();
            assert_eq!(rows.into_cells(), [Value::Int(20), text("{item} $1 'quoted'")]);
        }
        let set = Statement::fixed("UPDATE {item} SET number = $1 WHERE id = $2", vec![Value::Null, guid(1)], &[]);
        let change = db::Step { statement: set, expect: db::Expect::Some };
        assert!(matches!(database.commit(vec![change]).await, Ok(db::Commit::Done(_))));
        assert_eq!(numbers(&database, Expr::IsNull(Box::new(column("id")))).await, [0_i64; 0]);
        let wrong = Statement::fixed("SELECT number, id FROM {item}", vec![], &[Type::Int]);
        assert!(matches!(database.query(&wrong).await, Err(Error::Shape { .. })));
        for parameters in [vec![], vec![guid(1); 2]] {
            let wrong = Statement::fixed("SELECT number FROM {item} WHERE id = $1", parameters, &[Type::Int]);
            assert!(matches!(database.query(&wrong).await, Err(Error::Shape { .. })));
        }
    })
    .await;
}

#[tokio::test]
async fn only_queries_run_outside_of_transactions() {
    on_both(async |database| {
        items(&database, &[(1, 10)]).await;
        let removal = database.query(&Statement::new(delete("item", None))).await;
        assert!(matches!(removal, Err(Error::Statement(_))), "{removal:?}");
        let fixed = database
            .query(&Statement::fixed("DELETE FROM {item}", vec![], &[]))
            .await;
        assert!(matches!(fixed, Err(Error::Statement(_))), "{fixed:?}");
        assert_eq!(numbers(&database, Expr::And(vec![])).await, [10]);
    })
    .await;
}

#[tokio::test]
async fn wrong_statements_are_refused() {
    on_both(async |database| {
        let missing = Select {
            columns: vec![cell(column("x"), Type::Int)],
            from: from("nowhere"),
            ..Select::default()
        };
        let read = database.query(&Statement::new(Sql::Select(missing))).await;
        assert!(matches!(read, Err(Error::Statement(_))), "{read:?}");
        items(&database, &[(1, 10)]).await;
        // A name without a column is not read as a text.
        let misspelt = step(update("item", "number", of("item", "nunber"), None));
        assert!(matches!(
            database.commit(vec![misspelt]).await,
            Err(Error::Statement(_))
        ));
        let unsendable = step(delete("it\0em", None));
        assert!(matches!(
            database.commit(vec![unsendable]).await,
            Err(Error::Statement(_))
        ));
    })
    .await;
}
