//! A world for one test: a fresh environment on one of the two databases, a clock to move, a directory to edit, keys to
//! sign tokens with, and ways to call the routes.
//!
//! In: an engine. Out: [`World`]. Invariant: what a world makes it removes again, also when its test fails.

pub(crate) mod batch;
mod call;
mod directory;
mod setup;
mod token;

use std::{future::Future, path::PathBuf, sync::Arc};

use data::{Address, Currency, DataService, Directory, Founding, FoundingApplication, LimitOptions, Options};
use db::{Cluster, SqliteOptions};
use oauth::{Clock, Random, SeededRandom, SystemRandom, TenantId, TestClock, Timestamp};
use uuid::Uuid;

pub(crate) use call::{Call, Reply};
pub(crate) use directory::{Application, Human, PORTAL, TestDirectory};
pub(crate) use setup::Depth;

/// One of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A file in a folder of its own.
    Sqlite,
    /// A schema of the server that `COMMONHOLD_TEST_POSTGRES` names.
    Postgres,
}

/// See the module.
pub(crate) struct World {
    /// Its database.
    pub engine: Engine,
    /// The time; stands still until it is moved.
    pub clock: Arc<TestClock>,
    /// The tenant's people and applications.
    pub directory: Arc<TestDirectory>,
    /// The databases of all environments of this world.
    pub cluster: Cluster,
    /// The service under test.
    pub service: DataService,
    /// The environment.
    pub address: Address,
    /// The first administrator: every privilege at organization depth.
    pub admin: Application,
    /// The administrator's `systemuserid`.
    pub admin_user: Uuid,
    /// The root business unit.
    pub root: Uuid,
    folder: Option<PathBuf>,
}

/// The moment at which every world begins.
pub(crate) const BEGINNING: Timestamp = Timestamp::from_seconds(1_760_000_000);

/// The tenant of every world.
pub(crate) fn tenant() -> TenantId {
    Uuid::from_u128(0xc0).into()
}

/// The databases that tests run on: SQLite, and PostgreSQL where a server is given.
pub(crate) fn engines() -> Vec<Engine> {
    let mut engines = vec![Engine::Sqlite];
    engines.extend(postgres_url().map(|_| Engine::Postgres));
    engines
}

/// Runs a test in a world of its own on each engine, one after the other.
pub(crate) async fn on_each_engine<F: Future<Output = ()> + Send + 'static>(test: impl Fn(Arc<World>) -> F) {
    for engine in engines() {
        let world = Arc::new(World::new(engine).await);
        // A task of its own, so that a failed test is cleaned up after too.
        let outcome = tokio::spawn(test(Arc::clone(&world))).await;
        world.remove().await;
        if let Err(failure) = outcome {
            eprintln!("on {engine:?}");
            std::panic::resume_unwind(failure.into_panic());
        }
    }
}

impl World {
    /// A world with an environment and its administrator.
    pub(crate) async fn new(engine: Engine) -> Self {
        let name = format!("t{}", oauth::random::uuid_v4(&SystemRandom).simple());
        let (cluster, folder) = match engine {
            Engine::Sqlite => {
                let folder = std::env::temp_dir().join(format!("commonhold-{name}"));
                (
                    Cluster::sqlite(folder.clone(), SqliteOptions { readers: 2 }),
                    Some(folder),
                )
            }
            Engine::Postgres => (Cluster::postgres(&postgres_url().unwrap()).unwrap(), None),
        };
        let clock = Arc::new(TestClock::new(BEGINNING));
        let directory = Arc::new(TestDirectory::new());
        let admin = directory.application("Administration");
        let (admin_user, root) = (Uuid::from_u128(0xad), Uuid::from_u128(0xb0));
        let address = Address {
            name: "contoso".to_owned(),
            database: name,
            tenant: tenant(),
            urls: vec!["https://contoso.example.test".to_owned()],
            authorization_uri: format!("https://login.example.test/{}/oauth2/authorize", tenant()),
            issuers: token::issuers(),
        };
        let service = service(&cluster, &clock, &directory, LimitOptions::Off);
        let founding = Founding {
            organization_name: "Contoso".to_owned(),
            organization_id: Some(Uuid::from_u128(0x06)),
            root_business_unit_id: Some(root),
            base_currency: Currency::default(),
            administrators: vec![FoundingApplication {
                app: admin.app,
                role_name: "Everything".to_owned(),
                user_id: Some(admin_user),
                role_id: Some(Uuid::from_u128(0xe0)),
            }],
        };
        service.create_environment(&address, founding).await.unwrap();
        service.serve(address.clone());
        Self {
            engine,
            clock,
            directory,
            cluster,
            service,
            address,
            admin,
            admin_user,
            root,
            folder,
        }
    }

    /// Another node on the same database, with the same clock and directory.
    pub(crate) fn other_node(&self) -> DataService {
        self.node(LimitOptions::Off)
    }

    /// Another node, with limits.
    pub(crate) fn node(&self, limits: LimitOptions) -> DataService {
        let node = service(&self.cluster, &self.clock, &self.directory, limits);
        node.serve(self.address.clone());
        node
    }

    async fn remove(&self) {
        let dropped = self.cluster.drop(&self.address.database).await;
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
        dropped.unwrap();
    }
}

fn service(
    cluster: &Cluster,
    clock: &Arc<TestClock>,
    directory: &Arc<TestDirectory>,
    limits: LimitOptions,
) -> DataService {
    let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(clock);
    let random: Arc<dyn Random> = Arc::new(SeededRandom::new(u64::from(limits == LimitOptions::Off)));
    let directory: Arc<dyn Directory> = Arc::<TestDirectory>::clone(directory);
    let options = Options {
        clock,
        random,
        directory,
        limits,
        body_limit_bytes: 1 << 20,
    };
    DataService::new(cluster.clone(), options).unwrap()
}

fn postgres_url() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
    let url = std::env::var("COMMONHOLD_TEST_POSTGRES");
    url.ok()
}
