//! A small world: one tenant with a person, an environment and a resource; clients of each kind; another tenant with an
//! application for everybody.

use std::sync::Arc;

use db::{Cluster, SqliteOptions};
use oauth::{
    AppId, ClientCredential, CodeChallenge, GrantType, ObjectId, Secret, SystemRandom, TenantId, TestClock, Timestamp,
    TokenRequest, TokenVersion, random,
};
use serde_json::Value;
use uuid::Uuid;

use super::super::Trail;
use crate::application::Audience;
use crate::authority::{Authority, Options};
use crate::authorization::{Authorization, Method, SignIn};
use crate::call::{Call, Endpoint};
use crate::code;
use crate::consent::ScopeGrant;
use crate::http::refusal_code;
use crate::issue::{IssuedToken, TokenLifetime};
use crate::key_encryption::KeyEncryptionKey;
use crate::manage::application::NewApplication;
use crate::manage::application_secret::NewSecret;
use crate::manage::environment::NewEnvironment;
use crate::manage::person::NewPerson;
use crate::manage::service_principal::NewServicePrincipal;
use crate::manage::tenant::NewTenant;
use crate::manage::{self, Mandate};
use crate::origin::Origin;
use crate::person::DirectoryRole;
use crate::refusal::Refusal;
use crate::registration::{
    AppRole, ClientType, DelegatedScope, Introspection, MemberType, ProtocolRules, RedirectKind, RedirectUri,
    Registration, ScopeKind,
};
use crate::store::{self, any_outcome};
use crate::{service, unverified_claims};

pub(super) const ORIGIN: &str = "https://login.example.test";
pub(super) const ENVIRONMENT: &str = "https://contoso.data.example.test";
pub(super) const ORDERS: &str = "api://orders";
pub(super) const CALLBACK: &str = "https://app.example.test/cb";
pub(super) const PAGE: &str = "https://page.example.test/";
pub(super) const NATIVE: &str = "http://localhost";
/// RFC 7636 appendix B.
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const START: Timestamp = Timestamp::from_seconds(1_767_225_600);

/// A client with the secret that it proves itself by.
pub(super) struct Client {
    pub(super) app_id: AppId,
    pub(super) secret: Option<Secret<String>>,
}

pub(super) struct World {
    pub(super) authority: Authority,
    pub(super) operator: Mandate,
    pub(super) clock: Arc<TestClock>,
    pub(super) contoso: TenantId,
    pub(super) fabrikam: TenantId,
    pub(super) ada: ObjectId,
    /// A web application of contoso.
    pub(super) web: Client,
    /// A page of contoso.
    pub(super) page: Client,
    /// A program on somebody's machine, of contoso.
    pub(super) native: Client,
    /// A web application of fabrikam, brought into contoso: what it may have there, somebody must have consented to.
    pub(super) vendor: Client,
    /// A resource of contoso, which also calls others.
    pub(super) orders: Client,
}

/// Runs a test in a new world on each engine.
pub(super) async fn on_both(test: impl AsyncFn(World)) {
    let directory = tempfile::tempdir().unwrap();
    let sqlite = Cluster::sqlite(directory.path().join("databases"), SqliteOptions::default());
    let postgres = postgres().map(|url| Cluster::postgres(&url).unwrap());
    for cluster in [Some(sqlite), postgres].into_iter().flatten() {
        let name = format!("authority_{}", random::uuid_v4(&SystemRandom).simple());
        let database = cluster.create(&name).await.unwrap();
        test(world(database).await).await;
        cluster.drop(&name).await.unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "the one setting of these tests")]
fn postgres() -> Option<String> {
    std::env::var("COMMONHOLD_TEST_POSTGRES").ok()
}

async fn world(database: db::Database) -> World {
    let clock = Arc::new(TestClock::new(START));
    let options = Options {
        origin: Origin::parse(ORIGIN).unwrap(),
        token_lifetime: TokenLifetime { seconds: 3600..=3600 },
        key_encryption_key: KeyEncryptionKey::from_bytes(&[7; KeyEncryptionKey::BYTES]).unwrap(),
        operator_key: None,
        clock: Arc::clone(&clock) as _,
        random: Arc::new(SystemRandom),
    };
    let authority = Authority::create(database, options).await.unwrap();
    let operator = authority.operator();
    let contoso = tenant(&authority, &operator, "contoso").await;
    let fabrikam = tenant(&authority, &operator, "fabrikam").await;
    let maker = Maker {
        authority: &authority,
        operator: &operator,
        contoso,
    };
    let ada = maker.person("ada").await;
    maker.environment().await;
    let redirect = |kind, uri: &str| Registration {
        redirect_uris: vec![RedirectUri {
            kind,
            uri: uri.to_owned(),
        }],
        ..Registration::default()
    };
    let public = Registration {
        protocol: ProtocolRules {
            client_type: ClientType::Public,
            ..ProtocolRules::default()
        },
        ..redirect(RedirectKind::PublicClient, NATIVE)
    };
    World {
        ada,
        web: maker
            .client(contoso, "Web", redirect(RedirectKind::Web, CALLBACK))
            .await,
        page: maker.public(contoso, "Page", redirect(RedirectKind::Spa, PAGE)).await,
        native: maker.public(contoso, "Native", public).await,
        vendor: maker
            .client(fabrikam, "Vendor", redirect(RedirectKind::Web, CALLBACK))
            .await,
        orders: maker.client(contoso, "Orders", orders()).await,
        authority: authority.clone(),
        operator: operator.clone(),
        clock,
        contoso,
        fabrikam,
    }
}

