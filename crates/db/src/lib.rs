//! SQL as values, rendered for SQLite or PostgreSQL, and the one handle that runs it.
//!
//! In: values of [`sql`], or fixed statements of the shared subset as `&'static str`.
//! Out: rows. Invariant: text comes only from this crate and from static strings; identifiers are quoted, everything
//! else is a bound value. Nothing here knows a tenant, a token or a table of ours.

mod cell;
mod cluster;
mod database;
mod dialect;
mod error;
mod postgres;
mod render;
mod rows;
pub mod sql;
mod sqlite;
mod statement;
mod value;

pub use cluster::{Cluster, SqliteOptions};
pub use database::{Commit, Database, Expect, Step};
pub use error::Error;
pub use render::{Engine, render};
pub use rows::{Row, Rows};
pub use statement::Statement;
pub use value::{Type, Value};
