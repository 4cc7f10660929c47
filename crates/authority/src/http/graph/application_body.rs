//! What the body of a call wants an application to be.
//!
//! In: the body of `POST` or `PATCH`. Out: [`Draft`]. Invariant: what the body does not name stays as it is; lists are
//! replaced whole.

use oauth::{AppId, TokenVersion};

use super::asked::Asked;
use super::body::Body;
use super::credential;
use crate::application::{Application, Audience};
use crate::graph::GraphRefusal;
use crate::manage::application_certificate::WantedCertificate;
use crate::registration::{
    AppRole, AssertionUse, ClientType, DelegatedScope, GroupClaims, ImplicitGrant, Introspection, PkceRule,
    PreAuthorized, RedirectKind, RedirectUri, RequiredAccess, TokenBinding,
};

/// One property changed.
pub(crate) type Edit = Box<dyn Fn(&mut Application) + Send + Sync>;

/// The longest redirect URI.
const MOST_URI_CHARS: usize = 256;
/// The most redirect URIs of one kind.
const MOST_URIS: usize = 256;
/// The most roles, scopes, tags and the like.
const MOST_ENTRIES: usize = 1200;
/// Schemes that a browser takes for a program or a file.
const RUN_BY_BROWSERS: [&str; 5] = ["javascript", "data", "vbscript", "file", "blob"];
/// What the directory makes itself: clients send back what they read.
const OWN: &[&str] = &[
    "id",
    "appId",
    "createdDateTime",
    "deletedDateTime",
    "publisherDomain",
    "passwordCredentials",
];

/// What shall be otherwise.
pub(crate) struct Draft {
    pub(crate) edits: Vec<Edit>,
    /// All certificates that there shall be, where the body names any.
    pub(crate) certificates: Option<Vec<WantedCertificate>>,
}

/// Reads a body.
pub(crate) fn edits(asked: &Asked<'_>, mut body: Body) -> Result<Draft, GraphRefusal> {
    body.ignore(OWN);
    let mut edits: Vec<Edit> = Vec::new();
    general(&mut body, &mut edits)?;
    identifiers(asked, &mut body, &mut edits)?;
    places(&mut body, &mut edits)?;
    offered(&mut body, &mut edits)?;
    claims(&mut body, &mut edits)?;
    rules(&mut body, &mut edits)?;
    let certificates = credential::wanted_certificates(&mut body)?;
    body.finish()?;
    Ok(Draft { edits, certificates })
}

fn general(body: &mut Body, edits: &mut Vec<Edit>) -> Result<(), GraphRefusal> {
    if let Some(name) = body.value::<String>("displayName")? {
        edits.push(Box::new(move |application| {
            application.display_name.clone_from(&name);
        }));
    }
    if let Some(text) = body.take::<String>("description")? {
        edits.push(Box::new(move |application| {
            application.registration.description.clone_from(&text);
        }));
    }
    if let Some(audience) = body.value::<String>("signInAudience")? {
        let audience = match audience.as_str() {
            "AzureADMyOrg" => Audience::SingleTenant,
            "AzureADMultipleOrgs" => Audience::MultipleTenants,
            _ => return Err(body.wrong("signInAudience", "is neither 'AzureADMyOrg' nor 'AzureADMultipleOrgs'")),
        };
        edits.push(Box::new(move |application| {
            application.audience = audience;
        }));
    }
    if let Some(tags) = list::<String>(body, "tags")? {
        edits.push(Box::new(move |application| {
            application.registration.tags.clone_from(&tags);
        }));
    }
    if let Some(is_public) = body.take::<bool>("isFallbackPublicClient")? {
        let client_type = match is_public {
            Some(true) => ClientType::Public,
            Some(false) | None => ClientType::Confidential,
        };
        edits.push(Box::new(move |application| {
            application.registration.protocol.client_type = client_type;
        }));
    }
    if let Some(required) = list::<RequiredAccess>(body, "requiredResourceAccess")? {
        edits.push(Box::new(move |application| {
            application.registration.required_access.clone_from(&required);
        }));
    }
    Ok(())
}

/// Only `api://..`, or an address at a domain of the tenant: nobody takes a name that is another's.
fn identifiers(asked: &Asked<'_>, body: &mut Body, edits: &mut Vec<Edit>) -> Result<(), GraphRefusal> {
    let Some(uris) = list::<String>(body, "identifierUris")? else {
        return Ok(());
    };
    let domains = &asked.permit.caller().tenant().domains;
    let is_own = |uri: &String| {
        let host = uri.strip_prefix("https://").and_then(|rest| rest.split('/').next());
        let is_of = |host: &str, domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
        uri.starts_with("api://") || host.is_some_and(|host| domains.iter().any(|domain| is_of(host, domain)))
    };
    if !uris.iter().all(is_own) {
        let reason = "must use a verified domain of the organization, or the scheme 'api'";
        return Err(body.wrong("identifierUris", reason));
    }
    edits.push(Box::new(move |application| {
        application.identifier_uris.clone_from(&uris);
    }));
    Ok(())
}

