//! The table of the wire: which method on which kind of resource is which operation.
//!
//! In: a method and a path. Out: an [`Operation`], or 405 with the methods that do go, or 501 for what is not built.
//! Invariant: every kind of resource answers for every method.

use http::Method;
use odata::{Arguments, Path, Segment};

use crate::{catalogue::Catalogue, error::Error};

/// Where operations that belong to a row or a table live.
pub(crate) const NAMESPACE: &str = "Microsoft.Dynamics.CRM.";

/// Entity sets of the metadata API, which is not built.
const DEFINITIONS: [&str; 4] = [
    "EntityDefinitions",
    "RelationshipDefinitions",
    "GlobalOptionSetDefinitions",
    "ManagedPropertyDefinitions",
];

/// What a request wants done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation<'a> {
    /// The list of entity sets.
    ServiceDocument,
    /// Rows, one row, a part of a row, or their number.
    Read,
    /// A new row.
    Create,
    /// New values for a row, or a new row.
    Update,
    /// The end of a row.
    Delete,
    /// A new value for one property.
    PutProperty,
    /// One property set to null.
    DeleteProperty,
    /// A row added to a collection of another.
    AddReference,
    /// The row that a lookup points to.
    SetReference,
    /// A row taken from a collection, or a lookup cleared.
    RemoveReference,
    /// A function, by its name without the namespace.
    Function(&'a str),
    /// An action, likewise.
    Action(&'a str),
    /// Several requests in one.
    Batch,
}

/// Kinds of resources, told apart by their path alone, but for entity sets and unbound operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind<'a> {
    /// The service root.
    Root,
    /// `$metadata`
    Metadata,
    /// `$batch`
    Batch,
    /// `WhoAmI()`: no entity set is called so.
    Unbound(&'a str),
    /// `roles(…)/Microsoft.Dynamics.CRM.AddPrivilegesRole`
    Bound(&'a str),
    /// `accounts`
    Collection,
    /// `accounts(…)`
    Row,
    /// `accounts(…)/name`, `accounts(…)/Account_Tasks`
    Part,
    /// `…/$ref`
    Reference,
    /// `…/$count`, `…/$value`
    ReadOnly,
}

/// Looks the operation up.
pub(crate) fn operation<'a>(method: &Method, path: &'a Path, catalogue: &Catalogue) -> Result<Operation<'a>, Error> {
    let kind = kind(path, catalogue);
    let operation = match kind {
        Kind::Root => by_method(method, &[(Method::GET, Operation::ServiceDocument)]),
        Kind::Metadata => return Err(not_built("`$metadata`")),
        Kind::Unbound(name) if DEFINITIONS.contains(&name) => return Err(not_built(&format!("`{name}`"))),
        Kind::Batch => by_method(method, &[(Method::POST, Operation::Batch)]),
        Kind::Unbound(name) | Kind::Bound(name) => by_method(
            method,
            &[
                (Method::GET, Operation::Function(name)),
                (Method::POST, Operation::Action(name)),
            ],
        ),
        Kind::Collection => by_method(
            method,
            &[(Method::GET, Operation::Read), (Method::POST, Operation::Create)],
        ),
        Kind::Row => by_method(
            method,
            &[
                (Method::GET, Operation::Read),
                (Method::PATCH, Operation::Update),
                (Method::DELETE, Operation::Delete),
            ],
        ),
        Kind::Part => by_method(
            method,
            &[
                (Method::GET, Operation::Read),
                (Method::PUT, Operation::PutProperty),
                (Method::DELETE, Operation::DeleteProperty),
            ],
        ),
        Kind::Reference => by_method(
            method,
            &[
                (Method::GET, Operation::Read),
                (Method::POST, Operation::AddReference),
                (Method::PUT, Operation::SetReference),
                (Method::DELETE, Operation::RemoveReference),
            ],
        ),
        Kind::ReadOnly => by_method(method, &[(Method::GET, Operation::Read)]),
    };
    operation.map_err(|methods| Error::MethodNotAllowed {
        what: format!(
            "the method `{method}` is not allowed for {}, which takes {methods}",
            kind.words()
        ),
    })
}

/// The operation of a method, or the methods that there are.
fn by_method<'a>(method: &Method, operations: &[(Method, Operation<'a>)]) -> Result<Operation<'a>, String> {
    let found = operations.iter().find(|(allowed, _)| allowed == method);
    found.map(|(_, operation)| *operation).ok_or_else(|| {
        operations
            .iter()
            .map(|(allowed, _)| format!("`{allowed}`"))
            .collect::<Vec<_>>()
            .join(", ")
    })
}

fn kind<'a>(path: &'a Path, catalogue: &Catalogue) -> Kind<'a> {
    let Some(last) = path.segments.last() else {
        return Kind::Root;
    };
    match last {
        Segment::Metadata => Kind::Metadata,
        Segment::Batch => Kind::Batch,
        Segment::Ref => Kind::Reference,
        Segment::Count | Segment::Value => Kind::ReadOnly,
        Segment::Named { name, arguments } => {
            if let Some(name) = name.strip_prefix(NAMESPACE) {
                return Kind::Bound(name);
            }
            match (path.segments.len(), arguments) {
                (1, _) if catalogue.entity_set(name).is_none() => Kind::Unbound(name),
                (1, Arguments::Absent | Arguments::Empty) => Kind::Collection,
                (1, Arguments::Single(_) | Arguments::Named(_)) => Kind::Row,
                _ => Kind::Part,
            }
        }
    }
}

fn not_built(what: &str) -> Error {
    Error::NotBuilt {
        what: format!("{what} is not available in this service"),
    }
}

impl Kind<'_> {
    fn words(self) -> &'static str {
        match self {
            Self::Root => "the service root",
            Self::Metadata => "`$metadata`",
            Self::Batch => "`$batch`",
            Self::Unbound(_) | Self::Bound(_) => "a function or action",
            Self::Collection => "a collection of rows",
            Self::Row => "a row",
            Self::Part => "a part of a row",
            Self::Reference => "a reference",
            Self::ReadOnly => "a count or a raw value",
        }
    }
}

#[cfg(test)]
mod tests;
