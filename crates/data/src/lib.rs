//! The data service: environments with tables and rows, secured by roles, served by OData v4 as Dataverse serves them.
//!
//! In: HTTP requests with a bearer token. Out: rows that the caller's roles admit, or an error with its Dataverse code.
//! Invariant: the only way to a row is `plan` -> `access` (which makes `Permitted`) -> `compile` -> `db`.

mod access;
mod alter;
mod caller;
mod catalogue;
mod compile;
mod data_service;
mod directory;
mod environment;
mod error;
mod functions;
mod http;
mod install;
mod limits;
mod plan;
mod rules;
mod schema;
mod service;

pub use access::Permitted;
pub use alter::{Applied, CatalogueChange, CatalogueRefusal, Maker, Removal, Removed};
pub use caller::Caller;
pub use catalogue::{
    Additions, Cascade, ChoiceDefinition, ColumnDefinition, ColumnKind, LookupTarget, RequiredLevel, StatusOption,
    TableDefinition, TableOwnership,
};
pub use data_service::{BaseUrl, DataService, Options};
pub use directory::{Answer, Consent, Directory, DirectoryError, Person, ServicePrincipal};
pub use environment::Address;
pub use error::{Error, KeyProofError, Rule};
pub use install::{Currency, Founding, FoundingApplication};
pub use limits::{Limit, LimitOptions, Limits};