fn orders() -> Registration {
    let scope = |id: u128, value: &str| DelegatedScope {
        id: Uuid::from_u128(id),
        value: value.to_owned(),
        kind: ScopeKind::User,
        is_enabled: true,
        admin_consent_display_name: value.to_owned(),
        admin_consent_description: value.to_owned(),
        user_consent_display_name: None,
        user_consent_description: None,
    };
    let role = |id: u128, value: &str, holder| AppRole {
        id: Uuid::from_u128(id),
        value: Some(value.to_owned()),
        display_name: value.to_owned(),
        description: value.to_owned(),
        allowed_member_types: vec![holder],
        is_enabled: true,
    };
    Registration {
        scopes: vec![scope(1, "Read"), scope(2, "Write")],
        app_roles: vec![
            role(APPROVER, "Approver", MemberType::User),
            role(IMPORTER, "Importer", MemberType::Application),
        ],
        protocol: ProtocolRules {
            introspection: Introspection::OwnTokens,
            ..ProtocolRules::default()
        },
        ..Registration::default()
    }
}

/// Roles of the resource: of people, and of applications.
pub(super) const APPROVER: u128 = 11;
pub(super) const IMPORTER: u128 = 12;

async fn tenant(authority: &Authority, operator: &Mandate, name: &str) -> TenantId {
    let new = NewTenant {
        id: None,
        display_name: name.to_owned(),
        domains: vec![format!("{name}.example")],
    };
    manage::tenant::create(authority, operator, new).await.unwrap()
}

struct Maker<'a> {
    authority: &'a Authority,
    operator: &'a Mandate,
    contoso: TenantId,
}

impl Maker<'_> {
    async fn person(&self, name: &str) -> ObjectId {
        let new = NewPerson {
            object_id: None,
            tenant: self.contoso,
            upn: format!("{name}@contoso.example"),
            display_name: "Ada Berg".to_owned(),
            given_name: Some("Ada".to_owned()),
            surname: Some("Berg".to_owned()),
            mail: Some("ada@mail.example".to_owned()),
            password: Secret::new("correct horse battery".to_owned()),
            password_use: crate::person::PasswordUse::Open,
            directory_role: DirectoryRole::Reader,
            licensed: true,
            enabled: true,
            usage_location: None,
        };
        manage::person::create(self.authority, self.operator, new)
            .await
            .unwrap()
    }

    async fn environment(&self) {
        let new = NewEnvironment {
            id: None,
            tenant: self.contoso,
            name: "contoso".to_owned(),
            database: "env_contoso".to_owned(),
            addresses: vec![ENVIRONMENT.to_owned()],
        };
        manage::environment::register(self.authority, self.operator, new)
            .await
            .unwrap();
    }

    async fn client(&self, home: TenantId, name: &str, registration: Registration) -> Client {
        let client = self.public(home, name, registration).await;
        let new = NewSecret {
            app_id: client.app_id,
            display_name: "first".to_owned(),
            starts_at: START,
            ends_at: START.plus_seconds(365 * 24 * 60 * 60),
        };
        let secret = manage::application_secret::add(self.authority, self.operator, new)
            .await
            .unwrap();
        Client {
            secret: Some(secret.value),
            ..client
        }
    }

    async fn public(&self, home: TenantId, name: &str, registration: Registration) -> Client {
        let is_resource = !registration.scopes.is_empty();
        let new = NewApplication {
            app_id: None,
            object_id: None,
            home_tenant: home,
            display_name: name.to_owned(),
            audience: if home == self.contoso {
                Audience::SingleTenant
            } else {
                Audience::MultipleTenants
            },
            token_version: if is_resource {
                TokenVersion::V2
            } else {
                TokenVersion::V1
            },
            identifier_uris: is_resource.then(|| ORDERS.to_owned()).into_iter().collect(),
            registration,
        };
        let app_id = manage::application::register(self.authority, self.operator, new)
            .await
            .unwrap();
        let new = NewServicePrincipal {
            object_id: None,
            tenant: self.contoso,
            app_id,
        };
        manage::service_principal::create(self.authority, self.operator, new)
            .await
            .unwrap();
        Client { app_id, secret: None }
    }
}

/// A token request, to be changed before it is sent.
pub(super) struct Ask {
    pub(super) call: Call,
}

