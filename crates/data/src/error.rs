//! Everything that can go wrong with a request to an environment. A variant is a decision that a caller can act on;
//! its Dataverse code, status and text stand in one table, `http/error.rs`.

use oauth::{AppId, ObjectId};
use uuid::Uuid;

use crate::catalogue::Right;

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    // What was said.
    /// The URL does not follow the grammar, or uses a part of OData that is not built.
    #[error(transparent)]
    Syntax(#[from] odata::SyntaxError),
    /// The body of a batch cannot be read, so that nothing of it was done.
    #[error("the batch cannot be read")]
    Batch {
        /// Why.
        #[from]
        source: odata::BatchError,
    },
    /// `$1` where no request of the change set before this one is called so.
    #[error("the content id `{id}` names no request before this one in the change set")]
    UnknownContentId {
        /// Without its `$`.
        id: String,
    },
    /// The body does not follow the format.
    #[error("error identified in payload for `{entity_set}`")]
    Payload {
        /// The entity set written to.
        entity_set: String,
        /// What the reader found.
        source: odata::PayloadError,
    },
    /// No such table, row part, function or action.
    #[error("resource not found for the segment `{segment}`")]
    UnknownSegment {
        /// As written.
        segment: String,
    },
    /// No such column or navigation.
    #[error("could not find a property named `{property}` on type `{table}`")]
    UnknownProperty {
        /// As written.
        property: String,
        /// Logical name.
        table: String,
    },
    /// No such column or navigation, in a body.
    #[error("the member `{member}` is no property of `{table}`")]
    UndeclaredMember {
        /// As written.
        member: String,
        /// Logical name.
        table: String,
        /// The entity set written to.
        entity_set: String,
    },
    /// A value in a body of the wrong kind, or outside its range.
    #[error("`{value}` is not a value for `{column}`: {expected} expected")]
    WrongMember {
        /// The entity set written to.
        entity_set: String,
        /// The column.
        column: String,
        /// As written, shortened.
        value: String,
        /// What would fit, in words.
        expected: String,
    },
    /// A literal of the wrong kind, or outside its range.
    #[error("`{value}` is not a value for `{column}`: {expected} expected")]
    WrongType {
        /// The column, parameter or header.
        column: String,
        /// As written, shortened.
        value: String,
        /// What would fit, in words.
        expected: String,
    },
    /// Text longer than its column.
    #[error("`{column}` of `{table}` takes {max_length} characters at most")]
    TooLong {
        /// Logical name.
        table: String,
        /// Logical name.
        column: String,
        /// In characters.
        max_length: usize,
    },
    /// A number that is not among a choice's options.
    #[error("`{value}` is not an option of `{column}`")]
    NotAnOption {
        /// Logical name.
        column: String,
        /// As written.
        value: i64,
    },
    /// A demanded column without a value.
    #[error("`{column}` of `{table}` is required")]
    Required {
        /// Logical name.
        table: String,
        /// Logical name.
        column: String,
    },
    /// Known, and not possible here (400); the text says what and, where there is one, the other way.
    #[error("{what}")]
    NotSupported {
        /// A whole sentence's worth, without the full stop.
        what: String,
    },
    /// A whole resource or operation of Dataverse that is not built (501, 0x80040219).
    #[error("{what}")]
    NotBuilt {
        /// Which.
        what: String,
    },
    /// The method does not go with the resource (405).
    #[error("{what}")]
    MethodNotAllowed {
        /// Which does.
        what: String,
    },
    /// Words that make no sense together (400, 0x80040203).
    #[error("{what}")]
    InvalidArgument {
        /// What and why.
        what: String,
    },
    /// The body is larger than is taken (413).
    #[error("the request body is larger than {limit_bytes} bytes")]
    TooLarge {
        /// In bytes.
        limit_bytes: usize,
    },
    /// The connection broke, or the body's framing is wrong, before the body's end.
    #[error("the request body could not be read")]
    BodyBroken {
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A body that is not JSON by its content type (415).
    #[error("the content type `{content_type}` is not `application/json`")]
    ContentType {
        /// As sent.
        content_type: String,
    },

    // Who is calling.
    /// No usable bearer token: 401 with the challenge.
    #[error("no valid access token")]
    Unauthenticated {
        /// What is wrong with the one that was sent; `None` when none was.
        source: Option<oauth::TokenError>,
    },
    /// The token is bound to a key that the caller has not shown (401).
    #[error("the key of the access token is not proved")]
    KeyNotProved {
        /// What is wrong.
        source: KeyProofError,
    },
    /// The tenant does not trust the token's application any more (401): its service principal is gone or disabled.
    #[error("the application `{app}` is not trusted by the tenant any more")]
    ApplicationNotTrusted {
        /// The client id.
        app: AppId,
    },
    /// The consent on which a person's token rests was withdrawn (401).
    #[error("the consent given to the application `{app}` was withdrawn")]
    ConsentWithdrawn {
        /// The client id.
        app: AppId,
    },
    /// The person's sessions were revoked after the token was issued (401).
    #[error("the sign-in of the person `{object}` was revoked")]
    SignInRevoked {
        /// The object id.
        object: ObjectId,
    },
    /// The token is good, and no enabled row of `systemuser` belongs to it.
    #[error("the user is not a member of the organization")]
    NotAMember,
    /// The user is disabled.
    #[error("the user `{user}` is disabled")]
    UserDisabled {
        /// `systemuserid`
        user: Uuid,
    },
    /// A person without a licence.
    #[error("the user `{user}` has no licence")]
    NotLicensed {
        /// `systemuserid`
        user: Uuid,
    },
    /// A person whom the tenant's directory does not know or has disabled.
    #[error("the person `{object}` is not in the tenant's directory")]
    NotInDirectory {
        /// The object id.
        object: ObjectId,
    },
    /// A person's token without the scope that lets an application act for them here.
    #[error("the token has no scope `{scope}`")]
    ScopeMissing {
        /// Which one is needed.
        scope: &'static str,
    },
    /// A user without any role.
    #[error("the user `{user}` has no role")]
    NoRoles {
        /// `systemuserid`
        user: Uuid,
    },
    /// Impersonation without `prvActOnBehalfOfAnotherUser`.
    #[error("the user `{user}` may not act on behalf of another")]
    MayNotImpersonate {
        /// The real caller.
        user: Uuid,
    },
    /// The impersonation header names nobody.
    #[error("no user `{id}` to act on behalf of")]
    UnknownImpersonated {
        /// As sent.
        id: Uuid,
    },

    // What is allowed.
    /// A privilege is missing altogether.
    #[error("the user `{user}` lacks `{privilege}`")]
    MissingPrivilege {
        /// Who lacks it.
        user: Uuid,
        /// Roles that they hold.
        role_count: usize,
        /// Its name.
        privilege: String,
        /// Its key.
        privilege_id: Uuid,
        /// The table's logical name and object type code; `None` for a named privilege.
        table: Option<(String, i32)>,
        /// The one in whose name the call is made.
        caller: Uuid,
    },
    /// The privilege is there, and does not reach this row, which the caller can see.
    #[error("the user `{user}` has no {right:?} right for `{id}` of `{table}`")]
    NoAccess {
        /// Who.
        user: Uuid,
        /// To do what.
        right: Right,
        /// Logical name.
        table: String,
        /// The row.
        id: Uuid,
    },

    // What is there.
    /// No row that the caller can see.
    #[error("`{table}` with id `{id}` does not exist")]
    NotFound {
        /// Logical name.
        table: String,
        /// The key.
        id: Uuid,
    },
    /// No row that the caller can see, by an alternate key.
    #[error("no row of `{table}` has the given key")]
    KeyNotFound {
        /// Logical name.
        table: String,
    },
    /// The named columns are no alternate key.
    #[error("`{columns}` is no key of `{table}`")]
    NoSuchKey {
        /// Logical name.
        table: String,
        /// As written, comma-joined.
        columns: String,
    },
    /// The row's version is another (412).
    #[error("the version of the row is not the one given")]
    VersionMismatch,
    /// `If-None-Match: *`, and the row exists (412).
    #[error("a row with this key exists")]
    AlreadyExists,
    /// The key or pair is taken (412, 0x80040237).
    #[error("a row of `{table}` with this key exists")]
    Duplicate {
        /// Logical name.
        table: String,
    },
    /// An alternate key's values are taken (412, 0x80060892).
    #[error("the key `{key}` of `{table}` is taken")]
    DuplicateKey {
        /// Logical name.
        table: String,
        /// The alternate key's name.
        key: String,
        /// Its columns, comma-joined.
        columns: String,
    },
    /// Other rows point to it and forbid its end (405, `CannotDeleteDueToAssociation`).
    #[error("`{table}` with id `{id}` is referenced by `{referencing}`")]
    Referenced {
        /// Logical name.
        table: String,
        /// The row.
        id: Uuid,
        /// Logical name of the table that points to it.
        referencing: String,
    },

    // The rules of system tables.
    /// An application user for this application exists.
    #[error("an application user for `{app}` exists")]
    DuplicateApplicationUser {
        /// The client id.
        app: AppId,
    },
    /// The tenant's directory has no service principal of the application.
    #[error("the application `{app}` is not known in the tenant")]
    ApplicationNotInDirectory {
        /// The client id.
        app: AppId,
    },
    /// A built-in role for an application user, and the organization does not allow it.
    #[error("the built-in role `{role}` cannot be given to an application user")]
    BuiltInRole {
        /// The role's name.
        role: String,
    },
    /// A rule of a system table, in words, with its own Dataverse code.
    #[error("{what}")]
    Rule {
        /// Which.
        rule: Rule,
        /// What and why.
        what: String,
    },

    // How much.
    /// A service protection limit (429).
    #[error("a service protection limit is reached")]
    Limited {
        /// Which one.
        limit: crate::limits::Limit,
        /// In seconds, for `Retry-After`.
        retry_after_seconds: u64,
    },

    // What failed here.
    /// The directory did not answer (503).
    #[error("the directory did not answer")]
    Directory(#[from] crate::directory::DirectoryError),
    /// The database did not answer (503).
    #[error("the database did not answer")]
    Unavailable {
        /// What was being done.
        doing: &'static str,
        /// Why.
        source: db::Error,
    },
    /// The security rows changed again and again while this change was being decided, or the tables did (503).
    #[error("the security rows or the tables keep changing")]
    Contended,
    /// A fault of this program (500): nothing a caller could mend.
    #[error("while {doing}")]
    Internal {
        /// What was being done.
        doing: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Why one of several changes was not made, and with it none of them.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The position of the one that failed; `None` where no single one did.
    pub(crate) at: Option<usize>,
    /// Why.
    pub(crate) error: Box<Error>,
}

impl Failure {
    /// The failure of one of them, by its position.
    pub(crate) fn at(position: usize, error: Error) -> Self {
        Self {
            at: Some(position),
            error: Box::new(error),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            at: None,
            error: Box::new(error),
        }
    }
}

impl Error {
    /// What a failure of the database means while this was being done: a fault of ours, unless it is out of reach.
    pub(crate) fn database(doing: &'static str, source: db::Error) -> Self {
        if matches!(source, db::Error::Unavailable(_)) {
            Self::Unavailable { doing, source }
        } else {
            Self::Internal {
                doing,
                source: source.into(),
            }
        }
    }
}

/// The rules of system tables that have a Dataverse code of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// 0x80040D40
    AccessModeIsFixed,
    /// 0x8004D24D-like: a business unit cannot be its own ancestor.
    BusinessUnitLoop,
    /// 0x80041409
    RoleOfOtherBusinessUnit,
    /// 0x8004830B
    DefaultTeamMembership,
    /// 0x800404BB
    PrivilegeDepth,
    /// 0x80048331
    AccessTeamRole,
    /// 0x80048340
    AccessTeamOwner,
    /// 0x8004022B
    OwnerDisabled,
    /// 0x80040231
    OwnerLacksPrivilege,
    /// A built-in row cannot be changed or deleted.
    BuiltIn,
    /// 0x80041D2C
    UserAlreadyExists,
}

/// Why the key of a bound token is not proved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyProofError {
    /// The scheme of the header is not the one that the token's binding calls for.
    #[error("the token is bound to a key and was sent by another scheme than its binding calls for")]
    Scheme,
    /// The scheme is `DPoP`, and the token is bound to nothing.
    #[error("the token is not bound to a key")]
    NotBound,
    /// Not exactly one `DPoP` header.
    #[error("the request does not carry exactly one dpop proof")]
    Missing,
    /// The proof does not hold.
    #[error("the dpop proof does not hold: {0}")]
    Proof(oauth::DpopError),
    /// The proof was sent before.
    #[error("the dpop proof was used before")]
    Replayed,
    /// The connection was opened without a certificate.
    #[error("the connection was opened without a client certificate")]
    NoCertificate,
    /// The certificate of the connection cannot be read.
    #[error("the client certificate cannot be read: {0}")]
    Certificate(oauth::CertificateError),
    /// The proof is by another key than the one that the token names.
    #[error("the token is bound to another key than that of the dpop proof")]
    OtherProof,
    /// The certificate is another one than the token names.
    #[error("the token is bound to another certificate")]
    OtherCertificate,
}
