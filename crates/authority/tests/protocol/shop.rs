//! A shop of contoso that sells to every tenant, its own resource, and the people who use it.

use std::fmt::Write as _;

use authority::manage::application::NewApplication;
use authority::manage::application_secret::AddedSecret;
use authority::manage::person::NewPerson;
use authority::manage::service_principal::NewServicePrincipal;
use authority::manage::{self};
use authority::registration::{
    Access, AccessKind, DelegatedScope, RedirectKind, RedirectUri, Registration, RequiredAccess, ScopeKind,
};
use authority::{AppId, Audience, DirectoryRole, ObjectId, Secret, TenantId, TokenVersion};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

use crate::world::World;

pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const WEB: &str = "https://shop.example.test/cb";
pub(crate) const SPA: &str = "https://shop.example.test/spa";
pub(crate) const NATIVE: &str = "http://localhost/native";
pub(crate) const LOGOUT_URL: &str = "https://shop.example.test/signed-out";
/// The verifier of [`CHALLENGE`].
pub(crate) const VERIFIER: &str = "Fj3k-Commonhold_demo.verifier~0123456789abcdefg";
pub(crate) const CHALLENGE: &str = "7pRkGRyqAw08g-Iiuk1rTFzPgFWuQI3sxttymNQaVhg";
pub(crate) const INA: &str = "ina@fabrikam.example";
pub(crate) const ADA: &str = "ada@fabrikam.example";
pub(crate) const CARA: &str = "cara@contoso.example";
pub(crate) const USER_READ: Uuid = Uuid::from_u128(0xe1fe6dd8_ba31_4d61_89e7_88639da4683d);
pub(crate) const USER_IMPERSONATION: Uuid = Uuid::from_u128(0x78ce3f0f_a1ce_49c2_8cde_64b5c0896db4);
pub(crate) const DIRECTORY_READ_ROLE: Uuid = Uuid::from_u128(0x7ab1d382_f21e_4acd_a863_ba3e13f7da61);
pub(crate) const DATA_SERVICE: Uuid = Uuid::from_u128(0x00000007_0000_0000_c000_000000000000);
pub(crate) const GRAPH: Uuid = Uuid::from_u128(0x00000003_0000_0000_c000_000000000000);

/// An application of contoso for every tenant, in contoso only; and people of both tenants. [`ADA`] administers fabrikam.
pub(crate) struct Shop<'w> {
    pub(crate) world: &'w World,
    pub(crate) app_id: AppId,
    pub(crate) client_id: String,
    pub(crate) secret: AddedSecret,
    /// A member of fabrikam.
    pub(crate) ina: ObjectId,
    /// A member of contoso.
    pub(crate) cara: ObjectId,
}

impl<'w> Shop<'w> {
    pub(crate) async fn open(world: &'w World) -> Self {
        let app_id = register(world, Audience::MultipleTenants, registration()).await;
        let secret = world.add_secret(app_id).await;
        let (contoso, fabrikam) = (world.contoso, world.fabrikam);
        person(world, fabrikam, ADA, DirectoryRole::Administrator).await;
        Self {
            world,
            app_id,
            client_id: app_id.to_string(),
            secret,
            ina: person(world, fabrikam, INA, DirectoryRole::Member).await,
            cara: person(world, contoso, CARA, DirectoryRole::Member).await,
        }
    }

