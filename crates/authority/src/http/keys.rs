//! The public keys, as v1.0 and v2.0 documents.
//!
//! In: a tenant segment. Out: the keys published now. Invariant: the same keys sign for all tenants, so the v2.0 document
//! gives each the issuer's template; the v1.0 document gives none, since its issuers have another form.

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use oauth::{Jwk, JwkSet};

use super::error;
use super::exchange::{Caching, Exchange};
use super::segment::Segment;
use crate::authority::Authority;
use crate::call::Endpoint;
use crate::refusal::{Asked, Refusal};
use crate::tenant::{self, TENANT_TEMPLATE, TenantName};

/// The v1.0 document.
pub(crate) async fn v1(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    document(&authority, Endpoint::V1, tenant, request).await
}

/// The v2.0 document.
pub(crate) async fn v2(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    document(&authority, Endpoint::V2, tenant, request).await
}

async fn document(authority: &Authority, version: Endpoint, tenant: Segment, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let mut exchange = Exchange::begin(authority, &head);
    match keys(authority, version, &tenant.0, &mut exchange).await {
        Ok(keys) => exchange.answer(StatusCode::OK, Caching::Day, &keys),
        Err(refusal) => error::answer(&exchange, &refusal),
    }
}

async fn keys(
    authority: &Authority,
    version: Endpoint,
    unverified_tenant: &str,
    exchange: &mut Exchange,
) -> Result<JwkSet, Refusal> {
    let name = TenantName::parse(unverified_tenant)?;
    let snapshot = authority.directory().snapshot().await?;
    if let TenantName::Id(_) | TenantName::Domain(_) = &name {
        exchange.trail.tenant = Some(tenant::find(&snapshot, &name, Asked::Metadata).await?.id);
    }
    let issuer = match version {
        Endpoint::V1 => None,
        Endpoint::V2 => Some(authority.origin().issuer_v2(TENANT_TEMPLATE)),
    };
    let publish = |key: &Jwk| Jwk {
        issuer: issuer.clone(),
        ..key.clone()
    };
    Ok(JwkSet {
        keys: snapshot.keys.published_at(exchange.at).map(publish).collect(),
    })
}
