//! PostgreSQL: one schema per database, all on one pool of connections.
//!
//! In: statements. Out: rows. Invariant: the driver is used here and in `postgres/` only, and a name is always
//! qualified by its schema, so that no connection has a state of its own that matters.

mod commit;
mod dialect;
mod failure;
mod pipeline;
mod run;
mod schema;
mod server;
mod wire;

pub(crate) use self::dialect::Postgres;
pub(crate) use self::schema::Schema;
pub(crate) use self::server::Server;
