//! Signing in: every answer that must sign nobody in, and the one that does.

use axum::http::StatusCode;
use serde_json::json;

use crate::browser::Browser;
use crate::provider::{FABRIKAM, INA};
use crate::world::World;

const SESSION: &str = "__Host-commonhold-session";

/// What comes of a sign-in: the session, or status and code of the page.
async fn check(world: &World, expected: Result<(), (u16, &str)>) {
    let mut browser = world.browser();
    let answer = browser.sign_in(&world.provider).await;
    judge(&browser, &answer, expected);
}

#[track_caller]
fn judge(browser: &Browser, answer: &crate::browser::Answer, expected: Result<(), (u16, &str)>) {
    match expected {
        Ok(()) => {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
            assert!(browser.cookies.contains_key(SESSION));
        }
        Err((status, code)) => {
            assert_eq!(answer.status.as_u16(), status, "{answer:?}");
            assert!(answer.text.contains(&format!("<small>{code}</small>")), "{answer:?}");
            assert!(!browser.cookies.contains_key(SESSION));
        }
    }
}

#[tokio::test]
async fn a_token_that_proves_nothing_signs_nobody_in() {
    let world = World::new().await;
    let failed = Err((502, "ProviderUnusable"));
    let not_ours = Err((400, "SignInFailed"));
    let of_fabrikam = world.provider.issuer_of(FABRIKAM);
    let unverified = [
        json!({ "iss": "https://evil.example" }),
        json!({ "tid": FABRIKAM }),
        // A good token of another subscriber, where the answer named this one's issuer.
        json!({ "tid": FABRIKAM, "iss": of_fabrikam }),
        json!({ "aud": "billing" }),
        json!({ "nonce": "another" }),
        json!({ "exp": 1 }),
        json!({ "sub": null }),
        json!({ "oid": null }),
        json!({ "roles": "sales" }),
    ];
    for claims in unverified {
        world.provider.told(|script| script.claims = claims);
        check(&world, not_ours).await;
    }
    world
        .provider
        .told(|script| script.claims = json!({ "groups": vec![INA; 200] }));
    check(&world, not_ours).await;
    world.provider.told(|script| {
        script.claims = json!({});
        script.is_away = true;
    });
    let mut browser = world.browser();
    let begun = browser.get("/login").await;
    // What was published is still known; only the exchange fails.
    let query = world.provider.grant(begun.header("location").unwrap());
    let answer = browser.get(&format!("/login/callback?{query}")).await;
    judge(&browser, &answer, failed);
}

#[tokio::test]
async fn whoever_has_not_subscribed_is_not_let_in() {
    let world = World::new().await;
    world.subscribe(&[FABRIKAM]);
    check(&world, Err((403, "NotSubscribed"))).await;
    let stranger = "00000000-0000-4000-8000-000000000001";
    world.provider.told(|script| {
        script.names_issuer = false;
        script.claims = json!({ "tid": stranger });
    });
    let issuer = world.provider.issuer_of(stranger);
    world.provider.told(|script| script.claims["iss"] = json!(issuer));
    // Its own tenant's issuer, signed by the provider: genuine, and nobody here. Discovery is a new one for each world.
    let other = World::new().await;
    other.provider.told(|script| script.names_issuer = false);
    let issuer = other.provider.issuer_of(stranger);
    other
        .provider
        .told(|script| script.claims = json!({ "tid": stranger, "iss": issuer }));
    check(&other, Err((403, "NotSubscribed"))).await;
}

