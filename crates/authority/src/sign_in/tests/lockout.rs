//! Guessing held back, on both engines; the clock is moved.

use super::*;
use crate::sign_in::lockout::admit;

const HOUR_SECONDS: i64 = 60 * 60;

/// A try that fails, without the hashing between its two ends. Whether it was let through.
async fn guess(world: &World, visitor: Visitor<'_>, name: &str) -> bool {
    let (snapshot, now) = (world.snapshot().await, world.clock_now());
    let name = store::narrow::folded(name);
    let found = store::person::credential(snapshot.database(), world.tenant, &name)
        .await
        .unwrap();
    let account = Account {
        factor: Factor::Password,
        tenant: world.tenant,
        name: &name,
        person: found.map(|found| (found.object_id, found.sessions_valid_from)),
    };
    match admit(snapshot.database(), &account, visitor, now).await {
        Ok(attempt) => {
            attempt.failed(snapshot.database(), now).await.unwrap();
            true
        }
        Err(refusal) => {
            assert_eq!(number(&refusal), 50_053);
            false
        }
    }
}

#[tokio::test]
async fn failures_hold_back_right_passwords_for_longer_and_longer() {
    on_both(async |world: World| {
        for name in [ALICE, "nobody@contoso.example"] {
            fail(&world, from(1), name, 10).await;
            for held_s in [60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
                world.clock.advance_seconds(held_s - 1);
                let runs = world.authority.passwords().runs();
                assert_eq!(
                    tried(&world, from(1), name, PASSWORD).await,
                    Outcome::Refused(50_053),
                    "{held_s}"
                );
                assert_eq!(world.authority.passwords().runs(), runs);
                world.clock.advance_seconds(1);
                fail(&world, from(1), name, 1).await;
            }
        }
        world.clock.advance_seconds(HOUR_SECONDS);
        assert_eq!(
            tried(&world, from(1), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
        // All is forgotten with the success.
        fail(&world, from(1), ALICE, 10).await;
    })
    .await;
}

#[tokio::test]
async fn failures_are_forgotten_after_a_day() {
    on_both(async |world: World| {
        fail(&world, from(1), ALICE, 9).await;
        world.clock.advance_seconds(24 * HOUR_SECONDS);
        fail(&world, from(1), ALICE, 10).await;
        assert_eq!(tried(&world, from(1), ALICE, PASSWORD).await, Outcome::Refused(50_053));
    })
    .await;
}

#[tokio::test]
async fn a_stranger_locks_out_nobody_elsewhere_and_no_known_browser() {
    on_both(async |world: World| {
        let known = browser(&world, world.alice).await;
        let bobs = browser(&world, world.bob).await;
        fail(&world, from(1), ALICE, 10).await;
        assert_eq!(tried(&world, from(1), ALICE, PASSWORD).await, Outcome::Refused(50_053));
        // A cookie of somebody else, or a guessed one, makes no browser known.
        assert_eq!(
            tried(&world, with(&bobs, 1), ALICE, PASSWORD).await,
            Outcome::Refused(50_053)
        );
        let guessed = secret(&"A".repeat(43));
        assert_eq!(
            tried(&world, with(&guessed, 1), ALICE, PASSWORD).await,
            Outcome::Refused(50_053)
        );
        // The owner elsewhere, the owner's browser behind the same address, and other people there.
        assert_eq!(
            tried(&world, with(&known, 1), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
        assert_eq!(tried(&world, from(1), BOB, PASSWORD).await, Outcome::In(Next::Nothing));
        assert_eq!(
            tried(&world, from(2), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
    })
    .await;
}

#[tokio::test]
async fn strangers_everywhere_lock_out_no_known_browser() {
    on_both(async |world: World| {
        let known = browser(&world, world.alice).await;
        for address in 1..=10 {
            for _ in 0..10 {
                assert!(guess(&world, from(address), ALICE).await);
            }
        }
        // An address that has not tried yet is held back too: there were too many guesses at one person.
        assert_eq!(tried(&world, from(99), ALICE, PASSWORD).await, Outcome::Refused(50_053));
        assert_eq!(tried(&world, from(99), BOB, PASSWORD).await, Outcome::In(Next::Nothing));
        assert_eq!(
            tried(&world, with(&known, 1), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
        // A sign-out leaves the browser known.
        let snapshot = world.snapshot().await;
        session::end(&world.authority, &snapshot, Some(known.expose()))
            .await
            .unwrap();
        assert_eq!(
            tried(&world, with(&known, 1), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
    })
    .await;
}

#[tokio::test]
async fn a_stranger_at_one_address_never_holds_back_the_owner_elsewhere() {
    on_both(async |world: World| {
        let mut guesses = 0;
        for _minutes in (0..24 * 60).step_by(2) {
            while guess(&world, from(1), ALICE).await {
                guesses += 1;
            }
            world.clock.advance_seconds(120);
        }
        assert!((10..50).contains(&guesses), "{guesses}");
        assert_eq!(
            tried(&world, from(2), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
    })
    .await;
}

#[tokio::test]
async fn a_known_browser_has_a_count_of_its_own() {
    on_both(async |world: World| {
        let known = browser(&world, world.alice).await;
        fail(&world, with(&known, 1), ALICE, 10).await;
        assert_eq!(
            tried(&world, with(&known, 1), ALICE, PASSWORD).await,
            Outcome::Refused(50_053)
        );
        assert_eq!(
            tried(&world, from(1), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
        world.clock.advance_seconds(60);
        assert_eq!(
            tried(&world, with(&known, 1), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
    })
    .await;
}

#[tokio::test]
async fn one_password_tried_on_everybody_is_held_back_by_address() {
    on_both(async |world: World| {
        let known = browser(&world, world.bob).await;
        for number in 0..200 {
            assert!(guess(&world, from(1), &format!("person{number}@contoso.example")).await);
        }
        assert_eq!(tried(&world, from(1), ALICE, PASSWORD).await, Outcome::Refused(50_053));
        assert_eq!(
            tried(&world, from(2), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
        assert_eq!(
            tried(&world, with(&known, 1), BOB, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
        world.clock.advance_seconds(60);
        assert_eq!(
            tried(&world, from(1), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
    })
    .await;
}

#[tokio::test]
async fn tries_at_the_same_time_are_all_counted_before_one_is_checked() {
    on_both(async |world: World| {
        let tenant = world.tenant().await;
        let mut tries = tokio::task::JoinSet::new();
        for _ in 0..30 {
            let (authority, tenant) = (world.authority.clone(), Arc::clone(&tenant));
            tries.spawn(async move {
                let outcome = super::password(&authority, &tenant, from(1), ALICE, &secret(WRONG)).await;
                number(&outcome.unwrap_err())
            });
        }
        let outcomes = tries.join_all().await;
        let checked = outcomes.iter().filter(|outcome| **outcome == 50_126).count();
        assert_eq!((checked, outcomes.len()), (10, 30));
    })
    .await;
}

#[tokio::test]
async fn tries_from_nowhere_share_one_count() {
    on_both(async |world: World| {
        fail(&world, Visitor::default(), ALICE, 10).await;
        assert_eq!(
            tried(&world, Visitor::default(), ALICE, PASSWORD).await,
            Outcome::Refused(50_053)
        );
        assert_eq!(
            tried(&world, from(1), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
    })
    .await;
}

#[tokio::test]
async fn counts_of_yesterday_are_removed() {
    on_both(async |world: World| {
        let rows = async || {
            let count = db::Statement::fixed("SELECT COUNT(*) FROM {sign_in_failure} f", vec![], &[db::Type::Int]);
            let snapshot = world.snapshot().await;
            let rows = snapshot.database().query(&count).await.unwrap();
            rows.first().unwrap().int(0).unwrap()
        };
        assert!(guess(&world, from(1), "nobody@contoso.example").await);
        assert_eq!(rows().await, 3);
        world.clock.advance_seconds(24 * HOUR_SECONDS - 1);
        assert!(guess(&world, from(2), ALICE).await);
        assert_eq!(rows().await, 6);
        world.clock.advance_seconds(1);
        assert!(guess(&world, from(2), ALICE).await);
        assert_eq!(rows().await, 3);
    })
    .await;
}
