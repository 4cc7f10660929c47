//! The device authorization endpoint (RFC 8628) and the first poll.

use serde_json::{Value, json};

use crate::wire::with;
use crate::world::{ORIGIN, World, on_both};

fn form(world: &World) -> Vec<(&'static str, &str)> {
    vec![
        ("client_id", world.reader.client_id.as_str()),
        ("client_secret", world.reader.secret()),
        (
            "scope",
            "https://contoso.data.example.test/user_impersonation offline_access",
        ),
    ]
}

#[tokio::test]
async fn requests_that_are_refused() {
    on_both(async |world: World| {
        let path = format!("/{}/oauth2/v2.0/devicecode", world.contoso);
        let wrong = with(&form(&world), "client_secret", "not-their-secret");
        world
            .post(&path, &wrong)
            .await
            .refused(401, "invalid_client", 7_000_215, &world.reader.client_id);
        let malformed = with(&form(&world), "scope", "a/.default b/c");
        world
            .post(&path, &malformed)
            .await
            .refused(400, "invalid_scope", 70_011, "a/.default b/c");
        let resource = with(&form(&world), "resource", "x");
        world
            .post(&path, &resource)
            .await
            .refused(400, "invalid_request", 901_002, "'resource'");
        let common = "/common/oauth2/v2.0/devicecode";
        world
            .post(common, &form(&world))
            .await
            .refused(400, "invalid_request", 50_194, &world.reader.client_id);
        let unknown = with(&form(&world), "client_id", "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b");
        world
            .post(common, &unknown)
            .await
            .refused(400, "unauthorized_client", 700_016, "5b8e2c1a");
    })
    .await;
}

#[tokio::test]
async fn codes_and_what_a_device_is_told_until_somebody_answers() {
    on_both(async |world: World| {
        let answer = world
            .post(&format!("/{}/oauth2/v2.0/devicecode", world.contoso), &form(&world))
            .await;
        let codes = &answer.json;
        assert_eq!(answer.status, 200, "{codes}");
        assert_eq!(codes["verification_uri"], format!("{ORIGIN}/device"));
        assert_eq!((&codes["expires_in"], &codes["interval"]), (&json!(900), &json!(5)));
        let user_code = codes["user_code"].as_str().unwrap();
        assert_eq!(user_code.len(), 8);
        assert!(codes["message"].as_str().unwrap().contains(user_code));
        let device_code = codes["device_code"].as_str().unwrap();
        for grant_type in ["urn:ietf:params:oauth:grant-type:device_code", "device_code"] {
            let poll = with(
                &with(&form(&world), "grant_type", grant_type),
                "device_code",
                device_code,
            );
            let waiting = world.post(&world.v2(), &poll).await;
            waiting.refused(400, "authorization_pending", 70_016, "not answered yet");
        }
        let old = world
            .post(&format!("/{}/oauth2/devicecode", world.contoso), &form(&world))
            .await;
        assert_eq!(old.json["verification_url"], format!("{ORIGIN}/device"));
        assert_eq!(old.json["expires_in"], "900");
        assert_eq!(old.json["verification_uri"], Value::Null);
        world.clock.advance_seconds(900);
        let poll = with(
            &with(&form(&world), "grant_type", "device_code"),
            "device_code",
            device_code,
        );
        world
            .post(&world.v2(), &poll)
            .await
            .refused(400, "expired_token", 70_019, "expired");
    })
    .await;
}