    /// The path of a request of the shop, for the data of fabrikam's environment unless `changed` says otherwise; an empty
    /// value leaves a parameter out.
    pub(crate) fn path(&self, tenant: &str, changed: &[(&str, &str)]) -> String {
        let mut parameters = vec![
            ("client_id", self.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", WEB),
            (
                "scope",
                "openid profile https://fabrikam.data.example.test/user_impersonation",
            ),
            ("state", "s 1&2"),
            ("nonce", "n1"),
        ];
        parameters.retain(|(name, _)| !changed.iter().any(|(other, _)| name == other));
        parameters.extend(changed.iter().copied().filter(|(_, value)| !value.is_empty()));
        format!("/{tenant}/oauth2/v2.0/authorize?{}", query(&parameters))
    }

    /// Redeems a code.
    pub(crate) async fn redeem(
        &self,
        tenant: &str,
        code: &str,
        changed: &[(&'static str, &str)],
    ) -> crate::wire::Answer {
        let mut form = vec![
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.secret.value.expose()),
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", WEB),
        ];
        form.retain(|(name, _)| !changed.iter().any(|(other, _)| name == other));
        form.extend(changed.iter().copied().filter(|(_, value)| !value.is_empty()));
        self.world.post(&format!("/{tenant}/oauth2/v2.0/token"), &form).await
    }

    /// Whether the shop is in a tenant.
    pub(crate) async fn is_in(&self, tenant: TenantId) -> bool {
        let principal = self.world.authority.service_principal(tenant, self.app_id).await;
        principal.unwrap().is_some()
    }
}

/// Joins parameters to a query.
pub(crate) fn query(parameters: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (name, value) in parameters {
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
        write!(query, "&{name}={value}").unwrap();
    }
    query.trim_start_matches('&').to_owned()
}

/// Registers an application of contoso.
pub(crate) async fn register(world: &World, audience: Audience, registration: Registration) -> AppId {
    let new = NewApplication {
        app_id: None,
        object_id: None,
        home_tenant: world.contoso,
        display_name: "The Shop".to_owned(),
        audience,
        token_version: TokenVersion::V2,
        identifier_uris: Vec::new(),
        registration,
    };
    let (authority, operator) = (&world.authority, &world.operator);
    let app_id = manage::application::register(authority, operator, new).await.unwrap();
    let new = NewServicePrincipal {
        object_id: None,
        tenant: world.contoso,
        app_id,
    };
    manage::service_principal::create(authority, operator, new)
        .await
        .unwrap();
    app_id
}

pub(crate) fn registration() -> Registration {
    let uri = |kind, uri: &str| RedirectUri {
        kind,
        uri: uri.to_owned(),
    };
    let access = |resource: Uuid, id, kind| RequiredAccess {
        resource_app_id: AppId::from(resource),
        resource_access: vec![Access { id, kind }],
    };
    Registration {
        redirect_uris: vec![
            uri(RedirectKind::Web, WEB),
            uri(RedirectKind::Spa, SPA),
            uri(RedirectKind::PublicClient, NATIVE),
        ],
        logout_url: Some(LOGOUT_URL.to_owned()),
        publisher: Some("Shops of Contoso".to_owned()),
        required_access: vec![
            access(DATA_SERVICE, USER_IMPERSONATION, AccessKind::Scope),
            access(GRAPH, USER_READ, AccessKind::Scope),
            access(GRAPH, DIRECTORY_READ_ROLE, AccessKind::Role),
        ],
        ..Registration::default()
    }
}

/// A scope that an application offers.
pub(crate) fn scope(number: u128, value: &str, kind: ScopeKind) -> DelegatedScope {
    DelegatedScope {
        id: Uuid::from_u128(number),
        value: value.to_owned(),
        kind,
        is_enabled: true,
        admin_consent_display_name: format!("{value} for all"),
        admin_consent_description: format!("{value} for everybody"),
        user_consent_display_name: None,
        user_consent_description: None,
    }
}

pub(crate) async fn person(world: &World, tenant: TenantId, upn: &str, role: DirectoryRole) -> ObjectId {
    let new = NewPerson {
        object_id: None,
        tenant,
        upn: upn.to_owned(),
        display_name: upn.split('@').next().unwrap().to_uppercase(),
        given_name: None,
        surname: None,
        mail: None,
        password: Secret::new(PASSWORD.to_owned()),
        password_use: authority::PasswordUse::Open,
        directory_role: role,
        licensed: false,
        enabled: true,
        usage_location: None,
    };
    manage::person::create(&world.authority, &world.operator, new)
        .await
        .unwrap()
}
