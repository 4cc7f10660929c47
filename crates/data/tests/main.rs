//! The data service as a whole, on both databases.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

extern crate commonhold_data as data;

mod access;
mod catalogue;
mod engines;
mod environment;
mod oracle;
mod passports;
mod routes;
mod rules;
mod wire;
mod world;
