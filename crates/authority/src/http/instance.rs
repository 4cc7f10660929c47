//! Instance discovery: whether an address belongs to this authority, and where its metadata is.
//!
//! In: `authorization_endpoint`. Out: the tenant's metadata address and the one host that shares a token cache.
//! Invariant: only this authority's own host is vouched for.

use axum::extract::{Request, State};
use axum::response::Response;
use http::{StatusCode, Uri};
use serde::Serialize;

use super::error;
use super::exchange::{Caching, Exchange};
use super::query;
use crate::authority::Authority;
use crate::origin::Origin;
use crate::refusal::Refusal;

/// The version that is answered where the client names none.
const API_VERSION: &str = "1.1";

#[derive(Debug, Serialize)]
struct Document {
    tenant_discovery_endpoint: String,
    #[serde(rename = "api-version")]
    api_version: String,
    metadata: [Instance; 1],
}

#[derive(Debug, Serialize)]
struct Instance {
    preferred_network: String,
    preferred_cache: String,
    aliases: [String; 1],
}

/// Answers `GET /common/discovery/instance`.
pub(crate) async fn discover(State(authority): State<Authority>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let exchange = Exchange::begin(&authority, &head);
    match document(authority.origin(), &head.uri) {
        Ok(document) => exchange.answer(StatusCode::OK, Caching::Day, &document),
        Err(refusal) => error::answer(&exchange, &refusal),
    }
}

fn document(origin: &Origin, uri: &Uri) -> Result<Document, Refusal> {
    let address = query::value(uri, "authorization_endpoint").ok_or(Refusal::Missing {
        name: "authorization_endpoint",
    })?;
    let unknown = || Refusal::Instance {
        address: address.clone(),
    };
    let endpoint: Uri = address.parse().ok().ok_or_else(unknown)?;
    if !endpoint.authority().is_some_and(|host| is_ours(origin, host.as_str())) {
        return Err(unknown());
    }
    let mut segments = endpoint.path().trim_start_matches('/').split('/');
    let tenant = segments
        .next()
        .filter(|tenant| !tenant.is_empty())
        .ok_or_else(unknown)?;
    let version = if segments.any(|segment| segment == "v2.0") {
        "/v2.0"
    } else {
        ""
    };
    let host = origin.host_and_port().to_owned();
    Ok(Document {
        tenant_discovery_endpoint: format!("{origin}/{tenant}{version}/.well-known/openid-configuration"),
        api_version: query::value(uri, "api-version")
            .filter(|sent| matches!(sent.as_str(), "1.0" | "1.1"))
            .unwrap_or_else(|| API_VERSION.to_owned()),
        metadata: [Instance {
            preferred_network: host.clone(),
            preferred_cache: host.clone(),
            aliases: [host],
        }],
    })
}

/// msal-python leaves the port out of the address it asks about.
fn is_ours(origin: &Origin, host: &str) -> bool {
    let ours = origin.host_and_port();
    let without_port = ours.rsplit_once(':').map_or(ours, |(name, _)| name);
    host.eq_ignore_ascii_case(ours) || host.eq_ignore_ascii_case(without_port)
}
