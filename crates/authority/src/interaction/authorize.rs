//! Requests of the authorization endpoint, held against the client's registration.
//!
//! In: a request, read but not believed. Out: [`Asked`]. INVARIANT: nothing is refused by redirect before the redirect URI
//! was found among the client's registrations; the first check that fails decides.

use oauth::{
    AuthorizationRequest, AuthorizationRequestError, AuthorizationRequestReason as Reason, CodeChallengeMethod,
    OidcScope, OidcScopes, PkceError, Prompt, RequestedResource, RequestedScopes, ResponseMode, ScopeError, ScopeNames,
};

use super::asked::{self, Asked, ConsentFor, Device, Goal, Place, Refused, Rules, Wants};
use super::recipient::{Recipient, Shape};
use crate::application::Application;
use crate::authority::Authority;
use crate::call::Endpoint;
use crate::refusal::{AuthorizationRefusal, Refusal};
use crate::registration::{ClientType, ImplicitGrant, PkceRule, RedirectKind};
use crate::snapshot::Snapshot;
use crate::tenant::TENANT_TEMPLATE;

/// The longest request that is carried through the pages.
const MOST_BYTES: usize = 24 * 1024;

/// A request beside what it is held against.
struct Request<'a> {
    endpoint: Endpoint,
    said: &'a AuthorizationRequest,
    application: &'a Application,
    kind: RedirectKind,
}

/// Whether a challenge is optional.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pkce {
    Optional,
    Needed,
}