impl World {
    /// What ada authorized a client for, just now.
    pub(super) fn authorization(&self, client: &Client, scope: &str) -> Authorization {
        Authorization {
            tenant: self.contoso,
            app_id: client.app_id,
            person: self.ada,
            scope: scope.to_owned(),
            resource: None,
            nonce: Some("n-1".to_owned()),
            sign_in: SignIn {
                session: Uuid::from_u128(5),
                at_seconds: oauth::Clock::now(&*self.clock).seconds(),
                methods: vec![Method::Pwd, Method::Mfa],
            },
            key_thumbprint: None,
        }
    }

    /// A code of that, sent to a redirect URI with a challenge.
    pub(super) async fn code(&self, authorization: &Authorization, kind: RedirectKind, uri: &str) -> Secret<String> {
        let binding = code::Binding {
            redirect_uri: uri.to_owned(),
            redirect_kind: kind,
            code_challenge: Some(CodeChallenge::parse(CHALLENGE, Some("S256")).unwrap()),
        };
        code::issue(&self.authority, authorization, &binding).await.unwrap()
    }

    pub(super) fn ask(&self, client: &Client, grant_type: GrantType) -> Ask {
        let credential = match &client.secret {
            Some(secret) => ClientCredential::Secret(secret.clone()),
            None => ClientCredential::None,
        };
        Ask {
            call: Call {
                endpoint: Endpoint::V2,
                unverified_tenant: self.contoso.to_string(),
                from_browser: false,
                unverified_proof: None,
                peer_certificate: None,
                url: format!("{ORIGIN}/{}/oauth2/v2.0/token", self.contoso),
                request: TokenRequest {
                    grant_type,
                    unverified_client_id: client.app_id.to_string(),
                    credential,
                    scope: None,
                    resource: None,
                    claims: None,
                    client_info: false,
                    correlation_id: None,
                },
            },
        }
    }

    /// The redemption of a code of the web application.
    pub(super) fn redemption(&self, client: &Client, code: &Secret<String>, uri: &str) -> Ask {
        self.ask(
            client,
            GrantType::AuthorizationCode {
                code: code.clone(),
                redirect_uri: Some(uri.to_owned()),
                code_verifier: Some(Secret::new(VERIFIER.to_owned())),
            },
        )
    }

    pub(super) fn refresh(&self, client: &Client, token: &Secret<String>) -> Ask {
        self.ask(client, GrantType::RefreshToken { token: token.clone() })
    }

    pub(super) async fn send(&self, ask: &Ask) -> Result<IssuedToken, Refusal> {
        service::token(&self.authority, &ask.call, &mut Trail::default()).await
    }

    /// The tokens of the web application, by a code of this scope.
    pub(super) async fn signed_in(&self, scope: &str) -> IssuedToken {
        self.signed_in_at(&self.web, scope).await
    }

    pub(super) async fn signed_in_at(&self, client: &Client, scope: &str) -> IssuedToken {
        let code = self
            .code(&self.authorization(client, scope), RedirectKind::Web, CALLBACK)
            .await;
        self.send(&self.redemption(client, &code, CALLBACK)).await.unwrap()
    }

    /// Records that everybody in contoso lets a client have these scopes of a resource.
    pub(super) async fn consent(&self, client: &Client, resource: AppId, scopes: &[&str]) -> Uuid {
        let grant = ScopeGrant {
            id: random::uuid_v4(&SystemRandom),
            tenant: self.contoso,
            client: client.app_id,
            resource,
            person: None,
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        };
        let step = any_outcome(store::scope_grant::insert(&grant, START));
        self.authority.directory().commit(vec![step]).await.unwrap();
        grant.id
    }

    pub(super) async fn withdraw(&self, consent: Uuid) {
        let step = any_outcome(store::scope_grant::delete(self.contoso, consent));
        self.authority.directory().commit(vec![step]).await.unwrap();
    }
}

impl Ask {
    pub(super) fn scope(mut self, scope: &str) -> Self {
        self.call.request.scope = Some(scope.to_owned());
        self
    }

    pub(super) fn by_page(mut self) -> Self {
        self.call.from_browser = true;
        self
    }

    pub(super) fn at(mut self, tenant: &str) -> Self {
        tenant.clone_into(&mut self.call.unverified_tenant);
        self
    }

    pub(super) fn v1(mut self) -> Self {
        self.call.endpoint = Endpoint::V1;
        self
    }

    pub(super) fn unproved(mut self) -> Self {
        self.call.request.credential = ClientCredential::None;
        self
    }
}

/// The AADSTS number of a refusal.
#[track_caller]
pub(super) fn refused<T: std::fmt::Debug>(outcome: Result<T, Refusal>, number: u32) {
    let refusal = outcome.unwrap_err();
    assert_eq!(refusal_code(&refusal).number, number, "{refusal:?}");
}

/// The claims of a token.
#[track_caller]
pub(super) fn claims(token: &Secret<String>) -> Value {
    unverified_claims::read(token.expose()).unwrap()
}
