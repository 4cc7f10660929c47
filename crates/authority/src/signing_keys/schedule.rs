//! When keys sign and when they are published.
//!
//! In: the keys of one algorithm, and the time. Out: [`Roll`]: what has to be written. INVARIANT: pure; every roll makes
//! the next number of its algorithm, so that of two nodes that roll at once one fails on the unique set.

use oauth::{Algorithm, Timestamp};

use crate::store::signing_key::SigningKeyRow;

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// How long a key signs before the next takes its place.
const SIGNING_SECONDS: i64 = 180 * DAY_SECONDS;
/// How long a key is published before it signs: validators cache key documents for a day.
const PUBLISHED_BEFORE_SECONDS: i64 = 2 * DAY_SECONDS;
/// How long a key stays published after its last signature: validators cache keys for a day, tokens live less than that.
const PUBLISHED_AFTER_SECONDS: i64 = 2 * DAY_SECONDS;
/// How far the clocks of two nodes may differ: a key that takes over at once begins so much earlier.
const SKEW_SECONDS: i64 = 300;

/// When a key signs and is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    /// Signs from this time on.
    pub(crate) not_before: Timestamp,
    /// Published up to this time.
    pub(crate) retire_at: Option<Timestamp>,
}

/// A key to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NewKey {
    /// By what it will sign.
    pub(crate) algorithm: Algorithm,
    /// See [`SigningKeyRow::number`].
    pub(crate) number: i64,
    /// When.
    pub(crate) period: Period,
}

/// What a change of the keys consists of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Roll {
    /// Keys to be made.
    pub(crate) new: Vec<NewKey>,
    /// Keys that get another period, by id.
    pub(crate) moved: Vec<(String, Period)>,
    /// Keys that are deleted, by id.
    pub(crate) withdrawn: Vec<String>,
}

/// The first two keys: one that signs from now on, and one to take its place.
pub(crate) fn first(algorithm: Algorithm, now: Timestamp) -> Roll {
    successors(algorithm, 1, now)
}

/// What the passing of time asks for: a next key where none waits, and the end of those that are no longer published.
pub(crate) fn due(algorithm: Algorithm, keys: &[SigningKeyRow], now: Timestamp) -> Roll {
    let retired = keys.iter().filter(|key| key.retire_at.is_some_and(|at| at <= now));
    let withdrawn = retired.map(|key| key.kid.clone()).collect();
    let mut roll = match (keys.last(), next(keys, now)) {
        (_, Some(_)) => Roll::default(),
        (None, None) => first(algorithm, now),
        (Some(last), None) => {
            let planned = last.not_before.plus_seconds(SIGNING_SECONDS);
            let handover = planned.max(now.plus_seconds(PUBLISHED_BEFORE_SECONDS));
            Roll {
                moved: vec![(last.kid.clone(), signing_until(last.not_before, handover))],
                new: vec![NewKey {
                    algorithm,
                    number: last.number + 1,
                    period: open_end(handover),
                }],
                withdrawn: Vec::new(),
            }
        }
    };
    roll.withdrawn = withdrawn;
    roll
}

/// The next key signs from now on. What signed before stays published until its tokens have ended.
pub(crate) fn planned(algorithm: Algorithm, keys: &[SigningKeyRow], now: Timestamp) -> Roll {
    let mut roll = take_over(algorithm, keys, now, now);
    let current = keys.iter().rfind(|key| key.not_before <= now);
    let ended = current.map(|key| (key.kid.clone(), signing_until(key.not_before, now)));
    roll.moved.extend(ended);
    roll
}

/// The next key signs from now on, on all nodes, and what signed before is gone: no token that it signed is believed any
/// more.
pub(crate) fn emergency(algorithm: Algorithm, keys: &[SigningKeyRow], now: Timestamp) -> Roll {
    let begun = keys.iter().filter(|key| key.not_before <= now);
    Roll {
        withdrawn: begun.map(|key| key.kid.clone()).collect(),
        ..take_over(algorithm, keys, now, now.plus_seconds(-SKEW_SECONDS))
    }
}

/// The next key begins, and gets a successor. Where none waits, both are made.
fn take_over(algorithm: Algorithm, keys: &[SigningKeyRow], now: Timestamp, begin: Timestamp) -> Roll {
    let number = keys.last().map_or(1, |last| last.number + 1);
    let Some(next) = next(keys, now) else {
        return successors(algorithm, number, begin);
    };
    let handover = begin.plus_seconds(SIGNING_SECONDS);
    Roll {
        moved: vec![(next.kid.clone(), signing_until(begin, handover))],
        new: vec![NewKey {
            algorithm,
            number,
            period: open_end(handover),
        }],
        withdrawn: Vec::new(),
    }
}

/// The first key whose time has not come.
fn next(keys: &[SigningKeyRow], now: Timestamp) -> Option<&SigningKeyRow> {
    keys.iter().find(|key| key.not_before > now)
}

/// Two new keys, the first of which signs from `begin` on.
fn successors(algorithm: Algorithm, number: i64, begin: Timestamp) -> Roll {
    let handover = begin.plus_seconds(SIGNING_SECONDS);
    let key = |number, period| NewKey {
        algorithm,
        number,
        period,
    };
    Roll {
        new: vec![
            key(number, signing_until(begin, handover)),
            key(number + 1, open_end(handover)),
        ],
        ..Roll::default()
    }
}

/// A key that signs until another takes over.
fn signing_until(not_before: Timestamp, handover: Timestamp) -> Period {
    Period {
        not_before,
        retire_at: Some(handover.plus_seconds(PUBLISHED_AFTER_SECONDS)),
    }
}

/// A key that signs until further notice.
fn open_end(not_before: Timestamp) -> Period {
    Period {
        not_before,
        retire_at: None,
    }
}

#[cfg(test)]
mod tests;
