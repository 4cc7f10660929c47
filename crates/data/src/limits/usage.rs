//! What one user asked for within the window, in buckets of a second.
//!
//! In: requests as they start and end. Out: whether one more is let in, and what is left.
//! Invariant: the totals are the sums of the buckets, and buckets stand in the order of time.

use std::collections::VecDeque;

use crate::{
    error::Error,
    limits::{Limit, Limits, Remaining},
};

/// Seconds after which a caller with too many requests at once may try again.
const CONCURRENCY_RETRY_SECONDS: u64 = 1;

/// One user's requests. A bucket counts from its second until a whole window later.
#[derive(Debug, Default)]
pub(super) struct Usage {
    buckets: VecDeque<Bucket>,
    requests: u32,
    execution_ms: u64,
    running: u32,
}

#[derive(Debug)]
struct Bucket {
    second: i64,
    requests: u32,
    execution_ms: u64,
}

impl Usage {
    /// Counts one more request, unless a limit is reached. What is refused is not counted.
    pub(super) fn start(&mut self, now_second: i64, limits: &Limits) -> Result<Remaining, Error> {
        self.forget(now_second, limits.window_seconds);
        if self.running >= limits.concurrent {
            let limit = Limit::Concurrent {
                limit: limits.concurrent,
            };
            return Err(Error::Limited {
                limit,
                retry_after_seconds: CONCURRENCY_RETRY_SECONDS,
            });
        }
        let window_seconds = limits.window_seconds;
        if self.requests >= limits.requests {
            let limit = Limit::Requests {
                limit: limits.requests,
                window_seconds,
            };
            let surplus = u64::from(self.requests - limits.requests) + 1;
            let retry_after_seconds =
                self.free_after(now_second, window_seconds, surplus, |bucket| u64::from(bucket.requests));
            return Err(Error::Limited {
                limit,
                retry_after_seconds,
            });
        }
        if self.execution_ms >= limits.execution_ms {
            let limit = Limit::ExecutionTime {
                limit_ms: limits.execution_ms,
                window_seconds,
            };
            let surplus = self.execution_ms - limits.execution_ms + 1;
            let retry_after_seconds =
                self.free_after(now_second, window_seconds, surplus, |bucket| bucket.execution_ms);
            return Err(Error::Limited {
                limit,
                retry_after_seconds,
            });
        }
        self.add(now_second, 1, 0);
        self.running += 1;
        Ok(Remaining {
            requests: limits.requests - self.requests,
            execution_ms: limits.execution_ms - self.execution_ms,
        })
    }

    /// Accounts the time of a request that has ended.
    pub(super) fn end(&mut self, now_second: i64, spent_ms: u64) {
        self.running = self.running.saturating_sub(1);
        if spent_ms > 0 {
            self.add(now_second, 0, spent_ms);
        }
    }

    /// Whether there is nothing left to remember.
    pub(super) fn is_idle(&mut self, now_second: i64, window_seconds: u32) -> bool {
        self.forget(now_second, window_seconds);
        self.running == 0 && self.buckets.is_empty()
    }

    /// Drops the buckets that have left the window.
    fn forget(&mut self, now_second: i64, window_seconds: u32) {
        while let Some(oldest) = self.buckets.front() {
            if now_second.saturating_sub(oldest.second) < i64::from(window_seconds) {
                break;
            }
            self.requests -= oldest.requests;
            self.execution_ms -= oldest.execution_ms;
            self.buckets.pop_front();
        }
    }

    /// Adds to the bucket of this second. A clock that went back adds to the latest one.
    fn add(&mut self, second: i64, requests: u32, execution_ms: u64) {
        self.requests += requests;
        self.execution_ms += execution_ms;
        match self.buckets.back_mut() {
            Some(latest) if latest.second >= second => {
                latest.requests += requests;
                latest.execution_ms += execution_ms;
            }
            _ => self.buckets.push_back(Bucket {
                second,
                requests,
                execution_ms,
            }),
        }
    }

    /// Seconds until buckets with so much in them have left the window.
    fn free_after(&self, now_second: i64, window_seconds: u32, surplus: u64, amount: impl Fn(&Bucket) -> u64) -> u64 {
        let mut freed = 0;
        let leaving = self.buckets.iter().find(|bucket| {
            freed += amount(bucket);
            freed >= surplus
        });
        let seconds = leaving.map_or(0, |bucket| {
            bucket
                .second
                .saturating_add(i64::from(window_seconds))
                .saturating_sub(now_second)
        });
        u64::try_from(seconds).unwrap_or(0).max(1)
    }
}
