//! What the provider publishes, checked against what is configured.
//!
//! In: a discovery document. Out: [`Published`]. Invariant: the document is the configured issuer's own, or the template
//! of Entra's `common` and `organizations` filled with that very word.

use oauth::{ExpectedIssuer, KeySet, ProviderMetadata, Timestamp};
use url::Url;

use super::{ProviderError, endpoint};

const DOING: &str = "reading the discovery document";
const TENANT_PLACE: &str = "{tenantid}";
/// Entra's words for people of any tenant, without and with personal accounts.
const ALIASES: [&str; 2] = ["organizations", "common"];

/// The provider at one moment.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) issuer: ExpectedIssuer,
    pub(crate) keys: KeySet,
    pub(crate) authorization_endpoint: Url,
    pub(crate) token_endpoint: Url,
    pub(crate) end_session_endpoint: Option<Url>,
    /// Whether answers name their issuer (RFC 9207).
    pub(crate) names_issuer: bool,
    pub(crate) takes_secret_in_form: bool,
    pub(crate) fetched: Timestamp,
}

/// The addresses, before the keys are read.
pub(super) struct Addresses {
    pub(super) jwks_uri: Url,
    issuer: ExpectedIssuer,
    authorization_endpoint: Url,
    token_endpoint: Url,
    end_session_endpoint: Option<Url>,
    names_issuer: bool,
    takes_secret_in_form: bool,
}

/// OpenID Connect Discovery section 4.
pub(super) fn document_url(issuer: &str) -> Result<Url, ProviderError> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    endpoint(&address, "issuer")
}

/// OpenID Connect Discovery section 4.3: the issuer must be the one that was asked.
pub(super) fn check(configured: &str, metadata: &ProviderMetadata) -> Result<Addresses, ProviderError> {
    if !is_of(configured, &metadata.issuer) {
        return Err(ProviderError::Answer {
            doing: DOING,
            why: format!(
                "its issuer is `{}` and `{configured}` is configured; write the former if you trust it",
                metadata.issuer
            ),
        });
    }
    let methods = &metadata.token_endpoint_auth_methods_supported;
    let end_session = metadata.end_session_endpoint.as_deref();
    Ok(Addresses {
        jwks_uri: endpoint(&metadata.jwks_uri, "key address")?,
        issuer: ExpectedIssuer::published(&metadata.issuer),
        authorization_endpoint: endpoint(&metadata.authorization_endpoint, "authorization endpoint")?,
        token_endpoint: endpoint(&metadata.token_endpoint, "token endpoint")?,
        end_session_endpoint: end_session
            .map(|address| endpoint(address, "end session endpoint"))
            .transpose()?,
        names_issuer: metadata.authorization_response_iss_parameter_supported == Some(true),
        takes_secret_in_form: methods.iter().any(|method| method == "client_secret_post"),
    })
}

impl Addresses {
    pub(super) fn with_keys(self, keys: KeySet, fetched: Timestamp) -> Published {
        Published {
            issuer: self.issuer,
            keys,
            authorization_endpoint: self.authorization_endpoint,
            token_endpoint: self.token_endpoint,
            end_session_endpoint: self.end_session_endpoint,
            names_issuer: self.names_issuer,
            takes_secret_in_form: self.takes_secret_in_form,
            fetched,
        }
    }
}

fn is_of(configured: &str, published: &str) -> bool {
    let filled = |alias: &str| published.replace(TENANT_PLACE, alias) == configured;
    published == configured || published.contains(TENANT_PLACE) && ALIASES.iter().any(|alias| filled(alias))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn told(configured: &str, issuer: &str, keys: &str) -> Option<String> {
        let document = format!(
            r#"{{"issuer":"{issuer}","authorization_endpoint":"https://id.example/a","token_endpoint":"https://id.example/t","jwks_uri":"{keys}"}}"#
        );
        let metadata = serde_json::from_str(&document).unwrap();
        check(configured, &metadata).err().map(|error| error.to_string())
    }

    #[test]
    fn another_issuer_s_document_is_refused() {
        let keys = "https://id.example/k";
        for (configured, issuer) in [
            ("https://id.example", "https://evil.example"),
            ("https://id.example/", "https://id.example"),
            ("https://id.example/contoso/v2.0", "https://id.example/{tenantid}/v2.0"),
            (
                "https://id.example/organizations/v2.0",
                "https://evil.example/{tenantid}/v2.0",
            ),
        ] {
            let told = told(configured, issuer, keys).unwrap();
            assert!(told.contains(&format!("its issuer is `{issuer}`")), "{told}");
        }
        assert_eq!(told("https://id.example", "https://id.example", keys), None);
        for alias in ALIASES {
            let configured = format!("https://id.example/{alias}/v2.0");
            assert_eq!(told(&configured, "https://id.example/{tenantid}/v2.0", keys), None);
        }
    }

    #[test]
    fn nothing_is_asked_in_the_clear() {
        let told = told("https://id.example", "https://id.example", "http://id.example/k");
        assert_eq!(told.as_deref(), Some("the provider's key address cannot be used"));
        assert!(document_url("http://id.example").is_err());
        assert!(document_url("file:///etc").is_err());
        let document = document_url("http://localhost:8443/organizations/v2.0/").unwrap();
        assert_eq!(
            document.as_str(),
            "http://localhost:8443/organizations/v2.0/.well-known/openid-configuration"
        );
    }
}
