//! The protocol from outside, one file per feature, refusals first. Each test runs on SQLite, and on PostgreSQL where
//! `COMMONHOLD_TEST_POSTGRES` names one.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

extern crate commonhold_authority as authority;

mod client_authentication;
mod client_credentials;
mod discovery;
mod forge;
mod headers;
mod instance_discovery;
mod jwks;
mod log;
mod manage;
mod questions;
mod rollover;
mod routes;
mod staleness;
mod wire;
mod world;
