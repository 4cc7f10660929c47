//! Signing in on both engines; the clock is moved.

mod lockout;
mod second_factor;

use std::net::Ipv4Addr;

use oauth::ObjectId;

use super::*;
use crate::manage;
use crate::manage::person::NewPassword;
use crate::session;
use crate::test_world::{ALICE, BOB, PASSWORD, World, on_both};

const WRONG: &str = "wrong horse battery";

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// From one address, with a strange browser.
fn from(last: u8) -> Visitor<'static> {
    Visitor {
        address: Some(Ipv4Addr::new(203, 0, 113, last).into()),
        ..Visitor::default()
    }
}

/// From the same address, with this cookie.
fn with(cookie: &Secret<String>, last: u8) -> Visitor<'_> {
    Visitor {
        unverified_cookie: Some(cookie.expose()),
        ..from(last)
    }
}

/// How a try ended, by the number of its refusal.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    In(Next),
    Refused(u32),
}

fn number(refusal: &Refusal) -> u32 {
    let Refusal::Person(refusal) = refusal else {
        panic!("{refusal:?}");
    };
    match refusal {
        PersonRefusal::WrongNameOrPassword => 50_126,
        PersonRefusal::TooManyFailures => 50_053,
        PersonRefusal::Disabled => 50_057,
        PersonRefusal::SecondFactorNeeded => 50_076,
        PersonRefusal::OneTimePasswordWrong => 500_121,
        PersonRefusal::NewPassword(Fault::Name) => 120_003,
        PersonRefusal::NewPassword(Fault::Length | Fault::Common | Fault::Same) => 120_002,
        PersonRefusal::Passkey(_) => 135_010,
        PersonRefusal::NotFound
        | PersonRefusal::NewPasswordNeeded
        | PersonRefusal::Busy
        | PersonRefusal::Hashing(_)
        | PersonRefusal::Sealed(_)
        | PersonRefusal::NotChanged(_) => panic!("{refusal}"),
    }
}

async fn tried(world: &World, visitor: Visitor<'_>, name: &str, password: &str) -> Outcome {
    let tenant = world.tenant().await;
    match super::password(&world.authority, &tenant, visitor, name, &secret(password)).await {
        Ok((_, next)) => Outcome::In(next),
        Err(refusal) => Outcome::Refused(number(&refusal)),
    }
}

async fn fail(world: &World, visitor: Visitor<'_>, name: &str, times: usize) {
    for time in 0..times {
        assert_eq!(
            tried(world, visitor, name, WRONG).await,
            Outcome::Refused(50_126),
            "{time}"
        );
    }
}

/// A browser in which the person is signed in.
async fn browser(world: &World, person: ObjectId) -> Secret<String> {
    let person = world.person(person).await;
    let started = session::start(&world.authority, &person, vec![Method::Pwd], Visitor::default()).await;
    started.unwrap().cookie
}

#[tokio::test]
async fn unknown_names_and_wrong_passwords_get_one_answer_for_one_price() {
    on_both(async |world: World| {
        let price = async |name: &str, password: &str| {
            let before = world.authority.passwords().runs();
            let outcome = tried(&world, from(1), name, password).await;
            (outcome, world.authority.passwords().runs() - before)
        };
        let long = format!("{}@contoso.example", "x".repeat(400));
        for name in [
            ALICE,
            "nobody@contoso.example",
            "",
            "alice",
            "alice@fabrikam.example",
            "a\0b@contoso.example",
            &long,
        ] {
            assert_eq!(price(name, WRONG).await, (Outcome::Refused(50_126), 1), "{name}");
        }
        assert_eq!(price(ALICE, "").await, (Outcome::Refused(50_126), 1));
        assert_eq!(
            price(" ALICE@contoso.example ", PASSWORD).await,
            (Outcome::In(Next::Nothing), 1)
        );
    })
    .await;
}

#[tokio::test]
async fn disabled_is_told_to_whoever_knows_the_password() {
    on_both(async |world: World| {
        manage::person::disable(&world.authority, &world.operator, world.tenant, world.alice)
            .await
            .unwrap();
        assert_eq!(tried(&world, from(1), ALICE, WRONG).await, Outcome::Refused(50_126));
        assert_eq!(tried(&world, from(1), ALICE, PASSWORD).await, Outcome::Refused(50_057));
    })
    .await;
}

#[tokio::test]
async fn home_tenants_are_found_by_domain() {
    on_both(async |world: World| {
        let snapshot = world.snapshot().await;
        let check = async |name: &str, found: bool| {
            let tenant = home_tenant(&snapshot, name).await.unwrap();
            assert_eq!(tenant.map(|tenant| tenant.id), found.then_some(world.tenant), "{name}");
        };
        for stranger in [
            "",
            "alice",
            "alice@",
            "@",
            "alice@fabrikam.example",
            "alice@contoso.example@x",
            "a@organizations",
        ] {
            check(stranger, false).await;
        }
        check("alice@contoso.example", true).await;
        check(" Nobody@CONTOSO.example ", true).await;
    })
    .await;
}

