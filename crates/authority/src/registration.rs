//! What an application's registration says of it beyond its name: where answers go, what it offers, what it needs.
//!
//! In: a document that its owner wrote, kept whole. Out: [`Registration`]. Invariant: nothing here is per tenant, and
//! nothing is secret; a registration is replaced, never edited in place.

use oauth::AppId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The document of an application (`application` of Microsoft Graph, without what has a table of its own).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Registration {
    /// Where answers of the authorization endpoint may be sent, in the order of registration.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a browser's hidden frame tells the application that the person signed out (`web.logoutUrl`).
    pub logout_url: Option<String>,
    /// The page about the application (`web.homePageUrl`).
    pub home_page_url: Option<String>,
    /// Who publishes it, as the consent page says it; the name of the home tenant where there is none.
    pub publisher: Option<String>,
    /// What the application is, in its owner's words.
    pub description: Option<String>,
    /// Labels.
    pub tags: Vec<String>,
    /// The roles that it defines as a resource.
    pub app_roles: Vec<AppRole>,
    /// The delegated permissions that it offers as a resource (`api.oauth2PermissionScopes`).
    pub scopes: Vec<DelegatedScope>,
    /// Clients that need no consent for some of its scopes (`api.preAuthorizedApplications`).
    pub pre_authorized: Vec<PreAuthorized>,
    /// Clients whose consent covers this resource too (`api.knownClientApplications`).
    pub known_clients: Vec<AppId>,
    /// What it needs of other resources (`requiredResourceAccess`).
    pub required_access: Vec<RequiredAccess>,
    /// Which optional claims its tokens carry (`optionalClaims`), by name.
    pub optional_claims: OptionalClaims,
    /// Which groups its tokens name (`groupMembershipClaims`).
    pub group_claims: GroupClaims,
    /// What the protocol endpoints take from it.
    pub protocol: ProtocolRules,
}

/// A place for answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedirectUri {
    /// What kind of client is behind it.
    pub kind: RedirectKind,
    /// The URI, compared to the letter; only the port of a loopback address may differ.
    pub uri: String,
}

/// What kind of client is behind a redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RedirectKind {
    /// A server that keeps a secret (`web`).
    Web,
    /// A page in a browser (`spa`): redeems its codes cross-origin, with PKCE.
    Spa,
    /// A program on somebody's machine (`publicClient`).
    PublicClient,
}

/// A role that an application defines as a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppRole {
    /// Its id.
    pub id: Uuid,
    /// What the `roles` claim says.
    pub value: Option<String>,
    /// Its name for people.
    pub display_name: String,
    /// What it allows, for people.
    pub description: String,
    /// Who may be given it.
    pub allowed_member_types: Vec<MemberType>,
    /// Whether it can be given.
    pub is_enabled: bool,
}

/// Who may be given a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberType {
    /// People and groups.
    User,
    /// Applications.
    Application,
}

/// A delegated permission that an application offers as a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DelegatedScope {
    /// Its id.
    pub id: Uuid,
    /// What the `scp` claim says.
    pub value: String,
    /// Who may consent to it.
    #[serde(rename = "type")]
    pub kind: ScopeKind,
    /// Whether it can be asked for.
    pub is_enabled: bool,
    /// Its name for administrators.
    pub admin_consent_display_name: String,
    /// What it allows, for administrators.
    pub admin_consent_description: String,
    /// Its name for other people.
    pub user_consent_display_name: Option<String>,
    /// What it allows, for other people.
    pub user_consent_description: Option<String>,
}

/// Who may consent to a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeKind {
    /// Everybody, for themselves.
    User,
    /// Administrators only.
    Admin,
}

/// A client that needs no consent for some scopes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreAuthorized {
    /// The client.
    pub app_id: AppId,
    /// The ids of the scopes.
    pub delegated_permission_ids: Vec<Uuid>,
}

/// What an application needs of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequiredAccess {
    /// The resource.
    pub resource_app_id: AppId,
    /// What is needed of it.
    pub resource_access: Vec<Access>,
}

/// One permission that an application needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The id of the scope or role.
    pub id: Uuid,
    /// Which of the two.
    #[serde(rename = "type")]
    pub kind: AccessKind,
}

/// Whether a permission is used for a person or by the application itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessKind {
    /// A delegated scope.
    Scope,
    /// An application role.
    Role,
}

/// Which optional claims are printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OptionalClaims {
    /// In ID tokens.
    pub id_token: Vec<String>,
    /// In access tokens for this resource.
    pub access_token: Vec<String>,
}

/// Which groups of a person tokens name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupClaims {
    /// None.
    #[default]
    None,
    /// Security groups.
    SecurityGroup,
    /// All groups.
    All,
}

/// What the protocol endpoints take from an application. The defaults are those of Entra ID.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProtocolRules {
    /// Whether it may do without a credential (`isFallbackPublicClient`).
    pub client_type: ClientType,
    /// What the authorization endpoint may give besides a code.
    pub implicit: Vec<ImplicitGrant>,
    /// Whether a client assertion may be sent more than once.
    pub assertions: AssertionUse,
    /// Whether its web redirects need PKCE too.
    pub pkce: PkceRule,
    /// Whether its tokens must be bound to a key of the client.
    pub binding: TokenBinding,
    /// Whether it may ask what a token is worth (RFC 7662).
    pub introspection: Introspection,
}

/// Whether an application can keep a credential.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClientType {
    /// It proves itself.
    #[default]
    Confidential,
    /// It runs where nothing can be kept, and proves nothing.
    Public,
}

/// A token that the authorization endpoint gives itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImplicitGrant {
    /// `enableIdTokenIssuance`.
    IdToken,
    /// `enableAccessTokenIssuance`.
    AccessToken,
}

/// Whether a client assertion may be sent more than once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssertionUse {
    /// While it lives: MSAL sends one for about ten minutes.
    #[default]
    Repeatable,
    /// Once (RFC 7523 section 3, `jti`).
    Once,
}

/// Whether web redirects need PKCE.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PkceRule {
    /// Only pages in a browser and public clients.
    #[default]
    AsNeeded,
    /// Always.
    Always,
}

/// Whether tokens must be bound to a key of the client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenBinding {
    /// If the client asks for it.
    #[default]
    Optional,
    /// Always, by DPoP (RFC 9449) or by the TLS certificate (RFC 8705).
    Required,
}

/// Whether an application may introspect tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Introspection {
    /// It may not.
    #[default]
    Refused,
    /// Tokens made for it.
    OwnTokens,
}

impl Registration {
    /// The enabled scope of this value.
    pub(crate) fn scope(&self, value: &str) -> Option<&DelegatedScope> {
        self.scopes
            .iter()
            .find(|scope| scope.is_enabled && scope.value == value)
    }

    /// The scope of this id.
    pub(crate) fn scope_by_id(&self, id: Uuid) -> Option<&DelegatedScope> {
        self.scopes.iter().find(|scope| scope.id == id)
    }

    /// The role of this id.
    pub(crate) fn app_role(&self, id: Uuid) -> Option<&AppRole> {
        self.app_roles.iter().find(|role| role.id == id)
    }

    /// Whether this client needs no consent for this scope.
    pub(crate) fn pre_authorizes(&self, client: AppId, scope: Uuid) -> bool {
        let knows = |one: &PreAuthorized| one.app_id == client && one.delegated_permission_ids.contains(&scope);
        self.pre_authorized.iter().any(knows)
    }
}
