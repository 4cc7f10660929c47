//! What a read found.
//!
//! In: the permitted plan and the rows of its query. Out: [`Found`], or that the row addressed is not there.
//! Invariant: a [`Found`] of one row has it.

use odata::{IfMatch, IfNoneMatch};

use crate::{
    access::Permitted,
    catalogue::Catalogue,
    compile::Answered,
    error::Error,
    plan::{Missing, ReadPlan, Wants},
};

/// Rows with the plan by which they were read.
#[derive(Debug)]
pub(crate) struct Found {
    permitted: Permitted<ReadPlan>,
    answered: Answered,
}

impl Found {
    /// [`Error::NotFound`] or [`Error::KeyNotFound`] where one row is addressed and not among the rows.
    pub(super) fn new(
        catalogue: &Catalogue,
        permitted: Permitted<ReadPlan>,
        answered: Answered,
    ) -> Result<Self, Error> {
        match &permitted.plan().wants {
            Wants::One { missing } | Wants::Behind { missing } if answered.len() == 0 => {
                Err(missing_row(catalogue, missing))
            }
            Wants::One { .. } | Wants::Behind { .. } | Wants::Page(_) | Wants::Count => {
                Ok(Self { permitted, answered })
            }
        }
    }

    /// No row is on the page.
    pub(super) fn is_empty(&self) -> bool {
        self.answered.len() == 0
    }

    /// `If-Match` of a read: the row must be in the version that the client knows. `If-None-Match` decides only whether
    /// it is sent again.
    pub(super) fn check(&self, if_match: Option<IfMatch>, if_none_match: Option<IfNoneMatch>) -> Result<(), Error> {
        if if_none_match == Some(IfNoneMatch::Any) {
            let what = "`If-None-Match: *` has no meaning for a read".to_owned();
            return Err(Error::InvalidArgument { what });
        }
        let version = self.answered.first().and_then(|row| row.version());
        match (if_match, &self.plan().wants) {
            (None | Some(IfMatch::Any), _) => Ok(()),
            (Some(IfMatch::ETag(known)), Wants::One { .. }) if version == Some(known.0) => Ok(()),
            (Some(IfMatch::ETag(_)), Wants::One { .. }) => Err(Error::VersionMismatch),
            (Some(IfMatch::ETag(_)), Wants::Behind { .. } | Wants::Page(_) | Wants::Count) => {
                Err(Error::InvalidArgument {
                    what: "`If-Match` is for one row".to_owned(),
                })
            }
        }
    }

    /// The plan, with what the caller may not see left out.
    pub(crate) fn plan(&self) -> &ReadPlan {
        self.permitted.plan()
    }

    /// The rows.
    pub(crate) fn answered(&self) -> &Answered {
        &self.answered
    }
}

fn missing_row(catalogue: &Catalogue, missing: &Missing) -> Error {
    match missing {
        Missing::ById { table, id } => Error::NotFound {
            table: catalogue.table(*table).logical_name.clone(),
            id: *id,
        },
        Missing::ByKey { table } => Error::KeyNotFound {
            table: catalogue.table(*table).logical_name.clone(),
        },
    }
}
