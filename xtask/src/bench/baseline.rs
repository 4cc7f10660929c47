//! The bare server. In: a file of rows, a port. Out: the answers that the program gives, with no product in between.
//!
//! Invariant: the same HTTP stack, driver and allocator as the program; no token, no role, no catalogue.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Router, body::Bytes};
use clap::Args;
use serde_json::Value;
use tokio::net::TcpListener;

use super::postgres_rows::PostgresRows;
use super::row::{self, Row};
use super::sqlite_rows::SqliteRows;
use crate::report::Report;

/// As long as a discovery document.
const STATIC: &str = include_str!("static.json");
const PAGE: u32 = 50;

/// What the bare server serves, and where.
#[derive(Args, Clone)]
pub(crate) struct Baseline {
    /// Folder with `rows.json`; the file of rows is made beside it.
    #[arg(long)]
    pub(super) folder: PathBuf,
    /// Port of this machine to listen on.
    #[arg(long)]
    pub(super) port: u16,
    /// URL of a PostgreSQL to keep the rows in, instead of a file.
    #[arg(long)]
    pub(super) database: Option<String>,
}

/// Where the rows are.
enum Rows {
    Sqlite(SqliteRows),
    Postgres(PostgresRows),
}

impl Baseline {
    /// Serves until the process is ended.
    pub(crate) fn run(&self, report: &mut Report) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let rows = Arc::new(self.rows().await?);
            let router = Router::new()
                .route("/static", get(async || json(STATIC)))
                .route("/rows/{id}", get(read))
                .route("/page", get(page))
                .route("/rows", post(create))
                .with_state(rows);
            let listener = TcpListener::bind(("127.0.0.1", self.port))
                .await
                .context("cannot listen")?;
            let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
            report.line("ready");
            axum::serve(listener, router).await.context("cannot serve")
        })
    }

    async fn rows(&self) -> Result<Rows> {
        let text = fs::read_to_string(self.folder.join("rows.json")).context("cannot read `rows.json`")?;
        let objects: Vec<Value> = serde_json::from_str(&text).context("`rows.json` is no list")?;
        let rows = objects.iter().map(Row::read).collect::<Result<Vec<Row>>>()?;
        match &self.database {
            Some(url) => Ok(Rows::Postgres(PostgresRows::create(url, &rows).await?)),
            None => Ok(Rows::Sqlite(SqliteRows::create(&self.folder.join("rows.db"), &rows)?)),
        }
    }
}

async fn read(State(rows): State<Arc<Rows>>, Path(id): Path<String>) -> Response {
    let found = match &*rows {
        Rows::Sqlite(rows) => rows.read(&id),
        Rows::Postgres(rows) => rows.read(&id).await,
    };
    answer(found.and_then(|row| row.object()).map(json))
}

async fn page(State(rows): State<Arc<Rows>>) -> Response {
    let found = match &*rows {
        Rows::Sqlite(rows) => rows.page(PAGE),
        Rows::Postgres(rows) => rows.page(PAGE).await,
    };
    answer(found.and_then(|rows| row::page(&rows)).map(json))
}

async fn create(State(rows): State<Arc<Rows>>, body: Bytes) -> Response {
    answer(
        insert(&rows, &body)
            .await
            .map(|()| StatusCode::NO_CONTENT.into_response()),
    )
}

async fn insert(rows: &Rows, body: &[u8]) -> Result<()> {
    let mut object: Value = serde_json::from_slice(body)?;
    let members = object.as_object_mut().context("the body is no object")?;
    members.insert("accountid".to_owned(), Value::String(new_id()));
    let row = Row::read(&object)?;
    match rows {
        // The disk takes its time; other requests go on meanwhile.
        Rows::Sqlite(rows) => tokio::task::block_in_place(|| rows.insert(&row)),
        Rows::Postgres(rows) => rows.insert(&row).await,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a bare server's rows need a new id and nothing is decided by it"
)]
fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

fn json(text: impl IntoResponse) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json; odata.metadata=minimal")],
        text,
    )
        .into_response()
}

fn answer(outcome: Result<Response>) -> Response {
    outcome.unwrap_or_else(|error| (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response())
}
