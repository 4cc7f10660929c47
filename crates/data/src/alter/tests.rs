//! Changes in the name of a request's sender, who has no other way to the catalogue yet.

use std::sync::Arc;

use db::{Cluster, Expect, SqliteOptions, Statement, Step, Value};
use oauth::{AppId, KeySet, ObjectId, SeededRandom, TenantId, TestClock, Timestamp};
use uuid::Uuid;

use super::{Applied, CatalogueChange, Maker};
use crate::caller::Caller;
use crate::data_service::{DataService, Options};
use crate::directory::{Answer, Consent, Directory, Person, ServicePrincipal};
use crate::environment::Address;
use crate::install::{Currency, Founding, FoundingApplication};
use crate::limits::LimitOptions;

/// Knows every application, and nobody.
struct Applications;

impl Directory for Applications {
    fn keys(&self) -> Arc<KeySet> {
        Arc::default()
    }
    fn service_principal(&self, _: TenantId, app: AppId) -> Answer<'_, Option<ServicePrincipal>> {
        let principal = ServicePrincipal {
            object_id: app.uuid().into(),
            display_name: app.to_string(),
            app_id_uri: None,
            enabled: true,
            tenant_domain: "contoso.example".to_owned(),
        };
        Box::pin(async { Ok(Some(principal)) })
    }
    fn person(&self, _: TenantId, _: ObjectId) -> Answer<'_, Option<Person>> {
        Box::pin(async { Ok(None) })
    }
    fn consent_holds(&self, _: Consent) -> Answer<'_, bool> {
        Box::pin(async { Ok(false) })
    }
    fn person_by_name<'a>(&'a self, _: TenantId, _: &'a str) -> Answer<'a, Option<Person>> {
        Box::pin(async { Ok(None) })
    }
}

/// The second of two administrators, whose role can be narrowed without the first.
const SECOND: Uuid = Uuid::from_u128(2);

/// An environment with two administrators, 1 and 2.
async fn environment() -> (DataService, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        clock: Arc::new(TestClock::new(Timestamp::from_seconds(1_760_000_000))),
        random: Arc::new(SeededRandom::new(1)),
        directory: Arc::new(Applications),
        limits: LimitOptions::Off,
        body_limit_bytes: 1024,
    };
    let cluster = Cluster::sqlite(folder.path().to_owned(), SqliteOptions { readers: 1 });
    let service = DataService::new(cluster, options).unwrap();
    let address = Address {
        name: "contoso".to_owned(),
        database: "contoso".to_owned(),
        tenant: Uuid::from_u128(9).into(),
        urls: Vec::new(),
        authorization_uri: String::new(),
        issuers: Vec::new(),
    };
    let administrator = |id: Uuid| FoundingApplication {
        app: id.into(),
        role_name: format!("Everything {id}"),
        user_id: Some(id),
        role_id: Some(id),
    };
    let founding = Founding {
        organization_name: "Contoso".to_owned(),
        organization_id: None,
        root_business_unit_id: None,
        base_currency: Currency::default(),
        administrators: vec![administrator(Uuid::from_u128(1)), administrator(SECOND)],
    };
    service.create_environment(&address, founding).await.unwrap();
    service.serve(address);
    (service, folder)
}

/// Takes a privilege out of the second one's role.
async fn narrow(service: &DataService, privilege: &str) {
    let door = service.door("contoso");
    let environment = door.environment().await.unwrap();
    let id = environment.catalogue.privilege(privilege).unwrap().id.0;
    let end = Statement::fixed(
        "DELETE FROM {roleprivileges} WHERE roleid = $1 AND privilegeid = $2",
        vec![Value::Guid(SECOND), Value::Guid(id)],
        &[],
    );
    let step = Step {
        statement: end,
        expect: Expect::Some,
    };
    let steps = vec![crate::environment::epoch::advance(environment.epoch), step];
    environment.database.commit(steps).await.unwrap();
    door.reload().await.unwrap();
}

/// One who acts in the name of another, as of now.
async fn caller(service: &DataService, acting: u128, real: u128) -> Caller {
    let environment = service.door("contoso").environment().await.unwrap();
    let user = |id| environment.security.user(Uuid::from_u128(id)).unwrap();
    Caller::of(user(acting), user(real))
}

async fn change_by(service: &DataService, caller: &Caller, name: &str) -> Result<Applied, String> {
    let text = format!("[columns.account]\n{name} = {{ type = \"date\", display_name = \"A\" }}");
    let change = CatalogueChange {
        add: toml::from_str(&text).unwrap(),
        remove: Vec::new(),
    };
    let done = service
        .change_catalogue("contoso", Maker::Sender(caller), &change)
        .await;
    done.map_err(|refusal| format!("{} {refusal}", refusal.code()))
}

#[tokio::test]
async fn a_sender_needs_the_privilege_now_and_so_does_whom_they_act_for() {
    let (service, _folder) = environment().await;
    let before = caller(&service, 2, 2).await;
    change_by(&service, &before, "new_a").await.unwrap();
    narrow(&service, "prvCreateAttribute").await;
    let lacks = Err(format!("0x80040220 the user `{SECOND}` lacks `prvCreateAttribute`"));
    assert_eq!(change_by(&service, &before, "new_b").await, lacks);
    assert_eq!(change_by(&service, &caller(&service, 2, 1).await, "new_b").await, lacks);
    assert_eq!(change_by(&service, &caller(&service, 1, 2).await, "new_b").await, lacks);
    let applied = change_by(&service, &caller(&service, 1, 1).await, "new_b")
        .await
        .unwrap();
    assert_eq!(applied.added, ["account.new_b"]);
}
