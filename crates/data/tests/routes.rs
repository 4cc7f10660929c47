//! Every route, with no token and with tokens that prove nothing here. A new route belongs on this list.

use axum::{Router, body::Body};
use data::BaseUrl;
use http::Request;
use serde_json::json;
use tower::ServiceExt;

use crate::world::{Call, World, on_each_engine, tenant};

const ID: &str = "5a1e0c11-0001-4e0a-9b1c-10aa000000ff";

/// Method and path of every operation of the service.
fn routes() -> Vec<Call> {
    let row = format!("accounts({ID})");
    let empty = || json!({});
    vec![
        Call::get(""),
        Call::get("$metadata"),
        Call::post("$batch", empty()),
        Call::get("WhoAmI"),
        Call::get("WhoAmI()"),
        Call::get("RetrieveVersion"),
        Call::get("RetrieveCurrentOrganization"),
        Call::get("EntityDefinitions"),
        Call::get("nothing"),
        Call::get("accounts"),
        Call::get("accounts/$count"),
        Call::post("accounts", empty()),
        Call::get(&row),
        Call::patch(&row, empty()),
        Call::delete(&row),
        Call::get(&format!("{row}/name")),
        Call::get(&format!("{row}/name/$value")),
        Call::put(&format!("{row}/name"), empty()),
        Call::delete(&format!("{row}/name")),
        Call::get(&format!("{row}/primarycontactid")),
        Call::get(&format!("{row}/primarycontactid/$ref")),
        Call::put(&format!("{row}/primarycontactid/$ref"), empty()),
        Call::delete(&format!("{row}/primarycontactid/$ref")),
        Call::get(&format!("{row}/Account_Tasks")),
        Call::post(&format!("{row}/Account_Tasks/$ref"), empty()),
        Call::delete(&format!("{row}/Account_Tasks({ID})/$ref")),
        Call::get(&format!(
            "systemusers({ID})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()"
        )),
        Call::post(
            &format!("roles({ID})/Microsoft.Dynamics.CRM.AddPrivilegesRole"),
            empty(),
        ),
        Call::post(
            &format!("roles({ID})/Microsoft.Dynamics.CRM.ReplacePrivilegesRole"),
            empty(),
        ),
        Call::post(
            &format!("roles({ID})/Microsoft.Dynamics.CRM.RemovePrivilegeRole"),
            empty(),
        ),
    ]
}

/// Tokens that prove nothing, each with a word of its refusal.
fn tokens(world: &World) -> Vec<(String, &'static str)> {
    let good = world.token(&world.admin);
    let claims = |changed: (&str, serde_json::Value)| {
        let mut claims = json!({
            "aud": world.address.urls[0], "iss": world.address.issuers[0], "iat": 1_760_000_000, "nbf": 1_760_000_000,
            "exp": 1_760_003_600, "appid": world.admin.app.to_string(), "oid": world.admin.object.to_string(),
            "sub": world.admin.object.to_string(), "idtyp": "app", "tid": tenant().to_string(), "ver": "1.0",
        });
        claims[changed.0] = changed.1;
        world.token_of(&claims)
    };
    let (head, _) = good.rsplit_once('.').unwrap();
    let (_, other_signature) = claims(("sub", json!("other")))
        .rsplit_once('.')
        .map(|(head, signature)| (head.to_owned(), signature.to_owned()))
        .unwrap();
    vec![
        (String::new(), "401"),
        ("a.b.c".to_owned(), "not base64url"),
        (format!("{head}.{other_signature}"), "signature does not verify"),
        (format!("{head}."), "signature"),
        (claims(("exp", json!(1_759_999_999))), "expired"),
        (claims(("nbf", json!(1_760_010_000))), "not valid before"),
        (claims(("tid", json!("00000000-0000-0000-0000-0000000000fa"))), "tenant"),
        (claims(("iss", json!("https://evil.example.test/"))), "issuer"),
        (claims(("aud", json!("https://fabrikam.example.test"))), "audience"),
    ]
}

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    on_each_engine(async |world| {
        for call in routes() {
            let shown = format!("{call:?}");
            let reply = world.send_anonymous(call).await;
            assert_eq!(
                reply.error(),
                "401 0x80044302 The request is not authenticated: no bearer token was sent.",
                "{shown}"
            );
            assert!(reply.header("WWW-Authenticate").is_some());
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_gets_in_with_a_token_that_proves_nothing() {
    on_each_engine(async |world| {
        for (token, word) in tokens(&world) {
            for call in routes() {
                let shown = format!("{call:?}");
                let reply = world.send(&token, call).await;
                let error = reply.error();
                assert!(
                    error.starts_with("401 0x8004a10") || error.starts_with("401 0x80044302"),
                    "{shown}: {error}"
                );
                assert!(error.contains(word), "{word}: {error}");
                assert!(
                    reply
                        .header("WWW-Authenticate")
                        .unwrap()
                        .starts_with("Bearer authorization_uri="),
                    "{shown}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn elsewhere_is_nothing() {
    on_each_engine(async |world| {
        for path in [
            "/",
            "/api",
            "/api/data",
            "/api/data/v8.2/accounts",
            "/api/data/v9.3/accounts",
            "/favicon.ico",
            "/api/data/V9.2/",
        ] {
            let reply = world.admin(Call::get(path)).await;
            let message = format!(
                "404 0x80060888 Resource not found for the segment '{}'.",
                path.trim_start_matches('/')
            );
            assert_eq!(reply.error(), message);
            assert_eq!(reply.header("OData-Version"), Some("4.0"));
        }
        for method in ["HEAD", "OPTIONS", "TRACE", "QUERY"] {
            let reply = world.admin(Call::new(method.parse().unwrap(), "accounts")).await;
            assert_eq!(reply.status.as_u16(), 405);
            if method != "HEAD" {
                assert_eq!(
                    reply.error(),
                    format!("405 0x80040315 The method `{method}` is not allowed.")
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_of_these_requests_was_done() {
    on_each_engine(async |world| {
        for call in routes() {
            world.send_anonymous(call).await.expect(401);
        }
        let rows = world.admin(Call::get("accounts")).await.expect(200).json();
        assert!(rows["value"].as_array().unwrap().is_empty());
    })
    .await;
}

/// Links are answered in the form in which they were asked.
#[tokio::test]
async fn an_environment_is_reached_by_several_addresses() {
    on_each_engine(async |world| {
        let router = Router::new().nest("/env/contoso", world.service.router(&world.address.name));
        let base = "https://localhost:8443/env/contoso";
        let request = Request::post("/env/contoso/api/data/v9.1/accounts")
            .header("Authorization", format!("Bearer {}", world.token(&world.admin)))
            .header("Content-Type", "application/json")
            .extension(BaseUrl(base.to_owned()))
            .body(Body::from(r#"{"name":"A"}"#))
            .unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), 204);
        let address = response.headers()["OData-EntityId"].to_str().unwrap();
        assert!(
            address.starts_with(&format!("{base}/api/data/v9.1/accounts(")),
            "{address}"
        );
        let outside = Request::get("/env/contoso/elsewhere").body(Body::empty()).unwrap();
        assert_eq!(router.oneshot(outside).await.unwrap().status().as_u16(), 404);
    })
    .await;
}

#[tokio::test]
async fn an_environment_that_is_not_served_is_nothing() {
    on_each_engine(async |world| {
        let request = Request::get("/api/data/v9.2/WhoAmI").body(Body::empty()).unwrap();
        let response = world.service.router("nowhere").oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), 404);
    })
    .await;
}
