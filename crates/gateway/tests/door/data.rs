//! The data: what must not reach an environment, and what does.

use axum::body::Bytes;
use axum::http::HeaderName;
use commonhold_gateway::{BudgetOptions, SpeaksFor};
use http_body_util::BodyExt as _;
use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use crate::browser::Browser;
use crate::cloud::Does;
use crate::provider::{FABRIKAM, INA};
use crate::world::{Setting, World};

const ACCOUNTS: &str = "/api/data/v9.2/accounts";

async fn check(world: &World, browser: &Browser, request: &str, expected: (u16, &str)) {
    let answer = browser.clone().send(request, "").await;
    assert_eq!(
        answer.refusal(),
        (expected.0, expected.1.to_owned()),
        "{request}: {answer:?}"
    );
    assert!(world.contoso.seen().is_empty(), "{request}: {:?}", world.contoso.seen());
}

#[tokio::test]
async fn what_the_policy_does_not_allow_reaches_no_environment() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    for (request, expected) in [
        ("GET /api/data/v9.2/contacts", (403, "PolicyDenied")),
        (
            "GET /api/data/v9.2/accounts?$expand=primarycontactid",
            (403, "PolicyDenied"),
        ),
        (
            "GET /api/data/v9.2/accounts?$filter=primarycontactid/fullname%20eq%20'x'",
            (403, "PolicyDenied"),
        ),
        (
            "GET /api/data/v9.2/accounts?%24expand=primarycontactid",
            (403, "PolicyDenied"),
        ),
        ("GET /api/data/v9.2/WhoAmI", (403, "PolicyDenied")),
        ("GET /api/data/v9.2/systemusers", (403, "NotOpen")),
        ("GET /api/data/v9.2/accounts?$expand=owninguser", (403, "NotOpen")),
        ("GET /api/data/v9.2/accounts/../contacts", (403, "PolicyDenied")),
        ("GET /api/data/v9.2/accounts/%2e%2e/contacts", (403, "PolicyDenied")),
        (
            "GET /api/data/v9.2/accounts(name='a/../../contacts')",
            (400, "UrlNotUnderstood"),
        ),
        ("GET /api/data/v9.2//accounts", (400, "UrlNotUnderstood")),
        (
            "GET /api/data/v9.2/accounts?$apply=groupby((name))",
            (400, "UrlNotUnderstood"),
        ),
        ("GET /api/data/v9.2/accounts?fetchXml=x", (400, "UrlNotUnderstood")),
        ("GET /api/data/v9.1000/accounts", (400, "UrlNotUnderstood")),
        ("GET /api/data/v9.2/../../admin", (400, "UrlNotUnderstood")),
        ("POST /api/data/v9.2/$batch", (501, "BatchNotOpen")),
        ("POST /api/data/v9.2/%24batch", (501, "BatchNotOpen")),
        ("OPTIONS /api/data/v9.2/accounts", (405, "MethodNotOpen")),
        ("GET /elsewhere", (404, "NotFound")),
    ] {
        check(&world, &browser, request, expected).await;
    }
}

