//! Others that are away, slow or refuse: told plainly, and over when they are back. Nothing is ever asked with more
//! rights than before.

use std::time::Duration;

use axum::http::StatusCode;

use crate::cloud::Does;
use crate::provider::{CLIENT, INA};
use crate::world::{Setting, World};

const ACCOUNTS: &str = "/api/data/v9.2/accounts";

#[tokio::test]
async fn a_provider_that_is_away_keeps_nobody_out_who_is_in() {
    let world = World::new().await;
    world.provider.told(|script| script.is_away = true);
    let mut stranger = world.browser();
    let refused = stranger.get("/login").await;
    assert_eq!(refused.status, StatusCode::BAD_GATEWAY, "{refused:?}");
    assert_eq!(stranger.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stranger.get("/healthz").await.status, StatusCode::OK);
    world.provider.told(|script| script.is_away = false);
    assert_eq!(stranger.get("/readyz").await.status, StatusCode::OK);
    let mut browser = world.signed_in().await;
    world.provider.told(|script| script.is_away = true);
    world.clock.advance_seconds(29 * 60);
    assert_eq!(browser.get(ACCOUNTS).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_application_that_is_refused_is_told_apart_from_a_person_that_is_not_signed_in() {
    let world = World::new().await;
    let mut browser = world.signed_in().await;
    world.contoso.does(Does::RefusesSecret);
    let refused = browser.get(ACCOUNTS).await;
    assert_eq!(refused.refusal(), (502, "ApplicationRefused".to_owned()));
    assert!(world.contoso.seen().is_empty());
    world.contoso.does(Does::RefusesToken);
    let refused = browser.get(ACCOUNTS).await;
    assert_eq!(refused.refusal(), (502, "ApplicationRefused".to_owned()));
    assert_eq!(refused.header("www-authenticate"), None);
    let answered = browser.get(ACCOUNTS).await;
    assert_eq!(answered.json()["value"][0]["for"], INA, "still in the person's name");
}

#[tokio::test]
async fn an_environment_s_own_limit_is_passed_on() {
    let world = World::new().await;
    let mut browser = world.signed_in().await;
    world.contoso.does(Does::Limits);
    let limited = browser.get(ACCOUNTS).await;
    assert_eq!(limited.refusal(), (429, "0x80072322".to_owned()));
    assert_eq!(limited.header("retry-after"), Some("7"));
}

#[tokio::test]
async fn an_environment_that_is_away_is_told_and_found_again() {
    let world = World::new().await;
    let mut browser = world.signed_in().await;
    let contoso = world.contoso.origin.clone();
    let subscribe = |environment: String| {
        let tenant = crate::provider::CONTOSO.to_owned();
        let list = [commonhold_gateway::Subscriber { tenant, environment }];
        world.subscribers.replace(&list).unwrap();
    };
    // Nobody listens at a port that was just given back.
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    subscribe(format!("http://{address}"));
    let away = browser.get(ACCOUNTS).await;
    assert_eq!(away.refusal(), (503, "EnvironmentAway".to_owned()));
    assert_eq!(away.header("retry-after"), Some("5"));
    subscribe(contoso);
    assert_eq!(browser.get(ACCOUNTS).await.status, StatusCode::OK);
    world.subscribers.replace(&[]).unwrap();
    assert_eq!(browser.get(ACCOUNTS).await.refusal(), (403, "NotSubscribed".to_owned()));
}

#[tokio::test]
async fn an_environment_that_is_slow_is_not_waited_for() {
    let world = World::set(Setting {
        answer_timeout: Duration::from_millis(1),
        ..Setting::default()
    })
    .await;
    let mut browser = world.signed_in().await;
    let (_held, until) = tokio::sync::oneshot::channel();
    world.contoso.does(Does::Waits(until));
    let slow = browser.get(ACCOUNTS).await;
    assert_eq!(slow.refusal(), (504, "EnvironmentSlow".to_owned()));
    assert_eq!(slow.header("retry-after"), Some("5"));
}

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off_here() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    let (now, when) = tokio::sync::oneshot::channel();
    world.contoso.does(Does::BreaksOff(when));
    let response = browser.raw(browser.request(&format!("GET {ACCOUNTS}"), "")).await;
    assert_eq!(response.status(), StatusCode::OK);
    now.send(()).unwrap();
    let whole = axum::body::to_bytes(response.into_body(), 1 << 20).await;
    assert!(whole.is_err(), "{whole:?}");
}

#[tokio::test]
async fn a_policy_that_fails_denies() {
    let world = World::set(Setting {
        policy: r"
            permit (principal, action, resource);
            forbid (principal, action, resource) when { 9223372036854775807 + 1 > 0 };
        ",
        ..Setting::default()
    })
    .await;
    let mut browser = world.signed_in().await;
    assert_eq!(browser.get(ACCOUNTS).await.refusal(), (403, "PolicyFailed".to_owned()));
    assert!(world.contoso.seen().is_empty());
}

#[tokio::test]
async fn what_happened_is_counted_and_names_nobody() {
    let world = World::new().await;
    let mut browser = world.signed_in().await;
    browser.get(ACCOUNTS).await;
    browser.get("/api/data/v9.2/contacts").await;
    let mut operator = crate::browser::Browser::new(world.gateway.admin_router());
    let metrics = operator.get("/metrics").await.text;
    for line in [
        "commonhold_gateway_requests_total{part=\"data\",code=\"answered\"} 1\n",
        "commonhold_gateway_requests_total{part=\"data\",code=\"PolicyDenied\"} 1\n",
        "commonhold_gateway_in_flight 0\n",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
    assert!(!metrics.contains("ina") && !metrics.contains(CLIENT), "{metrics}");
    assert_eq!(browser.get("/metrics").await.status, StatusCode::NOT_FOUND);
}
