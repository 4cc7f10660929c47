//! The text of each kind of statement, for both databases.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::{Engine, fixed, name, pretty, render};
use crate::sql::{
    Column, ColumnDefinition, Comparison, CreateIndex, CreateTable, Delete, Expr, Insert, Join, Lock, Order, Select,
    Source, Sql, Update,
};
use crate::{Type, Value, postgres, sqlite};

/// Compares the texts for both databases with the kept ones.
fn check(title: &str, sql: &Sql) {
    let both = [Engine::Sqlite, Engine::Postgres].map(|engine| render(sql, engine, "contoso"));
    assert_snapshot!(title, both.join("--\n"));
}

fn column(of: &'static str, name: &'static str) -> Expr {
    Expr::Column {
        of: of.into(),
        name: name.into(),
    }
}

fn cell(expr: Expr, ty: Type) -> Column {
    Column { expr, ty, alias: None }
}

fn compare(left: Expr, op: Comparison, right: Expr) -> Expr {
    Expr::Compare {
        op,
        left: Box::new(left),
        right: Box::new(right),
    }
}

fn table(table: &'static str, alias: &'static str) -> Source {
    Source::Table {
        table: table.into(),
        alias: alias.into(),
    }
}

fn int(int: i64) -> Expr {
    Expr::Value(Value::Int(int))
}

fn contacts() -> Select {
    Select {
        columns: vec![
            cell(column("c", "contactid"), Type::Guid),
            cell(column("c", "score"), Type::Double),
        ],
        from: Some(table("contact", "c")),
        filter: Some(compare(column("c", "parent"), Comparison::Eq, column("a", "accountid"))),
        order_by: vec![Order {
            expr: column("c", "fullname"),
            descending: false,
        }],
        limit: Some(3),
        ..Select::default()
    }
}

#[test]
fn a_query_with_everything() {
    let name_like = Expr::Like {
        expr: Box::new(column("a", "name")),
        pattern: Box::new(Expr::Value(Value::Text("a%".into()))),
    };
    let owned = Expr::InGuids {
        expr: Box::new(column("a", "ownerid")),
        list: [uuid::Uuid::nil()].into(),
    };
    let select = Select {
        columns: vec![
            cell(column("a", "name"), Type::Text),
            Column {
                expr: Expr::Scalar(Box::new(contacts())),
                ty: Type::Guid,
                alias: Some("first".into()),
            },
            cell(Expr::Rows(Box::new(contacts())), Type::Json),
            cell(Expr::CountOf(Box::new(contacts())), Type::Int),
        ],
        from: Some(table("account", "a")),
        joins: vec![Join {
            source: Source::Query {
                query: Box::new(contacts()),
                alias: "d".into(),
            },
            on: compare(column("d", "contactid"), Comparison::Eq, column("a", "primary")),
        }],
        filter: Some(Expr::And(vec![
            owned,
            Expr::Or(vec![name_like, Expr::IsNull(Box::new(column("a", "name")))]),
            Expr::Not(Box::new(Expr::Exists(Box::new(Select {
                columns: Vec::new(),
                ..contacts()
            })))),
            compare(
                Expr::Add(
                    Box::new(Expr::Multiply(Box::new(column("a", "revenue")), Box::new(int(2)))),
                    Box::new(int(1)),
                ),
                Comparison::Ge,
                Expr::CurrentOf("it's".into()),
            ),
        ])),
        order_by: vec![
            Order {
                expr: column("a", "name"),
                descending: true,
            },
            Order {
                expr: column("a", "accountid"),
                descending: false,
            },
        ],
        limit: Some(50),
        lock: Lock::KeyShare,
    };
    check("a_query_with_everything", &Sql::Select(select));
}

#[test]
fn empty_conditions() {
    let filter = Expr::And(vec![Expr::And(vec![]), Expr::Or(vec![])]);
    check(
        "empty_conditions",
        &Sql::Select(Select {
            filter: Some(filter),
            ..Select::default()
        }),
    );
}

#[test]
fn changes() {
    let key = || {
        Some(compare(
            column("account", "accountid"),
            Comparison::Eq,
            Expr::Value(Value::Guid(uuid::Uuid::nil())),
        ))
    };
    let returning = vec![cell(column("account", "version"), Type::Int)];
    check(
        "insert",
        &Sql::Insert(Insert {
            table: "account".into(),
            columns: vec!["accountid".into(), "name".into(), "version".into()],
            rows: vec![
                vec![int(1), Expr::Value(Value::Null), Expr::CurrentOf("version".into())],
                vec![int(2), Expr::Value(Value::Text("x".into())), int(3)],
            ],
            returning: returning.clone(),
        }),
    );
    let more = Expr::Add(Box::new(column("account", "version")), Box::new(int(1)));
    let set = vec![("name".into(), Expr::Value(Value::Null)), ("version".into(), more)];
    check(
        "update",
        &Sql::Update(Update {
            table: "account".into(),
            set,
            filter: key(),
            returning: returning.clone(),
        }),
    );
    check(
        "delete",
        &Sql::Delete(Delete {
            table: "account".into(),
            filter: key(),
            returning,
        }),
    );
}

