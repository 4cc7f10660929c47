//! The window is moved by a clock that stands still otherwise.

use oauth::TestClock;

use super::*;

const ALICE: Uuid = Uuid::from_u128(1);
const BOB: Uuid = Uuid::from_u128(2);

fn limiter(limits: Limits) -> (Arc<Limiter>, Arc<TestClock>) {
    let clock = Arc::new(TestClock::new(Timestamp::from_seconds(1_000)));
    let limiter = Limiter::new(LimitOptions::On(limits), clock.clone()).unwrap();
    (limiter, clock)
}

fn small() -> Limits {
    Limits {
        requests: 3,
        execution_ms: 5_000,
        concurrent: 2,
        window_seconds: 300,
    }
}

#[track_caller]
fn refused(limiter: &Arc<Limiter>, expected: Limit, expected_retry_seconds: u64) {
    match limiter.admit(ALICE) {
        Err(Error::Limited {
            limit,
            retry_after_seconds,
        }) => {
            assert_eq!((limit, retry_after_seconds), (expected, expected_retry_seconds));
        }
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("admitted"),
    }
}

#[test]
fn off_makes_no_limiter() {
    let clock = Arc::new(TestClock::new(Timestamp::from_seconds(0)));
    assert!(Limiter::new(LimitOptions::Off, clock).is_none());
}

#[test]
fn the_numbers_are_the_documented_ones() {
    let limits = Limits::default();
    assert_eq!(
        (
            limits.requests,
            limits.execution_ms,
            limits.concurrent,
            limits.window_seconds
        ),
        (6_000, 1_200_000, 52, 300)
    );
}

#[test]
fn requests_leave_the_window_one_by_one() {
    let (limiter, clock) = limiter(small());
    let reached = Limit::Requests {
        limit: 3,
        window_seconds: 300,
    };
    for left in [2, 1, 0] {
        assert_eq!(limiter.admit(ALICE).unwrap().remaining().requests, left);
        clock.advance_seconds(10);
    }
    refused(&limiter, reached, 270);
    clock.advance_seconds(269);
    refused(&limiter, reached, 1);
    clock.advance_seconds(1);
    assert_eq!(limiter.admit(ALICE).unwrap().remaining().requests, 0);
    refused(&limiter, reached, 10);
}

#[test]
fn execution_time_counts_when_a_request_ends() {
    let (limiter, clock) = limiter(small());
    let first = limiter.admit(ALICE).unwrap();
    assert_eq!(first.remaining().execution_ms, 5_000);
    clock.advance_seconds(4);
    drop(first);
    let second = limiter.admit(ALICE).unwrap();
    assert_eq!(second.remaining().execution_ms, 1_000);
    clock.advance_seconds(1);
    drop(second);
    refused(
        &limiter,
        Limit::ExecutionTime {
            limit_ms: 5_000,
            window_seconds: 300,
        },
        299,
    );
    clock.advance_seconds(299);
    assert_eq!(limiter.admit(ALICE).unwrap().remaining().execution_ms, 4_000);
}

#[test]
fn requests_at_once_are_free_again_when_they_end() {
    let (limiter, _clock) = limiter(small());
    let first = limiter.admit(ALICE).unwrap();
    let second = limiter.admit(ALICE).unwrap();
    refused(&limiter, Limit::Concurrent { limit: 2 }, 1);
    drop(first);
    let third = limiter.admit(ALICE).unwrap();
    assert_eq!(third.remaining().requests, 0, "what was refused is not counted");
    drop((second, third));
}

#[test]
fn users_do_not_pay_for_each_other() {
    let (limiter, _clock) = limiter(small());
    for _ in 0..3 {
        drop(limiter.admit(ALICE).unwrap());
    }
    assert_eq!(limiter.admit(BOB).unwrap().remaining().requests, 2);
}

#[test]
fn idle_users_are_forgotten_and_busy_ones_kept() {
    let (limiter, clock) = limiter(small());
    let other = Uuid::from_u128(1 + SHARDS as u128);
    drop(limiter.admit(other).unwrap());
    let running = limiter.admit(ALICE).unwrap();
    clock.advance_seconds(300);
    drop(limiter.admit(ALICE).unwrap());
    assert_eq!(limiter.shard(ALICE).users.keys().copied().collect::<Vec<_>>(), [ALICE]);
    drop(running);
}

proptest::proptest! {
    /// Against the plain reading of the rule: all starts within the last 300 seconds.
    #[test]
    fn the_window_slides_exactly(steps in proptest::collection::vec(0_i64..200, 1..60)) {
        let (limiter, clock) = limiter(small());
        let (mut now, mut admitted) = (0_i64, Vec::new());
        for step in steps {
            clock.advance_seconds(step);
            now += step;
            let within = admitted.iter().filter(|start| now - **start < 300).count();
            match limiter.admit(ALICE) {
                Ok(_) => {
                    proptest::prop_assert!(within < 3);
                    admitted.push(now);
                }
                Err(_) => proptest::prop_assert!(within >= 3),
            }
        }
    }
}
