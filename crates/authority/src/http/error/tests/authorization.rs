//! The list of `authorization` refusals.

use crate::key_encryption::SealError;
use crate::manage::ManageError;
use crate::refusal::{AuthorizationRefusal, Refusal};

/// The refusal behind another in the list. Without `_`: a new variant does not compile until it has its place.
#[rustfmt::skip] // one line per variant: this is read as a list
fn after(refusal: &AuthorizationRefusal) -> Option<AuthorizationRefusal> {
    use AuthorizationRefusal as R;
    let (application, tenant, user) = ("{application}".to_owned(), "{tenant}".to_owned(), "{user}".to_owned());
    let (name, scope, resource) = ("{name}".to_owned(), "{scope}".to_owned(), "{resource}".to_owned());
    Some(match refusal {
        R::RedirectUnregistered { .. } => R::RedirectMissing { application },
        R::RedirectMissing { .. } => R::SingleTenant { application, alias: "{alias}" },
        R::SingleTenant { .. } => R::ResponseType { response_type: "{type}".to_owned() },
        R::ResponseType { .. } => R::ResponseTypeOff { application, response_type: "{type}" },
        R::ResponseTypeOff { .. } => R::ResponseMode { response_mode: "{mode}".to_owned() },
        R::ResponseMode { .. } => R::Prompt { prompt: "{prompt}".to_owned() },
        R::Prompt { .. } => R::RequestObject,
        R::RequestObject => R::RequestUri,
        R::RequestUri => R::CodeChallenge { reason: "{reason}" },
        R::CodeChallenge { .. } => R::PkceMissing { application },
        R::PkceMissing { .. } => R::Scope { scope },
        R::Scope { .. } => R::ScopeNotOffered { application, scope, resource },
        R::ScopeNotOffered { .. } => R::ResourceNotRegistered { application, resource },
        R::ResourceNotRegistered { .. } => R::ResourceNotBroughtIn { resource, tenant },
        R::ResourceNotBroughtIn { .. } => R::LoginNeeded,
        R::LoginNeeded => R::SeveralSessions,
        R::SeveralSessions => R::ConsentNeeded { application, name },
        R::ConsentNeeded { .. } => R::ConsentMissing { application, name },
        R::ConsentMissing { .. } => R::ConsentDeclined,
        R::ConsentDeclined => R::ConsentNotWritten(ManageError::NotFound { what: "{what}", id: "{id}".to_owned() }),
        R::ConsentNotWritten(_) => R::AdministratorNeeded { application, name },
        R::AdministratorNeeded { .. } => R::NotAssigned { application, user },
        R::NotAssigned { .. } => R::OtherTenant { user, tenant },
        R::OtherTenant { .. } => R::AccountUnknown { user },
        R::AccountUnknown { .. } => R::ContextForeign,
        R::ContextForeign => R::ContextExpired,
        R::ContextExpired => R::ContextNotSealed(SealError::Sealing),
        R::ContextNotSealed(_) => R::UserCode,
        R::UserCode => return None,
    })
}

pub(super) fn all() -> Vec<Refusal> {
    let first = AuthorizationRefusal::RedirectUnregistered {
        application: "{application}".to_owned(),
        uri: "{uri}".to_owned(),
    };
    std::iter::successors(Some(first), after).map(Refusal::from).collect()
}
