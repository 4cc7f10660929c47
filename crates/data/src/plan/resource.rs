//! The path of a URL: what is addressed.
//!
//! In: segments, still only words. Out: a [`Resource`] of the catalogue.
//! Invariant: every segment is used; one too many is as unknown as one that does not exist.

use odata::{Arguments, Path, Segment};

use crate::catalogue::{Column, Navigation, Table};
use crate::error::Error;
use crate::plan::{Context, RowKey, key, path};

/// What a path addresses.
pub(super) enum Resource<'a> {
    /// `accounts`
    Collection(&'a Table),
    /// `accounts/$count`
    Count(&'a Table),
    /// `accounts(…)` and what is below it.
    Row {
        table: &'a Table,
        row: RowKey,
        part: Part<'a>,
    },
}

/// What of a row is addressed.
pub(super) enum Part<'a> {
    /// The row itself.
    Whole,
    /// `/name`
    Property(&'a Column),
    /// `/name/$value`
    RawValue(&'a Column),
    /// `/primarycontactid`, `/Account_Tasks`, and what is below it.
    Navigation { navigation: Navigation, below: Below<'a> },
}

/// What behind a navigation is addressed.
pub(super) enum Below<'a> {
    /// The rows.
    Rows,
    /// One row of a collection: `/contact_customer_accounts(…)`
    One(RowKey),
    /// `/$ref`
    Reference,
    /// `/contact_customer_accounts(…)/$ref`
    ReferenceTo(RowKey),
    /// `/$count`
    Count,
    /// A property of the row behind a single-valued navigation: `/primarycontactid/fullname`.
    Property(&'a Column),
    /// `/primarycontactid/fullname/$value`
    RawValue(&'a Column),
}

/// Finds what a path addresses.
pub(super) fn resource<'a>(context: &Context<'a>, path: &Path) -> Result<Resource<'a>, Error> {
    let Some((first, rest)) = path.segments.split_first() else {
        return Err(Error::UnknownSegment { segment: String::new() });
    };
    let Segment::Named { name, arguments } = first else {
        return Err(unknown(first));
    };
    let table = context.catalogue.entity_set(name).ok_or_else(|| unknown(first))?;
    match (arguments, rest) {
        (Arguments::Absent | Arguments::Empty, []) => Ok(Resource::Collection(table)),
        (Arguments::Absent | Arguments::Empty, [Segment::Count]) => Ok(Resource::Count(table)),
        (Arguments::Absent | Arguments::Empty, [next, ..]) => Err(unknown(next)),
        (key, rest) => {
            let row = key::row_key(table, key)?;
            Ok(Resource::Row {
                table,
                row,
                part: part(context, table, rest)?,
            })
        }
    }
}

fn part<'a>(context: &Context<'a>, table: &'a Table, segments: &[Segment]) -> Result<Part<'a>, Error> {
    let Some((first, rest)) = segments.split_first() else {
        return Ok(Part::Whole);
    };
    let Segment::Named { name, arguments } = first else {
        return Err(unknown(first));
    };
    if let (Some(column), Arguments::Absent) = (path::column(table, name), arguments) {
        return match rest {
            [] => Ok(Part::Property(column)),
            [Segment::Value] => Ok(Part::RawValue(column)),
            [next, ..] => Err(unknown(next)),
        };
    }
    let navigation = *table.navigations.get(name).ok_or_else(|| unknown(first))?;
    let target = context.catalogue.table(super::expand::target(navigation));
    let below = match (navigation, arguments) {
        (Navigation::One { .. }, Arguments::Absent) => below_one(target, rest)?,
        (Navigation::Many { .. } | Navigation::ManyToMany { .. }, arguments) => below_many(target, arguments, rest)?,
        (Navigation::One { .. }, _) => return Err(unknown(first)),
    };
    Ok(Part::Navigation { navigation, below })
}

fn below_one<'a>(target: &'a Table, segments: &[Segment]) -> Result<Below<'a>, Error> {
    match segments {
        [] => Ok(Below::Rows),
        [Segment::Ref] => Ok(Below::Reference),
        [
            first @ Segment::Named {
                name,
                arguments: Arguments::Absent,
            },
            rest @ ..,
        ] => {
            let column = path::column(target, name).ok_or_else(|| unknown(first))?;
            match rest {
                [] => Ok(Below::Property(column)),
                [Segment::Value] => Ok(Below::RawValue(column)),
                [next, ..] => Err(unknown(next)),
            }
        }
        [next, ..] => Err(unknown(next)),
    }
}

fn below_many<'a>(target: &Table, arguments: &Arguments, segments: &[Segment]) -> Result<Below<'a>, Error> {
    match (arguments, segments) {
        (Arguments::Absent | Arguments::Empty, []) => Ok(Below::Rows),
        (Arguments::Absent | Arguments::Empty, [Segment::Ref]) => Ok(Below::Reference),
        (Arguments::Absent | Arguments::Empty, [Segment::Count]) => Ok(Below::Count),
        (Arguments::Absent | Arguments::Empty, [next, ..]) => Err(unknown(next)),
        (key, []) => Ok(Below::One(key::row_key(target, key)?)),
        (key, [Segment::Ref]) => Ok(Below::ReferenceTo(key::row_key(target, key)?)),
        (_, [next, ..]) => Err(unknown(next)),
    }
}

/// The error for a segment that leads nowhere.
pub(super) fn unknown(segment: &Segment) -> Error {
    let text = match segment {
        Segment::Named { name, .. } => name.as_str(),
        Segment::Ref => "$ref",
        Segment::Count => "$count",
        Segment::Value => "$value",
        Segment::Metadata => "$metadata",
        Segment::Batch => "$batch",
    };
    Error::UnknownSegment {
        segment: text.to_owned(),
    }
}
