//! The schedule, day by day.

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_767_225_600);
const ES256: Algorithm = Algorithm::Es256;

fn day(day: i64) -> Timestamp {
    NOW.plus_seconds(day * DAY_SECONDS)
}

/// The keys after a roll: those that stay, with their new periods, and the new ones.
fn after(keys: &[SigningKeyRow], roll: &Roll) -> Vec<SigningKeyRow> {
    let mut left: Vec<SigningKeyRow> = keys.to_vec();
    left.retain(|key| !roll.withdrawn.contains(&key.kid));
    for (kid, period) in &roll.moved {
        for key in left.iter_mut().filter(|key| key.kid == *kid) {
            (key.not_before, key.retire_at) = (period.not_before, period.retire_at);
        }
    }
    left.extend(roll.new.iter().map(|new| SigningKeyRow {
        kid: new.number.to_string(),
        algorithm: new.algorithm,
        number: new.number,
        certificate: Vec::new(),
        sealed_key: Vec::new(),
        not_before: new.period.not_before,
        retire_at: new.period.retire_at,
    }));
    left
}

/// Number, first day of signing and last day of publishing of each key.
fn check(keys: &[SigningKeyRow], expected: &[(i64, i64, Option<i64>)]) {
    let days = |at: Timestamp| (at.seconds() - NOW.seconds()).div_euclid(DAY_SECONDS);
    let seen: Vec<_> = keys
        .iter()
        .map(|key| (key.number, days(key.not_before), key.retire_at.map(days)))
        .collect();
    assert_eq!(seen, expected);
}

#[test]
fn nothing_is_due_while_a_key_waits() {
    let keys = after(&[], &first(ES256, NOW));
    check(&keys, &[(1, 0, Some(182)), (2, 180, None)]);
    assert_eq!(due(ES256, &keys, day(179)), Roll::default());
}

#[test]
fn a_next_key_is_made_when_one_has_taken_over_and_old_ones_go() {
    let keys = after(&[], &first(ES256, NOW));
    let keys = after(&keys, &due(ES256, &keys, day(180)));
    check(&keys, &[(1, 0, Some(182)), (2, 180, Some(362)), (3, 360, None)]);
    let keys = after(&keys, &due(ES256, &keys, day(182)));
    check(&keys, &[(2, 180, Some(362)), (3, 360, None)]);
}

#[test]
fn after_a_long_sleep_the_next_key_is_still_published_ahead() {
    let keys = after(&[], &first(ES256, NOW));
    let keys = after(&keys, &due(ES256, &keys, day(1000)));
    check(&keys, &[(2, 180, Some(1004)), (3, 1002, None)]);
}

#[test]
fn a_planned_roll_leaves_the_old_key_published() {
    let keys = after(&[], &first(ES256, NOW));
    let keys = after(&keys, &planned(ES256, &keys, day(10)));
    check(&keys, &[(1, 0, Some(12)), (2, 10, Some(192)), (3, 190, None)]);
}

#[test]
fn an_emergency_leaves_nothing_that_has_signed() {
    let keys = after(&[], &first(ES256, NOW));
    let keys = after(&keys, &planned(ES256, &keys, day(10)));
    let keys = after(&keys, &emergency(ES256, &keys, day(11)));
    // The third has begun five minutes ago, which is the day before.
    check(&keys, &[(3, 10, Some(192)), (4, 190, None)]);
}

#[test]
fn a_roll_where_no_key_waits_makes_two() {
    let keys = after(&[], &first(ES256, NOW));
    let planned = after(&keys, &planned(ES256, &keys, day(200)));
    check(
        &planned,
        &[
            (1, 0, Some(182)),
            (2, 180, Some(202)),
            (3, 200, Some(382)),
            (4, 380, None),
        ],
    );
    let emergency = after(&keys, &emergency(ES256, &keys, day(200)));
    check(&emergency, &[(3, 199, Some(381)), (4, 379, None)]);
}
