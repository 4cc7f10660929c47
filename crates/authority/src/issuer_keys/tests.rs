//! When an issuer is asked and when not: what is answered from memory, at every age of it.

use oauth::{Algorithm, SigningKey};

use super::*;

const START: Timestamp = Timestamp::from_seconds(1_767_225_600);

fn keys(kid: &str) -> KeySet {
    let key = SigningKey::generate(Algorithm::Es256).unwrap().with_kid(kid).unwrap();
    KeySet::new(vec![key.public_jwk(None)]).unwrap()
}

/// What is answered so many seconds after the start: `keys`, `failure`, or nothing where the issuer must be asked.
fn answered(state: &State, kid: Option<&str>, seconds: i64) -> &'static str {
    match state.answer(kid, START.plus_seconds(seconds)) {
        Some(Ok(_)) => "keys",
        Some(Err(_)) => "failure",
        None => "",
    }
}

#[test]
fn an_issuer_that_was_never_asked() {
    assert_eq!(answered(&State::default(), Some("a"), 0), "");
    assert_eq!(answered(&State::default(), None, 0), "");
}

#[test]
fn a_failure_is_remembered_for_half_a_minute() {
    let state = State::default().after(Err(FetchError::OtherIssuer), START);
    assert_eq!(answered(&state, Some("a"), 0), "failure");
    assert_eq!(answered(&state, Some("a"), 29), "failure");
    assert_eq!(answered(&state, Some("a"), 30), "");
    assert_eq!(answered(&state, Some("a"), -30), "failure");
    assert_eq!(answered(&state, Some("a"), -31), "");
}

#[test]
fn keys_are_fresh_for_an_hour() {
    let state = State::default().after(Ok(keys("a")), START);
    for kid in [Some("a"), None] {
        assert_eq!(answered(&state, kid, 0), "keys");
        assert_eq!(answered(&state, kid, 3599), "keys");
        assert_eq!(answered(&state, kid, 3600), "");
    }
}

#[test]
fn an_unknown_key_is_looked_for_every_five_minutes() {
    let state = State::default().after(Ok(keys("a")), START);
    assert_eq!(answered(&state, Some("b"), 299), "keys");
    assert_eq!(answered(&state, Some("b"), 300), "");
    let failed = state.after(Err(FetchError::OtherIssuer), START.plus_seconds(300));
    assert_eq!(answered(&failed, Some("b"), 599), "keys");
    assert_eq!(answered(&failed, Some("b"), 600), "");
    assert_eq!(answered(&failed, Some("a"), 600), "keys");
}

#[test]
fn old_keys_serve_for_a_day_where_no_others_can_be_had() {
    let kept = State::default().after(Ok(keys("a")), START);
    let day = 24 * 60 * 60;
    let failed = kept.after(Err(FetchError::OtherIssuer), START.plus_seconds(day - 10));
    assert_eq!(answered(&failed, Some("a"), day - 10), "keys");
    assert_eq!(answered(&failed, Some("a"), day - 1), "keys");
    assert_eq!(answered(&failed, Some("a"), day), "failure");
    assert_eq!(answered(&failed, Some("a"), day + 20), "");
    let now = |seconds| START.plus_seconds(seconds);
    assert!(kept.stale(Some("a"), now(day - 1)).is_some());
    assert!(kept.stale(Some("b"), now(day - 1)).is_none());
    assert!(kept.stale(Some("a"), now(day)).is_none());
}
