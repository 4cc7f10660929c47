//! A violated constraint has the same name on both databases.

use db::sql::{CreateIndex, CreateTable, Sql};
use db::{Error, Type, Value};

use crate::build::{count, done, guid, insert, step, table, text};
use crate::on_both;

fn person() -> Sql {
    let columns = [
        ("id", Type::Guid),
        ("first", Type::Text),
        ("last", Type::Text),
        ("mail", Type::Text),
    ];
    let unique = vec![
        ("person_name".into(), vec!["last".into(), "first".into()]),
        ("one \"mail\" each".into(), vec!["mail".into()]),
    ];
    Sql::CreateTable(CreateTable {
        unique,
        ..table("person", &columns)
    })
}

fn add(id: u128, first: &str, last: &str, mail: Option<&str>) -> Sql {
    let row = vec![guid(id), text(first), text(last), mail.map_or(Value::Null, text)];
    insert("person", &["id", "first", "last", "mail"], vec![row])
}

#[tokio::test]
async fn duplicates_are_named() {
    on_both(async |database| {
        let index = CreateIndex {
            name: "person_first".into(),
            table: "person".into(),
            columns: vec!["first".into()],
        };
        done(
            &database,
            vec![person(), Sql::CreateIndex(index), add(1, "Ada", "Byron", Some("a@x"))],
        )
        .await;
        let check = async |sql: Sql, expected: &str| {
            let Err(Error::Duplicate { constraint, .. }) = database.commit(vec![step(sql)]).await else {
                panic!("{expected} is not violated");
            };
            assert_eq!(constraint, expected);
        };
        check(add(1, "x", "y", None), "person_pkey").await;
        check(add(2, "Ada", "Byron", None), "person_name").await;
        check(add(2, "x", "y", Some("a@x")), "one \"mail\" each").await;
        done(&database, vec![add(2, "Ada", "b", None), add(3, "b", "Byron", None)]).await;
        assert_eq!(count(&database, "person").await, Value::Int(3));
    })
    .await;
}

#[tokio::test]
async fn a_key_of_several_columns_is_named() {
    on_both(async |database| {
        let columns = [("left", Type::Guid), ("right", Type::Guid)];
        let mut pair = table("pair", &columns);
        for column in &mut pair.columns {
            column.nullable = false;
        }
        pair.primary_key = vec!["left".into(), "right".into()];
        let add = || insert("pair", &["left", "right"], vec![vec![guid(1), guid(2)]]);
        done(&database, vec![Sql::CreateTable(pair), add()]).await;
        let again = database.commit(vec![step(add())]).await;
        assert!(matches!(again, Err(Error::Duplicate { constraint, step: 0 }) if constraint == "pair_pkey"));
    })
    .await;
}

#[tokio::test]
async fn a_missing_value_is_refused() {
    on_both(async |database| {
        done(&database, vec![person()]).await;
        let outcome = database
            .commit(vec![step(insert("person", &["id"], vec![vec![Value::Null]]))])
            .await;
        assert!(matches!(outcome, Err(Error::Statement(_))), "{outcome:?}");
    })
    .await;
}
