//! What is stored comes back, and both databases order it alike.

use db::sql::{Select, Sql};
use db::{Database, Error, Statement, Step, Type, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::build::{
    ascending, cell, cells, column, descending, done, equal, from, guid, insert, step, table, text, value,
};
use crate::on_both;

const COLUMNS: [(&str, Type); 8] = [
    ("id", Type::Guid),
    ("bool", Type::Bool),
    ("int", Type::Int),
    ("double", Type::Double),
    ("text", Type::Text),
    ("guid", Type::Guid),
    ("bytes", Type::Bytes),
    ("json", Type::Json),
];

fn everything() -> Select {
    Select {
        columns: COLUMNS.iter().map(|&(name, ty)| cell(column(name), ty)).collect(),
        from: from("every"),
        order_by: vec![ascending(column("id"))],
        ..Select::default()
    }
}

async fn create(database: &Database) {
    done(database, vec![Sql::CreateTable(table("every", &COLUMNS))]).await;
}

#[tokio::test]
async fn types_come_back() {
    on_both(async |database| {
        create(&database).await;
        let rows = [
            vec![
                guid(1),
                Value::Bool(true),
                Value::Int(i64::MAX),
                Value::Double(0.1),
                text("Grüße, 世界 \u{1F600}"),
                guid(u128::MAX),
                Value::Bytes(vec![0, 255]),
                text("{\"b\": 1,  \"a\": [null]}"),
            ],
            vec![
                guid(2),
                Value::Bool(false),
                Value::Int(i64::MIN),
                Value::Double(f64::MIN_POSITIVE),
                text(""),
                guid(0),
                Value::Bytes(Vec::new()),
                text("1.50"),
            ],
            [vec![guid(3)], vec![Value::Null; 7]].concat(),
        ];
        done(
            &database,
            vec![insert("every", &COLUMNS.map(|(name, _)| name), rows.to_vec())],
        )
        .await;
        assert_eq!(cells(&database, everything()).await, rows.concat());
    })
    .await;
}

#[tokio::test]
async fn values_are_selected_without_a_table() {
    on_both(async |database| {
        let row = vec![
            Value::Bool(true),
            Value::Int(-1),
            Value::Double(2.5),
            text("x"),
            guid(7),
            Value::Bytes(vec![1]),
        ];
        let types = [Type::Bool, Type::Int, Type::Double, Type::Text, Type::Guid, Type::Bytes];
        let columns = row
            .iter()
            .zip(types)
            .map(|(cell_value, ty)| cell(value(cell_value.clone()), ty))
            .collect();
        assert_eq!(
            cells(
                &database,
                Select {
                    columns,
                    ..Select::default()
                }
            )
            .await,
            row
        );
    })
    .await;
}

#[tokio::test]
async fn null_takes_the_type_of_its_place() {
    on_both(async |database| {
        create(&database).await;
        for (name, ty) in COLUMNS {
            let null = Select {
                columns: vec![cell(column(name), ty)],
                from: from("every"),
                filter: Some(equal(column(name), value(Value::Null))),
                ..Select::default()
            };
            assert_eq!(cells(&database, null).await, [], "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn nulls_are_smallest_and_text_goes_by_bytes() {
    on_both(async |database| {
        create(&database).await;
        let words = ["B", "a", "Z", "ä", "z", "\u{FFFD}", "\u{1F600}", "", "A"];
        let rows = words
            .iter()
            .zip(1..)
            .map(|(word, id)| vec![guid(id), text(word)])
            .chain([vec![guid(0), Value::Null]]);
        done(&database, vec![insert("every", &["id", "text"], rows.collect())]).await;
        let by = |order| Select {
            columns: vec![cell(column("text"), Type::Text)],
            from: from("every"),
            order_by: vec![order],
            ..Select::default()
        };
        let expected = [
            Value::Null,
            text(""),
            text("A"),
            text("B"),
            text("Z"),
            text("a"),
            text("z"),
            text("ä"),
            text("\u{FFFD}"),
            text("\u{1F600}"),
        ];
        assert_eq!(cells(&database, by(ascending(column("text")))).await, expected);
        let backwards: Vec<Value> = expected.iter().rev().cloned().collect();
        assert_eq!(cells(&database, by(descending(column("text")))).await, backwards);
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    on_both(async |database| {
        create(&database).await;
        let wrong = [
            ("int", text("x")),
            ("bool", text("true")),
            ("guid", text("00000000-0000-0000-0000-000000000000")),
            ("text", Value::Bytes(vec![1])),
            ("bytes", text("x")),
        ];
        for (name, wrong) in wrong {
            let outcome = database
                .commit(vec![step(insert("every", &["id", name], vec![vec![guid(1), wrong]]))])
                .await;
            assert!(
                matches!(outcome, Err(Error::Shape { .. } | Error::Statement(_))),
                "{name}: {outcome:?}"
            );
        }
        for refused in [text("a\0b"), Value::Double(f64::NAN), Value::Rows(Vec::new())] {
            let outcome = database
                .commit(vec![step(insert(
                    "every",
                    &["id", "text"],
                    vec![vec![guid(1), refused]],
                ))])
                .await;
            assert!(matches!(outcome, Err(Error::Shape { .. })), "{outcome:?}");
        }
        assert_eq!(cells(&database, everything()).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_cell_of_another_type_is_refused() {
    on_both(async |database| {
        for (given, ty) in [
            (text("1"), Type::Int),
            (Value::Int(5), Type::Text),
            (Value::Int(5), Type::Guid),
        ] {
            let columns = vec![cell(value(given), ty)];
            let select = Sql::Select(Select {
                columns,
                ..Select::default()
            });
            let read = database.query(&Statement::new(select)).await;
            assert!(matches!(read, Err(Error::Shape { .. })), "{read:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn any_value_comes_back_on_its_own_and_within_rows() {
    on_both(async |database| {
        create(&database).await;
        // Proptest is not asynchronous, so it stands on a thread of its own.
        let handle = tokio::runtime::Handle::current();
        let run = move || {
            let mut runner = TestRunner::new(Config::with_cases(200));
            runner.run(&any_row(), |row| handle.block_on(round_trip(&database, row)))
        };
        tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    })
    .await;
}

fn any_row() -> impl Strategy<Value = Vec<Value>> {
    let any_text = "[^\0]{0,12}";
    (
        any::<u128>(),
        any::<bool>(),
        any::<i64>(),
        any_double(),
        any_text,
        any::<Vec<u8>>(),
    )
        .prop_map(|(id, bool, int, double, string, bytes)| {
            let double = Value::Double(double);
            vec![
                guid(id),
                Value::Bool(bool),
                Value::Int(int),
                double,
                text(&string),
                guid(!id),
                Value::Bytes(bytes),
            ]
        })
}

fn any_double() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("a number", |double| double.is_finite()),
        any::<i32>().prop_map(|int| f64::from(int) / 100.0)
    ]
}

async fn round_trip(database: &Database, row: Vec<Value>) -> Result<(), TestCaseError> {
    let names = COLUMNS.map(|(name, _)| name);
    let plain: Vec<_> = COLUMNS[..7].iter().map(|&(name, ty)| cell(column(name), ty)).collect();
    let inner: Vec<_> = plain[..6].to_vec();
    let select = |columns| Select {
        columns,
        from: from("every"),
        ..Select::default()
    };
    let nested = cell(db::sql::Expr::Rows(Box::new(select(inner))), Type::Json);
    let steps: Vec<Step> = vec![
        step(crate::build::delete("every", None)),
        step(insert("every", &names[..7], vec![row.clone()])),
        step(Sql::Select(select([plain, vec![nested]].concat()))),
    ];
    let db::Commit::Done(done) = database.commit(steps).await.unwrap() else {
        panic!("refused")
    };
    let expected = [row.clone(), vec![Value::Rows(vec![row[..6].to_vec()])]].concat();
    prop_assert_eq!(done[2].clone().into_cells(), expected);
    Ok(())
}
