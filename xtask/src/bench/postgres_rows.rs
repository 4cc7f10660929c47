//! The bare server's rows in PostgreSQL. In: ids and names. Out: rows.
//!
//! Invariant: prepared once on each connection; a write is committed when it has answered.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use tokio_postgres::{Client, NoTls, Row as Found, Statement};

use super::row::Row;

const CREATE: &str = "CREATE SCHEMA bare; CREATE TABLE bare.account (accountid text PRIMARY KEY, name text, \
                      accountnumber text, telephone1 text, address1_city text)";
const INSERT: &str = "INSERT INTO bare.account VALUES ($1, $2, $3, $4, $5)";
const READ: &str = "SELECT * FROM bare.account WHERE accountid = $1";
const PAGE: &str = "SELECT * FROM bare.account ORDER BY accountid LIMIT $1";
/// Connections that take turns; each carries several requests at once.
const CONNECTIONS: usize = 8;

/// Connections with their prepared statements.
pub(super) struct PostgresRows {
    prepared: Vec<Prepared>,
    turn: AtomicUsize,
}

struct Prepared {
    client: Client,
    read: Statement,
    page: Statement,
    insert: Statement,
}

impl PostgresRows {
    /// Makes the table and fills it.
    pub(super) async fn create(url: &str, rows: &[Row]) -> Result<Self> {
        connect(url).await?.batch_execute(CREATE).await?;
        let mut prepared = Vec::new();
        for _ in 0..CONNECTIONS {
            let client = connect(url).await?;
            let (read, page) = (client.prepare(READ).await?, client.prepare(PAGE).await?);
            let insert = client.prepare(INSERT).await?;
            prepared.push(Prepared {
                client,
                read,
                page,
                insert,
            });
        }
        let made = Self {
            prepared,
            turn: AtomicUsize::new(0),
        };
        for row in rows {
            made.insert(row).await?;
        }
        Ok(made)
    }

    /// The row of an id.
    pub(super) async fn read(&self, id: &str) -> Result<Row> {
        let next = self.next()?;
        row(&next.client.query_one(&next.read, &[&id]).await?)
    }

    /// The first rows.
    pub(super) async fn page(&self, size: u32) -> Result<Vec<Row>> {
        let next = self.next()?;
        let found = next.client.query(&next.page, &[&i64::from(size)]).await?;
        found.iter().map(row).collect()
    }

    /// Writes a row.
    pub(super) async fn insert(&self, row: &Row) -> Result<()> {
        let next = self.next()?;
        let [name, number, telephone, city] = &row.values;
        next.client
            .execute(&next.insert, &[&row.id, name, number, telephone, city])
            .await?;
        Ok(())
    }

    fn next(&self) -> Result<&Prepared> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.prepared
            .get(turn % CONNECTIONS)
            .context("there is a connection for every turn")
    }
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .context("cannot connect to PostgreSQL")?;
    // It ends with the client; what went wrong on it is the next request's error.
    tokio::spawn(connection);
    Ok(client)
}

fn row(found: &Found) -> Result<Row> {
    let values = [
        found.try_get(1)?,
        found.try_get(2)?,
        found.try_get(3)?,
        found.try_get(4)?,
    ];
    Ok(Row {
        id: found.try_get(0)?,
        values,
    })
}
