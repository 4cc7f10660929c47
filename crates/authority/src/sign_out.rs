//! Signing out: the sessions of a browser end, and the applications that they were used for are told.
//!
//! In: a request, read but not believed. Out: [`SignedOut`]. INVARIANT: the browser is sent on only to a redirect URI of an
//! application that the sessions were used for, or that the request names and that the tenant has: never to what the
//! request alone says (RFC 9700 section 4.11, no open redirect).

use std::collections::BTreeSet;

use http::Uri;
use oauth::{AppId, TenantId};

use crate::authority::Authority;
use crate::interaction::asked;
use crate::redirect_uri;
use crate::refusal::Refusal;
use crate::session::{self, Session};
use crate::snapshot::Snapshot;
use crate::store::{self, any_outcome};

/// How long it is remembered what a session was used for; sessions themselves are shorter.
const REMEMBERED_SECONDS: i64 = 7 * 24 * 60 * 60;

/// What a sign-out asks for.
#[derive(Debug, Default)]
pub(crate) struct SignOut {
    /// `post_logout_redirect_uri`.
    pub(crate) unverified_redirect_uri: Option<String>,
    /// `client_id`, or the audience of `id_token_hint`.
    pub(crate) unverified_client: Option<AppId>,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SignedOut {
    /// Where the browser may be sent.
    pub(crate) next: Option<String>,
    /// Addresses that tell applications, each to be opened in a hidden frame (OpenID Connect Front-Channel Logout 1.0).
    pub(crate) frames: Vec<String>,
}

/// Ends the sessions of a browser.
pub(crate) async fn sign_out(
    authority: &Authority,
    unverified_tenant: &str,
    request: &SignOut,
    unverified_cookie: Option<&str>,
) -> Result<SignedOut, Refusal> {
    let snapshot = authority.directory().snapshot().await?;
    let place = asked::place(&snapshot, unverified_tenant).await?;
    let ended = session::end(authority, &snapshot, unverified_cookie).await?;
    let mut used: Vec<(&Session, AppId)> = Vec::new();
    for session in &ended {
        let database = authority.directory().database();
        let applications = store::session_application::list(database, session.sign_in.session).await?;
        used.extend(applications.into_iter().map(|app_id| (session, app_id)));
    }
    let tenants = ended.iter().map(|session| session.tenant);
    let tenants: BTreeSet<TenantId> = tenants.chain(place.tenant.map(|tenant| tenant.id)).collect();
    let mut applications: Vec<AppId> = used.iter().map(|(_, app_id)| *app_id).collect();
    if let Some(named) = request.unverified_client
        && is_in_one_of(&snapshot, &tenants, named).await?
    {
        applications.push(named);
    }
    let signed_out = SignedOut {
        next: next(&snapshot, &applications, request.unverified_redirect_uri.as_deref()).await?,
        frames: frames(&snapshot, &used).await?,
    };
    forget(authority, &ended).await?;
    Ok(signed_out)
}

async fn is_in_one_of(snapshot: &Snapshot, tenants: &BTreeSet<TenantId>, app_id: AppId) -> Result<bool, Refusal> {
    for tenant in tenants {
        if snapshot.service_principal(*tenant, app_id).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The redirect URI of the request, if one of the applications has registered it.
async fn next(
    snapshot: &Snapshot,
    applications: &[AppId],
    unverified_uri: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let Some(uri) = unverified_uri else { return Ok(None) };
    for app_id in applications {
        let client = snapshot.client(*app_id).await?;
        let found = client.map(|client| redirect_uri::find(&client.application.registration.redirect_uris, Some(uri)));
        if let Some(Ok(found)) = found {
            return Ok(Some(found.uri));
        }
    }
    Ok(None)
}

/// The addresses by which the applications are told, with session and issuer.
async fn frames(snapshot: &Snapshot, used: &[(&Session, AppId)]) -> Result<Vec<String>, Refusal> {
    let mut frames = Vec::new();
    for (session, app_id) in used {
        let client = snapshot.client(*app_id).await?;
        let url = client.and_then(|client| client.application.registration.logout_url.clone());
        let tenant = snapshot.tenant_by_id(session.tenant).await?;
        if let (Some(url), Some(tenant)) = (url.filter(|url| is_web(url)), tenant) {
            let separator = if url.contains('?') { '&' } else { '?' };
            let issuer = oauth::percent_encoded(&tenant.issuer_v2);
            frames.push(format!("{url}{separator}sid={}&iss={issuer}", session.sign_in.session));
        }
    }
    Ok(frames)
}

fn is_web(url: &str) -> bool {
    let uri: Option<Uri> = url.parse().ok();
    uri.is_some_and(|uri| matches!(uri.scheme_str(), Some("https" | "http")))
}

async fn forget(authority: &Authority, ended: &[Session]) -> Result<(), Refusal> {
    let past = authority.clock().now().plus_seconds(-REMEMBERED_SECONDS);
    let own = ended
        .iter()
        .map(|session| store::session_application::delete(session.sign_in.session));
    let steps = own
        .chain([store::session_application::delete_before(past)])
        .map(any_outcome)
        .collect();
    store::record(authority.directory().database(), steps).await?;
    Ok(())
}
