//! The gateway over HTTP.
//!
//! Invariant: every answer is for one person alone and says so; nothing of a request reaches an environment but through
//! [`crate::service`].

mod admin;
mod client_request_id;
mod cookie;
mod data;
mod error;
mod headers;
mod me;
mod relink;
mod routes;
mod sign_in;
mod sign_out;
mod signed_in;
mod who;

pub use signed_in::SignedIn;