#[tokio::test]
async fn a_row_that_ties_what_the_policy_does_not_allow_reaches_no_environment() {
    let world = World::new().await;
    let mut browser = world.signed_in().await;
    let send = |browser: &Browser, body: &str| {
        let (mut browser, body) = (browser.clone(), body.to_owned());
        async move { browser.send(&format!("POST {ACCOUNTS}"), &body).await.refusal() }
    };
    assert_eq!(send(&browser, "{}").await, (415, "MediaType".to_owned()));
    browser.headers.push(("content-type", "application/json".to_owned()));
    let bound = r#"{"primarycontactid@odata.bind":"/contacts(5a1e0c11-0001-4e0a-9b1c-10aa00000001)"}"#;
    assert_eq!(send(&browser, bound).await, (403, "PolicyDenied".to_owned()));
    let nested = r#"{"primarycontactid":{"fullname":"Ada"}}"#;
    assert_eq!(send(&browser, nested).await, (400, "RequestNotUnderstood".to_owned()));
    let long = format!(r#"{{"name":"{}"}}"#, "a".repeat(1000));
    assert_eq!(send(&browser, &long).await, (413, "BodyTooLong".to_owned()));
    assert!(world.contoso.seen().is_empty());
    let created = browser.send(&format!("POST {ACCOUNTS}"), r#"{"name":"Fjord"}"#).await;
    assert_eq!(
        created.header("odata-entityid"),
        Some("https://orders.example/api/data/v9.2/accounts(1)")
    );
    assert_eq!(world.contoso.only_seen().body, r#"{"name":"Fjord"}"#);
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    let without_token = browser.without_headers();
    check(
        &world,
        &without_token,
        &format!("DELETE {ACCOUNTS}(5a1e0c11-0001-4e0a-9b1c-10aa00000001)"),
        (403, "CsrfToken"),
    )
    .await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let mut foreign = browser.clone();
        foreign.headers.push((name, value.to_owned()));
        check(&world, &foreign, &format!("GET {ACCOUNTS}"), (403, "OtherOrigin")).await;
    }
    let nobody = world.browser();
    check(&world, &nobody, &format!("GET {ACCOUNTS}"), (401, "SignInRequired")).await;
    let mut forged = browser.clone();
    forged
        .cookies
        .values_mut()
        .for_each(|value| value.replace_range(20..21, "_"));
    check(&world, &forged, &format!("GET {ACCOUNTS}"), (401, "SignInRequired")).await;
    world.clock.advance_seconds(30 * 60);
    check(&world, &browser, &format!("GET {ACCOUNTS}"), (401, "SignInRequired")).await;
}

#[tokio::test]
async fn nothing_of_the_browser_reaches_the_environment_but_what_is_listed() {
    let world = World::new().await;
    let mut browser = world.signed_in().await;
    for (name, value) in [
        ("authorization", "Bearer stolen"),
        ("callerobjectid", "11111111-1111-4111-8111-111111111111"),
        ("CALLEROBJECTID", "11111111-1111-4111-8111-111111111111"),
        ("mscrmcallerid", "11111111-1111-4111-8111-111111111111"),
        ("mscrm.bypasscustompluginexecution", "true"),
        ("x-http-method-override", "DELETE"),
        ("x-forwarded-for", "10.0.0.1"),
        ("x-forwarded-host", "evil.example"),
        ("accept-encoding", "gzip"),
        ("accept", "application/json"),
        ("prefer", "odata.maxpagesize=3"),
        ("x-ms-client-request-id", "front-end-7"),
    ] {
        browser.headers.push((name, value.to_owned()));
    }
    let answer = browser.get(&format!("{ACCOUNTS}?$select=name&$top=2")).await;
    assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
    let seen = world.contoso.only_seen();
    assert_eq!(seen.request, format!("GET {ACCOUNTS}?$select=name&$top=2"));
    assert_eq!(seen.headers["authorization"], "Bearer contoso");
    let people: Vec<_> = seen.headers.get_all("callerobjectid").iter().collect();
    assert_eq!(people, [INA]);
    let mut names: Vec<_> = seen.headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "authorization",
            "callerobjectid",
            "host",
            "prefer",
            "user-agent",
            "x-ms-client-request-id"
        ]
    );
    assert_eq!(answer.header("x-ms-client-request-id"), Some("front-end-7"));
    // Two of one name: readers differ in which they believe.
    browser.headers.push(("prefer", "return=representation".to_owned()));
    let twice = browser.get(ACCOUNTS).await;
    assert_eq!(twice.refusal(), (400, "RequestNotUnderstood".to_owned()));
}

#[tokio::test]
async fn nothing_of_the_environment_reaches_the_browser_but_what_is_listed() {
    let world = World::new().await;
    let mut browser = world.signed_in().await;
    let answer = browser.get(ACCOUNTS).await;
    for absent in ["set-cookie", "x-internal", "access-control-allow-origin"] {
        assert_eq!(answer.header(absent), None);
    }
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    assert_eq!(answer.header("vary"), Some("Cookie"));
    assert_eq!(answer.header("odata-version"), Some("4.0"));
    assert!(!answer.text.contains("127.0.0.1"), "{}", answer.text);
    let body = answer.json();
    assert_eq!(
        body["@odata.nextLink"],
        "https://orders.example/api/data/v9.2/accounts?$skiptoken=2"
    );
    let next = body["@odata.nextLink"]
        .as_str()
        .unwrap()
        .strip_prefix("https://orders.example")
        .unwrap();
    assert_eq!(browser.get(next).await.status.as_u16(), 200);
    let made = answer.header("x-ms-client-request-id").unwrap();
    assert_eq!(made.len(), 36);
}

