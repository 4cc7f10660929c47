//! What a token in a person's name shall be for.
//!
//! In: what the person authorized, and what the request asks of that. Out: [`Wanted`]: one resource.
//! Invariant: the words of OpenID Connect are never more than the person authorized; scopes of resources are compared
//! with the consent on record, elsewhere.

use oauth::{OidcScope, OidcScopes, RequestedResource, RequestedScopes, ScopeError, ScopeNames};

use crate::authorization::Authorization;
use crate::call::{Call, Endpoint};
use crate::refusal::{GrantRefusal, Refusal};
use crate::well_known;

/// One resource with what is asked of it, and what is asked of this authority itself.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The resource as the client wrote it; none where it named none and means Microsoft Graph.
    pub(crate) resource: Option<String>,
    /// The scopes asked of it.
    pub(crate) names: ScopeNames,
    /// ID token, claims, refresh token.
    pub(crate) oidc: OidcScopes,
}

/// What a request asks of what a person authorized; all of it, for the first resource, where it says nothing.
pub(crate) fn of(call: &Call, authorization: &Authorization) -> Result<Wanted, Refusal> {
    let authorized = authorized(authorization)?;
    let Some(asked) = asked(call)? else {
        return Ok(first(authorized));
    };
    let oidc = match call.endpoint {
        // `resource` says nothing of OpenID Connect.
        Endpoint::V1 => authorized.oidc,
        Endpoint::V2 => {
            let both = asked.oidc.iter().filter(|scope| authorized.oidc.contains(*scope));
            both.collect()
        }
    };
    if asked.resources.len() > 1 {
        let scope = asked.to_text();
        return Err(GrantRefusal::SeveralResources { scope }.into());
    }
    Ok(first(RequestedScopes { oidc, ..asked }))
}

impl Wanted {
    /// The identifier by which the directory is asked for the resource.
    pub(crate) fn identifier(&self) -> String {
        let named = self.resource.clone();
        named.unwrap_or_else(|| well_known::GRAPH.to_string())
    }

    /// The words that the answer lists: each scope as the client would ask for it, then those of OpenID Connect.
    pub(crate) fn granted_text(&self, endpoint: Endpoint, scopes: &[String]) -> String {
        let named = |name: &str| match (endpoint, &self.resource) {
            (Endpoint::V2, Some(resource)) => format!("{resource}/{name}"),
            (Endpoint::V2, None) | (Endpoint::V1, _) => name.to_owned(),
        };
        let of_claims: Vec<String> = self.claims_scopes().collect();
        let of_resource = scopes.iter().filter(|name| !of_claims.contains(name));
        let mut words: Vec<String> = of_resource.map(|name| named(name)).collect();
        if self.names == ScopeNames::Default && endpoint == Endpoint::V2 {
            // By this word MSAL finds the token again for whoever asked so.
            words.push(named(".default"));
        }
        words.extend(of_claims);
        words.join(" ")
    }

    /// The words of OpenID Connect that say something of the person; `offline_access` does not.
    pub(crate) fn claims_scopes(&self) -> impl Iterator<Item = String> {
        let scopes = self.oidc.iter().filter(|scope| *scope != OidcScope::OfflineAccess);
        scopes.map(|scope| scope.as_str().to_owned())
    }
}

fn authorized(authorization: &Authorization) -> Result<RequestedScopes, Refusal> {
    let parsed = match RequestedScopes::parse(&authorization.scope) {
        Ok(parsed) => parsed,
        Err(ScopeError::Missing) => RequestedScopes::default(),
        Err(error) => return Err(unreadable(error, &authorization.scope)),
    };
    Ok(match &authorization.resource {
        Some(resource) => RequestedScopes {
            resources: vec![all_of(resource)],
            ..parsed
        },
        None => parsed,
    })
}

/// What the request itself asks for; `None` where it says nothing.
fn asked(call: &Call) -> Result<Option<RequestedScopes>, Refusal> {
    let request = &call.request;
    match (call.endpoint, &request.resource, &request.scope) {
        (Endpoint::V2, Some(_), _) => Err(Refusal::ResourceParameter),
        (Endpoint::V1, Some(resource), _) => Ok(Some(RequestedScopes {
            oidc: OidcScopes::default(),
            resources: vec![all_of(resource)],
        })),
        (Endpoint::V2, None, Some(scope)) => {
            let parsed = RequestedScopes::parse(scope).map_err(|error| unreadable(error, scope))?;
            Ok(Some(parsed))
        }
        (Endpoint::V1 | Endpoint::V2, None, _) => Ok(None),
    }
}

/// Everything of a resource: the v1.0 endpoints name no scopes.
fn all_of(resource: &str) -> RequestedResource {
    RequestedResource {
        resource: Some(resource.to_owned()),
        names: ScopeNames::Default,
    }
}

/// The first resource; Microsoft Graph where there is none.
fn first(scopes: RequestedScopes) -> Wanted {
    let graph = || RequestedResource {
        resource: None,
        names: ScopeNames::Named(Vec::new()),
    };
    let first = scopes.resources.into_iter().next().unwrap_or_else(graph);
    Wanted {
        resource: first.resource,
        names: first.names,
        oidc: scopes.oidc,
    }
}

fn unreadable(error: ScopeError, scope: &str) -> Refusal {
    match error {
        ScopeError::Missing => GrantRefusal::ScopeEmpty.into(),
        ScopeError::TooLong | ScopeError::Malformed | ScopeError::Mixed | ScopeError::NotDefault => {
            let scope = scope.to_owned();
            GrantRefusal::ScopeMalformed { scope }.into()
        }
    }
}
