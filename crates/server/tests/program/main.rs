//! The whole program, as its users start it: the built binary, a folder of its own, real sockets.
//!
//! Each test makes its own world. What concerns rows runs on SQLite, and on PostgreSQL where
//! `COMMONHOLD_TEST_POSTGRES` names a database.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod administration;
mod client;
mod configuration;
mod demonstration;
mod durability;
mod gateway;
mod interruption;
mod place;
mod process;
mod refusals;
mod serve;
mod stopping;
mod world;
