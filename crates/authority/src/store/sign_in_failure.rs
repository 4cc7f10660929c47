//! Tries to sign in that did not succeed, counted.
//!
//! In: the hash of what is counted (a person, an address, both) and the time. Out: whether it may be tried. INVARIANT: a
//! try is counted and permitted by one statement, so tries at the same time are all counted before one is checked.

use db::sql::{CreateIndex, CreateTable};
use db::{Statement, Type, Value};
use oauth::Timestamp;

use super::{MOST_PURGED, column, index, table, time};

/// How long failures are remembered, from the first on. Shorter would let more guesses through in a day, longer would hold
/// a person back today who mistyped last week.
const WINDOW_SECONDS: i64 = 24 * 60 * 60;

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("key", Type::Bytes),
        column("failures", Type::Int),
        column("began_at", Type::Int),
        column("held_s", Type::Int),
        column("counted_at", Type::Int),
    ];
    vec![table("sign_in_failure", columns, &["key"])]
}

/// No unique set: beside the key that a count may meet, a second one would make counts at the same time fail.
pub(super) fn indexes() -> Vec<CreateIndex> {
    vec![index("sign_in_failure_age", "sign_in_failure", &["counted_at"])]
}

/// Counts a try; changes no row while tries are held back. From the `most`th failure of a window on, each one holds back
/// the next: for a minute, then twice as long each time, an hour at most.
pub(crate) fn count(key: &[u8], most: i64, now: Timestamp) -> Statement {
    Statement::fixed(
        "INSERT INTO {sign_in_failure} AS f (key, failures, began_at, held_s, counted_at) VALUES ($1, 1, $2, 0, $2) \
         ON CONFLICT (key) DO UPDATE SET \
         failures = CASE WHEN f.began_at <= $3 THEN 1 ELSE f.failures + 1 END, \
         began_at = CASE WHEN f.began_at <= $3 THEN $2 ELSE f.began_at END, \
         held_s = CASE WHEN f.began_at <= $3 OR f.failures + 1 < $4 THEN 0 WHEN f.held_s = 0 THEN 60 \
         WHEN f.held_s > 1800 THEN 3600 ELSE f.held_s * 2 END, \
         counted_at = $2 \
         WHERE f.counted_at + f.held_s <= $2",
        vec![
            Value::Bytes(key.to_vec()),
            time(now),
            time(now.plus_seconds(-WINDOW_SECONDS)),
            Value::Int(most),
        ],
        &[],
    )
}

/// Returns a row while tries are held back.
pub(crate) fn held(key: &[u8], now: Timestamp) -> Statement {
    Statement::fixed(
        "SELECT f.failures FROM {sign_in_failure} f WHERE f.key = $1 AND f.counted_at + f.held_s > $2",
        vec![Value::Bytes(key.to_vec()), time(now)],
        &[Type::Int],
    )
}

/// Takes one counted try back: what it holds back is as before it, and not ended.
pub(crate) fn take_back(key: &[u8], most: i64) -> Statement {
    Statement::fixed(
        "UPDATE {sign_in_failure} SET failures = failures - 1, \
         held_s = CASE WHEN failures - 1 < $2 THEN 0 ELSE held_s / 2 END WHERE key = $1 AND failures > 0",
        vec![Value::Bytes(key.to_vec()), Value::Int(most)],
        &[],
    )
}

/// Forgets all failures.
pub(crate) fn forget(key: &[u8]) -> Statement {
    Statement::fixed(
        "DELETE FROM {sign_in_failure} WHERE key = $1",
        vec![Value::Bytes(key.to_vec())],
        &[],
    )
}

/// Removes a few of the rows that count nothing any more.
pub(crate) fn purge(now: Timestamp) -> Statement {
    Statement::fixed(
        "DELETE FROM {sign_in_failure} WHERE key IN (SELECT f.key FROM {sign_in_failure} f WHERE f.counted_at <= $1 \
         ORDER BY f.counted_at LIMIT $2) AND counted_at <= $1",
        vec![time(now.plus_seconds(-WINDOW_SECONDS)), Value::Int(MOST_PURGED)],
        &[],
    )
}
