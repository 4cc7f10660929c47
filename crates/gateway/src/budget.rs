//! The budget of each person: so many requests in a time, and so many at once.
//!
//! In: a person who asks. Out: a [`Spent`] that is held while the request lasts, or when to come again. Invariant: what
//! one person spends is taken from nobody else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use oauth::{Clock, Timestamp};

use crate::person::Person;

/// Persons that are let pile up before those with a full budget are dropped.
const SWEEP_AT_LEAST: usize = 1024;

/// What each person may spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetOptions {
    /// Requests that may be made at once after a rest, and in each window in the long run.
    pub requests: u32,
    /// Seconds in which the budget fills up again.
    pub window_s: u32,
    /// Requests that may be under way at the same time.
    pub in_flight: u32,
}

impl Default for BudgetOptions {
    /// A tenth of what the cloud lets an application user spend.
    fn default() -> Self {
        Self {
            requests: 600,
            window_s: 300,
            in_flight: 8,
        }
    }
}

/// The budget is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request budget of this person is spent")]
pub struct Exhausted {
    /// When to come again.
    pub retry_after_s: u32,
    /// Whether requests that are under way are the cause.
    pub cause: ExhaustedBy,
}

/// What was too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExhaustedBy {
    /// Requests in the window.
    Requests,
    /// Requests at the same time.
    InFlight,
}

/// All budgets.
pub(crate) struct Budgets {
    options: BudgetOptions,
    clock: Arc<dyn Clock>,
    purses: Arc<Mutex<Purses>>,
}

#[derive(Default)]
struct Purses {
    by_person: HashMap<Owner, Purse>,
    sweep_at: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Owner {
    issuer: String,
    subject: String,
}

/// Requests are counted in parts of `window_ms`, so that no fraction is lost.
#[derive(Debug, Clone, Copy)]
struct Purse {
    left: u64,
    counted_at: Timestamp,
    in_flight: u32,
}

/// A request that was paid for. Dropping it ends the request.
pub(crate) struct Spent {
    owner: Owner,
    purses: Arc<Mutex<Purses>>,
    remaining: u64,
}

impl Budgets {
    pub(crate) fn new(options: BudgetOptions, clock: Arc<dyn Clock>) -> Self {
        Self {
            options,
            clock,
            purses: Arc::default(),
        }
    }

    pub(crate) fn options(&self) -> BudgetOptions {
        self.options
    }

    /// Requests that a person may make now.
    pub(crate) fn remaining(&self, person: &Person) -> u64 {
        let now = self.clock.now();
        let owner = Owner::of(person);
        let purses = self.purses.lock().unwrap_or_else(PoisonError::into_inner);
        let left = purses.by_person.get(&owner).map(|purse| self.filled(*purse, now).left);
        left.unwrap_or(self.full()) / self.window_ms()
    }

    fn window_ms(&self) -> u64 {
        u64::from(self.options.window_s).max(1) * 1000
    }

    fn full(&self) -> u64 {
        u64::from(self.options.requests) * self.window_ms()
    }

    /// Pays for one request.
    pub(crate) fn spend(&self, person: &Person) -> Result<Spent, Exhausted> {
        let owner = Owner::of(person);
        let now = self.clock.now();
        let mut purses = self.purses.lock().unwrap_or_else(PoisonError::into_inner);
        purses.sweep(|purse| self.filled(*purse, now).left == self.full());
        let fresh = Purse {
            left: self.full(),
            counted_at: now,
            in_flight: 0,
        };
        let held = purses.by_person.entry(owner.clone()).or_insert(fresh);
        let purse = self.filled(*held, now);
        let price = self.window_ms();
        *held = purse;
        if purse.in_flight >= self.options.in_flight {
            return Err(Exhausted {
                retry_after_s: 1,
                cause: ExhaustedBy::InFlight,
            });
        }
        let Some(left) = purse.left.checked_sub(price) else {
            // One millisecond fills `requests` parts.
            let missing_ms = (price - purse.left).div_ceil(u64::from(self.options.requests).max(1));
            return Err(Exhausted {
                retry_after_s: u32::try_from(missing_ms.div_ceil(1000)).unwrap_or(u32::MAX),
                cause: ExhaustedBy::Requests,
            });
        };
        held.left = left;
        held.in_flight += 1;
        drop(purses);
        Ok(Spent {
            owner,
            purses: Arc::clone(&self.purses),
            remaining: left / price,
        })
    }

