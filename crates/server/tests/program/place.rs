//! A place for one world: a folder of its own, and the databases of one test at a time.
//!
//! Invariant: a place is empty when a test gets it, and nothing of it is left behind.

use std::{fs, path::PathBuf, sync::LazyLock};

use db::Cluster;
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

use crate::{process::Process, world::World};

/// The schemas that a world has in a PostgreSQL database.
const SCHEMAS: [&str; 3] = ["directory", "env_contoso", "env_fabrikam"];

/// The schemas have fixed names: one world at a time.
static POSTGRES: LazyLock<Mutex<()>> = LazyLock::new(Mutex::default);

/// Where one world is made.
pub(crate) struct Place {
    folder: TempDir,
    postgres: Option<Postgres>,
}

struct Postgres {
    url: String,
    _turn: MutexGuard<'static, ()>,
}

/// Runs a test on SQLite, and on PostgreSQL where there is one.
pub(crate) async fn on_both(test: impl AsyncFn(&Place)) {
    test(&Place::sqlite()).await;
    on_postgres(test).await;
}

/// Runs a test on PostgreSQL where there is one.
#[expect(clippy::disallowed_methods, reason = "a test reads its own configuration")]
pub(crate) async fn on_postgres(test: impl AsyncFn(&Place)) {
    let Ok(url) = std::env::var("COMMONHOLD_TEST_POSTGRES") else {
        return;
    };
    let place = Place {
        folder: folder(),
        postgres: Some(Postgres {
            url: url.clone(),
            _turn: POSTGRES.lock().await,
        }),
    };
    drop_schemas(&url).await;
    test(&place).await;
    drop_schemas(&url).await;
}

impl Place {
    /// A place for SQLite files.
    pub(crate) fn sqlite() -> Self {
        Self {
            folder: folder(),
            postgres: None,
        }
    }

    /// A path in the place.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The data folder of `commonhold up`.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.path("data")
    }

    /// `commonhold up` in this place, on free ports, with more options.
    pub(crate) fn up(&self, more: &[&str]) -> Process {
        self.up_in("data", more)
    }

    /// `commonhold up` in another folder of this place.
    pub(crate) fn up_in(&self, folder: &str, more: &[&str]) -> Process {
        let mut arguments = vec![
            "up".to_owned(),
            "--data-dir".to_owned(),
            self.path(folder).display().to_string(),
        ];
        if !more.contains(&"--listen") {
            arguments.extend(["--listen".to_owned(), "127.0.0.1:0".to_owned()]);
        }
        if let Some(postgres) = &self.postgres {
            arguments.extend(["--database".to_owned(), postgres.url.clone()]);
        }
        arguments.extend(more.iter().map(|&it| it.to_owned()));
        Process::start(arguments)
    }

    /// `commonhold up` once it is ready, and its world.
    #[track_caller]
    pub(crate) fn running(&self, more: &[&str]) -> (Process, World) {
        let mut process = self.up(more);
        process.wait_for("Ready in ");
        (process, self.world())
    }

    /// The world as `demo.env` tells it.
    pub(crate) fn world(&self) -> World {
        World::read(&self.data_dir().join("demo.env"))
    }

    /// The lines of a configuration file that say where rows are kept.
    pub(crate) fn database(&self) -> String {
        match &self.postgres {
            Some(postgres) => format!("postgres_url = '{}'", postgres.url),
            None => format!("sqlite_folder = '{}'", self.path("databases").display()),
        }
    }

    /// Makes a file.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Also what a test left that failed.
async fn drop_schemas(url: &str) {
    let cluster = Cluster::postgres(url).unwrap();
    for schema in SCHEMAS {
        if cluster.exists(schema).await.unwrap() {
            cluster.drop(schema).await.unwrap();
        }
    }
}
