//! Tokens: one at a time for all who wait, renewed ahead, replaced once.

use commonhold_client::{Error, Row};
use futures_util::future::join_all;

use crate::script::{Reply, Script, TENANT, refusal, secret};

const REFUSED: &str = r#"{"error":"invalid_client","error_description":"AADSTS7000215: no","error_codes":[7000215],
    "trace_id":"t1","correlation_id":"c1"}"#;

#[tokio::test]
async fn an_environment_without_a_challenge_leads_nowhere() {
    let script = Script::start().await;
    script.names_authority("https://evil.example");
    let refused = script.environment().list::<Row>("accounts", "$top=2").await;
    assert!(matches!(refused, Err(Error::ForeignAuthority { authority }) if authority == "https://evil.example"));
    assert_eq!(script.paths(), ["GET /api/data/v9.2/WhoAmI"]);
}

#[tokio::test]
async fn the_authoritys_refusal_carries_its_codes_and_not_the_secret() {
    let script = Script::start().await;
    script.token_replies([Reply::status(401).body(REFUSED)]);
    let error = script
        .environment()
        .list::<Row>("accounts", "$top=2")
        .await
        .unwrap_err();
    let Error::Authority(refusal) = &error else {
        panic!("{error}")
    };
    assert_eq!((refusal.status, refusal.error.as_str()), (401, "invalid_client"));
    assert_eq!(refusal.codes, [7_000_215]);
    assert_eq!(
        (refusal.trace_id.as_deref(), refusal.correlation_id.as_deref()),
        (Some("t1"), Some("c1"))
    );
    assert!(!format!("{error:?}").contains("p~8Q"));
    assert!(!format!("{:?}", secret()).contains("p~8Q"));
}

#[tokio::test]
async fn a_hundred_callers_share_one_refusal_and_one_token() {
    let script = Script::start().await;
    let environment = script.environment();
    let all = || join_all((0..100).map(|_| environment.list::<Row>("accounts", "")));
    script.token_replies([Reply::status(503)]);
    let refused = all().await;
    assert!(
        refused
            .iter()
            .all(|it| matches!(it, Err(Error::Authority(it)) if it.status == 503))
    );
    assert_eq!(script.token_requests().len(), 1);
    let answered = all().await;
    assert!(answered.iter().all(Result::is_ok));
    assert_eq!((script.token_requests().len(), script.tokens_given()), (2, 1));
}

#[tokio::test]
async fn a_token_is_renewed_ahead_while_the_old_one_serves() {
    let script = Script::start().await;
    let environment = script.environment();
    environment.list::<Row>("accounts", "").await.unwrap();
    script.clock.advance_seconds(3400);
    script.takes_only("token-1");
    environment.list::<Row>("accounts", "").await.unwrap();
    while script.tokens_given() < 2 {
        tokio::task::yield_now().await;
    }
    script.takes_only("token-2");
    environment.list::<Row>("accounts", "").await.unwrap();
    assert_eq!(script.token_requests().len(), 2);
}

#[tokio::test]
async fn a_renewal_that_fails_takes_no_good_token_away() {
    let script = Script::start().await;
    let environment = script.environment();
    environment.list::<Row>("accounts", "").await.unwrap();
    script.clock.advance_seconds(3400);
    script.token_replies([Reply::status(503), Reply::status(503)]);
    for _ in 0..5 {
        environment.list::<Row>("accounts", "").await.unwrap();
    }
    while script.token_requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    // Not asked again at once; after a while it is.
    script.clock.advance_seconds(31);
    environment.list::<Row>("accounts", "").await.unwrap();
    while script.token_requests().len() < 3 {
        tokio::task::yield_now().await;
    }
    // Its life ends: now somebody waits for the new one.
    script.clock.advance_seconds(200);
    environment.list::<Row>("accounts", "").await.unwrap();
    assert_eq!((script.token_requests().len(), script.tokens_given()), (4, 2));
}

#[tokio::test]
async fn a_token_that_is_no_longer_taken_is_replaced_once() {
    let script = Script::start().await;
    let environment = script.environment();
    environment.list::<Row>("accounts", "").await.unwrap();
    script.takes_only("token-2");
    let all = join_all((0..20).map(|_| environment.list::<Row>("accounts", ""))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(script.tokens_given(), 2);
    script.takes_only("never");
    let refused = refusal(environment.list::<Row>("accounts", "").await);
    assert_eq!((refused.status, script.tokens_given()), (401, 3));
}

#[tokio::test]
async fn a_given_authority_is_not_asked_for() {
    let script = Script::start().await;
    let application = script.application(secret());
    let environment = application
        .environment_in(TENANT, script.origin(), script.origin())
        .unwrap();
    environment.list::<Row>("accounts", "").await.unwrap();
    let expected = [
        format!("POST /{TENANT}/oauth2/v2.0/token"),
        "GET /api/data/v9.2/accounts".to_owned(),
    ];
    assert_eq!(script.paths(), expected);
    let other = application
        .environment_in(TENANT, script.origin(), script.origin())
        .unwrap();
    other.list::<Row>("accounts", "").await.unwrap();
    assert_eq!(
        script.tokens_given(),
        1,
        "one environment has one token, however often it is asked for"
    );
}

#[tokio::test]
async fn each_environment_has_its_own_token() {
    let script = Script::start().await;
    let application = script.application(secret());
    for name in ["contoso", "fabrikam"] {
        let url = format!("{}/env/{name}", script.origin());
        application
            .environment(&url)
            .unwrap()
            .list::<Row>("accounts", "")
            .await
            .unwrap();
    }
    let scopes: Vec<bool> = script
        .token_requests()
        .iter()
        .map(|it| it.text().contains("fabrikam%2F.default"))
        .collect();
    assert_eq!(scopes, [false, true]);
}
