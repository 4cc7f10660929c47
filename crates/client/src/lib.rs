//! What an application links to work with the rows of an environment, in Commonhold or in the cloud.
//!
//! In: an environment's URL and a [`Credential`]. Out: rows, or an [`Error`] that carries the service's codes.
//! Invariant: a token is asked for one environment and sent to no other; impersonation is a value of its own.

mod credential;
mod environment;
mod error;
mod page;
mod token;

pub use credential::Credential;
pub use environment::{Environment, Options};
pub use error::{AuthorityRefusal, Error, ServiceRefusal};
pub use oauth::{AppId, Clock, ObjectId, Secret, SystemClock};
pub use page::Page;
