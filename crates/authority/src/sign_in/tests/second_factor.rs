//! One-time passwords and recovery codes on both engines; the clock is moved.

use super::*;
use crate::manage::ManageError;
use crate::manage::authentication_method::Enrolled;

const STEP_SECONDS: i64 = 30;

async fn enrol(world: &World) -> Enrolled {
    let (authority, operator) = (&world.authority, &world.operator);
    let enrolled = manage::authentication_method::enrol(authority, operator, world.tenant, world.alice).await;
    enrolled.unwrap()
}

async fn confirm(world: &World, code: &Secret<String>) -> Result<Vec<Secret<String>>, ManageError> {
    let (authority, operator) = (&world.authority, &world.operator);
    manage::authentication_method::confirm(authority, operator, world.tenant, world.alice, code).await
}

async fn remove(world: &World) -> Result<(), ManageError> {
    manage::authentication_method::remove(&world.authority, &world.operator, world.tenant, world.alice).await
}

/// The code that an app shows so many steps from now.
fn shown(world: &World, enrolled: &Enrolled, steps: i64) -> Secret<String> {
    let step = world.clock_now().seconds().div_euclid(STEP_SECONDS) + steps;
    one_time_password::code(&Secret::new(unbase32(enrolled.secret.expose())), step)
}

/// What an authenticator app does with the secret that was typed into it.
fn unbase32(text: &str) -> Vec<u8> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let fives: Vec<usize> = text.chars().map(|char| letters.find(char).unwrap()).collect();
    let eights = fives.chunks_exact(8);
    eights
        .flat_map(|eight| {
            let bits = eight.iter().fold(0_u64, |bits, five| bits << 5 | *five as u64);
            bits.to_be_bytes()[3..].to_vec()
        })
        .collect()
}

/// Alice with a one-time password that counts; gives her app and recovery codes.
async fn enrolled(world: &World) -> (Enrolled, Vec<Secret<String>>) {
    let enrolled = enrol(world).await;
    let codes = confirm(world, &shown(world, &enrolled, 0)).await.unwrap();
    (enrolled, codes)
}

/// Shows a code; gives the number of the refusal.
async fn show(world: &World, visitor: Visitor<'_>, code: &str) -> Option<u32> {
    let person = world.person(world.alice).await;
    let outcome = one_time_password(&world.authority, &person, visitor, code).await;
    match outcome {
        Ok(methods) => {
            assert_eq!(methods, [Method::Pwd, Method::Otp, Method::Mfa]);
            None
        }
        Err(refusal) => Some(number(&refusal)),
    }
}

