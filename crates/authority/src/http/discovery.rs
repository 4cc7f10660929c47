//! OpenID Connect discovery, v1.0 and v2.0.
//!
//! In: a tenant segment. Out: the metadata document. Invariant: asked by domain, it answers with the tenant's id; asked by
//! an alias of many tenants, with the alias in its endpoints and a template as issuer. It names what the protocol demands
//! and what is served, nothing else.

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use oauth::{Algorithm, ProviderMetadata};

use super::error;
use super::exchange::{Caching, Exchange};
use super::query;
use super::segment::Segment;
use crate::authority::Authority;
use crate::call::Endpoint;
use crate::origin::Origin;
use crate::refusal::{Asked, Refusal};
use crate::tenant::{self, CONSUMERS_TENANT, TENANT_TEMPLATE, TenantName};

/// The grants of the token endpoint.
const GRANT_TYPES: [&str; 5] = [
    "client_credentials",
    "authorization_code",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:device_code",
];

/// The claims of ID tokens, those that are optional included.
const CLAIMS: &[&str] = &[
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "acr",
    "amr",
    "nonce",
    "preferred_username",
    "name",
    "given_name",
    "family_name",
    "tid",
    "oid",
    "sid",
    "ver",
    "at_hash",
    "c_hash",
    "email",
];

/// The v1.0 document.
pub(crate) async fn v1(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    document(&authority, Endpoint::V1, tenant, request).await
}

/// The v2.0 document.
pub(crate) async fn v2(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    document(&authority, Endpoint::V2, tenant, request).await
}

/// How the tenant is called in the document.
struct Names {
    /// In the paths of endpoints.
    segment: String,
    /// In the issuer.
    issuer: String,
}

async fn document(authority: &Authority, version: Endpoint, tenant: Segment, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let mut exchange = Exchange::begin(authority, &head);
    match names(authority, &tenant.0, &mut exchange).await {
        Ok(names) => {
            let application = query::value(&head.uri, "appid");
            let metadata = metadata(authority.origin(), version, &names, application.as_deref());
            exchange.answer(StatusCode::OK, Caching::Day, &metadata)
        }
        Err(refusal) => error::answer(&exchange, &refusal),
    }
}

async fn names(authority: &Authority, unverified_tenant: &str, exchange: &mut Exchange) -> Result<Names, Refusal> {
    let name = TenantName::parse(unverified_tenant)?;
    let issuer = match &name {
        TenantName::Common | TenantName::Organizations => TENANT_TEMPLATE.to_owned(),
        TenantName::Consumers => CONSUMERS_TENANT.to_owned(),
        TenantName::Id(_) | TenantName::Domain(_) => {
            let snapshot = authority.directory().snapshot().await?;
            let tenant = tenant::find(&snapshot, &name, Asked::Metadata).await?;
            exchange.trail.tenant = Some(tenant.id);
            let id = tenant.id.to_string();
            return Ok(Names {
                segment: id.clone(),
                issuer: id,
            });
        }
    };
    Ok(Names {
        segment: name.text(),
        issuer,
    })
}

fn metadata(origin: &Origin, version: Endpoint, names: &Names, application: Option<&str>) -> ProviderMetadata {
    let root = format!("{origin}/{}", names.segment);
    let (issuer, oauth2, keys) = match version {
        Endpoint::V1 => (
            origin.issuer_v1(&names.issuer),
            format!("{root}/oauth2"),
            format!("{root}/discovery/keys"),
        ),
        Endpoint::V2 => (
            origin.issuer_v2(&names.issuer),
            format!("{root}/oauth2/v2.0"),
            format!("{root}/discovery/v2.0/keys"),
        ),
    };
    ProviderMetadata {
        token_endpoint: format!("{oauth2}/token"),
        token_endpoint_auth_methods_supported: texts(&[
            "client_secret_post",
            "private_key_jwt",
            "client_secret_basic",
            "self_signed_tls_client_auth",
        ]),
        jwks_uri: match application {
            Some(application) if is_query_safe(application) => format!("{keys}?appid={application}"),
            Some(_) | None => keys,
        },
        response_modes_supported: texts(&["query", "fragment", "form_post"]),
        subject_types_supported: texts(&["pairwise"]),
        id_token_signing_alg_values_supported: texts(&Algorithm::ALL.map(Algorithm::as_str)),
        response_types_supported: texts(match version {
            Endpoint::V1 => &["code", "id_token", "code id_token", "token id_token", "token"],
            Endpoint::V2 => &["code", "id_token", "code id_token", "id_token token"],
        }),
        scopes_supported: texts(match version {
            Endpoint::V1 => &["openid"],
            Endpoint::V2 => &["openid", "profile", "email", "offline_access"],
        }),
        grant_types_supported: texts(&GRANT_TYPES),
        issuer,
        microsoft_multi_refresh_token: (version == Endpoint::V1).then_some(true),
        request_uri_parameter_supported: Some(false),
        userinfo_endpoint: Some(match version {
            Endpoint::V1 => format!("{root}/openid/userinfo"),
            Endpoint::V2 => format!("{origin}/oidc/userinfo"),
        }),
        authorization_endpoint: format!("{oauth2}/authorize"),
        device_authorization_endpoint: Some(format!("{oauth2}/devicecode")),
        http_logout_supported: Some(true),
        frontchannel_logout_supported: Some(true),
        end_session_endpoint: Some(format!("{oauth2}/logout")),
        check_session_iframe: None,
        claims_supported: texts(CLAIMS),
        tenant_region_scope: None,
        cloud_instance_name: Some(origin.host_and_port().to_owned()),
        cloud_graph_host_name: Some(origin.host_and_port().to_owned()),
        msgraph_host: Some(origin.host_and_port().to_owned()),
        introspection_endpoint: Some(format!("{root}/oauth2/v2.0/introspect")),
        revocation_endpoint: Some(format!("{root}/oauth2/v2.0/revoke")),
        pushed_authorization_request_endpoint: Some(format!("{root}/oauth2/v2.0/par")),
        code_challenge_methods_supported: texts(&["S256"]),
        dpop_signing_alg_values_supported: texts(&Algorithm::ALL.map(Algorithm::as_str)),
        authorization_response_iss_parameter_supported: Some(true),
        tls_client_certificate_bound_access_tokens: Some(true),
        mtls_endpoint_aliases: None,
    }
}

/// An application id is letters, digits and hyphens; nothing else of the query is repeated.
fn is_query_safe(application: &str) -> bool {
    application
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}
