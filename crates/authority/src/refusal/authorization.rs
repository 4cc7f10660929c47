//! Why the authorization endpoint cannot give what was asked.
//!
//! In: nothing. Out: [`AuthorizationRefusal`], a part of [`super::Refusal`]. INVARIANT: no variant carries a secret.

use crate::key_encryption::SealError;
use crate::manage::ManageError;

/// Why an authorization cannot be given.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorizationRefusal {
    /// The redirect URI is none of the application's.
    #[error("redirect uri `{uri}` of application `{application}` not registered")]
    RedirectUnregistered {
        /// The client id.
        application: String,
        /// The URI sent.
        uri: String,
    },
    /// No redirect URI was sent, and the application has not exactly one.
    #[error("no redirect uri for application `{application}`")]
    RedirectMissing {
        /// The client id.
        application: String,
    },
    /// An application of one tenant was used at an address of many.
    #[error("application `{application}` of a single tenant used at `{alias}`")]
    SingleTenant {
        /// The client id.
        application: String,
        /// The alias.
        alias: &'static str,
    },
    /// The response type is none that is served.
    #[error("response type `{response_type}` not supported")]
    ResponseType {
        /// The response type sent.
        response_type: String,
    },
    /// The application has not switched on the tokens that this response type brings.
    #[error("response type `{response_type}` not switched on for application `{application}`")]
    ResponseTypeOff {
        /// The client id.
        application: String,
        /// The response type sent.
        response_type: &'static str,
    },
    /// The response mode is none that is served, or does not fit the response type.
    #[error("response mode `{response_mode}` not supported")]
    ResponseMode {
        /// The response mode sent.
        response_mode: String,
    },
    /// The prompt is none that is served.
    #[error("prompt `{prompt}` not supported")]
    Prompt {
        /// The prompt sent.
        prompt: String,
    },
    /// The request came as a signed object.
    #[error("request objects not supported")]
    RequestObject,
    /// The pushed request is unknown, used, expired or another client's.
    #[error("pushed request unknown")]
    RequestUri,
    /// The code challenge cannot be used.
    #[error("code challenge refused: {reason}")]
    CodeChallenge {
        /// What is wrong, as a sentence without its full stop.
        reason: &'static str,
    },
    /// This client has to use PKCE and did not.
    #[error("no code challenge of application `{application}`")]
    PkceMissing {
        /// The client id.
        application: String,
    },
    /// The scope cannot be read.
    #[error("scope `{scope}` malformed")]
    Scope {
        /// The scope sent.
        scope: String,
    },
    /// The resource offers no such scope.
    #[error("application `{application}` asks scope `{scope}`, which resource `{resource}` does not offer")]
    ScopeNotOffered {
        /// The client id.
        application: String,
        /// The scope.
        scope: String,
        /// The resource's name.
        resource: String,
    },
    /// `.default` of a resource of which the application registered nothing.
    #[error("application `{application}` registered no permission of resource `{resource}`")]
    ResourceNotRegistered {
        /// The client id.
        application: String,
        /// The resource's name.
        resource: String,
    },
    /// The resource is another tenant's application that nobody brought into this one.
    #[error("resource `{resource}` not brought into tenant `{tenant}`")]
    ResourceNotBroughtIn {
        /// The resource as it was asked for.
        resource: String,
        /// The tenant.
        tenant: String,
    },

    /// The person would have to sign in, and no page may be shown.
    #[error("nobody is signed in")]
    LoginNeeded,
    /// The person would have to choose among those signed in, and no page may be shown.
    #[error("several people are signed in")]
    SeveralSessions,
    /// Somebody would have to consent, and no page may be shown.
    #[error("consent to application `{application}` would have to be asked for")]
    ConsentNeeded {
        /// The client id.
        application: String,
        /// Its name.
        name: String,
    },
    /// A token was asked for what nobody consented to.
    #[error("no consent to application `{application}`")]
    ConsentMissing {
        /// The client id.
        application: String,
        /// Its name.
        name: String,
    },
    /// The person said no.
    #[error("consent declined")]
    ConsentDeclined,
    /// Only an administrator may consent to this.
    #[error("consent to application `{application}` is for an administrator")]
    AdministratorNeeded {
        /// The client id.
        application: String,
        /// Its name.
        name: String,
    },
    /// A consent was given and could not be written down.
    #[error("could not write a consent")]
    ConsentNotWritten(#[source] ManageError),
    /// The person is not assigned to an application that requires it.
    #[error("`{user}` not assigned to application `{application}`")]
    NotAssigned {
        /// The client id.
        application: String,
        /// The user name.
        user: String,
    },
    /// The person is of another tenant than the one that was asked.
    #[error("`{user}` is not of tenant `{tenant}`")]
    OtherTenant {
        /// The user name.
        user: String,
        /// The tenant asked.
        tenant: String,
    },
    /// The domain of the user name belongs to no tenant.
    #[error("no tenant for `{user}`")]
    AccountUnknown {
        /// The user name.
        user: String,
    },

    /// A page came back from another browser than it was sent to, or changed.
    #[error("the state of the sign-in is not this browser's")]
    ContextForeign,
    /// A page came back too late.
    #[error("the state of the sign-in has expired")]
    ContextExpired,
    /// The state of a sign-in could not be sealed.
    #[error("could not seal the state of a sign-in")]
    ContextNotSealed(#[source] SealError),
    /// The code of a device is wrong or expired.
    #[error("no device waits with this code")]
    UserCode,
}

/// Who can do something about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// The client, by another request.
    Client,
    /// The person at the browser, or whom the person asks: told on a page, unless no page may be shown.
    Person,
}

impl AuthorizationRefusal {
    /// Who is told, where both could be.
    pub(crate) fn reader(&self) -> Reader {
        match self {
            Self::AdministratorNeeded { .. }
            | Self::NotAssigned { .. }
            | Self::OtherTenant { .. }
            | Self::AccountUnknown { .. }
            | Self::ResourceNotBroughtIn { .. }
            | Self::ContextForeign
            | Self::ContextExpired
            | Self::UserCode => Reader::Person,
            Self::RedirectUnregistered { .. }
            | Self::RedirectMissing { .. }
            | Self::SingleTenant { .. }
            | Self::ResponseType { .. }
            | Self::ResponseTypeOff { .. }
            | Self::ResponseMode { .. }
            | Self::Prompt { .. }
            | Self::RequestObject
            | Self::RequestUri
            | Self::CodeChallenge { .. }
            | Self::PkceMissing { .. }
            | Self::Scope { .. }
            | Self::ScopeNotOffered { .. }
            | Self::ResourceNotRegistered { .. }
            | Self::LoginNeeded
            | Self::SeveralSessions
            | Self::ConsentNeeded { .. }
            | Self::ConsentMissing { .. }
            | Self::ConsentDeclined
            | Self::ConsentNotWritten(_)
            | Self::ContextNotSealed(_) => Reader::Client,
        }
    }
}