#[tokio::test]
async fn an_enrolment_counts_after_a_first_right_code() {
    on_both(async |world: World| {
        let enrolled = enrol(&world).await;
        assert_eq!(
            tried(&world, from(1), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
        let wrong = confirm(&world, &shown(&world, &enrolled, 5)).await;
        assert!(matches!(
            wrong,
            Err(ManageError::Invalid {
                what: "one-time password",
                ..
            })
        ));
        assert_eq!(
            tried(&world, from(1), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
        let code = shown(&world, &enrolled, 0);
        // What waits cannot be used to sign in.
        assert_eq!(show(&world, from(1), code.expose()).await, Some(500_121));
        assert_eq!(confirm(&world, &code).await.unwrap().len(), 10);
        let outcome = tried(&world, from(1), ALICE, PASSWORD).await;
        assert_eq!(outcome, Outcome::In(Next::OneTimePassword));
        assert!(matches!(
            confirm(&world, &code).await,
            Err(ManageError::NotFound { .. })
        ));
        // The code that confirmed is used up.
        assert_eq!(show(&world, from(1), code.expose()).await, Some(500_121));
        assert_eq!(show(&world, from(1), shown(&world, &enrolled, 1).expose()).await, None);
        let uri = enrolled.uri.expose();
        assert!(
            uri.starts_with("otpauth://totp/Contoso:Alice%40contoso.example?secret="),
            "{uri}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_code_is_used_once_and_older_ones_are_over() {
    on_both(async |world: World| {
        let (app, _) = enrolled(&world).await;
        world.clock.advance_seconds(10 * STEP_SECONDS);
        for steps in [-2, 2] {
            assert_eq!(
                show(&world, from(1), shown(&world, &app, steps).expose()).await,
                Some(500_121)
            );
        }
        assert_eq!(show(&world, from(1), "").await, Some(500_121));
        let code = shown(&world, &app, 0);
        let (front, back) = code.expose().split_at(3);
        let spaced = format!(" {front} {back} ");
        assert_eq!(show(&world, from(1), &spaced).await, None);
        assert_eq!(show(&world, from(1), code.expose()).await, Some(500_121));
        assert_eq!(
            show(&world, from(1), shown(&world, &app, -1).expose()).await,
            Some(500_121)
        );
        assert_eq!(show(&world, from(1), shown(&world, &app, 1).expose()).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_code_shown_by_many_at_once_lets_one_in() {
    on_both(async |world: World| {
        let (app, _) = enrolled(&world).await;
        world.clock.advance_seconds(STEP_SECONDS);
        let (person, code) = (world.person(world.alice).await, shown(&world, &app, 0));
        let mut shows = tokio::task::JoinSet::new();
        for last in 0..6 {
            let (authority, person, code) = (world.authority.clone(), Arc::clone(&person), code.clone());
            shows.spawn(async move {
                let outcome = one_time_password(&authority, &person, from(last), code.expose()).await;
                outcome.is_ok()
            });
        }
        let outcomes = shows.join_all().await;
        assert_eq!(outcomes.into_iter().filter(|is_in| *is_in).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn recovery_codes_are_used_once_each() {
    on_both(async |world: World| {
        let (_, codes) = enrolled(&world).await;
        assert_eq!(show(&world, from(1), "0000-0000-0000-0000").await, Some(500_121));
        assert_eq!(show(&world, from(1), codes[3].expose()).await, None);
        assert_eq!(show(&world, from(1), codes[3].expose()).await, Some(500_121));
        let typed = codes[4].expose().replace('-', "").to_uppercase();
        assert_eq!(show(&world, from(1), &typed).await, None);
        let methods = async || {
            let (authority, operator) = (&world.authority, &world.operator);
            let found = manage::authentication_method::find(authority, operator, world.tenant, world.alice).await;
            found.unwrap()
        };
        assert_eq!(methods().await.recovery_codes_left, 8);
        let (authority, operator) = (&world.authority, &world.operator);
        let renewed =
            manage::authentication_method::renew_recovery_codes(authority, operator, world.tenant, world.alice).await;
        let renewed = renewed.unwrap();
        assert_eq!(methods().await.recovery_codes_left, 10);
        assert_eq!(show(&world, from(1), codes[5].expose()).await, Some(500_121));
        assert_eq!(show(&world, from(1), renewed[0].expose()).await, None);
    })
    .await;
}

#[tokio::test]
async fn guesses_at_codes_are_held_back() {
    on_both(async |world: World| {
        let (app, _) = enrolled(&world).await;
        world.clock.advance_seconds(STEP_SECONDS);
        let known = {
            let person = world.person(world.alice).await;
            let methods = vec![Method::Pwd, Method::Otp, Method::Mfa];
            let started = session::start(&world.authority, &person, methods, Visitor::default()).await;
            started.unwrap().cookie
        };
        for _ in 0..10 {
            assert_eq!(show(&world, from(1), "no code").await, Some(500_121));
        }
        assert_eq!(
            show(&world, from(1), shown(&world, &app, 0).expose()).await,
            Some(50_053)
        );
        assert_eq!(
            show(&world, with(&known, 1), shown(&world, &app, 0).expose()).await,
            None
        );
        // Passwords have a count of their own.
        let outcome = tried(&world, from(1), ALICE, PASSWORD).await;
        assert_eq!(outcome, Outcome::In(Next::OneTimePassword));
    })
    .await;
}

#[tokio::test]
async fn no_session_begins_without_the_second_factor() {
    on_both(async |world: World| {
        enrolled(&world).await;
        let person = world.person(world.alice).await;
        let begun = session::start(&world.authority, &person, vec![Method::Pwd], Visitor::default()).await;
        assert_eq!(begun.err().map(|refusal| number(&refusal)), Some(50_076));
    })
    .await;
}

#[tokio::test]
async fn another_enrolment_takes_the_place_of_the_first_once_it_is_confirmed() {
    on_both(async |world: World| {
        let (first, old_codes) = enrolled(&world).await;
        enrol(&world).await;
        let second = enrol(&world).await;
        world.clock.advance_seconds(STEP_SECONDS);
        assert_eq!(
            show(&world, from(1), shown(&world, &second, 0).expose()).await,
            Some(500_121)
        );
        assert_eq!(show(&world, from(1), shown(&world, &first, 0).expose()).await, None);
        confirm(&world, &shown(&world, &second, 0)).await.unwrap();
        assert_eq!(
            show(&world, from(1), shown(&world, &first, 1).expose()).await,
            Some(500_121)
        );
        assert_eq!(show(&world, from(1), old_codes[0].expose()).await, Some(500_121));
        assert_eq!(show(&world, from(1), shown(&world, &second, 1).expose()).await, None);
    })
    .await;
}

#[tokio::test]
async fn removal_takes_effect_at_once() {
    on_both(async |world: World| {
        assert!(matches!(remove(&world).await, Err(ManageError::NotFound { .. })));
        let (app, codes) = enrolled(&world).await;
        remove(&world).await.unwrap();
        world.clock.advance_seconds(STEP_SECONDS);
        assert_eq!(
            tried(&world, from(1), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
        assert_eq!(
            show(&world, from(1), shown(&world, &app, 0).expose()).await,
            Some(500_121)
        );
        assert_eq!(show(&world, from(1), codes[0].expose()).await, Some(500_121));
    })
    .await;
}

#[tokio::test]
async fn secrets_and_codes_are_not_stored_as_they_are() {
    on_both(async |world: World| {
        let (app, codes) = enrolled(&world).await;
        let owner = (world.tenant, world.alice);
        let snapshot = world.snapshot().await;
        let found = authentication_method::find(snapshot.database(), owner, Standing::Confirmed).await;
        let secret = unbase32(app.secret.expose());
        let sealed = found.unwrap().unwrap().sealed_secret;
        assert!(!sealed.windows(secret.len()).any(|window| window == secret));
        let stored = authentication_method::recovery_codes(snapshot.database(), owner).await;
        let stored: Vec<String> = stored.unwrap().iter().map(|row| row.hash.as_text()).collect();
        assert!(
            codes
                .iter()
                .all(|code| !stored.iter().any(|hash| hash.contains(code.expose())))
        );
    })
    .await;
}
