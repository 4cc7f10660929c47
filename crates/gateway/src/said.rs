//! What a request says: method, URL, headers and body come in, every question that it raises goes out.
//!
//! In: the request as it will be sent on. Out: [`Asked`]. Invariant: what is not understood to the last name is refused,
//! so the environment reads nothing in a request that was not put to the policy.

mod body;
mod options;
mod path;

use http::Method;
use odata::{PayloadError, QueryOptions, SyntaxError};

use crate::act::{Action, Asked};
use crate::surface::Surface;
use path::{Kind, Target};

pub(crate) use body::BodyRule;

/// Why a request cannot be put to the policy.
#[derive(Debug, thiserror::Error)]
pub enum SaidError {
    /// The URL is not one that every reader reads alike.
    #[error("the path `{path}` is not in its plainest form")]
    Path {
        /// As it came.
        path: String,
    },
    /// The URL is no OData, or uses a part of it that is not read here.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The body is no row.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// Batches are not taken apart.
    #[error("`$batch` is not let through: send its requests one by one")]
    Batch,
    /// A name that the configuration does not list.
    #[error("`{name}` is not open here: the gateway's configuration lists no such table or operation")]
    NotOpen {
        /// As written.
        name: String,
    },
    /// A name of a table that the configuration does not list.
    #[error("`{table}` has no `{name}` here: the gateway's configuration lists no such navigation or column of it")]
    Unknown {
        /// The table.
        table: String,
        /// As written.
        name: String,
    },
    /// The method means nothing at this path.
    #[error("{method} is not let through here: {why}")]
    Method {
        /// As it came.
        method: Method,
        /// What to do instead.
        why: &'static str,
    },
    /// A part of the request that is refused whatever the policy says.
    #[error("{0}")]
    Refused(&'static str),
    /// A row inside a row.
    #[error("`{name}` holds a row of its own, which is not let through: create it by a request of its own")]
    Nested {
        /// The member.
        name: String,
    },
    /// An annotation that the environment could read as an instruction.
    #[error("the annotation `{name}` is not let through")]
    Annotation {
        /// The member.
        name: String,
    },
    /// An address that leads elsewhere than the navigation does.
    #[error("`{address}` is no address of a row of `{table}`: write `/{table}(…)`")]
    Address {
        /// As written.
        address: String,
        /// Where the navigation leads to.
        table: String,
    },
}

/// The parts of a request that say what it does. Path and query are those of the URL that will be sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'a> {
    pub(crate) method: &'a Method,
    /// Behind the service root, still encoded, without a leading slash.
    pub(crate) path: &'a str,
    /// Still encoded; empty when there is none.
    pub(crate) query: &'a str,
    pub(crate) conditions: Conditions,
    pub(crate) answer: Answer,
}

/// Which row a write may find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conditions {
    /// No precondition: an update may turn out to create.
    None,
    /// `If-Match`: only a row that is there.
    MustExist,
    /// `If-None-Match: *`: only a row that is not there.
    MustNotExist,
}

/// Whether a write answers with the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It does not.
    Nothing,
    /// `Prefer: return=representation`
    Row,
}

/// A request that is understood but for its body, and what is to be done with that.
#[derive(Debug)]
pub(crate) struct Understood {
    pub(crate) asked: Asked,
    pub(crate) body: BodyRule,
}

/// Reads all but the body.
pub(crate) fn read(surface: &Surface, said: &Said<'_>) -> Result<Understood, SaidError> {
    let url = odata::Request::parse(said.path, said.query)?;
    let target = path::target(surface, &url.path)?;
    let mut asked = Asked::default();
    for table in &target.through {
        asked.table(Action::Read, table);
    }
    let body = raise(&mut asked, said, &target)?;
    if url.options.id.is_some() {
        body::reference_option(&url.options, &target, said.method)?;
    }
    match target.kind {
        Kind::Operation(_) if url.options != QueryOptions::default() => {
            return Err(SaidError::Refused("an operation takes no query options here"));
        }
        Kind::Operation(_) => {}
        Kind::Rows | Kind::Count | Kind::Reference | Kind::Column => {
            options::read(surface, target.table, &url.options, &mut asked)?;
        }
    }
    let reads_back = said.answer == Answer::Row || url.options.select.is_some() || !url.options.expand.is_empty();
    if reads_back && !matches!(target.kind, Kind::Operation(_)) {
        asked.table(Action::Read, target.table);
    }
    Ok(Understood { asked, body })
}

/// Reads the body of a row or a reference, and adds what it raises.
pub(crate) fn read_body(
    surface: &Surface,
    rule: &BodyRule,
    unverified_body: &[u8],
    asked: &mut Asked,
) -> Result<(), SaidError> {
    body::read(surface, rule, unverified_body, asked)
}

/// The questions of method and path together.
fn raise(asked: &mut Asked, said: &Said<'_>, target: &Target<'_>) -> Result<BodyRule, SaidError> {
    let method = said.method;
    let refused = |why| {
        Err(SaidError::Method {
            method: method.clone(),
            why,
        })
    };
    let table = target.table;
    match (method, target.kind) {
        (&Method::GET | &Method::POST, Kind::Operation(operation)) => {
            asked.operation(operation);
            if let Some(parent) = target.parent {
                asked.table(Action::Read, parent);
            }
            if !table.is_empty() {
                asked.table(Action::Call, table);
            }
            Ok(BodyRule::Opaque)
        }
        (&Method::GET, _) => {
            if let Some(parent) = target.parent {
                asked.table(Action::Read, parent);
            }
            asked.table(Action::Read, table);
            Ok(BodyRule::Absent)
        }
        (&Method::POST, Kind::Rows) if !target.is_row() => {
            asked.table(Action::Create, table);
            if let Some(parent) = target.parent {
                asked.table(Action::Associate, parent);
                asked.table(Action::Associate, table);
            }
            Ok(BodyRule::Row(table.to_owned()))
        }
        (&Method::PATCH, Kind::Rows) if target.is_row() && target.parent.is_none() => {
            upsert(asked, table, said.conditions);
            Ok(BodyRule::Row(table.to_owned()))
        }
        (&Method::DELETE, Kind::Rows) if target.is_row() && target.parent.is_none() => {
            asked.table(Action::Delete, table);
            Ok(BodyRule::Absent)
        }
        (&Method::PUT | &Method::PATCH | &Method::DELETE, Kind::Column) => {
            asked.table(Action::Update, table);
            Ok(BodyRule::Opaque)
        }
        (&Method::POST | &Method::PUT | &Method::DELETE, Kind::Reference) => {
            for end in target.parent.into_iter().chain([table]) {
                asked.table(Action::Associate, end);
            }
            if *method == Method::DELETE {
                Ok(BodyRule::Absent)
            } else {
                Ok(BodyRule::Reference(table.to_owned()))
            }
        }
        (_, Kind::Rows | Kind::Count | Kind::Reference | Kind::Column | Kind::Operation(_)) => {
            refused("address one row by its own table and key, a collection to create in, or a `$ref`")
        }
    }
}

/// `PATCH` creates the row that it does not find, unless it is told otherwise.
fn upsert(asked: &mut Asked, table: &str, conditions: Conditions) {
    if conditions != Conditions::MustNotExist {
        asked.table(Action::Update, table);
    }
    if conditions != Conditions::MustExist {
        asked.table(Action::Create, table);
    }
}

#[cfg(test)]
mod tests;
