//! People: users of a tenant.
//!
//! In: rows of `store`. Out: immutable values. Invariant: a password is never part of a [`Person`].

use oauth::{ObjectId, TenantId, Timestamp};
use uuid::Uuid;

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
    /// The country in which licences are used: two letters (ISO 3166). Nobody has a licence without one.
    pub usage_location: Option<String>,
    /// What the person may do in the directory.
    pub directory_role: DirectoryRole,
    /// Whether the person holds a licence for the data service.
    pub licensed: bool,
    /// Whether the person may sign in.
    pub enabled: bool,
    /// When the password was last set; refresh tokens of sign-ins with an earlier password are worth nothing.
    pub password_changed_at: Timestamp,
    /// What the person may do with the password.
    pub password_use: PasswordUse,
    /// Sessions and refresh tokens of sign-ins before this time are worth nothing.
    pub sessions_valid_from: Timestamp,
}

/// What a person is called and where they are, which may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The user principal name, at a domain of the tenant.
    pub upn: String,
    /// The name for people.
    pub display_name: String,
    /// The given name.
    pub given_name: Option<String>,
    /// The surname.
    pub surname: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// The country in which licences are used: two letters (ISO 3166).
    pub usage_location: Option<String>,
}

impl Person {
    /// What the person is called, to be changed in part.
    #[must_use]
    pub fn profile(&self) -> Profile {
        Profile {
            upn: self.upn.clone(),
            display_name: self.display_name.clone(),
            given_name: self.given_name.clone(),
            surname: self.surname.clone(),
            mail: self.mail.clone(),
            usage_location: self.usage_location.clone(),
        }
    }
}

/// What a person may do with the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordUse {
    /// Sign in.
    Open,
    /// Sign in to set another one (`forceChangePasswordNextSignIn`).
    MustChange,
}

/// What a person may do in the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectoryRole {
    /// Nothing but sign in.
    Member,
    /// Everything in the tenant.
    Administrator,
    /// Applications, service principals and consent.
    ApplicationAdministrator,
    /// Read the directory.
    Reader,
}

impl DirectoryRole {
    /// The template id of the role: the `wids` claim. Every person may read their own profile, so a mere member has none.
    #[must_use]
    pub fn template_id(self) -> Option<Uuid> {
        match self {
            Self::Member => None,
            Self::Administrator => Some(Uuid::from_u128(0x62e9_0394_69f5_4237_9190_0121_7714_5e10)),
            Self::ApplicationAdministrator => Some(Uuid::from_u128(0x9b89_5d92_2cd3_44c7_9d02_a6ac_2d5e_a5c3)),
            Self::Reader => Some(Uuid::from_u128(0x88d8_e3e3_8f55_4a1e_953a_9b98_98b8_876b)),
        }
    }

    /// Whether the person may let applications have access for everybody in the tenant.
    #[must_use]
    pub fn may_consent_for_all(self) -> bool {
        match self {
            Self::Administrator | Self::ApplicationAdministrator => true,
            Self::Member | Self::Reader => false,
        }
    }
}
