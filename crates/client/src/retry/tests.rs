//! The table of what is sent again.

use super::*;

const ALL: [Again; 6] = [
    Again::Reads,
    Again::Repeats,
    Again::Versioned,
    Again::Makes,
    Again::Deletes,
    Again::Never,
];

fn answered(status: u16) -> Outcome {
    Outcome::Answered {
        status,
        retry_after: None,
    }
}

fn asked(status: u16, seconds: u64) -> Outcome {
    Outcome::Answered {
        status,
        retry_after: Some(Duration::from_secs(seconds)),
    }
}

fn first(again: Again, outcome: Outcome) -> Verdict {
    let history = History {
        attempts: 1,
        is_open: false,
    };
    judge(again, outcome, history, Retries::default())
}

fn after_a_loss(again: Again, outcome: Outcome) -> Verdict {
    let history = History {
        attempts: 2,
        is_open: true,
    };
    judge(again, outcome, history, Retries::default())
}

#[test]
fn what_may_have_been_done_is_not_done_twice() {
    for outcome in [Outcome::Lost, answered(502), answered(504), answered(503)] {
        let verdict = first(Again::Never, outcome);
        assert!(
            matches!(verdict, Verdict::Open | Verdict::Answer),
            "{outcome:?}: {verdict:?}"
        );
        for again in [
            Again::Reads,
            Again::Repeats,
            Again::Versioned,
            Again::Makes,
            Again::Deletes,
        ] {
            assert_eq!(
                first(again, outcome),
                Verdict::After(FIRST_WAIT),
                "{again:?} {outcome:?}"
            );
        }
    }
}

#[test]
fn what_was_certainly_not_done_is_sent_again() {
    for again in ALL {
        assert_eq!(
            first(again, asked(429, 7)),
            Verdict::After(Duration::from_secs(7)),
            "{again:?}"
        );
        assert_eq!(
            first(again, asked(503, 7)),
            Verdict::After(Duration::from_secs(7)),
            "{again:?}"
        );
        assert_eq!(first(again, answered(429)), Verdict::After(FIRST_WAIT), "{again:?}");
        assert_eq!(first(again, Outcome::NotSent), Verdict::After(FIRST_WAIT), "{again:?}");
    }
}

#[test]
fn every_other_answer_is_the_answer() {
    for again in ALL {
        for status in [200, 204, 304, 400, 401, 403, 404, 409, 412, 413, 500, 501] {
            assert_eq!(first(again, answered(status)), Verdict::Answer, "{again:?} {status}");
        }
    }
}

#[test]
fn a_repetition_tells_of_the_first() {
    assert_eq!(after_a_loss(Again::Makes, answered(412)), Verdict::DoneBefore);
    assert_eq!(after_a_loss(Again::Deletes, answered(404)), Verdict::DoneBefore);
    assert_eq!(after_a_loss(Again::Versioned, answered(412)), Verdict::Open);
    for (again, status) in [
        (Again::Makes, 404),
        (Again::Deletes, 412),
        (Again::Repeats, 412),
        (Again::Versioned, 404),
    ] {
        assert_eq!(
            after_a_loss(again, answered(status)),
            Verdict::Answer,
            "{again:?} {status}"
        );
    }
}

#[test]
fn it_ends() {
    let retries = Retries::default();
    let last = |is_open| History {
        attempts: retries.most_attempts,
        is_open,
    };
    assert_eq!(
        judge(Again::Reads, Outcome::Lost, last(false), retries),
        Verdict::NotDone
    );
    assert_eq!(judge(Again::Makes, Outcome::Lost, last(false), retries), Verdict::Open);
    assert_eq!(
        judge(Again::Makes, Outcome::NotSent, last(true), retries),
        Verdict::Open
    );
    assert_eq!(
        judge(Again::Makes, Outcome::NotSent, last(false), retries),
        Verdict::NotDone
    );
    assert_eq!(
        judge(Again::Reads, asked(429, 1), last(false), retries),
        Verdict::Answer
    );
    assert_eq!(first(Again::Reads, asked(429, 61)), Verdict::Answer);
    let none = Retries {
        most_attempts: 0,
        ..retries
    };
    assert_eq!(
        judge(
            Again::Reads,
            Outcome::Lost,
            History {
                attempts: 1,
                is_open: false
            },
            none
        ),
        Verdict::NotDone
    );
}

#[test]
fn waits_double() {
    let waits = (1..5).map(|attempts| {
        let history = History {
            attempts,
            is_open: false,
        };
        judge(Again::Reads, Outcome::Lost, history, Retries::default())
    });
    let expected = [500, 1000, 2000, 4000].map(|millis| Verdict::After(Duration::from_millis(millis)));
    assert_eq!(waits.collect::<Vec<_>>(), expected);
}
