//! Passwords hashed, compared and refused.

use oauth::SeededRandom;

use super::commonest::COMMONEST;
use super::*;

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

#[test]
fn new_passwords_are_held_to_the_policy() {
    let names = ["Alice.Berg@contoso.example", "Alice van den Berg"];
    let check = |password: &str, expected: Option<Fault>| {
        assert_eq!(super::check(&secret(password), &names).err(), expected, "{password}");
    };
    check("", Some(Fault::Length));
    check("sevench", Some(Fault::Length));
    check(&"x".repeat(257), Some(Fault::Length));
    check("alice.berg@contoso.example", Some(Fault::Name));
    check("ALICE.BERG", Some(Fault::Name));
    check("alice van den berg", Some(Fault::Name));
    check("PassWord123", Some(Fault::Common));
    check("äöüß äöü", None);
    check("alice.berg2", None);
    check(&"x".repeat(256), None);
}

#[test]
fn the_commonest_are_long_enough_and_stand_once() {
    let mut sorted = COMMONEST.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), COMMONEST.len());
    for common in COMMONEST {
        assert!(
            common.chars().count() >= 8 && common.to_lowercase() == **common,
            "{common}"
        );
    }
}

#[tokio::test]
async fn nobodys_hash_costs_what_every_hash_costs_and_matches_nothing() {
    let nobodys = PasswordHash::new(NOBODYS).unwrap();
    assert!(is_current(&nobodys).unwrap());
    let capacity = Capacity::new(1, 0);
    let place = capacity.enter().unwrap();
    assert_eq!(
        compare(&place, &secret("nobody's password"), None).await.unwrap(),
        Match::No
    );
    assert_eq!(capacity.runs(), 1);
}

#[tokio::test]
async fn the_right_password_matches_and_others_do_not() {
    let place = Capacity::new(1, 0).enter().unwrap();
    let stored = hash(&place, &SeededRandom::new(1), &secret("correct horse"))
        .await
        .unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    for wrong in ["", "correct hors", "correct horse ", "Correct horse"] {
        assert_eq!(compare(&place, &secret(wrong), Some(&stored)).await.unwrap(), Match::No);
    }
    let right = compare(&place, &secret("correct horse"), Some(&stored)).await.unwrap();
    assert_eq!(right, Match::Yes);
    let again = hash(&place, &SeededRandom::new(2), &secret("correct horse"))
        .await
        .unwrap();
    assert_ne!(stored, again);
}

#[tokio::test]
async fn hashes_of_other_costs_match_and_are_told() {
    let place = Capacity::new(1, 0).enter().unwrap();
    let params = Params::new(64, 1, 1, None).unwrap();
    let older = Argon2::new(Algorithm::Argon2id, argon2::Version::V0x13, params);
    let stored: PasswordHash = older
        .hash_password_with_salt(b"correct horse", &[7; SALT_BYTES])
        .unwrap();
    let stored = stored.to_string();
    let compared = async |password| compare(&place, &secret(password), Some(&stored)).await.unwrap();
    assert_eq!(compared("correct hors").await, Match::No);
    assert_eq!(compared("correct horse").await, Match::Outdated);
}

#[tokio::test]
async fn a_hash_that_cannot_be_read_is_an_error() {
    let place = Capacity::new(1, 0).enter().unwrap();
    for broken in ["", "v1$a$b", "$argon2id$v=19$m=1,t=0,p=1$YWFhYWFhYWE$YWFhYWFhYWFhYWFh"] {
        let outcome = compare(&place, &secret("correct horse"), Some(broken)).await;
        assert!(matches!(outcome, Err(PasswordError::Hash(_))), "{broken}");
    }
}

#[tokio::test]
async fn whoever_finds_no_place_is_sent_away_until_one_is_free() {
    let capacity = Capacity::new(1, 1);
    let (one, two) = (capacity.enter().unwrap(), capacity.enter().unwrap());
    assert!(matches!(capacity.enter(), Err(PasswordError::Busy)));
    drop(one);
    let three = capacity.enter().unwrap();
    assert!(matches!(capacity.enter(), Err(PasswordError::Busy)));
    drop((two, three));
}

#[tokio::test]
async fn a_computation_keeps_its_turn_when_nobody_waits_for_it() {
    let capacity = Capacity::new(1, 1);
    let place = capacity.enter().unwrap();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (began, has_begun) = tokio::sync::oneshot::channel();
    {
        let running = run(&place, move || {
            began.send(()).unwrap();
            held.recv().unwrap();
        });
        tokio::pin!(running);
        tokio::select! {
            _ = &mut running => panic!("nothing released it"),
            outcome = has_begun => outcome.unwrap(),
        }
    }
    assert_eq!(capacity.threads.available_permits(), 0);
    release.send(()).unwrap();
    run(&place, || ()).await.unwrap();
    assert_eq!(capacity.runs(), 2);
}
