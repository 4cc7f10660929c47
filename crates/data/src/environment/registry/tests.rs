//! When an environment is opened, read again and closed, by a clock that is moved.

use db::{SqliteOptions, Statement, Step};
use oauth::{AppId, KeySet, ObjectId, SeededRandom, TenantId, TestClock, Timestamp};
use uuid::Uuid;

use super::*;
use crate::alter::{CatalogueChange, Maker};
use crate::data_service::DataService;
use crate::directory::{Answer, Consent, Directory, Person, ServicePrincipal};
use crate::environment::{Ahead, epoch};
use crate::install::{self, Currency, Founding};
use crate::limits::LimitOptions;

/// Knows nobody.
struct Nobody;

impl Directory for Nobody {
    fn keys(&self) -> Arc<KeySet> {
        Arc::default()
    }
    fn service_principal(&self, _: TenantId, _: AppId) -> Answer<'_, Option<ServicePrincipal>> {
        Box::pin(async { Ok(None) })
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

fn options(clock: &Arc<TestClock>) -> Options {
    Options {
        clock: Arc::<TestClock>::clone(clock),
        random: Arc::new(SeededRandom::new(1)),
        directory: Arc::new(Nobody),
        limits: LimitOptions::Off,
        body_limit_bytes: 1024,
    }
}

fn address(name: &str) -> Address {
    Address {
        name: name.to_owned(),
        database: format!("database_{name}"),
        tenant: Uuid::from_u128(1).into(),
        urls: Vec::new(),
        authorization_uri: String::new(),
        issuers: Vec::new(),
    }
}

fn founding(name: &str) -> Founding {
    Founding {
        organization_name: name.to_owned(),
        organization_id: None,
        root_business_unit_id: None,
        base_currency: Currency::default(),
        administrators: Vec::new(),
    }
}

/// A folder of databases, and a clock to move.
fn place() -> (Cluster, Arc<TestClock>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::new(Timestamp::from_seconds(1_760_000_000)));
    let cluster = Cluster::sqlite(folder.path().to_owned(), SqliteOptions { readers: 1 });
    (cluster, clock, folder)
}

/// Two environments, `one` and `two`, on a clock to move.
async fn environments() -> (Environments, Arc<TestClock>, tempfile::TempDir) {
    let (cluster, clock, folder) = place();
    let environments = Environments::new(cluster, &options(&clock)).unwrap();
    for name in ["one", "two"] {
        let address = address(name);
        install::environment(&environments, &address, founding(name))
            .await
            .unwrap();
        environments.serve(address);
    }
    (environments, clock, folder)
}

fn is_open(environments: &Environments, name: &str) -> bool {
    environments.place(name).unwrap().current.load().is_some()
}

async fn move_epoch(environment: &Environment) {
    let steps: Vec<Step> = vec![epoch::advance(environment.epoch)];
    environment.database.commit(steps).await.unwrap();
}

#[tokio::test]
async fn an_environment_is_opened_when_used_and_closed_when_idle() {
    let (environments, clock, _folder) = environments().await;
    assert!(!is_open(&environments, "one"));
    environments.get("one").await.unwrap();
    environments.get("two").await.unwrap();
    assert!(is_open(&environments, "one") && is_open(&environments, "two"));
    clock.advance_seconds(IDLE_MS / 1000 - 1);
    environments.get("one").await.unwrap();
    assert!(is_open(&environments, "two"));
    clock.advance_seconds(2);
    environments.get("one").await.unwrap();
    assert!(is_open(&environments, "one") && !is_open(&environments, "two"));
    environments.get("two").await.unwrap();
}

#[tokio::test]
async fn a_snapshot_is_kept_until_the_epoch_moves() {
    let (environments, clock, _folder) = environments().await;
    let first = environments.get("one").await.unwrap();
    clock.advance_seconds(1);
    let same = environments.get("one").await.unwrap();
    assert!(Arc::ptr_eq(&first, &same));
    move_epoch(&first).await;
    let not_asked_yet = environments.get("one").await.unwrap();
    assert!(Arc::ptr_eq(&first, &not_asked_yet));
    clock.advance_seconds(1);
    let next = environments.get("one").await.unwrap();
    assert_eq!(next.epoch, first.epoch + 1);
}

#[tokio::test]
async fn a_reload_does_not_wait_for_the_clock_nor_does_one_that_goes_back() {
    let (environments, clock, _folder) = environments().await;
    let first = environments.get("one").await.unwrap();
    move_epoch(&first).await;
    environments.reload("one").await.unwrap();
    let second = environments.get("one").await.unwrap();
    assert_eq!(second.epoch, first.epoch + 1);
    move_epoch(&second).await;
    clock.advance_seconds(-3_600);
    assert_eq!(environments.get("one").await.unwrap().epoch, first.epoch + 2);
}

#[tokio::test]
async fn one_request_opens_for_all() {
    let (environments, _, _folder) = environments().await;
    let (one, other) = tokio::join!(environments.get("one"), environments.get("one"));
    assert!(Arc::ptr_eq(&one.unwrap(), &other.unwrap()));
}

#[tokio::test]
async fn the_fixed_queries_ask_for_what_there_is() {
    let (environments, _, _folder) = environments().await;
    let environment = environments.get("one").await.unwrap();
    assert_eq!(environment.organization, environment.security.settings().organization);
    let count = Statement::fixed("SELECT COUNT(*) FROM {privilege}", Vec::new(), &[db::Type::Int]);
    let rows = environment.database.query(&count).await.unwrap();
    let made = i64::try_from(environment.catalogue.privileges().len()).unwrap();
    assert_eq!(rows.first().unwrap().int(0).unwrap(), made);
}

#[tokio::test]
async fn what_is_not_served_is_not_opened() {
    let (environments, _, _folder) = environments().await;
    let Err(Error::UnknownSegment { segment }) = environments.get("three").await else {
        panic!("there is no such")
    };
    assert_eq!(segment, "three");
    assert!(environments.address("three").is_none());
    assert_eq!(environments.address("one").unwrap().database, "database_one");
}

#[tokio::test]
async fn the_state_ahead_of_a_request_knows_the_privileges_that_came_while_it_went_on() {
    let (cluster, clock, _folder) = place();
    let service = DataService::new(cluster, options(&clock)).unwrap();
    service
        .create_environment(&address("one"), founding("one"))
        .await
        .unwrap();
    service.serve(address("one"));
    let door = service.door("one");
    let planned = door.environment().await.unwrap();
    let orders = "[tables.new_Order]\ndisplay_name = \"Order\"\ndisplay_collection_name = \"Orders\"\n\
                  primary_name = \"new_Name\"\n[tables.new_Order.columns]\n\
                  new_Name = { type = \"string\", max_length = 100, display_name = \"Name\" }";
    let change = CatalogueChange {
        add: toml::from_str(orders).unwrap(),
        remove: Vec::new(),
    };
    service.change_catalogue("one", Maker::Program, &change).await.unwrap();

    // Roles hold what the tables of the request know nothing of.
    let state = door.environment_with_tables_of(&planned).await.unwrap();
    assert!(state.security.privileges.len() > planned.security.privileges.len());
    let ahead = state.after(vec![epoch::advance(state.epoch)]).await.unwrap();
    let Ahead::State(ahead) = ahead else {
        panic!("the epoch is the present one")
    };
    assert!(Arc::ptr_eq(&ahead.catalogue, &planned.catalogue));
    assert_eq!(
        (ahead.additions, &ahead.security.privileges),
        (planned.additions, &state.security.privileges)
    );
}
