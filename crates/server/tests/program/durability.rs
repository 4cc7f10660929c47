//! What was acknowledged is there: the program is killed under write load, again and again.
//!
//! Invariant: a row that the service said it had written is there after the kill, with the values it was said to have;
//! and no row is half of one write and half of another.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use gateway::{Environment, Error};
use serde::{Deserialize, Serialize};
use tokio::{sync::Notify, task::JoinSet};
use uuid::Uuid;

use crate::{place::on_both, process::PATIENCE, world::all};

const KILLS: usize = 20;
/// Connections that write at the same time.
const WRITERS: usize = 6;

/// What a write sets; the two columns are always set together, to the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Version(i32);

#[derive(Serialize)]
struct Write {
    name: String,
    numberofemployees: i32,
}

#[derive(Deserialize)]
struct Read {
    accountid: String,
    name: String,
    numberofemployees: i32,
}

/// What the writer of a row was told.
#[derive(Debug, Clone, Copy)]
struct Told {
    acknowledged: Version,
    /// A write that was cut off: it may have been done, and PostgreSQL may even do it after the next start.
    cut_off: Option<Version>,
}

/// The rows of one writer.
#[derive(Default)]
struct Ledger(HashMap<Uuid, Told>);

#[tokio::test(flavor = "multi_thread")]
async fn twenty_kills_lose_nothing_that_was_acknowledged() {
    on_both(async |place| {
        let (mut process, mut world) = place.running(&["--limits", "off"]);
        let mut ledgers: Vec<_> = (0..WRITERS).map(|_| Ledger::default()).collect();
        for kill in 0..KILLS {
            let environment = world.contoso("DEPLOYER");
            let load = Load::start(&environment, ledgers);
            // A few writes after one start, many after another: early and late in the life of a log.
            load.acknowledged(20 + kill * 7).await;
            process.kill();
            ledgers = load.ended().await;
            (process, world) = place.running(&["--limits", "off"]);
            check(&world.contoso("DEPLOYER"), &ledgers).await;
        }
        assert!(ledgers.iter().map(|it| it.0.len()).sum::<usize>() > KILLS * WRITERS);
        process.stop();
    })
    .await;
}

/// Every acknowledged row is there, as it was acknowledged.
async fn check(environment: &Environment, ledgers: &[Ledger]) {
    let query = "$select=accountid,name,numberofemployees&$filter=startswith(name,'durable ')";
    let mut there: HashMap<Uuid, Version> = HashMap::new();
    for row in all::<Read>(environment, "accounts", query).await {
        assert_eq!(row.name, name(Version(row.numberofemployees)), "one write, whole");
        there.insert(row.accountid.parse().unwrap(), Version(row.numberofemployees));
    }
    for (id, told) in ledgers.iter().flat_map(|it| &it.0) {
        let found = there.get(id).copied();
        let good = found.is_some_and(|it| it == told.acknowledged || Some(it) == told.cut_off);
        assert!(good, "row {id}: {told:?}, found {found:?}");
    }
}

/// Writers at work.
struct Load {
    writers: JoinSet<Ledger>,
    count: Arc<Count>,
}

/// Writes that were acknowledged.
#[derive(Default)]
struct Count {
    writes: AtomicUsize,
    grown: Notify,
}

impl Load {
    fn start(environment: &Environment, ledgers: Vec<Ledger>) -> Self {
        let count = Arc::new(Count::default());
        let mut writers = JoinSet::new();
        for ledger in ledgers {
            writers.spawn(write(environment.clone(), ledger, Arc::clone(&count)));
        }
        Self { writers, count }
    }

    /// Waits until so many writes were acknowledged.
    async fn acknowledged(&self, writes: usize) {
        let grown = async {
            while self.count.writes.load(Ordering::Relaxed) < writes {
                self.count.grown.notified().await;
            }
        };
        tokio::time::timeout(PATIENCE, grown)
            .await
            .expect("writes are acknowledged");
    }

    /// What the writers know when all have found out that nobody answers any more.
    async fn ended(self) -> Vec<Ledger> {
        self.writers.join_all().await
    }
}

/// Creates a row, changes it twice, creates the next, until the service is gone.
async fn write(environment: Environment, mut ledger: Ledger, count: Arc<Count>) -> Ledger {
    loop {
        // Without its key nothing was promised.
        let Some(created) = gone(environment.create("accounts", &values(Version(0))).await) else {
            return ledger;
        };
        ledger.0.insert(
            created,
            Told {
                acknowledged: Version(0),
                cut_off: None,
            },
        );
        count.one_more();
        // An older row too, so that rows of many kills ago are changed again.
        let older = ledger
            .0
            .iter()
            .find(|(_id, told)| told.cut_off.is_none())
            .map(|(id, _told)| *id);
        for id in [Some(created), older].into_iter().flatten() {
            let Some(told) = ledger.0.get_mut(&id) else { continue };
            let next = Version(told.acknowledged.0 + 1);
            told.cut_off = Some(next);
            if gone(environment.update("accounts", id, &values(next)).await).is_none() {
                return ledger;
            }
            *told = Told {
                acknowledged: next,
                cut_off: None,
            };
            count.one_more();
        }
    }
}

/// The answer, or nothing where the connection ended without one. A refusal fails the test.
#[track_caller]
fn gone<T>(answer: Result<T, Error>) -> Option<T> {
    match answer {
        Ok(answer) => Some(answer),
        Err(Error::Unreachable { .. } | Error::AnswerLost { .. }) => None,
        Err(other) => panic!("{other}"),
    }
}

impl Count {
    fn one_more(&self) {
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.grown.notify_one();
    }
}

fn values(version: Version) -> Write {
    Write {
        name: name(version),
        numberofemployees: version.0,
    }
}

fn name(version: Version) -> String {
    format!("durable {}", version.0)
}