/// Where answers go.
fn places(body: &mut Body, edits: &mut Vec<Edit>) -> Result<(), GraphRefusal> {
    if let Some(mut web) = body.object("web")? {
        redirects(&mut web, RedirectKind::Web, edits)?;
        if let Some(url) = web.take::<String>("homePageUrl")? {
            edits.push(Box::new(move |application| {
                application.registration.home_page_url.clone_from(&url);
            }));
        }
        if let Some(url) = web.take::<String>("logoutUrl")? {
            edits.push(Box::new(move |application| {
                application.registration.logout_url.clone_from(&url);
            }));
        }
        if let Some(mut implicit) = web.object("implicitGrantSettings")? {
            implicit_grant(&mut implicit, ("enableIdTokenIssuance", ImplicitGrant::IdToken), edits)?;
            implicit_grant(
                &mut implicit,
                ("enableAccessTokenIssuance", ImplicitGrant::AccessToken),
                edits,
            )?;
            implicit.finish()?;
        }
        web.ignore(&["redirectUriSettings"]);
        web.finish()?;
    }
    for (name, kind) in [("spa", RedirectKind::Spa), ("publicClient", RedirectKind::PublicClient)] {
        if let Some(mut place) = body.object(name)? {
            redirects(&mut place, kind, edits)?;
            place.finish()?;
        }
    }
    Ok(())
}

fn redirects(body: &mut Body, kind: RedirectKind, edits: &mut Vec<Edit>) -> Result<(), GraphRefusal> {
    let Some(uris) = list::<String>(body, "redirectUris")? else {
        return Ok(());
    };
    if uris.len() > MOST_URIS || !uris.iter().all(|uri| is_redirect(uri, kind)) {
        let reason = "is no list of absolute uris without fragment, wildcard or plain http beyond this machine";
        return Err(body.wrong("redirectUris", reason));
    }
    edits.push(Box::new(move |application| {
        let all = &mut application.registration.redirect_uris;
        all.retain(|one| one.kind != kind);
        all.extend(uris.iter().map(|uri| RedirectUri { kind, uri: uri.clone() }));
    }));
    Ok(())
}

fn is_redirect(uri: &str, kind: RedirectKind) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else {
        return false;
    };
    let is_scheme = scheme.starts_with(|char: char| char.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let is_local = ["//localhost", "//127.0.0.1", "//[::1]"].iter().any(|host| {
        let behind = rest.strip_prefix(host);
        behind.is_some_and(|behind| behind.is_empty() || behind.starts_with(['/', ':', '?']))
    });
    let is_safe = match (scheme, kind) {
        ("https", _) => rest.starts_with("//"),
        ("http", _) => is_local,
        (_, RedirectKind::PublicClient) => !RUN_BY_BROWSERS.contains(&scheme.to_ascii_lowercase().as_str()),
        (_, RedirectKind::Web | RedirectKind::Spa) => false,
    };
    let is_plain = uri.bytes().all(|byte| byte.is_ascii_graphic()) && !uri.contains(['#', '*', '\\', '"', '<', '>']);
    is_scheme && is_safe && is_plain && uri.len() <= MOST_URI_CHARS && !rest.contains('@')
}

fn implicit_grant(
    body: &mut Body,
    (name, grant): (&str, ImplicitGrant),
    edits: &mut Vec<Edit>,
) -> Result<(), GraphRefusal> {
    let Some(is_wanted) = body.value::<bool>(name)? else {
        return Ok(());
    };
    edits.push(Box::new(move |application| {
        let grants = &mut application.registration.protocol.implicit;
        grants.retain(|one| *one != grant);
        if is_wanted {
            grants.push(grant);
        }
    }));
    Ok(())
}

/// What it offers as a resource.
fn offered(body: &mut Body, edits: &mut Vec<Edit>) -> Result<(), GraphRefusal> {
    if let Some(roles) = list::<AppRole>(body, "appRoles")? {
        edits.push(Box::new(move |application| {
            application.registration.app_roles.clone_from(&roles);
        }));
    }
    let Some(mut api) = body.object("api")? else {
        return Ok(());
    };
    if let Some(scopes) = list::<DelegatedScope>(&mut api, "oauth2PermissionScopes")? {
        edits.push(Box::new(move |application| {
            application.registration.scopes.clone_from(&scopes);
        }));
    }
    if let Some(clients) = list::<PreAuthorized>(&mut api, "preAuthorizedApplications")? {
        edits.push(Box::new(move |application| {
            application.registration.pre_authorized.clone_from(&clients);
        }));
    }
    if let Some(clients) = list::<AppId>(&mut api, "knownClientApplications")? {
        edits.push(Box::new(move |application| {
            application.registration.known_clients.clone_from(&clients);
        }));
    }
    if let Some(version) = api.take::<u8>("requestedAccessTokenVersion")? {
        let version = match version {
            None | Some(1) => TokenVersion::V1,
            Some(2) => TokenVersion::V2,
            Some(_) => return Err(api.wrong("requestedAccessTokenVersion", "is neither 1 nor 2")),
        };
        edits.push(Box::new(move |application| {
            application.token_version = version;
        }));
    }
    if api.take::<bool>("acceptMappedClaims")?.flatten() == Some(true) {
        return Err(api.wrong("acceptMappedClaims", "cannot be true: claims are not mapped"));
    }
    api.finish()
}

