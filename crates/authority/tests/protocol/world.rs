//! A small world to ask: two tenants, their environments, and one application of each kind.

use std::sync::Arc;

use authority::manage::application::NewApplication;
use authority::manage::application_secret::{AddedSecret, NewSecret};
use authority::manage::environment::NewEnvironment;
use authority::manage::service_principal::NewServicePrincipal;
use authority::manage::tenant::NewTenant;
use authority::manage::{self, Mandate};
use authority::registration::{ProtocolRules, Registration};
use authority::{
    AppId, Audience, Authority, KeyEncryptionKey, ObjectId, Options, Origin, Secret, SystemRandom, TenantId, TestClock,
    Timestamp, TokenLifetime, TokenVersion,
};
use db::{Cluster, Database, SqliteOptions};
use uuid::Uuid;

pub(crate) const ORIGIN: &str = "https://login.example.test:8443";
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_767_225_600);
pub(crate) const CONTOSO_ENVIRONMENT: &str = "https://contoso.data.example.test";
pub(crate) const FABRIKAM_ENVIRONMENT: &str = "https://fabrikam.data.example.test";
/// The key of the operator.
pub(crate) const OPERATOR_KEY: &str = "Bkq2mTzgkB0l8Yd6mR1xX3v0o9jH5cJ7nZ4sQeWuTyE";
pub(crate) const ORDERS_URI: &str = "api://orders";
/// How long the secrets of the world are valid.
pub(crate) const SECRET_SECONDS: i64 = 30 * 24 * 60 * 60;

/// An application with its secret and, where it has one, its service principal in contoso.
pub(crate) struct Application {
    pub(crate) app_id: AppId,
    /// The same as text.
    pub(crate) client_id: String,
    pub(crate) secret: AddedSecret,
    pub(crate) principal: ObjectId,
}

impl Application {
    pub(crate) fn secret(&self) -> &str {
        self.secret.value.expose()
    }
}

pub(crate) struct World {
    pub(crate) authority: Authority,
    pub(crate) operator: Mandate,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) cluster: Cluster,
    pub(crate) database: Database,
    pub(crate) contoso: TenantId,
    pub(crate) fabrikam: TenantId,
    /// For contoso only.
    pub(crate) reader: Application,
    /// For every tenant, brought into contoso only.
    pub(crate) vendor: Application,
    /// A resource of contoso that takes tokens in the v2.0 form.
    pub(crate) orders: AppId,
}

/// Runs a test in a new world on each engine.
pub(crate) async fn on_both(test: impl AsyncFn(World)) {
    for_each(&TokenLifetime::default(), test).await;
}

/// As [`on_both`], with tokens that live this long.
pub(crate) async fn with_lifetime(seconds: u32, test: impl AsyncFn(World)) {
    for_each(
        &TokenLifetime {
            seconds: seconds..=seconds,
        },
        test,
    )
    .await;
}

