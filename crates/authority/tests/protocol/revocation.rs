//! The revocation endpoint (RFC 7009), for what is none or is not taken back.

use serde_json::Value;

use crate::wire::with;
use crate::world::{World, on_both};

#[tokio::test]
async fn who_is_refused() {
    on_both(async |world: World| {
        let path = format!("/{}/oauth2/v2.0/revoke", world.contoso);
        let form = [
            ("client_id", world.reader.client_id.as_str()),
            ("client_secret", world.reader.secret()),
        ];
        world
            .post(&path, &form)
            .await
            .refused(400, "invalid_request", 900_144, "'token'");
        let form = with(&form, "token", "x");
        let wrong = with(&form, "client_secret", "not-their-secret");
        world
            .post(&path, &wrong)
            .await
            .refused(401, "invalid_client", 7_000_215, &world.reader.client_id);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_told_whether_there_was_a_token() {
    on_both(async |world: World| {
        let path = format!("/{}/oauth2/v2.0/revoke", world.contoso);
        let token = world.reader_token().await;
        let form = [
            ("client_id", world.reader.client_id.as_str()),
            ("client_secret", world.reader.secret()),
        ];
        let unknown = "0c7a9d523b1e4c8f8f276a5d4e3b2c10.unknown";
        for text in ["x", unknown, token.token()] {
            let answer = world.post(&path, &with(&form, "token", text)).await;
            assert_eq!((answer.status.as_u16(), answer.json), (200, Value::Null));
            assert_eq!(answer.headers["cache-control"], "no-store, no-cache");
        }
    })
    .await;
}