/// What its tokens say beyond the usual.
fn claims(body: &mut Body, edits: &mut Vec<Edit>) -> Result<(), GraphRefusal> {
    if let Some(groups) = body.take::<String>("groupMembershipClaims")? {
        let groups = match groups.as_deref() {
            None | Some("None") => GroupClaims::None,
            Some("SecurityGroup") => GroupClaims::SecurityGroup,
            Some("All") => GroupClaims::All,
            Some(_) => return Err(body.wrong("groupMembershipClaims", "is not 'None', 'SecurityGroup' or 'All'")),
        };
        edits.push(Box::new(move |application| {
            application.registration.group_claims = groups;
        }));
    }
    let Some(mut optional) = body.object("optionalClaims")? else {
        return Ok(());
    };
    if let Some(names) = claim_names(&mut optional, "idToken")? {
        edits.push(Box::new(move |application| {
            application.registration.optional_claims.id_token.clone_from(&names);
        }));
    }
    if let Some(names) = claim_names(&mut optional, "accessToken")? {
        edits.push(Box::new(move |application| {
            application.registration.optional_claims.access_token.clone_from(&names);
        }));
    }
    if optional.objects("saml2Token")?.is_some_and(|claims| !claims.is_empty()) {
        return Err(optional.wrong("saml2Token", "must be empty: there are no SAML tokens"));
    }
    optional.finish()
}

/// What the protocol endpoints take from it beyond what Microsoft Graph has words for: the object `commonhold`.
fn rules(body: &mut Body, edits: &mut Vec<Edit>) -> Result<(), GraphRefusal> {
    let Some(mut own) = body.object("commonhold")? else {
        return Ok(());
    };
    if let Some(publisher) = own.take::<String>("publisher")? {
        edits.push(Box::new(move |application| {
            application.registration.publisher.clone_from(&publisher);
        }));
    }
    if let Some(assertions) = own.value::<AssertionUse>("assertions")? {
        edits.push(Box::new(move |application| {
            application.registration.protocol.assertions = assertions;
        }));
    }
    if let Some(pkce) = own.value::<PkceRule>("pkce")? {
        edits.push(Box::new(move |application| {
            application.registration.protocol.pkce = pkce;
        }));
    }
    if let Some(binding) = own.value::<TokenBinding>("tokenBinding")? {
        edits.push(Box::new(move |application| {
            application.registration.protocol.binding = binding;
        }));
    }
    if let Some(introspection) = own.value::<Introspection>("introspection")? {
        edits.push(Box::new(move |application| {
            application.registration.protocol.introspection = introspection;
        }));
    }
    own.finish()
}

fn claim_names(body: &mut Body, name: &str) -> Result<Option<Vec<String>>, GraphRefusal> {
    let Some(claims) = body.objects(name)? else {
        return Ok(None);
    };
    let mut names = Vec::new();
    for mut claim in claims {
        names.push(claim.required("name")?);
        claim.ignore(&["source", "essential"]);
        if claim
            .value::<Vec<String>>("additionalProperties")?
            .is_some_and(|list| !list.is_empty())
        {
            return Err(claim.wrong("additionalProperties", "must be empty"));
        }
        claim.finish()?;
    }
    Ok(Some(names))
}

/// A list of no great length.
fn list<T: serde::de::DeserializeOwned>(body: &mut Body, name: &str) -> Result<Option<Vec<T>>, GraphRefusal> {
    let list: Option<Vec<T>> = body.value(name)?;
    match list {
        Some(list) if list.len() > MOST_ENTRIES => Err(body.wrong(name, "has more than 1200 entries")),
        list => Ok(list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_uris() {
        let check =
            |uri: &str, kind: RedirectKind, expected: bool| assert_eq!(is_redirect(uri, kind), expected, "{uri}");
        for bad in [
            "",
            "x",
            "https:",
            "http://app.example/cb",
            "https://app.example/#x",
            "https://*.example/cb",
            "javascript:alert(1)",
            "https://u@app.example/",
            "http://localhost.evil.example/",
            "ftp://a.example/",
        ] {
            check(bad, RedirectKind::Web, false);
        }
        check("JavaScript:alert(1)", RedirectKind::PublicClient, false);
        check("myapp://auth", RedirectKind::Spa, false);
        check("myapp://auth", RedirectKind::PublicClient, true);
        check("https://app.example/cb?x=1", RedirectKind::Web, true);
        check("http://localhost:3000/cb", RedirectKind::Spa, true);
        check("http://localhost", RedirectKind::PublicClient, true);
    }
}
