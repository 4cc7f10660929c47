//! People: users of a tenant.
//!
//! In: rows of `store`. Out: immutable values. Invariant: a password is never part of a [`Person`].

use oauth::{ObjectId, TenantId};

/// A user of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person's id in the tenant: `oid` of the person's tokens.
    pub object_id: ObjectId,
    /// The tenant.
    pub tenant: TenantId,
    /// The user principal name: `name@domain of the tenant`.
    pub upn: String,
    /// The name for people.
    pub display_name: String,
    /// The given name.
    pub given_name: Option<String>,
    /// The surname.
    pub surname: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// What the person may do in the directory.
    pub directory_role: DirectoryRole,
    /// Whether the person holds a licence for the data service.
    pub licensed: bool,
    /// Whether the person may sign in.
    pub enabled: bool,
}

/// What a person may do in the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectoryRole {
    /// Nothing but sign in.
    Member,
    /// Everything in the tenant.
    Administrator,
}
