//! The path of a request: segments to tables.
//!
//! In: the parsed path. Out: a [`Target`]. Invariant: every segment is a name of the surface, or the request is refused.

use odata::{Arguments, Path, Segment};

use crate::said::SaidError;
use crate::surface::Surface;

/// What stands before the name of an operation that is bound to a table.
const NAMESPACE: &str = "Microsoft.Dynamics.CRM.";
/// The names under which the service describes itself, as operations.
const SERVICE_DOCUMENT: &str = "$service";
const METADATA: &str = "$metadata";

/// Where a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target<'s> {
    /// Tables on the way before the parent; their rows are read.
    pub(super) through: Vec<&'s str>,
    /// The table whose navigation was the last step.
    pub(super) parent: Option<&'s str>,
    /// The table at the end; empty for an operation that is not bound to one.
    pub(super) table: &'s str,
    pub(super) key: Key,
    pub(super) kind: Kind<'s>,
}

/// Whether a key picks one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Given,
    Absent,
}

/// What is meant at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'s> {
    Rows,
    Count,
    Reference,
    Column,
    Operation(&'s str),
}

impl Target<'_> {
    pub(super) fn is_row(&self) -> bool {
        self.key == Key::Given
    }
}

pub(super) fn target<'s>(surface: &'s Surface, path: &Path) -> Result<Target<'s>, SaidError> {
    let mut segments = path.segments.iter();
    let mut target = match segments.next() {
        None => return unbound(surface, SERVICE_DOCUMENT),
        Some(Segment::Batch) => return Err(SaidError::Batch),
        Some(Segment::Metadata) => return unbound(surface, METADATA),
        Some(Segment::Named { name, arguments }) => match surface.table(name) {
            Some((table, _)) => Target {
                through: Vec::new(),
                parent: None,
                table,
                key: key(arguments)?,
                kind: Kind::Rows,
            },
            None => unbound(surface, name)?,
        },
        Some(Segment::Ref | Segment::Count | Segment::Value) => return Err(misplaced()),
    };
    for segment in segments {
        target = step(surface, target, segment)?;
    }
    Ok(target)
}

/// One segment further.
fn step<'s>(surface: &'s Surface, from: Target<'s>, segment: &Segment) -> Result<Target<'s>, SaidError> {
    match (from.kind, segment) {
        (Kind::Rows, Segment::Named { name, arguments }) => named(surface, from, name, arguments),
        (Kind::Rows, Segment::Count) => Ok(Target {
            kind: Kind::Count,
            ..from
        }),
        (Kind::Rows, Segment::Ref) if from.parent.is_some() => Ok(Target {
            kind: Kind::Reference,
            ..from
        }),
        (Kind::Column, Segment::Value) => Ok(from),
        (Kind::Rows | Kind::Count | Kind::Reference | Kind::Column | Kind::Operation(_), _) => Err(misplaced()),
    }
}

fn named<'s>(
    surface: &'s Surface,
    from: Target<'s>,
    name: &str,
    arguments: &Arguments,
) -> Result<Target<'s>, SaidError> {
    if let Some(operation) = bound(surface, name) {
        return Ok(Target {
            kind: Kind::Operation(operation),
            ..from
        });
    }
    if let Some(table) = surface.target(from.table, name) {
        let mut through = from.through;
        through.extend(from.parent);
        return Ok(Target {
            through,
            parent: Some(from.table),
            table,
            key: key(arguments)?,
            kind: Kind::Rows,
        });
    }
    if surface.has_column(from.table, name) && *arguments == Arguments::Absent {
        return Ok(Target {
            kind: Kind::Column,
            ..from
        });
    }
    Err(SaidError::Unknown {
        table: from.table.to_owned(),
        name: name.to_owned(),
    })
}

/// A bound operation is written with its namespace, and listed without.
fn bound<'s>(surface: &'s Surface, name: &str) -> Option<&'s str> {
    surface.operation(name.strip_prefix(NAMESPACE)?)
}

fn unbound<'s>(surface: &'s Surface, name: &str) -> Result<Target<'s>, SaidError> {
    let operation = surface
        .operation(name)
        .ok_or_else(|| SaidError::NotOpen { name: name.to_owned() })?;
    Ok(Target {
        through: Vec::new(),
        parent: None,
        table: "",
        key: Key::Absent,
        kind: Kind::Operation(operation),
    })
}

fn key(arguments: &Arguments) -> Result<Key, SaidError> {
    match arguments {
        Arguments::Absent => Ok(Key::Absent),
        Arguments::Single(_) | Arguments::Named(_) => Ok(Key::Given),
        Arguments::Empty => Err(SaidError::Refused("a table takes a key between its parentheses")),
    }
}

fn misplaced() -> SaidError {
    SaidError::Refused("the path goes on where nothing can follow")
}
