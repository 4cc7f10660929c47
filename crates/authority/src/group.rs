//! Groups of people.
//!
//! In: rows of `store`. Out: immutable values. Invariant: a group belongs to one tenant, and so do its members.

use oauth::{ObjectId, TenantId, Timestamp};

/// A group of a tenant: a security group, without mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// Its id in the tenant: what the `groups` claim says.
    pub(crate) object_id: ObjectId,
    /// The tenant.
    pub(crate) tenant: TenantId,
    /// Its name for people.
    pub(crate) display_name: String,
    /// What it is for.
    pub(crate) description: Option<String>,
    /// Its name without spaces (`mailNickname`), though it has no mail.
    pub(crate) mail_nickname: String,
    /// When it was made.
    pub(crate) created_at: Timestamp,
}
