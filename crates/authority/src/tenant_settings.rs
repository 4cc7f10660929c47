//! What a tenant's administrators decide about its tokens and its people.
//!
//! In: rows of `store`. Out: [`TenantSettings`]. Invariant: a tenant that nobody has set anything for has the default.

use oauth::Algorithm;

use crate::issue::TokenLifetime;

/// The settings of one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSettings {
    /// By which algorithm its tokens are signed.
    pub signing_algorithm: Algorithm,
    /// How long its access tokens live; `None` for the authority's own rule.
    pub token_lifetime: Option<TokenLifetime>,
    /// Who may consent to applications.
    pub user_consent: UserConsent,
}

/// Who may consent to what an application wants in the name of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserConsent {
    /// Everybody for themselves.
    Everybody,
    /// Administrators only, for everybody.
    AdministratorsOnly,
}

impl Default for TenantSettings {
    /// As Entra ID has them: RS256, 60 to 90 minutes, everybody.
    fn default() -> Self {
        Self {
            signing_algorithm: Algorithm::Rs256,
            token_lifetime: None,
            user_consent: UserConsent::Everybody,
        }
    }
}
