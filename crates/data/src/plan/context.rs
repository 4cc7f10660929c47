//! What a plan is made against.
//!
//! In: the environment's catalogue, who speaks, and the preferences of the request. Out: one value handed to every
//! planner. Invariant: nothing in it is a right; who speaks only says whom `EqualUserId` and the like mean.

use uuid::Uuid;

use crate::catalogue::Catalogue;
use crate::plan::References;

/// The circumstances of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The tables.
    pub catalogue: &'a Catalogue,
    /// In whose name the request is made.
    pub speaker: Speaker<'a>,
    /// Formatted values are wanted, so the names of rows that lookups point to.
    pub formatted_values: bool,
    /// The root as the client addressed it (`https://org.example.com/api/data/v9.2`), for addresses inside a request.
    pub service_root: &'a str,
    /// Rows named by requests before this one, in the same change set.
    pub references: &'a References,
    /// `Prefer: return=representation`
    pub representation: bool,
    /// `Prefer: odata.maxpagesize`
    pub max_page_size: Option<u32>,
}

/// Whom the query functions mean by "the user": the impersonated one when impersonating.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speaker<'a> {
    /// `systemuserid`
    pub user: Uuid,
    /// `businessunitid`
    pub unit: Uuid,
    /// Teams that they are a member of.
    pub teams: &'a [Uuid],
}
