//! The wire: the only part of the crate that knows `axum`.
//!
//! In: HTTP requests. Out: HTTP answers. Invariant: wire structs end here; what goes further in has been read into values
//! of `oauth` and of this crate.

mod discovery;
mod error;
mod exchange;
mod instance;
mod keys;
mod query;
mod routes;
mod segment;
mod token;
mod unserved;
