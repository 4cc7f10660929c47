//! Both databases do the same: each test runs on SQLite, and on PostgreSQL where `COMMONHOLD_TEST_POSTGRES` names one.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

extern crate commonhold_db as db;

mod build;
mod clusters;
mod concurrency;
mod constraints;
mod definitions;
mod forge;
mod queries;
mod rows;
mod sequences;
mod transactions;
mod types;

use db::{Cluster, Database, SqliteOptions};
use uuid::Uuid;

/// Runs a test on an empty database of each engine.
async fn on_both(test: impl AsyncFn(Database)) {
    let (_directory, clusters) = clusters();
    for cluster in clusters {
        let name = unique_name();
        let database = cluster.create(&name).await.unwrap();
        test(database).await;
        cluster.drop(&name).await.unwrap();
    }
}

/// A name that no other test has, for PostgreSQL is shared.
#[expect(clippy::disallowed_methods, reason = "a test makes its own chance")]
fn unique_name() -> String {
    format!("test_{}", Uuid::new_v4().simple())
}

/// A cluster of each engine; the directory lives as long as the first value.
#[expect(clippy::disallowed_methods, reason = "a test reads its own configuration")]
fn clusters() -> (tempfile::TempDir, Vec<Cluster>) {
    let directory = tempfile::tempdir().unwrap();
    let mut clusters = vec![Cluster::sqlite(
        directory.path().join("databases"),
        SqliteOptions::default(),
    )];
    if let Ok(url) = std::env::var("COMMONHOLD_TEST_POSTGRES") {
        clusters.push(Cluster::postgres(&url).unwrap());
    }
    (directory, clusters)
}
