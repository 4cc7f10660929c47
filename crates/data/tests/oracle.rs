//! The oracle: of random rows, roles, units, owners and questions, the wire answers exactly what a naive judge admits.
//!
//! In: seeds. Out: a world per seed and engine, and a thousand questions asked of each: reads with filters, orders, pages,
//! counts and expands, and writes. Invariant: the judge (`judge`, `filter`, `query`, `change`) is written from the Web API
//! reference alone, with loops over rows in memory; it shares no code with the product, so that both are wrong
//! together only by chance. A question that is answered differently tells its seed, and is asked again by it alone.

mod ask;
mod body;
mod change;
mod dice;
mod draw;
mod filter;
mod judge;
mod pattern;
mod query;
mod realm;
mod session;
mod tables;
mod value;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;

use self::ask::{Question, Verdict};
use self::dice::Dice;
use self::session::Session;
use crate::world::{Engine, World, engines, on_each_engine};

/// Each makes another world.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=10;

const QUESTIONS_PER_WORLD: usize = 1_000;

/// After so many questions somebody gets other rights.
const REORGANIZED_AFTER: usize = 100;

/// So many of a hundred questions are writes.
const WRITES: u64 = 20;

#[tokio::test(flavor = "multi_thread")]
async fn the_wire_answers_what_the_judge_admits() {
    let tallies = Arc::new([Tally::default(), Tally::default()]);
    let mut worlds = JoinSet::new();
    for seed in SEEDS {
        let tallies = Arc::clone(&tallies);
        worlds.spawn(on_each_engine(move |world| examine(world, seed, Arc::clone(&tallies))));
    }
    worlds.join_all().await;
    for engine in engines() {
        let Tally { admitted, refused } = &tallies[slot(engine)];
        let (admitted, refused) = (admitted.load(Ordering::Relaxed), refused.load(Ordering::Relaxed));
        assert!(
            admitted + refused >= 10_000,
            "only {admitted} and {refused} questions on {engine:?}"
        );
        // Neither a world in which all is allowed nor one in which nothing is would say much.
        assert!(
            admitted >= 5_000 && refused >= 1_000,
            "{admitted} admitted, {refused} refused on {engine:?}"
        );
    }
}

/// How many questions were answered in which way, on one engine.
#[derive(Default)]
struct Tally {
    admitted: AtomicUsize,
    refused: AtomicUsize,
}

async fn examine(world: Arc<World>, seed: u64, tallies: Arc<[Tally; 2]>) {
    let mut dice = Dice::new(seed);
    let engine = world.engine;
    let mut session = Session::begin(world, &mut dice).await;
    for number in 1..=QUESTIONS_PER_WORLD {
        let question = Question {
            seed,
            number,
            caller: session.random_caller(&mut dice),
        };
        let verdict = if dice.percent(WRITES) {
            change::change(&mut session, &question, &mut dice).await
        } else {
            ask::ask(&session, &question, &mut dice).await
        };
        if number % REORGANIZED_AFTER == 0 {
            session.reorganize(&mut dice).await;
        }
        let Tally { admitted, refused } = &tallies[slot(engine)];
        let counted = if verdict == Verdict::Admitted {
            admitted
        } else {
            refused
        };
        counted.fetch_add(1, Ordering::Relaxed);
    }
}

fn slot(engine: Engine) -> usize {
    match engine {
        Engine::Sqlite => 0,
        Engine::Postgres => 1,
    }
}
