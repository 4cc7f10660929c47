//! `/api/tenants`: tenants listed and made, their settings, and a token to administer one.
//!
//! In: a mandate and what was sent. Out: JSON. Invariant: what is not said in a change of settings stays as it is.

use http::StatusCode;
use oauth::Algorithm;
use serde_json::{Value, json};

use super::reply;
use crate::authority::Authority;
use crate::graph::GraphRefusal;
use crate::http::graph::body::Body;
use crate::http::graph::reply::Reply;
use crate::issue::TokenLifetime;
use crate::manage::tenant::NewTenant;
use crate::manage::{self, Mandate};
use crate::operator;
use crate::tenant::Tenant;
use crate::tenant_settings::{TenantSettings, UserConsent};

/// `GET /api/tenants`
pub(super) async fn list(authority: &Authority, mandate: &Mandate) -> Result<Reply, GraphRefusal> {
    let mut tenants = Vec::new();
    for id in manage::tenant::list(authority, mandate).await? {
        let found = operator::tenant(authority, mandate, &id.to_string()).await?;
        tenants.push(shown(&found));
    }
    Ok(reply(StatusCode::OK, json!({ "value": tenants })))
}

/// `POST /api/tenants`
pub(super) async fn create(authority: &Authority, mandate: &Mandate, mut body: Body) -> Result<Reply, GraphRefusal> {
    let display_name: String = body.required("displayName")?;
    let domains: Vec<String> = body.required("domains")?;
    body.finish()?;
    let new = NewTenant {
        id: None,
        display_name,
        domains: domains.iter().map(|domain| domain.to_ascii_lowercase()).collect(),
    };
    let id = manage::tenant::create(authority, mandate, new).await?;
    let made = operator::tenant(authority, mandate, &id.to_string()).await?;
    Ok(reply(StatusCode::CREATED, shown(&made)))
}

/// `POST /api/tenants/{tenant}/token`
pub(super) async fn token(authority: &Authority, mandate: &Mandate, name: &str) -> Result<Reply, GraphRefusal> {
    let issued = operator::token(authority, mandate, name).await?;
    let answer = json!({
        "access_token": issued.access_token.expose(),
        "token_type": issued.token_type.as_str(),
        "expires_in": issued.lifetime_seconds,
    });
    Ok(reply(StatusCode::OK, answer))
}

/// `GET /api/tenants/{tenant}/settings`
pub(super) async fn settings(authority: &Authority, mandate: &Mandate, name: &str) -> Result<Reply, GraphRefusal> {
    let found = operator::tenant(authority, mandate, name).await?;
    Ok(reply(StatusCode::OK, settings_shown(&found.settings)))
}

/// `PATCH /api/tenants/{tenant}/settings`
pub(super) async fn change_settings(
    authority: &Authority,
    mandate: &Mandate,
    name: &str,
    body: Body,
) -> Result<Reply, GraphRefusal> {
    let found = operator::tenant(authority, mandate, name).await?;
    let settings = changed(found.settings.clone(), body)?;
    manage::tenant_settings::set(authority, mandate, found.id, settings.clone()).await?;
    Ok(reply(StatusCode::OK, settings_shown(&settings)))
}

fn changed(mut settings: TenantSettings, mut body: Body) -> Result<TenantSettings, GraphRefusal> {
    if let Some(name) = body.value::<String>("signingAlgorithm")? {
        let algorithm = Algorithm::from_name(&name);
        settings.signing_algorithm =
            algorithm.ok_or_else(|| body.wrong("signingAlgorithm", "is not RS256, PS256 or ES256"))?;
    }
    if let Some(lifetime) = body.take::<[u32; 2]>("tokenLifetimeSeconds")? {
        settings.token_lifetime = lifetime.map(|[least, most]| TokenLifetime { seconds: least..=most });
    }
    if let Some(name) = body.value::<String>("userConsent")? {
        let consent = [UserConsent::Everybody, UserConsent::AdministratorsOnly];
        let consent = consent.into_iter().find(|one| consent_name(*one) == name);
        settings.user_consent =
            consent.ok_or_else(|| body.wrong("userConsent", "is not everybody or administratorsOnly"))?;
    }
    body.finish()?;
    Ok(settings)
}

fn shown(tenant: &Tenant) -> Value {
    json!({
        "id": tenant.id.to_string(),
        "displayName": tenant.display_name,
        "domains": tenant.domains,
    })
}

fn settings_shown(settings: &TenantSettings) -> Value {
    let lifetime = settings.token_lifetime.as_ref();
    let lifetime = lifetime.map(|lifetime| [*lifetime.seconds.start(), *lifetime.seconds.end()]);
    json!({
        "signingAlgorithm": settings.signing_algorithm.as_str(),
        "tokenLifetimeSeconds": lifetime,
        "userConsent": consent_name(settings.user_consent),
    })
}

fn consent_name(consent: UserConsent) -> &'static str {
    match consent {
        UserConsent::Everybody => "everybody",
        UserConsent::AdministratorsOnly => "administratorsOnly",
    }
}
