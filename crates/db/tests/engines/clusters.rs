//! Databases are made, opened and removed by name.

use db::{Cluster, Error, Statement, Type, Value};

use crate::build::{count, items};
use crate::{clusters, unique_name};

#[tokio::test]
async fn databases_come_and_go() {
    let (_directory, clusters) = clusters();
    for cluster in clusters {
        let name = unique_name();
        assert!(!cluster.exists(&name).await.unwrap());
        assert!(matches!(cluster.open(&name).await, Err(Error::NotFound { .. })));
        assert!(matches!(cluster.drop(&name).await, Err(Error::NotFound { .. })));
        let database = cluster.create(&name).await.unwrap();
        assert_eq!(database.name(), name);
        assert!(cluster.exists(&name).await.unwrap());
        assert!(matches!(cluster.create(&name).await, Err(Error::AlreadyExists { .. })));
        items(&database, &[(1, 10)]).await;
        let again = cluster.open(&name).await.unwrap();
        assert_eq!(count(&again, "item").await, Value::Int(1));
        cluster.drop(&name).await.unwrap();
        assert!(!cluster.exists(&name).await.unwrap());
        let read = database
            .query(&Statement::fixed("SELECT number FROM {item}", vec![], &[Type::Int]))
            .await;
        assert!(
            matches!(read, Err(Error::NotFound { .. } | Error::Statement(_))),
            "{read:?}"
        );
        let database = cluster.create(&name).await.unwrap();
        items(&database, &[(2, 20)]).await;
        cluster.drop(&name).await.unwrap();
    }
}

#[tokio::test]
async fn a_file_outlives_its_handles() {
    let (_directory, clusters) = clusters();
    let cluster = &clusters[0];
    items(&cluster.create("kept").await.unwrap(), &[(1, 10), (2, 20)]).await;
    assert_eq!(count(&cluster.open("kept").await.unwrap(), "item").await, Value::Int(2));
}

#[tokio::test]
async fn databases_of_one_cluster_are_apart() {
    let (_directory, clusters) = clusters();
    for cluster in clusters {
        let names = [(); 2].map(|()| unique_name());
        let (left, right) = (
            cluster.create(&names[0]).await.unwrap(),
            cluster.create(&names[1]).await.unwrap(),
        );
        items(&left, &[(1, 10)]).await;
        items(&right, &[(1, 10), (2, 20)]).await;
        assert_eq!(count(&left, "item").await, Value::Int(1));
        assert_eq!(count(&right, "item").await, Value::Int(2));
        for name in &names {
            cluster.drop(name).await.unwrap();
        }
    }
}

#[tokio::test]
async fn names_are_refused() {
    let (_directory, clusters) = clusters();
    for cluster in clusters {
        for name in ["", "A", "../a", "a\"b", "public", "pg_catalog"] {
            assert!(matches!(cluster.create(name).await, Err(Error::Name { .. })), "{name}");
            assert!(matches!(cluster.drop(name).await, Err(Error::Name { .. })), "{name}");
        }
    }
}

#[tokio::test]
async fn passwords_are_never_shown() {
    let shown = |error: &Error| format!("{error} {error:?}");
    for url in ["postgres://user:x@host/y?hunter2=1", "host=x hunter2"] {
        let error = Cluster::postgres(url).unwrap_err();
        assert!(matches!(error, Error::Url));
        assert!(!shown(&error).contains("hunter2"));
    }
    let cluster = Cluster::postgres("postgres://user:hunter2@127.0.0.1:1/x").unwrap();
    assert_eq!(format!("{cluster:?}"), "Cluster(Postgres)");
    let error = cluster.open("a").await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    assert!(!shown(&error).contains("hunter2"));
}

#[tokio::test]
async fn a_handle_shows_engine_and_name() {
    let (_directory, clusters) = clusters();
    let database = clusters[0].create("shown").await.unwrap();
    assert_eq!(format!("{database:?}"), "Sqlite { name: \"shown\", .. }");
}