#[tokio::test]
async fn two_people_get_their_own() {
    let world = World::new().await;
    let ina = world.signed_in().await;
    let issuer = world.provider.issuer_of(FABRIKAM);
    let oda = "22222222-2222-4222-8222-222222222222";
    world.provider.told(|script| {
        script.names_issuer = false;
        script.claims = json!({ "tid": FABRIKAM, "iss": issuer, "sub": "oda", "oid": oda });
    });
    let mut begun = world.browser();
    let location = begun.get("/login").await.header("location").unwrap().to_owned();
    let query = world.provider.grant(&location);
    let answer = begun.get(&format!("/login/callback?{query}&iss={issuer}")).await;
    assert_eq!(answer.status.as_u16(), 303, "{answer:?}");
    let both = (0..10).map(|number| {
        let mut browser = if number % 2 == 0 { ina.clone() } else { begun.clone() };
        async move { browser.get(ACCOUNTS).await.json()["value"][0].clone() }
    });
    let mut answers = Vec::new();
    let tasks: Vec<_> = both.map(tokio::spawn).collect();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    for (number, answer) in answers.iter().enumerate() {
        let expected = if number % 2 == 0 {
            json!({ "name": "contoso", "for": INA })
        } else {
            json!({ "name": "fabrikam", "for": oda })
        };
        assert_eq!(*answer, expected, "{number}");
    }
}

#[tokio::test]
async fn as_the_application_no_person_is_named() {
    let world = World::set(Setting {
        speaks_for: SpeaksFor::Application,
        ..Setting::default()
    })
    .await;
    let mut browser = world.signed_in().await;
    browser.headers.push(("callerobjectid", INA.to_owned()));
    assert_eq!(browser.get(ACCOUNTS).await.json()["value"][0]["for"], "application");
}

#[tokio::test]
async fn an_answer_streams() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    let (pieces, script) = mpsc::channel(1);
    world.contoso.does(Does::Streams(script));
    let response = browser.raw(browser.request(&format!("GET {ACCOUNTS}"), "")).await;
    let mut body = response.into_body();
    // Each piece comes before the next is sent.
    for number in 0..3 {
        let piece = format!("{number}{}", " ".repeat(1000));
        pieces.send(Bytes::from(piece)).await.unwrap();
        let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert!(
            frame.windows(1).any(|it| it == number.to_string().as_bytes()),
            "{frame:?}"
        );
    }
    drop(pieces);
    let rest = body.collect().await.unwrap().to_bytes();
    assert!(!rest.is_empty());
}

#[tokio::test]
async fn one_person_cannot_spend_what_is_another_s() {
    let world = World::set(Setting {
        budget: BudgetOptions {
            requests: 3,
            window_s: 60,
            in_flight: 1,
        },
        ..Setting::default()
    })
    .await;
    let mut browser = world.signed_in().await;
    let (go_on, until) = oneshot::channel();
    world.contoso.does(Does::Waits(until));
    let mut waiting = browser.clone();
    let first = tokio::spawn(async move { waiting.get(ACCOUNTS).await });
    while world.contoso.seen().is_empty() {
        tokio::task::yield_now().await;
    }
    let at_once = browser.get(ACCOUNTS).await;
    assert_eq!(at_once.refusal(), (429, "TooManyAtOnce".to_owned()));
    go_on.send(()).unwrap();
    assert_eq!(first.await.unwrap().header("x-budget-remaining"), Some("2"));
    for remaining in ["1", "0"] {
        assert_eq!(
            browser.get(ACCOUNTS).await.header("x-budget-remaining"),
            Some(remaining)
        );
    }
    let spent = browser.get(ACCOUNTS).await;
    assert_eq!(spent.refusal(), (429, "BudgetSpent".to_owned()));
    assert_eq!(spent.header("retry-after"), Some("20"));
    assert_eq!(world.contoso.seen().len(), 3);
    world.clock.advance_seconds(20);
    assert_eq!(browser.get(ACCOUNTS).await.status.as_u16(), 200);
}
