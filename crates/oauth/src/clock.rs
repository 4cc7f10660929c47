//! Time as a parameter: a [`Clock`] is asked, a [`Timestamp`] goes out.
//!
//! INVARIANT: [`SystemClock`] is the only place that reads the machine's clock.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

const MILLIS_PER_SECOND: i64 = 1_000;

/// A moment: milliseconds since 1970-01-01 00:00 UTC. Arithmetic stops at the ends instead of wrapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970 UTC.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From whole seconds since 1970 UTC, the unit of `NumericDate` (RFC 7519 section 2).
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MILLIS_PER_SECOND))
    }

    /// Milliseconds since 1970 UTC.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970 UTC, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MILLIS_PER_SECOND)
    }

    /// The moment `seconds` later, or earlier when negative.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_millis(seconds.saturating_mul(MILLIS_PER_SECOND))
    }

    /// The moment `millis` later, or earlier when negative.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The calendar's end stands for what lies beyond it (years outside -9999 to 9999).
    fn calendar(self) -> jiff::Timestamp {
        let end = if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        };
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(end)
    }
}

/// RFC 3339 in UTC: `2026-03-01T09:12:44Z`, with a fraction only where there is one.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.calendar(), f)
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the machine's clock is read"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
    }
}

/// A clock that stands still until it is moved. Share it as `Arc<TestClock>`: expiry and rollover are then tested
/// without sleeping.
#[derive(Debug)]
pub struct TestClock {
    now_millis: AtomicI64,
}

impl TestClock {
    /// A clock that shows `start`.
    #[must_use]
    pub const fn new(start: Timestamp) -> Self {
        Self {
            now_millis: AtomicI64::new(start.0),
        }
    }

    /// Moves the clock by `seconds`, backwards when negative.
    pub fn advance_seconds(&self, seconds: i64) {
        self.now_millis
            .fetch_add(seconds.saturating_mul(MILLIS_PER_SECOND), Ordering::SeqCst);
    }

    /// Makes the clock show `now`.
    pub fn set(&self, now: Timestamp) {
        self.now_millis.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now_millis.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(millis: i64, expected: &str) {
        assert_eq!(Timestamp::from_millis(millis).to_string(), expected);
    }

    #[test]
    fn prints_rfc_3339() {
        check(0, "1970-01-01T00:00:00Z");
        check(-1, "1969-12-31T23:59:59.999Z");
        check(1_759_999_700_000, "2025-10-09T08:48:20Z");
        check(1_759_999_700_120, "2025-10-09T08:48:20.12Z");
        check(i64::MAX, "9999-12-30T22:00:00.999999999Z");
    }

    #[test]
    fn seconds_round_down_and_arithmetic_saturates() {
        assert_eq!(Timestamp::from_millis(-1).seconds(), -1);
        assert_eq!(Timestamp::from_millis(1_999).seconds(), 1);
        assert_eq!(
            Timestamp::from_seconds(i64::MAX).plus_seconds(1),
            Timestamp::from_millis(i64::MAX)
        );
        assert_eq!(
            Timestamp::from_seconds(10).plus_seconds(-3).plus_millis(5).millis(),
            7_005
        );
    }

    #[test]
    fn a_test_clock_moves_only_when_moved() {
        let clock = TestClock::new(Timestamp::from_seconds(100));
        assert_eq!(clock.now(), clock.now());
        clock.advance_seconds(-40);
        assert_eq!(clock.now().seconds(), 60);
        clock.set(Timestamp::from_seconds(7));
        assert_eq!(clock.now().seconds(), 7);
    }

    #[test]
    fn the_system_clock_is_past_the_day_this_was_written() {
        assert!(SystemClock.now() > Timestamp::from_seconds(1_700_000_000));
    }

    proptest::proptest! {
        #[test]
        fn every_moment_prints(millis: i64) {
            proptest::prop_assert!(Timestamp::from_millis(millis).to_string().ends_with('Z'));
        }
    }
}