    /// The purse with what has flown in since it was counted.
    fn filled(&self, purse: Purse, now: Timestamp) -> Purse {
        let passed_ms = u64::try_from(now.millis().saturating_sub(purse.counted_at.millis())).unwrap_or(0);
        let flown_in = passed_ms.saturating_mul(u64::from(self.options.requests));
        Purse {
            left: purse.left.saturating_add(flown_in).min(self.full()),
            counted_at: purse.counted_at.max(now),
            ..purse
        }
    }
}

impl Owner {
    fn of(person: &Person) -> Self {
        Self {
            issuer: person.issuer().to_owned(),
            subject: person.subject().to_owned(),
        }
    }
}

impl Purses {
    /// Drops what a new purse would be like.
    fn sweep(&mut self, is_full: impl Fn(&Purse) -> bool) {
        if self.by_person.len() < self.sweep_at.max(SWEEP_AT_LEAST) {
            return;
        }
        self.by_person.retain(|_, purse| purse.in_flight > 0 || !is_full(purse));
        self.sweep_at = self.by_person.len() * 2;
    }
}

impl Spent {
    /// Requests that are left now.
    pub(crate) fn remaining(&self) -> u64 {
        self.remaining
    }
}

impl Drop for Spent {
    fn drop(&mut self) {
        let mut purses = self.purses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(purse) = purses.by_person.get_mut(&self.owner) {
            purse.in_flight = purse.in_flight.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use oauth::TestClock;

    use super::*;

    fn person(subject: &str) -> Person {
        Person {
            issuer: "https://id.example.test".to_owned(),
            subject: subject.to_owned(),
            tenant: "contoso".to_owned(),
            object_id: None,
            name: None,
            roles: Vec::new(),
            groups: Vec::new(),
            claims: BTreeMap::new(),
        }
    }

    fn budgets() -> (Arc<TestClock>, Budgets) {
        let clock = Arc::new(TestClock::new(Timestamp::from_seconds(1000)));
        let options = BudgetOptions {
            requests: 6,
            window_s: 60,
            in_flight: 2,
        };
        (Arc::clone(&clock), Budgets::new(options, clock))
    }

    #[test]
    fn what_is_spent_is_spent_and_flows_back() {
        let (clock, budgets) = budgets();
        for remaining in (0..6).rev() {
            assert_eq!(
                budgets.spend(&person("ina")).ok().map(|it| it.remaining()),
                Some(remaining)
            );
        }
        let refused = Exhausted {
            retry_after_s: 10,
            cause: ExhaustedBy::Requests,
        };
        assert_eq!(budgets.spend(&person("ina")).err(), Some(refused));
        assert!(budgets.spend(&person("oda")).is_ok(), "another person's is another");
        clock.advance_seconds(9);
        let retry_after_s = budgets.spend(&person("ina")).err().map(|it| it.retry_after_s);
        assert_eq!(retry_after_s, Some(1));
        clock.advance_seconds(1);
        assert!(budgets.spend(&person("ina")).is_ok());
        assert!(budgets.spend(&person("ina")).is_err());
        clock.advance_seconds(1_000_000);
        assert_eq!(budgets.spend(&person("ina")).ok().map(|it| it.remaining()), Some(5));
        clock.advance_seconds(-1_000_000);
        assert_eq!(
            budgets.spend(&person("ina")).ok().map(|it| it.remaining()),
            Some(4),
            "no gain by a clock set back"
        );
    }

    #[test]
    fn so_many_at_once() {
        let (_clock, budgets) = budgets();
        let first = budgets.spend(&person("ina")).ok().unwrap();
        let _second = budgets.spend(&person("ina")).ok().unwrap();
        let refused = Exhausted {
            retry_after_s: 1,
            cause: ExhaustedBy::InFlight,
        };
        assert_eq!(budgets.spend(&person("ina")).err(), Some(refused));
        drop(first);
        assert!(budgets.spend(&person("ina")).is_ok());
    }

    #[test]
    fn budgets_that_are_full_are_not_kept() {
        let (clock, budgets) = budgets();
        for number in 0..SWEEP_AT_LEAST {
            assert!(budgets.spend(&person(&number.to_string())).is_ok());
        }
        clock.advance_seconds(60);
        assert!(budgets.spend(&person("ina")).is_ok());
        assert_eq!(budgets.purses.lock().unwrap().by_person.len(), 1);
    }
}