#[tokio::test]
async fn an_answer_counts_once_where_it_was_asked_for() {
    let world = World::new().await;
    let mut browser = world.browser();
    let begun = browser.get("/login?return=/orders").await;
    let query = world.provider.grant(begun.header("location").unwrap());
    let callback = format!("/login/callback?{query}");
    let not_begun = Err((400, "SignInFailed"));

    // In another browser: somebody else's sign-in is not taken over, nor is one pressed on anybody.
    let mut other = world.browser();
    let answer = other.get(&callback).await;
    judge(&other, &answer, not_begun);
    // With another sign-in's cookie under this one's name.
    let mut mixed = world.browser();
    mixed.get("/login").await;
    let name = browser.cookies.keys().next().unwrap().clone();
    let foreign = mixed.cookies.values().next().unwrap().clone();
    mixed.cookies.insert(name, foreign);
    let answer = mixed.get(&callback).await;
    judge(&mixed, &answer, not_begun);
    // Another state, and none; each uses the cookie up.
    for bad in [
        "/login/callback?code=x&state=x",
        "/login/callback?code=x",
        "/login/callback",
    ] {
        let mut copy = browser.clone();
        let answer = copy.get(bad).await;
        judge(&copy, &answer, not_begun);
    }
    // Another provider's answer (RFC 9207): another issuer, or none though it is announced.
    for bad in [
        callback.replace("&iss=", "&iss=https://evil.example/"),
        callback.split("&iss=").next().unwrap().to_owned(),
    ] {
        let mut copy = browser.clone();
        let answer = copy.get(&bad).await;
        judge(&copy, &answer, not_begun);
    }
    // Too late.
    let mut late = browser.clone();
    world.clock.advance_seconds(600);
    let answer = late.get(&callback).await;
    judge(&late, &answer, not_begun);
    world.clock.advance_seconds(-600);
    // In time; and not once more.
    let mut replayed = browser.clone();
    let answer = browser.get(&callback).await;
    judge(&browser, &answer, Ok(()));
    let answer = replayed.get(&callback).await;
    judge(&replayed, &answer, not_begun);
}

#[tokio::test]
async fn a_refusal_of_the_provider_is_one_here() {
    let world = World::new().await;
    let mut browser = world.browser();
    let begun = browser.get("/login").await;
    let query = world.provider.grant(begun.header("location").unwrap());
    let state = query.split('&').find(|it| it.starts_with("state=")).unwrap();
    let iss = query.split('&').find(|it| it.starts_with("iss=")).unwrap();
    let answer = browser
        .get(&format!("/login/callback?error=%3Cscript%3E&{state}&{iss}"))
        .await;
    judge(&browser, &answer, Err((400, "SignInFailed")));
    assert!(!answer.text.contains("script>"), "{answer:?}");
}

#[tokio::test]
async fn no_return_path_leads_away() {
    let world = World::new().await;
    for path in [
        "//evil.example",
        "/%5Cevil.example",
        "https://evil.example",
        "%2F%2Fevil.example",
        "/%0d%0aSet-Cookie:x",
    ] {
        let answer = world.browser().get(&format!("/login?return={path}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(answer.header("location"), None);
    }
}

#[tokio::test]
async fn keys_that_roll_are_found_and_not_asked_for_without_end() {
    let world = World::new().await;
    check(&world, Ok(())).await;
    world.provider.told(|script| script.signing_key = 1);
    world.clock.advance_seconds(61);
    check(&world, Err((400, "SignInFailed"))).await;
    assert_eq!(world.provider.script().keys_asked, 2);
    world.provider.told(|script| script.published_keys = vec![0, 1]);
    // Within the minute nobody makes the gateway ask again.
    check(&world, Err((400, "SignInFailed"))).await;
    assert_eq!(world.provider.script().keys_asked, 2);
    world.clock.advance_seconds(61);
    check(&world, Ok(())).await;
    assert_eq!(world.provider.script().keys_asked, 3);
}

#[tokio::test]
async fn who_has_signed_in_is_known() {
    let world = World::new().await;
    let mut browser = world.browser();
    assert_eq!(browser.get("/me").await.refusal(), (401, "SignInRequired".to_owned()));
    let answer = browser.sign_in(&world.provider).await;
    assert_eq!(answer.header("location"), Some("/orders"));
    assert_eq!(browser.cookies.len(), 1, "the sign-in's own cookie is gone");
    let me = browser.get("/me").await;
    assert_eq!(me.header("cache-control"), Some("private, no-store"));
    assert_eq!(me.header("vary"), Some("Cookie"));
    let me = me.json();
    assert_eq!(me["name"], "Ina Berg");
    assert_eq!(me["roles"], json!(["sales"]));
    assert_eq!(me["claims"], json!({ "department": "north" }));
    assert_eq!(me["budget"]["remaining"], 600);
    let sent = world.provider.script().form;
    assert_eq!(sent["redirect_uri"], "https://orders.example/login/callback");
    assert_eq!(sent["code_verifier"].len(), 43);
}
