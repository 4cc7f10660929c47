//! The closed list of reasons for which the authority refuses a request on the wire.
//!
//! In: nothing. Out: [`Refusal`], which `http/error.rs` turns into number, OAuth error, status and text.
//! INVARIANT: a variant carries what its text may name, never a secret, a token or a body.

mod assertion;
mod authorization;
mod binding;
mod grant;
mod person;

pub(crate) use assertion::{AssertionRefusal, Boundary};
pub(crate) use authorization::{AuthorizationRefusal, Reader};
pub(crate) use binding::BindingRefusal;
pub(crate) use grant::GrantRefusal;
pub(crate) use person::PersonRefusal;

use crate::directory::DirectoryError;
use crate::sign_in_log::LogError;
use crate::store;

/// Why a request was refused. Each variant is a decision that the caller of the wire can act on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// No endpoint has this path.
    #[error("no endpoint at `{path}`")]
    NoEndpoint {
        /// The path asked for.
        path: String,
    },
    /// The endpoint exists, its method is another one.
    #[error("method {received} where {accepted} is needed")]
    Method {
        /// The method sent.
        received: String,
        /// The methods that the endpoint takes.
        accepted: &'static str,
    },
    /// The body is not of the type that the endpoint reads.
    #[error("content type `{received}` is not a form")]
    ContentType {
        /// The type sent; empty when none was.
        received: String,
    },
    /// The body is longer than the endpoint reads.
    #[error("body longer than {limit_bytes} bytes")]
    BodyTooLarge {
        /// The longest body that is read.
        limit_bytes: usize,
    },
    /// The request contradicts itself or cannot be read.
    #[error("malformed request: {reason}")]
    Malformed {
        /// What is wrong, as a sentence without its full stop.
        reason: &'static str,
    },
    /// A parameter came twice (RFC 6749 section 3.2).
    #[error("parameter `{name}` sent twice")]
    Duplicate {
        /// The parameter.
        name: String,
    },
    /// A parameter that this request needs did not come, or came empty.
    #[error("parameter `{name}` missing")]
    Missing {
        /// The parameter.
        name: &'static str,
    },
    /// No such grant, or none that this authority gives.
    #[error("grant type `{grant_type}` not supported")]
    GrantType {
        /// The grant type sent.
        grant_type: String,
    },
    /// `resource` was sent to the v2.0 endpoint, which names resources by scope.
    #[error("parameter `resource` sent to the v2.0 endpoint")]
    ResourceParameter,
    /// The request comes from a page in a browser, where a client secret has no place.
    #[error("grant for a confidential client asked from a browser")]
    CrossOrigin,

    /// The tenant segment is neither a tenant id nor a possible domain name.
    #[error("tenant `{tenant}` is neither an id nor a domain name")]
    TenantMalformed {
        /// The segment.
        tenant: String,
    },
    /// No tenant has this id or domain.
    #[error("tenant `{tenant}` not found")]
    TenantNotFound {
        /// The segment.
        tenant: String,
        /// Which kind of endpoint was asked: the OAuth error differs.
        asked: Asked,
    },
    /// `common` or `organizations`, where only a person's sign-in could tell the tenant.
    #[error("grant without a person asked at the alias `{alias}`")]
    TenantUnknowable {
        /// The alias.
        alias: &'static str,
    },
    /// `consumers`, where applications hold no grants of their own.
    #[error("grant not available at `consumers`")]
    ConsumersTenant,
    /// The address given to instance discovery is not one of this authority.
    #[error("instance of `{address}` unknown")]
    Instance {
        /// The `authorization_endpoint` sent.
        address: String,
    },

    /// The application is unknown here: nowhere registered, or registered for its own tenant only and asked elsewhere.
    #[error("application `{application}` not in the directory")]
    ApplicationNotFound {
        /// The client id sent.
        application: String,
        /// The tenant asked.
        tenant: String,
    },
    /// The application may be used in this tenant, yet nobody has brought it in.
    #[error("application `{application}` has no service principal here")]
    ServicePrincipalMissing {
        /// The client id.
        application: String,
        /// The tenant asked.
        tenant: String,
    },
    /// The application was switched off, everywhere.
    #[error("application `{application}` disabled")]
    ApplicationDisabled {
        /// The client id.
        application: String,
    },
    /// The application was switched off in this tenant.
    #[error("service principal of application `{application}` disabled")]
    ServicePrincipalDisabled {
        /// The client id.
        application: String,
        /// The tenant asked.
        tenant: String,
    },
    /// Neither secret nor assertion came.
    #[error("no client credential sent")]
    CredentialMissing,
    /// The secret is none of the application's.
    #[error("wrong secret of application `{application}`")]
    SecretWrong {
        /// The client id.
        application: String,
    },
    /// The secret is right and its time is over.
    #[error("expired secret of application `{application}`")]
    SecretExpired {
        /// The client id.
        application: String,
    },
    /// The secret is right and its time has not begun.
    #[error("secret of application `{application}` not valid yet")]
    SecretNotYetValid {
        /// The client id.
        application: String,
    },

    /// The scope is not a list of one resource's scopes.
    #[error("scope `{scope}` malformed")]
    ScopeMalformed {
        /// The scope sent.
        scope: String,
    },
    /// The scope names a single permission where the grant gives all or nothing.
    #[error("scope `{scope}` does not end in `/.default`")]
    ScopeNotDefault {
        /// The scope sent.
        scope: String,
    },
    /// Nothing in this tenant answers to this identifier.
    #[error("resource `{resource}` not found")]
    ResourceNotFound {
        /// The resource sent.
        resource: String,
        /// The tenant asked.
        tenant: String,
    },

    /// A client assertion proves nothing.
    #[error(transparent)]
    Assertion(#[from] AssertionRefusal),
    /// A token cannot be bound to the key that was shown, or needed one.
    #[error(transparent)]
    Binding(#[from] BindingRefusal),
    /// A code, refresh token, device code or assertion cannot be redeemed.
    #[error(transparent)]
    Grant(#[from] GrantRefusal),
    /// The authorization endpoint cannot give what was asked, or somebody has to consent first.
    #[error(transparent)]
    Authorization(#[from] AuthorizationRefusal),
    /// A person cannot sign in, or may not.
    #[error(transparent)]
    Person(#[from] PersonRefusal),

    /// The directory database did not answer; the same request may succeed later.
    #[error("could not read the directory")]
    Directory(#[from] DirectoryError),
    /// The sign-in log could not be written, and nothing is given out that is not on record; the same request may succeed
    /// later.
    #[error("could not record the sign-in")]
    NotRecorded(#[source] LogError),
    /// No key may sign now: every one is retired or still to come.
    #[error("no signing key is valid")]
    NoSigningKey,
    /// The token could not be signed.
    #[error("could not sign the token")]
    Signing(#[source] oauth::SigningError),
}

/// Which kind of endpoint was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A metadata document.
    Metadata,
    /// An endpoint that does something.
    Endpoint,
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        Self::Directory(DirectoryError::Store(error))
    }
}

impl From<db::Error> for Refusal {
    fn from(error: db::Error) -> Self {
        store::Error::from(error).into()
    }
}
