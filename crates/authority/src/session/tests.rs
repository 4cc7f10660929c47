//! Sessions on both engines; the clock is moved.

use super::*;
use crate::manage;
use crate::manage::person::NewPassword;
use crate::test_world::{PASSWORD, World, on_both};

/// Begins a session of a person; gives the cookie.
async fn signed_in(world: &World, person: ObjectId, cookie: Option<&str>) -> Started {
    let person = world.person(person).await;
    let visitor = Visitor {
        unverified_cookie: cookie,
        ..Visitor::default()
    };
    start(&world.authority, &person, vec![Method::Pwd], visitor)
        .await
        .unwrap()
}

/// The people signed in by a cookie.
async fn people(world: &World, cookie: &Secret<String>) -> Vec<ObjectId> {
    let snapshot = world.snapshot().await;
    let sessions = list(&world.authority, &snapshot, Some(cookie.expose())).await.unwrap();
    sessions.into_iter().map(|session| session.person.object_id).collect()
}

#[tokio::test]
async fn no_cookie_and_strange_cookies_are_nobodys() {
    on_both(async |world: World| {
        let snapshot = world.snapshot().await;
        let guessed = "A".repeat(43);
        for cookie in [None, Some(""), Some("."), Some("no token"), Some(guessed.as_str())] {
            assert!(list(&world.authority, &snapshot, cookie).await.unwrap().is_empty());
            assert!(end(&world.authority, &snapshot, cookie).await.unwrap().is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_starts_who_has_something_to_do_first() {
    on_both(async |world: World| {
        let (authority, operator) = (&world.authority, &world.operator);
        let refused = async |methods: Vec<Method>| {
            let person = world.person(world.alice).await;
            start(authority, &person, methods, Visitor::default()).await.err()
        };
        let stale = world.person(world.alice).await;
        let new = NewPassword {
            password: Secret::new("another password".to_owned()),
            password_use: PasswordUse::MustChange,
        };
        manage::person::set_password(authority, operator, world.tenant, world.alice, new)
            .await
            .unwrap();
        let outcome = refused(vec![Method::Pwd]).await;
        assert!(matches!(
            outcome,
            Some(Refusal::Person(PersonRefusal::NewPasswordNeeded))
        ));
        // What counts is what the directory says now, not what the caller read before.
        let outcome = start(authority, &stale, vec![Method::Pwd], Visitor::default())
            .await
            .err();
        assert!(matches!(
            outcome,
            Some(Refusal::Person(PersonRefusal::NewPasswordNeeded))
        ));
        manage::person::disable(authority, operator, world.tenant, world.alice)
            .await
            .unwrap();
        let outcome = refused(vec![Method::Pwd, Method::Otp, Method::Mfa]).await;
        assert!(matches!(outcome, Some(Refusal::Person(PersonRefusal::Disabled))));
        manage::person::delete(authority, operator, world.tenant, world.alice)
            .await
            .unwrap();
        let outcome = start(authority, &stale, vec![Method::Pwd], Visitor::default())
            .await
            .err();
        assert!(matches!(outcome, Some(Refusal::Person(PersonRefusal::NotFound))));
    })
    .await;
}

#[tokio::test]
async fn sessions_die_of_disabling_revocation_and_another_password() {
    on_both(async |world: World| {
        let (authority, operator, tenant) = (&world.authority, &world.operator, world.tenant);
        let cookie = signed_in(&world, world.alice, None).await.cookie;
        manage::person::disable(authority, operator, tenant, world.alice)
            .await
            .unwrap();
        assert_eq!(people(&world, &cookie).await, []);
        manage::person::enable(authority, operator, tenant, world.alice)
            .await
            .unwrap();
        assert_eq!(people(&world, &cookie).await, [world.alice]);

        manage::person::revoke_sessions(authority, operator, tenant, world.alice)
            .await
            .unwrap();
        assert_eq!(people(&world, &cookie).await, []);
        // Signing in again works at once, within the same second.
        let cookie = signed_in(&world, world.alice, Some(cookie.expose())).await.cookie;
        assert_eq!(people(&world, &cookie).await, [world.alice]);

        let new = NewPassword {
            password: Secret::new(PASSWORD.to_owned()),
            password_use: PasswordUse::Open,
        };
        manage::person::set_password(authority, operator, tenant, world.alice, new)
            .await
            .unwrap();
        assert_eq!(people(&world, &cookie).await, []);
        let cookie = signed_in(&world, world.alice, Some(cookie.expose())).await.cookie;
        assert_eq!(people(&world, &cookie).await, [world.alice]);
        manage::person::delete(authority, operator, tenant, world.alice)
            .await
            .unwrap();
        assert_eq!(people(&world, &cookie).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_when_idle_and_after_a_day_at_most() {
    on_both(async |world: World| {
        let idle = signed_in(&world, world.alice, None).await.cookie;
        let used = signed_in(&world, world.bob, None).await.cookie;
        world.clock.advance_seconds(IDLE_SECONDS - 1);
        assert_eq!(people(&world, &used).await, [world.bob]);
        world.clock.advance_seconds(1);
        assert_eq!(people(&world, &idle).await, []);
        assert_eq!(people(&world, &used).await, [world.bob]);
        world.clock.advance_seconds(NOTED_SECONDS);
        assert_eq!(people(&world, &used).await, [world.bob]);
        world
            .clock
            .advance_seconds(LONGEST_SECONDS - IDLE_SECONDS - NOTED_SECONDS - 1);
        assert_eq!(people(&world, &used).await, [world.bob]);
        world.clock.advance_seconds(1);
        assert_eq!(people(&world, &used).await, []);
    })
    .await;
}

#[tokio::test]
async fn use_is_noted_every_few_minutes_and_prolongs_no_dead_session() {
    on_both(async |world: World| {
        let started = signed_in(&world, world.alice, None).await;
        let seen = async || {
            let snapshot = world.snapshot().await;
            let hashes = cookie::hashes(Some(started.cookie.expose()));
            let rows = store::session::list(snapshot.database(), &hashes).await.unwrap();
            (rows[0].seen_at, rows[0].ends_at)
        };
        let first = seen().await;
        world.clock.advance_seconds(NOTED_SECONDS - 1);
        people(&world, &started.cookie).await;
        assert_eq!(seen().await, first);
        world.clock.advance_seconds(1);
        people(&world, &started.cookie).await;
        let later = (first.0.plus_seconds(NOTED_SECONDS), first.1.plus_seconds(NOTED_SECONDS));
        assert_eq!(seen().await, later);
        // A late note of use, after the session has ended.
        let snapshot = world.snapshot().await;
        let hashes = cookie::hashes(Some(started.cookie.expose()));
        let row = store::session::list(snapshot.database(), &hashes)
            .await
            .unwrap()
            .remove(0);
        end(&world.authority, &snapshot, Some(started.cookie.expose()))
            .await
            .unwrap();
        let late = any_outcome(store::session::prolong(&used_at(row, world.clock_now())));
        record(snapshot.database(), vec![late]).await.unwrap();
        assert_eq!(people(&world, &started.cookie).await, []);
    })
    .await;
}

#[tokio::test]
async fn people_share_a_browser_and_each_is_there_once() {
    on_both(async |world: World| {
        let alice = signed_in(&world, world.alice, None).await;
        world.clock.advance_seconds(1);
        let bob = signed_in(&world, world.bob, Some(alice.cookie.expose())).await;
        assert_eq!(people(&world, &bob.cookie).await, [world.bob, world.alice]);
        world.clock.advance_seconds(1);
        let again = signed_in(&world, world.alice, Some(bob.cookie.expose())).await;
        assert_eq!(people(&world, &again.cookie).await, [world.alice, world.bob]);
        assert_eq!(again.cookie.expose().split('.').count(), 2);
        assert_ne!(again.session.sign_in.session, alice.session.sign_in.session);
        // The session that was replaced is gone, not only out of the cookie.
        assert_eq!(people(&world, &alice.cookie).await, []);
        // Another browser's session is another one.
        let elsewhere = signed_in(&world, world.alice, None).await;
        assert_eq!(people(&world, &elsewhere.cookie).await, [world.alice]);
        assert_eq!(people(&world, &again.cookie).await, [world.alice, world.bob]);
    })
    .await;
}

#[tokio::test]
async fn the_oldest_of_more_than_five_is_pushed_out() {
    on_both(async |world: World| {
        let mut cookies = vec![signed_in(&world, world.bob, None).await.cookie];
        let mut all = vec![world.bob];
        for number in 0..5 {
            let person = world.new_person(&format!("person{number}@contoso.example")).await;
            world.clock.advance_seconds(1);
            let before = cookies.last().map(|cookie| cookie.expose().clone());
            cookies.push(signed_in(&world, person, before.as_deref()).await.cookie);
            all.insert(0, person);
        }
        all.truncate(store::session::MOST);
        assert_eq!(people(&world, &cookies[5]).await, all);
        assert_eq!(people(&world, &cookies[0]).await, []);
    })
    .await;
}

#[tokio::test]
async fn signing_out_ends_all_sessions_of_the_browser_and_tells_them() {
    on_both(async |world: World| {
        let alice = signed_in(&world, world.alice, None).await;
        world.clock.advance_seconds(1);
        let both = signed_in(&world, world.bob, Some(alice.cookie.expose())).await;
        let elsewhere = signed_in(&world, world.bob, None).await;
        let snapshot = world.snapshot().await;
        let ended = end(&world.authority, &snapshot, Some(both.cookie.expose()))
            .await
            .unwrap();
        let ids: Vec<_> = ended.iter().map(|session| session.sign_in.session).collect();
        assert_eq!(ids, [both.session.sign_in.session, alice.session.sign_in.session]);
        assert_eq!(people(&world, &both.cookie).await, []);
        let again = end(&world.authority, &snapshot, Some(both.cookie.expose()))
            .await
            .unwrap();
        assert!(again.is_empty());
        assert_eq!(people(&world, &elsewhere.cookie).await, [world.bob]);
    })
    .await;
}

#[tokio::test]
async fn a_browser_stays_known_for_a_season_and_until_revocation() {
    on_both(async |world: World| {
        let cookie = signed_in(&world, world.alice, None).await.cookie;
        let known = async |person: ObjectId| {
            let (snapshot, found) = (world.snapshot().await, world.person(person).await);
            let owner = (world.tenant, person);
            let browser = known_browser(
                snapshot.database(),
                owner,
                found.sessions_valid_from,
                Some(cookie.expose()),
            );
            browser.await.unwrap().is_some()
        };
        assert!(!known(world.bob).await);
        assert!(known(world.alice).await);
        let snapshot = world.snapshot().await;
        end(&world.authority, &snapshot, Some(cookie.expose())).await.unwrap();
        world.clock.advance_seconds(KNOWN_SECONDS - 1);
        signed_in(&world, world.bob, None).await;
        assert!(known(world.alice).await);
        world.clock.advance_seconds(1);
        // The beginning of any session removes what is too old.
        signed_in(&world, world.bob, None).await;
        assert!(!known(world.alice).await);
    })
    .await;
    on_both(async |world: World| {
        let cookie = signed_in(&world, world.alice, None).await.cookie;
        manage::person::revoke_sessions(&world.authority, &world.operator, world.tenant, world.alice)
            .await
            .unwrap();
        let valid_from = world.person(world.alice).await.sessions_valid_from;
        let owner = (world.tenant, world.alice);
        let snapshot = world.snapshot().await;
        let known = known_browser(snapshot.database(), owner, valid_from, Some(cookie.expose())).await;
        assert_eq!(known.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_session_says_when_and_how() {
    on_both(async |world: World| {
        let person = world.person(world.alice).await;
        let methods = vec![Method::Pwd, Method::Otp, Method::Mfa];
        let started = start(&world.authority, &person, methods.clone(), Visitor::default())
            .await
            .unwrap();
        world.clock.advance_seconds(60);
        let snapshot = world.snapshot().await;
        let listed = list(&world.authority, &snapshot, Some(started.cookie.expose()))
            .await
            .unwrap();
        assert_eq!(listed[0].sign_in, started.session.sign_in);
        assert_eq!(listed[0].sign_in.methods, methods);
        assert_eq!(listed[0].sign_in.at(), crate::test_world::START);
        assert_eq!(listed[0].tenant, world.tenant);
    })
    .await;
}
