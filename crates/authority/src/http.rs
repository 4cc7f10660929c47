//! The wire: the only part of the crate that knows `axum`.
//!
//! In: HTTP requests. Out: HTTP answers. Invariant: wire structs end here; what goes further in has been read into values
//! of `oauth` and of this crate.

mod admin_consent;
mod asset;
mod authorize;
mod cookie;
mod cross_origin;
mod device;
mod device_code;
mod discovery;
mod error;
mod exchange;
mod fields;
mod form;
mod graph;
mod instance;
mod interact;
mod introspect;
mod keys;
mod logout;
mod operator;
mod page;
mod presented;
mod proof;
mod pushed;
mod query;
mod realm;
mod recorded;
mod revoke;
mod routes;
mod security_info;
mod segment;
mod token;
mod turn;
mod unserved;
mod userinfo;

#[cfg(test)]
pub(crate) use error::code as refusal_code;
mod visit;
