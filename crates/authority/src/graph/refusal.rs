//! The closed list of reasons for which the directory API refuses a call.
//!
//! In: nothing. Out: [`GraphRefusal`], which `http/graph/error.rs` turns into code, status and text.
//! INVARIANT: a variant carries what its text may name, never a secret, a token or a body.

use oauth::{AssertionError, TokenError};
use odata::SyntaxError;

use crate::directory::DirectoryError;
use crate::manage::ManageError;
use crate::presented_token::Unproved;
use crate::refusal::Refusal;
use crate::store;

/// Why a call was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GraphRefusal {
    /// No bearer token came.
    #[error("no bearer token sent")]
    TokenMissing,
    /// The token names no tenant of this authority as its issuer.
    #[error("token was not issued here")]
    TokenIssuer,
    /// The token proves nothing.
    #[error("token refused")]
    Token(#[source] TokenError),
    /// The token is bound to a key that the caller has not proved to hold, or is shown as one that is, and is not.
    #[error("key of the token not proved")]
    TokenKey,
    /// The operator's key did not come, or another one.
    #[error("operator's key refused")]
    OperatorKey,
    /// The tenant no longer knows the caller, or has switched it off.
    #[error("caller is not in the directory, or is switched off")]
    CallerUnknown,
    /// The caller lacks the right.
    #[error("caller lacks the right")]
    Denied,
    /// `/me` without a person.
    #[error("`/me` asked by an application for itself")]
    NoPerson,

    /// The path has a segment that is not known here.
    #[error("no resource for the segment `{segment}`")]
    Segment {
        /// The segment.
        segment: String,
    },
    /// The path exists, its method is another one.
    #[error("method {received} not allowed")]
    Method {
        /// The method sent.
        received: String,
    },
    /// No object of the tenant has this key.
    #[error("object `{id}` not found")]
    NotFound {
        /// The key as the caller wrote it.
        id: String,
    },

    /// The body is longer than is read.
    #[error("body longer than {limit_bytes} bytes")]
    BodyTooLarge {
        /// The longest body that is read.
        limit_bytes: usize,
    },
    /// The body is not a JSON object.
    #[error("body is not a json object")]
    Body,
    /// The object has no such property that could be written.
    #[error("property `{name}` cannot be written")]
    Property {
        /// The property.
        name: String,
    },
    /// A property is missing.
    #[error("property `{name}` missing")]
    Missing {
        /// The property.
        name: &'static str,
    },
    /// A property has a value that it cannot have.
    #[error("value of property `{name}` {reason}")]
    Value {
        /// The property.
        name: String,
        /// What is wrong with the value.
        reason: &'static str,
    },
    /// A batch is not a list of at most twenty requests with ids of their own.
    #[error("malformed batch: {reason}")]
    Batch {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The proof of possession of an existing key proves nothing.
    #[error("proof of possession refused")]
    Proof(#[source] AssertionError),
    /// A proof of possession came, and no certificate of the application fits it.
    #[error("no certificate to check the proof with")]
    ProofKey,

    /// A query option cannot be read.
    #[error("query refused")]
    Syntax(#[source] SyntaxError),
    /// A query asks for what is not supported.
    #[error("query not supported: {what}")]
    Query {
        /// What is not supported, as a sentence without its full stop.
        what: String,
    },
    /// A query needs the header `ConsistencyLevel: eventual`.
    #[error("{what} without the header for it")]
    Consistency {
        /// What needs it.
        what: &'static str,
    },

    /// A licence for a person of whom no country is known.
    #[error("person without a usage location")]
    UsageLocation,
    /// The change was not made.
    #[error("change refused")]
    Manage(#[from] ManageError),
    /// The directory could not be read.
    #[error("could not read the directory")]
    Directory(#[from] DirectoryError),
    /// The token of the administration could not be made.
    #[error("could not make a token")]
    Unsigned(#[source] Box<Refusal>),
    /// An answer has no JSON form.
    #[error("could not write the answer")]
    Answer(#[from] serde_json::Error),
}

impl From<Unproved> for GraphRefusal {
    fn from(unproved: Unproved) -> Self {
        match unproved {
            Unproved::Token(error) => Self::Token(error),
            Unproved::Key => Self::TokenKey,
            Unproved::Directory(error) => Self::Directory(error),
        }
    }
}

impl From<store::Error> for GraphRefusal {
    fn from(error: store::Error) -> Self {
        Self::Directory(error.into())
    }
}
