//! An environment that asks for less.

use commonhold_client::{Lane, Row};
use serde_json::json;
use uuid::Uuid;

use crate::script::{Reply, Script, refusal};

fn storm(status: u16, seconds: u64) -> Reply {
    Reply::refused(status, "0x80072322").header("retry-after", &seconds.to_string())
}

#[tokio::test]
async fn a_pause_that_is_too_long_is_told_and_kept() {
    let script = Script::start().await;
    let environment = script.environment();
    script.replies([storm(429, 300)]);
    let refused = refusal(environment.list::<Row>("accounts", "").await);
    assert_eq!((refused.status, refused.retry_after.unwrap().as_secs()), (429, 300));
    script.clock.advance_seconds(100);
    let refused = refusal(environment.post("accounts", &json!({})).await);
    assert_eq!(
        (refused.code.as_str(), refused.retry_after.unwrap().as_secs()),
        ("0x80072322", 200)
    );
    assert_eq!(script.calls().len(), 1, "what would be refused is not sent");
    script.clock.advance_seconds(150);
    environment.list::<Row>("accounts", "").await.unwrap();
    assert_eq!(script.waited(), [50.0]);
}

#[tokio::test]
async fn a_storm_is_waited_out_by_whatever_was_sent() {
    let script = Script::start().await;
    let environment = script.environment();
    let made = Reply::status(204).header("OData-EntityId", &format!("accounts({})", Uuid::from_u128(3)));
    script.replies([storm(429, 3), storm(429, 5), storm(503, 7), made]);
    environment.post("accounts", &json!({})).await.unwrap();
    assert_eq!(script.waited(), [3.0, 5.0, 7.0]);
    script.replies((0..9).map(|_| storm(429, 1)));
    let refused = refusal(environment.in_lane(Lane::Background).list::<Row>("accounts", "").await);
    assert_eq!((refused.status, script.calls().len()), (429, 9));
}

#[tokio::test]
async fn a_proxy_that_says_503_may_have_passed_the_write_on() {
    let script = Script::start().await;
    let environment = script.environment();
    for status in [502, 503, 504] {
        script.replies([Reply::status(status)]);
        assert_eq!(refusal(environment.post("accounts", &json!({})).await).status, status);
        script.replies([Reply::status(status), Reply::refused(412, "0x80040237")]);
        environment.create("accounts", &json!({})).await.unwrap();
    }
    assert_eq!(script.calls().len(), 9);
}
