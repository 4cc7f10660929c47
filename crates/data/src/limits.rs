//! Service protection: how much one user may ask of one environment in a sliding window.
//!
//! In: a user and the present moment, at the start and at the end of a request. Out: an [`Admission`], or the limit
//! that is reached. Invariant: who is admitted holds an [`Admission`], and its end is accounted exactly once, by
//! `Drop`; no lock is held longer than a few lookups.

mod usage;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use oauth::{Clock, Timestamp};
use uuid::Uuid;

use crate::{error::Error, limits::usage::Usage};

/// Parts of the map, so that users of different parts never wait for each other.
const SHARDS: usize = 16;

/// Whether, and at how much, users are held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitOptions {
    /// Never.
    Off,
    /// At these numbers.
    On(Limits),
}

/// The numbers. [`Limits::default`] are those that Dataverse documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests of one user within the window.
    pub requests: u32,
    /// Milliseconds that all requests of one user took together within the window.
    pub execution_ms: u64,
    /// Requests of one user at the same time.
    pub concurrent: u32,
    /// The length of the window.
    pub window_seconds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests: 6_000,
            execution_ms: 1_200_000,
            concurrent: 52,
            window_seconds: 300,
        }
    }
}

/// A limit that is reached, with its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// 0x80072322
    Requests {
        /// The most.
        limit: u32,
        /// Within so many seconds.
        window_seconds: u32,
    },
    /// 0x80072321
    ExecutionTime {
        /// The most.
        limit_ms: u64,
        /// Within so many seconds.
        window_seconds: u32,
    },
    /// 0x80072326
    Concurrent {
        /// The most.
        limit: u32,
    },
}

/// What is left of the window, for the `x-ms-ratelimit-*` headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Remaining {
    /// Requests.
    pub(crate) requests: u32,
    /// Execution time.
    pub(crate) execution_ms: u64,
}

/// The users of one environment who called within the window.
pub(crate) struct Limiter {
    limits: Limits,
    clock: Arc<dyn Clock>,
    shards: [Mutex<Shard>; SHARDS],
}

/// One part of the users.
#[derive(Default)]
struct Shard {
    users: HashMap<Uuid, Usage>,
    swept_second: i64,
}

/// A request that runs. Its time is accounted when this is dropped.
pub(crate) struct Admission {
    limiter: Arc<Limiter>,
    user: Uuid,
    started: Timestamp,
    remaining: Remaining,
}

impl Limiter {
    /// `None` when limits are off.
    pub(crate) fn new(options: LimitOptions, clock: Arc<dyn Clock>) -> Option<Arc<Self>> {
        match options {
            LimitOptions::Off => None,
            LimitOptions::On(limits) => Some(Arc::new(Self {
                limits,
                clock,
                shards: Default::default(),
            })),
        }
    }

    /// Lets a request of this user in, or tells which limit is reached and when to come back.
    ///
    /// The user is the one whose token was sent: whoever is impersonated, the application pays.
    pub(crate) fn admit(self: &Arc<Self>, user: Uuid) -> Result<Admission, Error> {
        let started = self.clock.now();
        let now_second = started.seconds();
        let mut shard = self.shard(user);
        shard.sweep(now_second, self.limits.window_seconds);
        let usage = shard.users.entry(user).or_default();
        let remaining = usage.start(now_second, &self.limits)?;
        drop(shard);
        Ok(Admission {
            limiter: Arc::clone(self),
            user,
            started,
            remaining,
        })
    }

    fn shard(&self, user: Uuid) -> MutexGuard<'_, Shard> {
        // The last byte of a UUID is random in every version that is made here.
        let [.., last] = *user.as_bytes();
        let [first, ..] = &self.shards;
        let shard = self.shards.get(usize::from(last) % SHARDS).unwrap_or(first);
        // Counters are whole after every statement, so a panic elsewhere spoils nothing.
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    /// Forgets users without a request in the window, at most once per window.
    fn sweep(&mut self, now_second: i64, window_seconds: u32) {
        if now_second.saturating_sub(self.swept_second) < i64::from(window_seconds) {
            return;
        }
        self.swept_second = now_second;
        self.users.retain(|_, usage| !usage.is_idle(now_second, window_seconds));
    }
}

impl Admission {
    /// What was left when this request was let in, itself counted.
    pub(crate) fn remaining(&self) -> Remaining {
        self.remaining
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let ended = self.limiter.clock.now();
        let spent_ms = u64::try_from(ended.millis().saturating_sub(self.started.millis())).unwrap_or(0);
        if let Some(usage) = self.limiter.shard(self.user).users.get_mut(&self.user) {
            usage.end(ended.seconds(), spent_ms);
        }
    }
}

#[cfg(test)]
mod tests;
