//! The discovery document of an issuer (OpenID Connect Discovery section 3), in Entra's shape: JSON comes in and goes
//! out.
//!
//! INVARIANT: a document without issuer, endpoints and keys is no document; everything else may be missing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What an issuer says about itself. The members stand in the order of Entra's v2.0 document; those that only one
/// version has are left out when `None` or empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderMetadata {
    /// Where tokens are asked for.
    pub token_endpoint: String,
    /// How a client may prove itself there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Where the public keys are.
    pub jwks_uri: String,
    /// How an authorization answer may travel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_modes_supported: Vec<String>,
    /// `pairwise`: a subject is another one for each client.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subject_types_supported: Vec<String>,
    /// Algorithms of id tokens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// What the authorization endpoint can answer with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_types_supported: Vec<String>,
    /// Scopes of OpenID Connect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<String>,
    /// Grants that are served. Not in Entra's document; harmless for its clients.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grant_types_supported: Vec<String>,
    /// The issuer, compared to the letter; with `{tenantid}` in the documents of `common` and `organizations`.
    pub issuer: String,
    /// v1.0: refresh tokens serve several resources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microsoft_multi_refresh_token: Option<bool>,
    /// Whether a request object may be passed by reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_uri_parameter_supported: Option<bool>,
    /// Where the claims of the signed-in person are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_endpoint: Option<String>,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where a device asks for a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_authorization_endpoint: Option<String>,
    /// Whether sign-out works by plain requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_logout_supported: Option<bool>,
    /// Whether clients are told of a sign-out through the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_supported: Option<bool>,
    /// Where people sign out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_session_endpoint: Option<String>,
    /// v1.0: the frame that watches the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_session_iframe: Option<String>,
    /// Claims of id tokens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims_supported: Vec<String>,
    /// Region of the tenant; printed as `null` where no tenant is named.
    #[serde(default)]
    pub tenant_region_scope: Option<String>,
    /// Host of the authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud_instance_name: Option<String>,
    /// Host of the directory's API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud_graph_host_name: Option<String>,
    /// Host of the directory's API, by its newer name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msgraph_host: Option<String>,
    /// Where a resource asks about a token (RFC 8414 section 2). This and what follows is not in Entra's document;
    /// harmless for its clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introspection_endpoint: Option<String>,
    /// Where a client gives a token back (RFC 8414 section 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<String>,
    /// Where a client leaves its authorization request beforehand (RFC 9126 section 5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pushed_authorization_request_endpoint: Option<String>,
    /// How a code challenge may be made (RFC 8414 section 2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub code_challenge_methods_supported: Vec<String>,
    /// Algorithms of proofs of possession (RFC 9449 section 5.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// Whether an authorization answer says who gives it (RFC 9207 section 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_response_iss_parameter_supported: Option<bool>,
    /// Whether tokens are bound to the client's certificate (RFC 8705 section 3.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_client_certificate_bound_access_tokens: Option<bool>,
    /// Addresses of endpoints for clients with a certificate, by the names of this document's members (RFC 8705
    /// section 5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtls_endpoint_aliases: Option<BTreeMap<String, String>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: &str = r#"{"issuer":"i","authorization_endpoint":"a","token_endpoint":"t","jwks_uri":"j"}"#;

    fn check(json: &str, expected: Option<&str>) {
        let read = serde_json::from_str::<ProviderMetadata>(json).ok();
        let printed = read.map(|metadata| serde_json::to_string(&metadata).unwrap());
        assert_eq!(printed.as_deref(), expected, "{json}");
    }

    #[test]
    fn a_document_without_its_addresses_is_refused() {
        check("{}", None);
        for name in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
            check(&SMALLEST.replace(name, "other"), None);
            check(
                &SMALLEST.replace(&format!("\"{name}\":\""), &format!("\"{name}\":7,\"x\":\"")),
                None,
            );
        }
    }

    #[test]
    fn what_is_absent_is_not_printed() {
        let printed = concat!(
            r#"{"token_endpoint":"t","jwks_uri":"j","issuer":"i","authorization_endpoint":"a","#,
            r#""tenant_region_scope":null}"#
        );
        check(SMALLEST, Some(printed));
        check(printed, Some(printed));
    }

    #[test]
    fn the_rest_round_trips_and_unknown_members_are_ignored() {
        let full = concat!(
            r#"{"token_endpoint":"t","token_endpoint_auth_methods_supported":["client_secret_post"],"jwks_uri":"j","#,
            r#""response_modes_supported":["query"],"subject_types_supported":["pairwise"],"#,
            r#""id_token_signing_alg_values_supported":["RS256"],"response_types_supported":["code"],"#,
            r#""scopes_supported":["openid"],"grant_types_supported":["client_credentials"],"issuer":"i","#,
            r#""microsoft_multi_refresh_token":true,"request_uri_parameter_supported":false,"userinfo_endpoint":"u","#,
            r#""authorization_endpoint":"a","device_authorization_endpoint":"d","http_logout_supported":true,"#,
            r#""frontchannel_logout_supported":true,"end_session_endpoint":"e","check_session_iframe":"c","#,
            r#""claims_supported":["sub"],"tenant_region_scope":"EU","cloud_instance_name":"l","#,
            r#""cloud_graph_host_name":"g","msgraph_host":"g","introspection_endpoint":"n","revocation_endpoint":"r","#,
            r#""pushed_authorization_request_endpoint":"p","code_challenge_methods_supported":["S256"],"#,
            r#""dpop_signing_alg_values_supported":["ES256"],"authorization_response_iss_parameter_supported":true,"#,
            r#""tls_client_certificate_bound_access_tokens":true,"mtls_endpoint_aliases":{"token_endpoint":"m"}}"#
        );
        check(full, Some(full));
        check(&full.replacen('{', r#"{"rbac_url":"r","#, 1), Some(full));
    }
}
