//! What an application links to work with the rows of an environment, in Commonhold or in the cloud.
//!
//! In: an environment's URL and a [`Credential`]. Out: rows, or an [`Error`] that carries the service's codes.
//! Invariant: a token is asked for one environment and sent to no other; impersonation is a value of its own.
#![doc = include_str!("../README.md")]

mod address;
mod application;
mod authority;
mod batch;
mod body;
mod call;
mod changes;
mod credential;
mod environment;
mod error;
mod forward;
mod key;
mod lanes;
mod operation;
mod options;
mod place;
mod query;
mod references;
mod retry;
mod row;
mod rows;
mod timer;
mod token;

pub use application::Application;
pub use batch::{Batch, BatchAnswer, Change, ChangeSet, PartAnswer};
pub use body::Body;
pub use credential::{Credential, Proof, ProofRequest, Prover, Proving};
pub use environment::Environment;
pub use error::{AuthorityRefusal, Cause, Error, ServiceRefusal};
pub use key::{Key, Reference};
pub use lanes::Lane;
pub use oauth::{Algorithm, AppId, Clock, ObjectId, Random, Secret, SystemClock, SystemRandom};
pub use odata::{Date, DateTime, Direction, ETag, Literal};
pub use operation::Operation;
pub use options::{Authorities, Concurrency, Options, PlainHttp, Retries};
pub use query::{Column, Expand, Filter, Query, column};
pub use row::{Lookup, Row};
pub use rows::{NextLink, Page};
pub use timer::{SystemTimer, Timer};
