//! The issuer that a provider publishes: one name, or with Entra's `common` and `organizations` a template for the
//! tenants.
//!
//! INVARIANT: a template is filled with a GUID and nothing else, so the issuer that is compared is a tenant's own.

use crate::ids::TenantId;
use crate::key_set::TENANT_PLACE;

/// Who must have issued a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectedIssuer {
    /// This one, compared to the letter.
    Named(String),
    /// The one that comes of filling `{tenantid}` with the `tid` claim. Who accepts it must hold the tenant against a
    /// list of its own: whoever has a tenant can sign in.
    PerTenant(String),
}

impl ExpectedIssuer {
    /// From the `issuer` member of a discovery document.
    #[must_use]
    pub fn published(issuer: &str) -> Self {
        if issuer.contains(TENANT_PLACE) {
            Self::PerTenant(issuer.to_owned())
        } else {
            Self::Named(issuer.to_owned())
        }
    }

    /// The issuer as the document has it.
    #[must_use]
    pub fn as_published(&self) -> &str {
        match self {
            Self::Named(issuer) | Self::PerTenant(issuer) => issuer,
        }
    }

    /// The issuer of a token of this tenant; `None` where the template cannot be filled.
    #[must_use]
    pub fn for_tenant(&self, tenant: Option<TenantId>) -> Option<String> {
        match self {
            Self::Named(issuer) => Some(issuer.clone()),
            Self::PerTenant(template) => tenant.map(|tenant| template.replace(TENANT_PLACE, &tenant.to_string())),
        }
    }

    /// Whether an issuer could be this one, of whatever tenant: for the `iss` of an authorization answer (RFC 9207),
    /// which comes before the token that names the tenant.
    #[must_use]
    pub fn admits(&self, issuer: &str) -> bool {
        let Self::PerTenant(template) = self else {
            return self.as_published() == issuer;
        };
        let filled = template.split_once(TENANT_PLACE).and_then(|(front, back)| {
            let tenant = issuer.strip_prefix(front)?.strip_suffix(back)?;
            tenant.parse::<TenantId>().ok()
        });
        filled.is_some_and(|tenant| self.for_tenant(Some(tenant)).as_deref() == Some(issuer))
    }
}
