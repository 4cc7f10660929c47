//! Pushed authorization requests (RFC 9126): who may not push, what is refused, and that a name is used once.

use serde_json::json;

use crate::browser::Browser;
use crate::shop::{CARA, PASSWORD, Shop, WEB};
use crate::wire::{Answer, with, without};
use crate::world::{World, on_both};

const CONTOSO: &str = "contoso.example";

fn form<'a>(shop: &'a Shop<'_>) -> Vec<(&'static str, &'a str)> {
    vec![
        ("client_id", shop.client_id.as_str()),
        ("client_secret", shop.secret.value.expose()),
        ("response_type", "code"),
        ("redirect_uri", WEB),
        ("scope", "openid"),
        ("state", "pushed"),
    ]
}

async fn push(world: &World, form: &[(&str, &str)]) -> Answer {
    world.post(&format!("/{CONTOSO}/oauth2/v2.0/par"), form).await
}

fn path(tenant: &str, client: &str, request_uri: &str) -> String {
    let query = [
        ("client_id", client),
        ("request_uri", request_uri),
        ("state", "not this"),
    ];
    format!("/{tenant}/oauth2/v2.0/authorize?{}", crate::shop::query(&query))
}

#[tokio::test]
async fn what_would_be_refused_is_refused_at_once() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let form = form(&shop);
        let check = async |form: Vec<(&'static str, &str)>, status, error, number| {
            push(&world, &form).await.refused(status, error, number, "");
        };
        check(with(&form, "client_secret", "wrong"), 401, "invalid_client", 7_000_215).await;
        check(with(&form, "client_id", "nobody"), 400, "unauthorized_client", 700_016).await;
        check(without(&form, "client_id"), 400, "invalid_request", 900_144).await;
        check(without(&form, "response_type"), 400, "invalid_request", 900_144).await;
        check(
            with(&form, "redirect_uri", "https://evil.test"),
            400,
            "invalid_request",
            50_011,
        )
        .await;
        check(
            with(&form, "response_type", "token"),
            400,
            "unsupported_response_type",
            700_054,
        )
        .await;
        check(with(&form, "scope", "a/ b"), 400, "invalid_scope", 70_011).await;
        check(
            with(&form, "request_uri", "urn:x"),
            400,
            "invalid_request_uri",
            9_002_313,
        )
        .await;
        let alias = world.post("/common/oauth2/v2.0/par", &form).await;
        alias.refused(400, "invalid_request", 50_059, "");
    })
    .await;
}

#[tokio::test]
async fn a_name_is_good_once_for_its_client_in_its_tenant_for_a_minute() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let pushed = push(&world, &form(&shop)).await;
        assert_eq!(pushed.status, 201);
        assert_eq!(pushed.json["expires_in"], json!(60));
        assert_eq!(pushed.headers["cache-control"], "no-store, no-cache");
        let name = pushed.json["request_uri"].as_str().unwrap();
        assert!(name.starts_with("urn:ietf:params:oauth:request_uri:"));

        let number = 9_002_313;
        browser
            .get(&path(CONTOSO, &world.reader.client_id, name))
            .await
            .told(number, "request_uri");
        browser
            .get(&path("fabrikam.example", &shop.client_id, name))
            .await
            .told(number, "request_uri");
        browser
            .get(&path("common", &shop.client_id, name))
            .await
            .told(number, "request_uri");
        browser
            .get(&path(CONTOSO, &shop.client_id, &format!("{name}x")))
            .await
            .told(number, "request_uri");
        browser
            .get(&path(CONTOSO, &shop.client_id, "urn:ietf:params:oauth:request_uri:x"))
            .await
            .told(number, "");

        let page = browser.get(&path(CONTOSO, &shop.client_id, name)).await;
        let page = browser.sign_in(&page, CARA, PASSWORD).await;
        assert_eq!(
            page.answer()["state"],
            "pushed",
            "what the browser says beside it does not count"
        );
        browser
            .get(&path(CONTOSO, &shop.client_id, name))
            .await
            .told(number, "request_uri");

        let late = push(&world, &form(&shop)).await;
        world.clock.advance_seconds(60);
        let late = late.json["request_uri"].as_str().unwrap();
        browser
            .get(&path(CONTOSO, &shop.client_id, late))
            .await
            .told(number, "request_uri");
    })
    .await;
}
