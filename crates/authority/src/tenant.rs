//! Where a request goes: the tenant segment of its path, and the tenant that answers to it.
//!
//! In: the first path segment as the client wrote it, or a tenant's rows. Out: [`TenantName`], [`Tenant`].
//! INVARIANT: a [`Tenant`] is an immutable snapshot; a change of the directory makes a new one.

use std::sync::Arc;

use oauth::{SigningKey, TenantId, Timestamp};

use crate::issue::TokenLifetime;
use crate::refusal::{Asked, Refusal};
use crate::signing_keys::SigningKeys;
use crate::snapshot::Snapshot;
use crate::tenant_settings::TenantSettings;

/// First path segments that are not tenants: aliases, services on the same origin, and names kept for them.
pub(crate) const RESERVED_SEGMENTS: &[&str] = &[
    ".well-known",
    "api",
    "beta",
    "common",
    "console",
    "consumers",
    "device",
    "env",
    "error",
    "login",
    "oidc",
    "organizations",
    "security-info",
    "v1.0",
    "v2.0",
];

/// The tenant of personal accounts, under which `consumers` is also known.
pub(crate) const CONSUMERS_TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// What stands for the tenant in an issuer of many tenants.
pub(crate) const TENANT_TEMPLATE: &str = "{tenantid}";

/// What a tenant segment means, before anybody looks into the directory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum TenantName {
    /// One tenant, by its id.
    Id(TenantId),
    /// One tenant, by a domain in lower case.
    Domain(String),
    /// People of any tenant, and personal accounts.
    Common,
    /// People of any tenant.
    Organizations,
    /// Personal accounts.
    Consumers,
}

impl TenantName {
    /// Reads a segment. Domains and aliases are taken in any case.
    pub(crate) fn parse(segment: &str) -> Result<Self, Refusal> {
        let lower = segment.to_ascii_lowercase();
        match lower.as_str() {
            "common" => Ok(Self::Common),
            "organizations" => Ok(Self::Organizations),
            "consumers" | CONSUMERS_TENANT => Ok(Self::Consumers),
            _ => match lower.parse() {
                Ok(id) => Ok(Self::Id(id)),
                Err(_) if is_domain_name(&lower) => Ok(Self::Domain(lower)),
                Err(_) => Err(Refusal::TenantMalformed {
                    tenant: segment.to_owned(),
                }),
            },
        }
    }

    /// The segment in the form in which the directory knows it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Id(id) => id.to_string(),
            Self::Domain(domain) => domain.clone(),
            Self::Common => "common".to_owned(),
            Self::Organizations => "organizations".to_owned(),
            Self::Consumers => "consumers".to_owned(),
        }
    }
}

/// The tenant of a name, for requests that need one.
pub(crate) async fn find(snapshot: &Snapshot, name: &TenantName, asked: Asked) -> Result<Arc<Tenant>, Refusal> {
    match name {
        TenantName::Id(_) | TenantName::Domain(_) => {
            let tenant = snapshot.tenant(name).await?;
            tenant.ok_or_else(|| Refusal::TenantNotFound {
                tenant: name.text(),
                asked,
            })
        }
        TenantName::Common => Err(Refusal::TenantUnknowable { alias: "common" }),
        TenantName::Organizations => Err(Refusal::TenantUnknowable { alias: "organizations" }),
        TenantName::Consumers => Err(Refusal::ConsumersTenant),
    }
}

/// Whether a text could be a domain: two or more labels of letters, digits and hyphens (RFC 1123), all in lower case.
pub(crate) fn is_domain_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}

/// A tenant as a token request sees it: everything in memory, nothing to be parsed again.
#[derive(Debug)]
pub(crate) struct Tenant {
    /// Its id.
    pub(crate) id: TenantId,
    /// Its name for people.
    pub(crate) display_name: String,
    /// Its verified domains in lower case, the default one first.
    pub(crate) domains: Vec<String>,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// The issuer of tokens in the v1.0 form.
    pub(crate) issuer_v1: String,
    /// The issuer of tokens in the v2.0 form.
    pub(crate) issuer_v2: String,
    /// The keys that sign its tokens: the authority's own, shared by all tenants.
    pub(crate) keys: Arc<SigningKeys>,
    /// What its administrators have decided.
    pub(crate) settings: TenantSettings,
}

impl Tenant {
    /// The key that signs its tokens now.
    pub(crate) fn signing_key(&self, now: Timestamp) -> Option<&SigningKey> {
        self.keys.signing_at(now, self.settings.signing_algorithm)
    }

    /// How long its access tokens live, where the authority's rule is this.
    pub(crate) fn token_lifetime<'a>(&'a self, authoritys: &'a TokenLifetime) -> &'a TokenLifetime {
        self.settings.token_lifetime.as_ref().unwrap_or(authoritys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_read() {
        let check = |segment: &str, expected: Option<&str>| {
            let read = TenantName::parse(segment).ok().map(|name| name.text());
            assert_eq!(read.as_deref(), expected, "{segment}");
        };
        for malformed in [
            "", "contoso", "a_b.test", ".test", "a..test", "a.test.", "-a.test", "a-.test", "a b.test", "ä.test",
        ] {
            check(malformed, None);
        }
        check(&format!("{}.test", "a".repeat(64)), None);
        check(&"a.".repeat(127).repeat(2), None);
        check("Contoso.Example", Some("contoso.example"));
        check(
            "5B8E2C1A-7D44-4F0E-9A63-1C2D3E4F5A6B",
            Some("5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b"),
        );
        check("Common", Some("common"));
        check("organizations", Some("organizations"));
        check("9188040D-6c67-4c5b-b112-36a304b66dad", Some("consumers"));
    }
}