#[tokio::test]
async fn a_password_must_be_changed_where_an_administrator_said_so() {
    on_both(async |world: World| {
        let (authority, tenant) = (&world.authority, world.tenant);
        let set = NewPassword {
            password: secret("from the administrator"),
            password_use: PasswordUse::MustChange,
        };
        manage::person::set_password(authority, &world.operator, tenant, world.alice, set)
            .await
            .unwrap();
        assert_eq!(tried(&world, from(1), ALICE, PASSWORD).await, Outcome::Refused(50_126));
        let outcome = tried(&world, from(1), ALICE, "from the administrator").await;
        assert_eq!(outcome, Outcome::In(Next::NewPassword));
        let change = async |old: &str, new: &str| {
            let person = world.person(world.alice).await;
            let (old, new) = (secret(old), secret(new));
            let changed = new_password(authority, &person, from(1), &old, &new).await;
            changed.err().map(|refusal| number(&refusal))
        };
        let old = "from the administrator";
        assert_eq!(change(old, old).await, Some(120_002));
        assert_eq!(change(old, "short").await, Some(120_002));
        assert_eq!(change(old, "Password123").await, Some(120_002));
        assert_eq!(change(old, "alice@contoso.example").await, Some(120_003));
        assert_eq!(change(WRONG, "my own password").await, Some(50_126));
        let elsewhere = browser(&world, world.bob).await;
        assert_eq!(change(old, "my own password").await, None);
        assert_eq!(change(old, "again another one").await, Some(50_126));
        assert_eq!(
            tried(&world, from(1), ALICE, "my own password").await,
            Outcome::In(Next::Nothing)
        );
        let snapshot = world.snapshot().await;
        let others = session::list(authority, &snapshot, Some(elsewhere.expose()))
            .await
            .unwrap();
        assert_eq!(others.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_elsewhere_and_is_guessed_no_faster() {
    on_both(async |world: World| {
        let cookie = browser(&world, world.alice).await;
        let person = world.person(world.alice).await;
        let change = async |old: &str| {
            let (old, new) = (secret(old), secret("my own password"));
            let changed = new_password(&world.authority, &person, from(1), &old, &new);
            changed.await.err().map(|refusal| number(&refusal))
        };
        for _ in 0..9 {
            assert_eq!(change(WRONG).await, Some(50_126));
        }
        fail(&world, from(1), ALICE, 1).await;
        assert_eq!(change(PASSWORD).await, Some(50_053));
        world.clock.advance_seconds(60);
        assert_eq!(change(PASSWORD).await, None);
        let snapshot = world.snapshot().await;
        let live = session::list(&world.authority, &snapshot, Some(cookie.expose()))
            .await
            .unwrap();
        assert!(live.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_was_proved_counts_until_password_or_sessions_change() {
    on_both(async |world: World| {
        let (authority, operator, tenant) = (&world.authority, &world.operator, world.tenant);
        let counts = async |proved_at| still_counts(&*world.person(world.alice).await, proved_at);
        let proved_at = world.clock_now();
        assert!(counts(proved_at).await);
        assert!(!counts(proved_at.plus_seconds(-1)).await);
        manage::person::revoke_sessions(authority, operator, tenant, world.alice)
            .await
            .unwrap();
        assert!(!counts(proved_at).await);
        assert!(counts(proved_at.plus_seconds(1)).await);
        world.clock.advance_seconds(60);
        let set = NewPassword {
            password: secret("from the administrator"),
            password_use: PasswordUse::Open,
        };
        manage::person::set_password(authority, operator, tenant, world.alice, set)
            .await
            .unwrap();
        assert!(!counts(proved_at.plus_seconds(59)).await);
        assert!(counts(world.clock_now()).await);
        manage::person::disable(authority, operator, tenant, world.alice)
            .await
            .unwrap();
        assert!(!counts(world.clock_now()).await);
    })
    .await;
}

#[tokio::test]
async fn hashes_of_other_costs_are_made_anew_by_a_right_password() {
    on_both(async |world: World| {
        let snapshot = world.snapshot().await;
        let hash = async || {
            let found = store::person::credential(snapshot.database(), world.tenant, ALICE).await;
            found.unwrap().unwrap().password_hash
        };
        let older = "$argon2id$v=19$m=64,t=1,p=1$c29tZSBzYWx0IGhlcmU$";
        let older = format!("{older}{}", older_hash());
        let step = must_change(store::person::rehash_password(
            world.tenant,
            world.alice,
            &hash().await,
            &older,
        ));
        super::lockout::record(snapshot.database(), vec![step]).await.unwrap();
        assert_eq!(tried(&world, from(1), ALICE, WRONG).await, Outcome::Refused(50_126));
        assert_eq!(hash().await, older);
        assert_eq!(
            tried(&world, from(1), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
        let newer = hash().await;
        assert!(newer.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{newer}");
        assert_eq!(
            tried(&world, from(1), ALICE, PASSWORD).await,
            Outcome::In(Next::Nothing)
        );
        assert_eq!(hash().await, newer);
    })
    .await;
}

/// The hash of everybody's password at a lower cost, without what stands before it in the PHC string form.
fn older_hash() -> String {
    use argon2::password_hash::PasswordHasher;
    let params = argon2::Params::new(64, 1, 1, None).unwrap();
    let older = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let hash: argon2::PasswordHash = older
        .hash_password_with_salt(PASSWORD.as_bytes(), b"some salt here")
        .unwrap();
    hash.to_string().rsplit('$').next().unwrap().to_owned()
}
