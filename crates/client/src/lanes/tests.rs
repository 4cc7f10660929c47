//! Order, measure and cancellation, without a socket.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use super::*;

fn lanes(first: u32, most: u32) -> Arc<Lanes> {
    Arc::new(Lanes::new(Concurrency { first, most }))
}

/// A slot that is free now.
fn now(lanes: &Arc<Lanes>, lane: Lane) -> Slot {
    match poll(&mut pin!(lanes.enter(lane))) {
        Poll::Ready(slot) => slot,
        Poll::Pending => panic!("no slot is free"),
    }
}

fn poll<F: Future>(future: &mut std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

fn refusal(until_seconds: i64) -> Pause {
    Pause {
        until: Timestamp::from_seconds(until_seconds),
        refusal: ServiceRefusal {
            status: 429,
            code: String::new(),
            message: String::new(),
            request_id: None,
            client_request_id: None,
            retry_after: None,
        },
    }
}

#[test]
fn who_goes_away_takes_no_slot() {
    let lanes = lanes(1, 1);
    let held = now(&lanes, Lane::Interactive);
    {
        let mut gone = pin!(lanes.enter(Lane::Interactive));
        assert!(poll(&mut gone).is_pending());
    }
    let mut stays = pin!(lanes.enter(Lane::Background));
    assert!(poll(&mut stays).is_pending());
    drop(held);
    assert!(poll(&mut stays).is_ready());
}

#[test]
fn who_goes_away_with_a_granted_slot_gives_it_back() {
    let lanes = lanes(1, 1);
    let held = now(&lanes, Lane::Interactive);
    {
        let mut granted = pin!(lanes.enter(Lane::Interactive));
        assert!(poll(&mut granted).is_pending());
        drop(held);
        // The slot lies ready and is never taken.
    }
    drop(now(&lanes, Lane::Interactive));
}

#[test]
fn interactive_calls_go_first_and_each_lane_in_its_order() {
    let lanes = lanes(1, 1);
    let held = now(&lanes, Lane::Background);
    let mut first_background = pin!(lanes.enter(Lane::Background));
    let mut first = pin!(lanes.enter(Lane::Interactive));
    let mut second = pin!(lanes.enter(Lane::Interactive));
    assert!(poll(&mut first_background).is_pending());
    assert!(poll(&mut first).is_pending());
    assert!(poll(&mut second).is_pending());
    drop(held);
    assert!(poll(&mut first_background).is_pending());
    assert!(poll(&mut second).is_pending());
    let Poll::Ready(slot) = poll(&mut first) else {
        panic!("the first waits")
    };
    drop(slot);
    let Poll::Ready(slot) = poll(&mut second) else {
        panic!("the second waits")
    };
    drop(slot);
    assert!(poll(&mut first_background).is_ready());
}

#[test]
fn nobody_overtakes_who_waits_before() {
    let lanes = lanes(2, 2);
    let (one, two) = (now(&lanes, Lane::Interactive), now(&lanes, Lane::Interactive));
    let mut waits = pin!(lanes.enter(Lane::Interactive));
    assert!(poll(&mut waits).is_pending());
    drop(one);
    // Granted, not taken yet: the place is the first one's.
    let mut late = pin!(lanes.enter(Lane::Interactive));
    assert!(poll(&mut late).is_pending());
    assert!(poll(&mut waits).is_ready());
    drop(two);
}

#[test]
fn it_halves_once_for_all_that_were_under_way() {
    let lanes = lanes(8, 52);
    let slots: Vec<Slot> = (0..8).map(|_| now(&lanes, Lane::Interactive)).collect();
    for slot in slots {
        slot.refused(None);
    }
    assert_eq!(lanes.limit(), 4);
    for expected in [2, 1, 1] {
        now(&lanes, Lane::Interactive).refused(None);
        assert_eq!(lanes.limit(), expected);
    }
}

#[test]
fn it_grows_by_one_for_a_round_of_good_answers_and_only_in_use() {
    let lanes = lanes(2, 3);
    for _ in 0..10 {
        now(&lanes, Lane::Interactive).succeeded();
    }
    assert_eq!(lanes.limit(), 2, "one at a time needs no more");
    for (rounds, expected) in [(2, 3), (20, 3)] {
        for _ in 0..rounds {
            let all: Vec<Slot> = (0..lanes.limit()).map(|_| now(&lanes, Lane::Interactive)).collect();
            let mut all = all.into_iter();
            all.next().unwrap().succeeded();
        }
        assert_eq!(lanes.limit(), expected);
    }
}

#[test]
fn a_pause_lasts_as_long_as_the_longest_that_was_asked_for() {
    let lanes = lanes(4, 4);
    let until = |now: i64| {
        lanes
            .pause(Timestamp::from_seconds(now))
            .map(|pause| pause.until.seconds())
    };
    assert_eq!(until(0), None);
    now(&lanes, Lane::Interactive).refused(Some(refusal(20)));
    now(&lanes, Lane::Interactive).refused(Some(refusal(10)));
    assert_eq!((until(0), until(19), until(20)), (Some(20), Some(20), None));
}
