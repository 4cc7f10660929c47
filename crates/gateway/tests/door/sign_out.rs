//! Signing out: here, and by the provider.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::world::World;

async fn is_signed_in(browser: &Browser) -> bool {
    browser.clone().get("/me").await.status.is_success()
}

async fn post(browser: &Browser, path: &str, form: &str) -> crate::browser::Answer {
    let mut browser = browser.clone();
    browser
        .headers
        .push(("content-type", "application/x-www-form-urlencoded".to_owned()));
    browser.send(&format!("POST {path}"), form).await
}

#[tokio::test]
async fn nobody_is_signed_out_by_another_page() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    let without = browser.without_headers();
    let csrf = (403, "CsrfToken".to_owned());
    assert_eq!(post(&without, "/logout", "").await.refusal(), csrf);
    assert_eq!(post(&without, "/logout", "csrf_token=x").await.refusal(), csrf);
    let mut foreign = browser.clone();
    foreign.headers.push(("origin", "https://evil.example".to_owned()));
    assert_eq!(
        post(&foreign, "/logout", "").await.refusal(),
        (403, "OtherOrigin".to_owned())
    );
    assert!(is_signed_in(&browser).await);
}

#[tokio::test]
async fn a_cookie_that_somebody_kept_is_worth_nothing_after_a_sign_out() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    let answer = post(&browser, "/logout", "").await;
    let location = answer.json()["location"].as_str().unwrap().to_owned();
    assert!(
        location.starts_with(&format!("{}/logout?client_id=orders&", world.provider.origin)),
        "{location}"
    );
    assert!(
        location.contains("post_logout_redirect_uri=https%3A%2F%2Forders.example%2F&logout_hint=hint"),
        "{location}"
    );
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn a_logout_token_that_proves_nothing_ends_nothing() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    let sid = json!({ "sid": "provider-session" });
    let with = |change: Value| {
        let mut claims = sid.clone();
        claims
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        world.provider.logout_token(&claims)
    };
    let refused = (400, "invalid_request".to_owned());
    let mut tokens = vec![
        String::new(),
        "a.b.c".to_owned(),
        with(json!({ "aud": "billing" })),
        with(json!({ "iss": "https://evil.example" })),
        with(json!({ "events": {} })),
        with(json!({ "nonce": "n" })),
        with(json!({ "exp": 1 })),
        world.provider.logout_token(&json!({})),
    ];
    world.provider.told(|script| script.signing_key = 1);
    tokens.push(with(json!({})));
    world.provider.told(|script| script.signing_key = 0);
    for token in tokens {
        let answer = post(
            &world.browser(),
            "/logout/back-channel",
            &format!("logout_token={token}"),
        )
        .await;
        assert_eq!(answer.refusal(), refused, "{token}");
    }
    assert_eq!(
        post(&world.browser(), "/logout/back-channel", "").await.refusal(),
        refused
    );
    assert!(is_signed_in(&browser).await);
}

#[tokio::test]
async fn the_provider_ends_a_session_and_all_of_a_person() {
    for claims in [json!({ "sid": "provider-session" }), json!({ "sub": "ina" })] {
        let world = World::new().await;
        let browser = world.signed_in().await;
        let token = world.provider.logout_token(&claims);
        let answer = post(
            &world.browser(),
            "/logout/back-channel",
            &format!("logout_token={token}"),
        )
        .await;
        assert!(answer.status.is_success(), "{answer:?}");
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        assert!(!is_signed_in(&browser).await);
        world.clock.advance_seconds(1);
        assert!(is_signed_in(&world.signed_in().await).await, "who signs in again is in");
    }
}

#[tokio::test]
async fn a_provider_without_back_channel_ends_a_session_by_its_name() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    let issuer = world.provider.issuer_of(crate::provider::CONTOSO);
    let mut anybody = world.browser();
    assert_eq!(anybody.get("/logout/front-channel").await.status.as_u16(), 404);
    for other in ["sid=other", "sid="] {
        anybody
            .get(&format!("/logout/front-channel?iss={issuer}&{other}"))
            .await;
    }
    anybody
        .get("/logout/front-channel?iss=https://evil.example&sid=provider-session")
        .await;
    assert!(is_signed_in(&browser).await);
    anybody
        .get(&format!("/logout/front-channel?iss={issuer}&sid=provider-session"))
        .await;
    assert!(!is_signed_in(&browser).await);
}
