//! Rows within a cell.

use db::sql::{ColumnDefinition, CreateTable, Expr, Select, Source, Sql};
use db::{Database, Error, Statement, Type, Value};

use crate::build::{
    ascending, cell, cells, column, descending, done, equal, from, guid, insert, items, of, table, text, value,
};
use crate::on_both;

/// Rows of `child`, of which `parent` is a column, under a source called `t`.
fn children(columns: Vec<db::sql::Column>) -> Select {
    Select {
        columns,
        from: Some(Source::Table {
            table: "child".into(),
            alias: "c".into(),
        }),
        filter: Some(equal(of("c", "parent"), column("id"))),
        order_by: vec![descending(of("c", "number")), ascending(of("c", "id"))],
        ..Select::default()
    }
}

async fn family(database: &Database) {
    items(database, &[(1, 10), (2, 20)]).await;
    let columns = [
        ("id", Type::Guid),
        ("parent", Type::Guid),
        ("number", Type::Int),
        ("text", Type::Text),
        ("bool", Type::Bool),
        ("double", Type::Double),
        ("json", Type::Json),
    ];
    let full = |id, number, word: &str| {
        vec![
            guid(id),
            guid(1),
            Value::Int(number),
            text(word),
            Value::Bool(true),
            Value::Double(0.1 + 0.2),
            text("[1,  2]"),
        ]
    };
    let nulls = |id| [vec![guid(id), guid(1)], vec![Value::Null; 5]].concat();
    let rows = vec![
        full(11, i64::MAX, "a \"quoted\"\n\\ text ü \u{1F600}"),
        nulls(12),
        full(13, i64::MIN, "null"),
    ];
    let names = columns.map(|(name, _)| name);
    done(
        database,
        vec![
            Sql::CreateTable(table("child", &columns)),
            insert("child", &names, rows),
        ],
    )
    .await;
}

#[tokio::test]
async fn rows_keep_types_nulls_and_order() {
    on_both(async |database| {
        family(&database).await;
        let child = |name, ty| cell(of("c", name), ty);
        let inner = children(vec![
            child("id", Type::Guid),
            child("number", Type::Int),
            child("text", Type::Text),
            child("bool", Type::Bool),
            child("double", Type::Double),
            child("json", Type::Json),
        ]);
        let select = Select {
            columns: vec![
                cell(column("id"), Type::Guid),
                cell(Expr::Rows(Box::new(inner.clone())), Type::Json),
            ],
            from: from("item"),
            order_by: vec![ascending(column("id"))],
            ..Select::default()
        };
        let double = Value::Double(0.1 + 0.2);
        let full = |id, number, word: &str| {
            vec![
                guid(id),
                Value::Int(number),
                text(word),
                Value::Bool(true),
                double.clone(),
                text("[1,  2]"),
            ]
        };
        let first = Value::Rows(vec![
            full(11, i64::MAX, "a \"quoted\"\n\\ text ü \u{1F600}"),
            full(13, i64::MIN, "null"),
            [vec![guid(12)], vec![Value::Null; 5]].concat(),
        ]);
        assert_eq!(
            cells(&database, select.clone()).await,
            [guid(1), first, guid(2), Value::Rows(vec![])]
        );

        let one = Expr::Rows(Box::new(Select {
            columns: vec![child("id", Type::Guid)],
            limit: Some(1),
            ..inner
        }));
        let select = Select {
            columns: vec![cell(one, Type::Json)],
            ..select
        };
        assert_eq!(
            cells(&database, select).await,
            [Value::Rows(vec![vec![guid(11)]]), Value::Rows(vec![])]
        );
    })
    .await;
}

#[tokio::test]
async fn rows_nest() {
    on_both(async |database| {
        family(&database).await;
        let siblings = Select {
            columns: vec![cell(of("s", "number"), Type::Int)],
            from: Some(Source::Table {
                table: "child".into(),
                alias: "s".into(),
            }),
            filter: Some(equal(of("s", "id"), of("c", "id"))),
            ..Select::default()
        };
        let nested = cell(Expr::Rows(Box::new(siblings)), Type::Json);
        let inner = children(vec![cell(of("c", "id"), Type::Guid), nested]);
        let select = Select {
            columns: vec![cell(Expr::Rows(Box::new(inner)), Type::Json)],
            from: from("item"),
            order_by: vec![ascending(column("id"))],
            ..Select::default()
        };
        let row = |id, number| vec![guid(id), Value::Rows(vec![vec![number]])];
        let first = Value::Rows(vec![
            row(11, Value::Int(i64::MAX)),
            row(13, Value::Int(i64::MIN)),
            row(12, Value::Null),
        ]);
        assert_eq!(cells(&database, select).await, [first, Value::Rows(vec![])]);
    })
    .await;
}

#[tokio::test]
async fn rows_may_be_wide() {
    on_both(async |database| {
        for width in [99, 100, 101, 250_u8] {
            let columns = (0..width)
                .map(|number| cell(value(Value::Int(number.into())), Type::Int))
                .collect();
            let wide = Expr::Rows(Box::new(Select {
                columns,
                ..Select::default()
            }));
            let select = Select {
                columns: vec![cell(wide, Type::Json)],
                ..Select::default()
            };
            let row = (0..width).map(|number| Value::Int(number.into())).collect();
            assert_eq!(cells(&database, select).await, [Value::Rows(vec![row])], "{width}");
        }
    })
    .await;
}

#[tokio::test]
async fn bytes_are_refused_within_rows() {
    on_both(async |database| {
        let definition = ColumnDefinition {
            name: "bytes".into(),
            ty: Type::Bytes,
            nullable: true,
        };
        let create = CreateTable {
            table: "blob".into(),
            columns: vec![definition],
            primary_key: vec![],
            unique: vec![],
        };
        let add = insert("blob", &["bytes"], vec![vec![Value::Bytes(vec![1])]]);
        done(&database, vec![Sql::CreateTable(create), add]).await;
        let inner = Select {
            columns: vec![cell(column("bytes"), Type::Bytes)],
            from: from("blob"),
            ..Select::default()
        };
        let columns = vec![cell(Expr::Rows(Box::new(inner)), Type::Json)];
        let read = database
            .query(&Statement::new(Sql::Select(Select {
                columns,
                ..Select::default()
            })))
            .await;
        assert!(matches!(read, Err(Error::Shape { .. })), "{read:?}");
    })
    .await;
}
