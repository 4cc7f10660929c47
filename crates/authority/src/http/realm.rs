//! `GET /common/userrealm/{user}`: whether a person signs in here or at an identity provider elsewhere.
//!
//! In: a user name, with or without a person behind it. Out: "managed", for every name at a domain of a tenant, so that
//! nobody learns who exists; "unknown" for every other.

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use super::error;
use super::exchange::{Caching, Exchange};
use super::segment::Segment;
use crate::authority::Authority;
use crate::refusal::Refusal;
use crate::tenant::TenantName;

/// The answer, in the shape that MSAL reads before a sign-in.
#[derive(Serialize)]
struct Realm {
    ver: &'static str,
    account_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain_name: Option<String>,
    cloud_instance_name: String,
    cloud_audience_urn: &'static str,
}

/// Answers it.
pub(crate) async fn discover(State(authority): State<Authority>, user: Segment, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let exchange = Exchange::begin(&authority, &head);
    match domain(&authority, &user.0).await {
        Ok(domain) => {
            let realm = Realm {
                ver: "1.0",
                account_type: if domain.is_some() { "Managed" } else { "Unknown" },
                domain_name: domain,
                cloud_instance_name: authority.origin().host_and_port().to_owned(),
                cloud_audience_urn: "urn:federation:MicrosoftOnline",
            };
            exchange.answer(StatusCode::OK, Caching::Never, &realm)
        }
        Err(refusal) => error::answer(&exchange, &refusal),
    }
}

/// The domain of a user name, if a tenant has it.
async fn domain(authority: &Authority, unverified_user: &str) -> Result<Option<String>, Refusal> {
    let Some((_, domain)) = unverified_user.rsplit_once('@') else {
        return Ok(None);
    };
    let Ok(TenantName::Domain(domain)) = TenantName::parse(domain) else {
        return Ok(None);
    };
    let snapshot = authority.directory().snapshot().await?;
    let tenant = snapshot.tenant(&TenantName::Domain(domain.clone())).await?;
    Ok(tenant.map(|_| domain))
}
