//! The web application's door, as far as it stands: one application's connections to its subscribers' environments.
//!
//! In: an application's credential and, per subscriber, a tenant and the URL of its environment. Out: the connection
//! of that subscriber. Invariant: a tenant gets its own environment's connection or none, never another's.

mod subscribers;

pub use client::{AppId, Credential, Environment, Error, ObjectId, Options, Secret};
pub use subscribers::Subscribers;