/// One check of a request.
type Check = fn(&Request<'_>) -> Result<(), Refusal>;

/// What is checked before anybody is asked anything, in this order.
const CHECKS: [Check; 7] = [
    request_is_short,
    application_is_enabled,
    no_reference,
    response_type_is_switched_on,
    pkce_is_used,
    prompt_is_served,
    resource_is_named_as_the_endpoint_wants,
];

/// Reads what a request is about.
pub(super) async fn load(
    authority: &Authority,
    snapshot: &Snapshot,
    place: Place,
    endpoint: Endpoint,
    said: AuthorizationRequest,
) -> Result<Asked, Refused> {
    let client = asked::client(snapshot, &place, &said.unverified_client_id).await?;
    let redirect = asked::redirect(&client.application, said.redirect_uri.as_deref())?;
    let request = Request {
        endpoint,
        said: &said,
        application: &client.application,
        kind: redirect.kind,
    };
    let checked = CHECKS.iter().try_for_each(|check| check(&request));
    let wants = checked.and_then(|()| wants(&request));
    let shape = Shape::Authorization(said.answer_mode());
    let recipient = Recipient::new(redirect, shape, said.state.clone(), issuer(authority, &place, endpoint));
    let rules = rules(snapshot, &place, &said).await;
    let (wants, rules) = match (wants, rules) {
        (Ok(wants), Ok(rules)) => (wants, rules),
        (Err(refusal), _) | (_, Err(refusal)) => {
            return Err(Refused {
                refusal,
                recipient: Some(recipient),
            });
        }
    };
    Ok(Asked {
        client,
        tenant: place.tenant,
        rules,
        wants,
        goal: Goal::Authorize {
            endpoint,
            request: Box::new(said),
            recipient,
        },
    })
}

/// The refusal of a request that cannot be read, told to the client if it said enough to be found.
pub(crate) async fn unreadable(
    authority: &Authority,
    snapshot: &Snapshot,
    place: &Place,
    endpoint: Endpoint,
    error: AuthorizationRequestError,
) -> Refused {
    let refusal = refusal(error.reason);
    let Some(client_id) = error.client_id else {
        return refusal.into();
    };
    let client = match asked::client(snapshot, place, &client_id).await {
        Ok(client) => client,
        Err(refusal) => return refusal.into(),
    };
    match asked::redirect(&client.application, error.redirect_uri.as_deref()) {
        Ok(redirect) => {
            let shape = Shape::Authorization(error.response_mode.unwrap_or(ResponseMode::Query));
            let recipient = Recipient::new(redirect, shape, error.state, issuer(authority, place, endpoint));
            Refused {
                refusal,
                recipient: Some(recipient),
            }
        }
        Err(refusal) => refusal.into(),
    }
}

/// The issuer as the metadata of this place names it.
fn issuer(authority: &Authority, place: &Place, endpoint: Endpoint) -> String {
    match (&place.tenant, endpoint) {
        (Some(tenant), Endpoint::V1) => tenant.issuer_v1.clone(),
        (Some(tenant), Endpoint::V2) => tenant.issuer_v2.clone(),
        (None, Endpoint::V1) => authority.origin().issuer_v1(TENANT_TEMPLATE),
        (None, Endpoint::V2) => authority.origin().issuer_v2(TENANT_TEMPLATE),
    }
}

fn refusal(reason: Reason) -> Refusal {
    let malformed = |reason| Refusal::Malformed { reason };
    match reason {
        Reason::TooLong => Refusal::BodyTooLarge {
            limit_bytes: MOST_BYTES,
        },
        Reason::Malformed => malformed("The request is not form encoded"),
        Reason::Repeated(name) => Refusal::Duplicate { name },
        Reason::Missing(name) => Refusal::Missing { name },
        Reason::MaxAge(_) => malformed("The value of 'max_age' is not a number of seconds"),
        Reason::ResponseType(response_type) => AuthorizationRefusal::ResponseType { response_type }.into(),
        Reason::ResponseMode(response_mode) => AuthorizationRefusal::ResponseMode { response_mode }.into(),
        Reason::TokenInQuery => {
            let response_mode = ResponseMode::Query.as_str().to_owned();
            AuthorizationRefusal::ResponseMode { response_mode }.into()
        }
        Reason::Prompt(prompt) => AuthorizationRefusal::Prompt { prompt }.into(),
        Reason::RequestObject => AuthorizationRefusal::RequestObject.into(),
        Reason::CodeChallenge(error) => {
            let reason = match error {
                PkceError::Method(_) => "Its method is not supported",
                PkceError::Challenge | PkceError::Verifier | PkceError::Mismatch | PkceError::Stored => {
                    "Its size or its characters are not those of its method"
                }
            };
            AuthorizationRefusal::CodeChallenge { reason }.into()
        }
    }
}

/// Sealed, it goes to the browser and comes back with each page.
fn request_is_short(request: &Request<'_>) -> Result<(), Refusal> {
    if request.said.to_query().len() <= MOST_BYTES {
        Ok(())
    } else {
        Err(Refusal::BodyTooLarge {
            limit_bytes: MOST_BYTES,
        })
    }
}

fn application_is_enabled(request: &Request<'_>) -> Result<(), Refusal> {
    asked::application_is_enabled(request.application)
}

/// A pushed request was put in place of its reference before; another reference is not followed.
fn no_reference(request: &Request<'_>) -> Result<(), Refusal> {
    match request.said.request_uri {
        None => Ok(()),
        Some(_) => Err(AuthorizationRefusal::RequestUri.into()),
    }
}

fn response_type_is_switched_on(request: &Request<'_>) -> Result<(), Refusal> {
    let response_type = request.said.response_type;
    let implicit = &request.application.registration.protocol.implicit;
    let id_token = !response_type.has_id_token() || implicit.contains(&ImplicitGrant::IdToken);
    let access_token = !response_type.has_access_token() || implicit.contains(&ImplicitGrant::AccessToken);
    if id_token && access_token {
        return Ok(());
    }
    Err(AuthorizationRefusal::ResponseTypeOff {
        application: request.application.app_id.to_string(),
        response_type: response_type.as_str(),
    }
    .into())
}

/// RFC 9700 section 2.1.1. A plain challenge protects from nobody who sees the request, so it is taken only from clients
/// that may do without one.
fn pkce_is_used(request: &Request<'_>) -> Result<(), Refusal> {
    let protocol = &request.application.registration.protocol;
    let pkce = match (request.kind, protocol.pkce, protocol.client_type) {
        (RedirectKind::Web, PkceRule::AsNeeded, ClientType::Confidential) => Pkce::Optional,
        _ => Pkce::Needed,
    };
    let method = request.said.code_challenge.as_ref().map(oauth::CodeChallenge::method);
    if !request.said.response_type.has_code() || pkce == Pkce::Optional {
        return Ok(());
    }
    match method {
        Some(CodeChallengeMethod::S256) => Ok(()),
        Some(CodeChallengeMethod::Plain) => {
            let reason = "This application must use the method S256";
            Err(AuthorizationRefusal::CodeChallenge { reason }.into())
        }
        None => Err(AuthorizationRefusal::PkceMissing {
            application: request.application.app_id.to_string(),
        }
        .into()),
    }
}

/// Accounts are made by administrators, not by the people themselves.
fn prompt_is_served(request: &Request<'_>) -> Result<(), Refusal> {
    match request.said.prompt {
        Some(Prompt::Create) => Err(AuthorizationRefusal::Prompt {
            prompt: Prompt::Create.as_str().to_owned(),
        }
        .into()),
        Some(Prompt::None | Prompt::Login | Prompt::Consent | Prompt::SelectAccount | Prompt::AdminConsent) | None => {
            Ok(())
        }
    }
}

fn resource_is_named_as_the_endpoint_wants(request: &Request<'_>) -> Result<(), Refusal> {
    match (request.endpoint, &request.said.resource) {
        (Endpoint::V2, Some(_)) => Err(Refusal::ResourceParameter),
        (Endpoint::V2, None) | (Endpoint::V1, _) => Ok(()),
    }
}

fn wants(request: &Request<'_>) -> Result<Wants, Refusal> {
    if request.said.prompt == Some(Prompt::AdminConsent) {
        return Ok(Wants::Registered);
    }
    scopes(request.endpoint, &request.said.scope, request.said.resource.as_deref()).map(Wants::Scopes)
}

/// What is asked for: by scope at the v2.0 endpoint; at the v1.0 endpoint all that is registered of the resource, besides
/// OpenID Connect's words in the scope.
pub(super) fn scopes(endpoint: Endpoint, scope: &str, resource: Option<&str>) -> Result<RequestedScopes, Refusal> {
    let parsed = match (RequestedScopes::parse(scope), endpoint) {
        (Ok(parsed), _) => parsed,
        (Err(ScopeError::Missing), Endpoint::V1) => RequestedScopes::default(),
        (Err(ScopeError::Missing), Endpoint::V2) => return Err(Refusal::Missing { name: "scope" }),
        (Err(ScopeError::TooLong | ScopeError::Malformed | ScopeError::Mixed | ScopeError::NotDefault), _) => {
            let scope = scope.to_owned();
            return Err(AuthorizationRefusal::Scope { scope }.into());
        }
    };
    if endpoint == Endpoint::V2 {
        return Ok(parsed);
    }
    let resource = resource.map(|resource| RequestedResource {
        resource: Some(resource.to_owned()),
        names: ScopeNames::Default,
    });
    let oidc = if parsed.oidc.is_empty() && resource.is_none() {
        OidcScopes::from_iter([OidcScope::OpenId])
    } else {
        parsed.oidc
    };
    Ok(RequestedScopes {
        oidc,
        resources: resource.into_iter().collect(),
    })
}

async fn rules(snapshot: &Snapshot, place: &Place, said: &AuthorizationRequest) -> Result<Rules, Refusal> {
    let domain = said.domain_hint.as_deref().map(str::to_ascii_lowercase);
    Ok(Rules {
        prompt: said.prompt,
        max_age_s: said.max_age_s,
        hint: asked::hint(snapshot, place, said.login_hint.as_deref()).await?,
        domain: domain.filter(|domain| crate::tenant::is_domain_name(domain)),
        tenant: place.tenant.as_ref().map(|tenant| tenant.id),
        consent_for: match said.prompt {
            Some(Prompt::AdminConsent) => ConsentFor::Everybody,
            _ => ConsentFor::Oneself,
        },
        device: Device::None,
    })
}

#[cfg(test)]
mod tests;