#[test]
fn definitions() {
    let types = [
        Type::Guid,
        Type::Bool,
        Type::Int,
        Type::Double,
        Type::Text,
        Type::Bytes,
        Type::Json,
    ];
    let columns = types.iter().map(|&ty| ColumnDefinition {
        name: format!("{ty:?}").to_lowercase().into(),
        ty,
        nullable: ty != Type::Guid,
    });
    let create = CreateTable {
        table: "every".into(),
        columns: columns.collect(),
        primary_key: vec!["guid".into()],
        unique: vec![("every_text".into(), vec!["text".into(), "int".into()])],
    };
    check("create_table", &Sql::CreateTable(create.clone()));
    let small = create
        .columns
        .iter()
        .filter(|column| [Type::Guid, Type::Int].contains(&column.ty))
        .cloned()
        .collect();
    let small = CreateTable {
        columns: small,
        unique: vec![],
        ..create.clone()
    };
    check("create_table_of_small_rows", &Sql::CreateTable(small));
    check(
        "create_table_without_key",
        &Sql::CreateTable(CreateTable {
            primary_key: vec![],
            unique: vec![],
            ..create
        }),
    );
    let index = CreateIndex {
        name: "by_text".into(),
        table: "every".into(),
        columns: vec!["text".into(), "int".into()],
    };
    check("create_index", &Sql::CreateIndex(index));
    check(
        "create_sequence",
        &Sql::CreateSequence {
            name: "version".into(),
            after: 1000,
        },
    );
    check("advance", &Sql::Advance { name: "version".into() });
}

#[test]
fn changed_definitions() {
    let column = ColumnDefinition {
        name: "new".into(),
        ty: Type::Text,
        nullable: true,
    };
    let table = || "every".into();
    check("add_column", &Sql::AddColumn { table: table(), column });
    let column = "new".into();
    check("drop_column", &Sql::DropColumn { table: table(), column });
    check("drop_table", &Sql::DropTable { table: table() });
    let name = "by_text".into();
    check("drop_index", &Sql::DropIndex { name });
}

#[test]
fn fixed_texts_are_rewritten() {
    let check = |text: &'static str, on_sqlite: &str, on_postgres: &str| {
        assert_eq!(fixed::rewritten(&sqlite::Sqlite, text), on_sqlite);
        assert_eq!(fixed::rewritten(&postgres::Postgres { schema: "s" }, text), on_postgres);
    };
    check("SELECT 1", "SELECT 1", "SELECT 1");
    check(
        "FROM {a} a WHERE x = $1",
        "FROM \"a\" a WHERE x = ?1",
        "FROM \"s\".\"a\" a WHERE x = $1",
    );
    check("$2 $12$1", "?2 ?12?1", "$2 $12$1");
    check("'{a}' || $1 || '$1'", "'{a}' || ?1 || '$1'", "'{a}' || $1 || '$1'");
    check("'it''s {a}' {a}", "'it''s {a}' \"a\"", "'it''s {a}' \"s\".\"a\"");
    check("a $ b", "a $ b", "a $ b");
}

#[test]
fn layout_leaves_quoted_text_alone() {
    let check = |text: &str, expected: &str| assert_eq!(pretty::lines(text), expected);
    check("SELECT \"a FROM b\" FROM \"c\"", "SELECT \"a FROM b\"\nFROM \"c\"\n");
    check("SELECT ' AND (' FROM \"c\"", "SELECT ' AND ('\nFROM \"c\"\n");
    check("SELECT (SELECT 1 FROM \"c\")", "SELECT (\n  SELECT 1\n  FROM \"c\")\n");
}

proptest! {
    /// A name is one quoted token: it ends where it should and means what was given.
    #[test]
    fn any_name_is_one_token(given in "[^\0]{0,20}") {
        let mut text = String::new();
        name(&mut text, &given);
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let inner = inner.map(str::to_owned).unwrap_or_default();
        prop_assert_eq!(inner.replace("\"\"", "\""), given);
        prop_assert_eq!(inner.replace("\"\"", "").contains('"'), false);
    }
}
