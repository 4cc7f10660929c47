//! A directory with one tenant and its people, on each engine, for tests that stand within the crate.

use std::sync::Arc;

use db::{Cluster, SqliteOptions};
use oauth::{ObjectId, Random, Secret, SystemRandom, TenantId, TestClock, Timestamp};
use uuid::Uuid;

use crate::authority::{Authority, Options};
use crate::issue::TokenLifetime;
use crate::key_encryption::KeyEncryptionKey;
use crate::manage::person::NewPerson;
use crate::manage::tenant::NewTenant;
use crate::manage::{self, Mandate};
use crate::origin::Origin;
use crate::person::{DirectoryRole, Person};
use crate::snapshot::Snapshot;
use crate::tenant::Tenant;

pub(crate) const START: Timestamp = Timestamp::from_seconds(1_767_225_600);
pub(crate) const ALICE: &str = "Alice@contoso.example";
pub(crate) const BOB: &str = "bob@contoso.example";
/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) struct World {
    pub(crate) authority: Authority,
    pub(crate) operator: Mandate,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) tenant: TenantId,
    pub(crate) alice: ObjectId,
    pub(crate) bob: ObjectId,
}

impl World {
    pub(crate) async fn snapshot(&self) -> Arc<Snapshot> {
        self.authority.directory().snapshot().await.unwrap()
    }

    pub(crate) fn clock_now(&self) -> Timestamp {
        self.authority.clock().now()
    }

    pub(crate) async fn new_person(&self, upn: &str) -> ObjectId {
        person(&self.authority, &self.operator, self.tenant, upn).await
    }

    pub(crate) async fn tenant(&self) -> Arc<Tenant> {
        self.snapshot().await.tenant_by_id(self.tenant).await.unwrap().unwrap()
    }

    pub(crate) async fn person(&self, person: ObjectId) -> Arc<Person> {
        self.snapshot()
            .await
            .person(self.tenant, person)
            .await
            .unwrap()
            .unwrap()
    }
}

/// Runs a test in a new world on each engine.
pub(crate) async fn on_both(test: impl AsyncFn(World)) {
    let directory = tempfile::tempdir().unwrap();
    let mut clusters = vec![Cluster::sqlite(
        directory.path().join("databases"),
        SqliteOptions::default(),
    )];
    if let Some(url) = postgres() {
        clusters.push(Cluster::postgres(&url).unwrap());
    }
    for cluster in clusters {
        let mut bytes = [0; 16];
        SystemRandom.fill(&mut bytes);
        let name = format!("authority_{}", Uuid::from_bytes(bytes).simple());
        let database = cluster.create(&name).await.unwrap();
        let clock = Arc::new(TestClock::new(START));
        let options = Options {
            origin: Origin::parse("https://login.example.test:8443").unwrap(),
            token_lifetime: TokenLifetime::default(),
            key_encryption_key: KeyEncryptionKey::from_bytes(&[7; KeyEncryptionKey::BYTES]).unwrap(),
            operator_key: None,
            clock: Arc::clone(&clock) as _,
            random: Arc::new(SystemRandom),
        };
        let authority = Authority::create(database, options).await.unwrap();
        test(world(authority, clock).await).await;
        cluster.drop(&name).await.unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "the one setting of these tests")]
fn postgres() -> Option<String> {
    std::env::var("COMMONHOLD_TEST_POSTGRES").ok()
}

async fn world(authority: Authority, clock: Arc<TestClock>) -> World {
    let operator = authority.operator();
    let new = NewTenant {
        id: None,
        display_name: "Contoso".to_owned(),
        domains: vec!["contoso.example".to_owned()],
    };
    let tenant = manage::tenant::create(&authority, &operator, new).await.unwrap();
    let alice = person(&authority, &operator, tenant, ALICE).await;
    let bob = person(&authority, &operator, tenant, BOB).await;
    World {
        authority,
        operator,
        clock,
        tenant,
        alice,
        bob,
    }
}

async fn person(authority: &Authority, operator: &Mandate, tenant: TenantId, upn: &str) -> ObjectId {
    let new = NewPerson {
        object_id: None,
        tenant,
        upn: upn.to_owned(),
        display_name: format!("{upn} of Contoso"),
        given_name: None,
        surname: None,
        mail: None,
        password: Secret::new(PASSWORD.to_owned()),
        password_use: crate::person::PasswordUse::Open,
        directory_role: DirectoryRole::Member,
        licensed: false,
        enabled: true,
        usage_location: None,
    };
    manage::person::create(authority, operator, new).await.unwrap()
}