async fn for_each(lifetime: &TokenLifetime, test: impl AsyncFn(World)) {
    let directory = tempfile::tempdir().unwrap();
    let mut clusters = vec![Cluster::sqlite(
        directory.path().join("databases"),
        SqliteOptions::default(),
    )];
    if let Some(url) = postgres() {
        clusters.push(Cluster::postgres(&url).unwrap());
    }
    for cluster in clusters {
        let name = format!("authority_{}", Uuid::from_bytes(bytes()).simple());
        let database = cluster.create(&name).await.unwrap();
        test(world(cluster.clone(), database, lifetime.clone()).await).await;
        if cluster.exists(&name).await.unwrap() {
            cluster.drop(&name).await.unwrap();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one setting of these tests")]
fn postgres() -> Option<String> {
    std::env::var("COMMONHOLD_TEST_POSTGRES").ok()
}

fn bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    authority::Random::fill(&SystemRandom, &mut bytes);
    bytes
}

pub(crate) fn options(clock: &Arc<TestClock>, token_lifetime: TokenLifetime, key: u8) -> Options {
    crate::log::keep_open();
    Options {
        origin: Origin::parse(ORIGIN).unwrap(),
        token_lifetime,
        key_encryption_key: KeyEncryptionKey::from_bytes(&[key; KeyEncryptionKey::BYTES]).unwrap(),
        operator_key: Some(Secret::new(OPERATOR_KEY.to_owned())),
        clock: Arc::clone(clock) as _,
        random: Arc::new(SystemRandom),
    }
}

impl World {
    /// Registers an application of contoso without credentials and brings it in.
    pub(crate) async fn register(&self, protocol: ProtocolRules, registration: Registration) -> AppId {
        let new = NewApplication {
            app_id: None,
            object_id: None,
            home_tenant: self.contoso,
            display_name: "Made in a test".to_owned(),
            audience: Audience::SingleTenant,
            token_version: TokenVersion::V1,
            identifier_uris: Vec::new(),
            registration: Registration {
                protocol,
                ..registration
            },
        };
        let (authority, operator) = (&self.authority, &self.operator);
        let app_id = manage::application::register(authority, operator, new).await.unwrap();
        let new = NewServicePrincipal {
            object_id: None,
            tenant: self.contoso,
            app_id,
        };
        manage::service_principal::create(authority, operator, new)
            .await
            .unwrap();
        app_id
    }

    /// Makes a secret of an application.
    pub(crate) async fn add_secret(&self, app_id: AppId) -> AddedSecret {
        secret(&self.authority, &self.operator, app_id).await
    }
}

async fn world(cluster: Cluster, database: Database, lifetime: TokenLifetime) -> World {
    let clock = Arc::new(TestClock::new(START));
    let authority = Authority::create(database.clone(), options(&clock, lifetime, 7))
        .await
        .unwrap();
    let operator = authority.operator();
    let contoso = tenant(&authority, &operator, "Contoso", &["contoso.example", "contoso.test"]).await;
    let fabrikam = tenant(&authority, &operator, "Fabrikam", &["fabrikam.example"]).await;
    environment(
        &authority,
        &operator,
        contoso,
        "contoso",
        &[CONTOSO_ENVIRONMENT, &format!("{ORIGIN}/env/contoso")],
    )
    .await;
    environment(&authority, &operator, fabrikam, "fabrikam", &[FABRIKAM_ENVIRONMENT]).await;
    let reader = application(&authority, &operator, contoso, Audience::SingleTenant, "Reader").await;
    let vendor = application(&authority, &operator, contoso, Audience::MultipleTenants, "Vendor").await;
    let orders = resource(&authority, &operator, contoso).await;
    World {
        authority,
        operator,
        clock,
        cluster,
        database,
        contoso,
        fabrikam,
        reader,
        vendor,
        orders,
    }
}

async fn tenant(authority: &Authority, operator: &Mandate, name: &str, domains: &[&str]) -> TenantId {
    let domains = domains.iter().map(|&domain| domain.to_owned()).collect();
    let new = NewTenant {
        id: None,
        display_name: name.to_owned(),
        domains,
    };
    manage::tenant::create(authority, operator, new).await.unwrap()
}

async fn environment(authority: &Authority, operator: &Mandate, tenant: TenantId, name: &str, addresses: &[&str]) {
    let new = NewEnvironment {
        id: None,
        tenant,
        name: name.to_owned(),
        database: format!("env_{name}"),
        addresses: addresses.iter().map(|&address| address.to_owned()).collect(),
    };
    manage::environment::register(authority, operator, new).await.unwrap();
}

async fn application(
    authority: &Authority,
    operator: &Mandate,
    tenant: TenantId,
    audience: Audience,
    name: &str,
) -> Application {
    let new = NewApplication {
        app_id: None,
        object_id: None,
        home_tenant: tenant,
        display_name: name.to_owned(),
        audience,
        token_version: TokenVersion::V1,
        identifier_uris: Vec::new(),
        registration: Registration::default(),
    };
    let app_id = manage::application::register(authority, operator, new).await.unwrap();
    let new = NewServicePrincipal {
        object_id: None,
        tenant,
        app_id,
    };
    let principal = manage::service_principal::create(authority, operator, new)
        .await
        .unwrap();
    let secret = secret(authority, operator, app_id).await;
    Application {
        app_id,
        client_id: app_id.to_string(),
        secret,
        principal,
    }
}

async fn secret(authority: &Authority, operator: &Mandate, app_id: AppId) -> AddedSecret {
    let ends_at = START.plus_seconds(SECRET_SECONDS);
    let new = NewSecret {
        app_id,
        display_name: "first".to_owned(),
        starts_at: START,
        ends_at,
    };
    manage::application_secret::add(authority, operator, new).await.unwrap()
}

async fn resource(authority: &Authority, operator: &Mandate, tenant: TenantId) -> AppId {
    let new = NewApplication {
        app_id: None,
        object_id: None,
        home_tenant: tenant,
        display_name: "Orders".to_owned(),
        audience: Audience::SingleTenant,
        token_version: TokenVersion::V2,
        identifier_uris: vec![ORDERS_URI.to_owned()],
        registration: Registration::default(),
    };
    let app_id = manage::application::register(authority, operator, new).await.unwrap();
    let new = NewServicePrincipal {
        object_id: None,
        tenant,
        app_id,
    };
    manage::service_principal::create(authority, operator, new)
        .await
        .unwrap();
    app_id
}
