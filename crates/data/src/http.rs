//! The wire: HTTP requests in, HTTP answers out.
//!
//! Invariant: nothing below this module knows HTTP but the words of headers and status; nothing in it knows SQL.

mod annotations;
mod batch;
mod error;
mod format;
mod headers;
mod request;
mod resource;
mod response;
mod routes;
mod row;

pub(crate) use annotations::Annotated;
pub(crate) use error::code;
pub(crate) use request::Asked;
pub(crate) use resource::{NAMESPACE, Operation};
