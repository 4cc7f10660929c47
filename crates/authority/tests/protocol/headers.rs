//! The headers of answers, and the ids by which a request is found again.

use crate::wire::{Answer, posted, with};
use crate::world::{World, on_both};

const ID: &str = "6a0f7a54-30a7-4a0c-8c8e-0b1f2c3d4e5f";

#[track_caller]
fn check_never_cached(answer: &Answer) {
    assert_eq!(answer.headers["cache-control"], "no-store, no-cache");
    assert_eq!(answer.headers["pragma"], "no-cache");
    assert_eq!(answer.headers["expires"], "-1");
    assert_eq!(answer.headers["x-ms-clitelem"], "1,0,0,,");
    assert!(answer.headers.get("access-control-allow-origin").is_none());
    check_all(answer);
}

#[track_caller]
fn check_all(answer: &Answer) {
    assert_eq!(answer.headers["content-type"], "application/json; charset=utf-8");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert_eq!(answer.headers["strict-transport-security"], "max-age=31536000");
    assert!(
        answer.headers["x-ms-ests-server"]
            .to_str()
            .unwrap()
            .starts_with("commonhold")
    );
    assert!(uuid::Uuid::parse_str(answer.headers["x-ms-request-id"].to_str().unwrap()).is_ok());
}

#[tokio::test]
async fn tokens_and_refusals_are_never_cached() {
    on_both(async |world: World| {
        check_never_cached(&world.post(&world.v2(), &[]).await);
        check_never_cached(&world.get("/nowhere.example/discovery/keys").await);
        check_never_cached(&world.reader_token().await);
    })
    .await;
}

#[tokio::test]
async fn metadata_and_keys_are_cached_for_a_day() {
    on_both(async |world: World| {
        for path in [
            "/common/discovery/keys",
            "/contoso.example/v2.0/.well-known/openid-configuration",
        ] {
            let answer = world.get(path).await;
            assert_eq!(answer.headers["cache-control"], "max-age=86400, private");
            assert_eq!(answer.headers["access-control-allow-origin"], "*");
            check_all(&answer);
        }
    })
    .await;
}

#[tokio::test]
async fn the_clients_id_comes_back_as_correlation_id() {
    on_both(async |world: World| {
        let form = with(&world.reader_form(), "client_secret", "wrong");
        let bare = world.post(&world.v2(), &form).await;
        assert_eq!(bare.json["correlation_id"], bare.json["trace_id"]);
        assert!(bare.headers.get("client-request-id").is_none());

        let mut by_header = posted(&world.v2(), &form);
        by_header.headers_mut().insert("client-request-id", ID.parse().unwrap());
        by_header
            .headers_mut()
            .insert("return-client-request-id", "true".parse().unwrap());
        let by_header = world.send(by_header).await;
        assert_eq!(by_header.json["correlation_id"], ID);
        assert_eq!(by_header.headers["client-request-id"], ID);
        assert_ne!(by_header.json["trace_id"], ID);

        let by_query = world
            .post(&format!("{}?client-request-id={ID}", world.v2()), &form)
            .await;
        assert_eq!(by_query.json["correlation_id"], ID);
        let by_body = world.post(&world.v2(), &with(&form, "client-request-id", ID)).await;
        assert_eq!(by_body.json["correlation_id"], ID);
        let no_guid = world
            .post(&world.v2(), &with(&form, "client-request-id", "<script>"))
            .await;
        assert_eq!(no_guid.json["correlation_id"], no_guid.json["trace_id"]);
    })
    .await;
}

#[tokio::test]
async fn nothing_secret_is_said_back() {
    on_both(async |world: World| {
        let secret = "p~8Q+x/%=: Z-not-theirs";
        let answer = world
            .post(&world.v2(), &with(&world.reader_form(), "client_secret", secret))
            .await;
        assert!(!answer.json.to_string().contains(secret));
        assert!(!format!("{:?}", answer.headers).contains(secret));
        let long = "x".repeat(1000);
        let echoed = world
            .post(&world.v2(), &with(&world.reader_form(), "client_id", &long))
            .await;
        assert!(echoed.json.to_string().len() < 1000);
        let debug = format!("{:?} {:?} {:?}", world.authority, world.operator, world.reader.secret);
        assert!(!debug.contains(world.reader.secret()));
        let lines = world
            .post(&world.v2(), &with(&world.reader_form(), "client_id", "a\r\nb\u{7}"))
            .await;
        lines.refused(400, "unauthorized_client", 700_016, "'ab'");
    })
    .await;
}
