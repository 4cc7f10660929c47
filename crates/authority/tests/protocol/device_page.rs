//! The page on which a person answers a device: wrong codes, a "no", a "yes".

use std::net::SocketAddr;

use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::browser::{Browser, Page};
use crate::shop::{CARA, INA, PASSWORD, Shop};
use crate::wire::{Answer, posted};
use crate::world::{World, on_both};

/// The codes of a device that waits in a tenant.
async fn waiting(world: &World, shop: &Shop<'_>, tenant: &str, scope: &str) -> (String, String) {
    let form = [("client_id", shop.client_id.as_str()), ("scope", scope)];
    let answer = world.post(&format!("/{tenant}/oauth2/v2.0/devicecode"), &form).await;
    let code = |name: &str| answer.json[name].as_str().unwrap().to_owned();
    (code("user_code"), code("device_code"))
}

async fn poll(shop: &Shop<'_>, tenant: &str, device_code: &str) -> Answer {
    let form = [
        ("client_id", shop.client_id.as_str()),
        ("client_secret", shop.secret.value.expose().as_str()),
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", device_code),
    ];
    shop.world.post(&format!("/{tenant}/oauth2/v2.0/token"), &form).await
}

async fn entered(browser: &Browser<'_>, code: &str) -> Page {
    let page = browser.get("/device").await;
    browser.submit(&page, &[("user_code", code)]).await
}

#[tokio::test]
async fn wrong_codes_find_nothing() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let (user_code, _) = waiting(&world, &shop, "contoso.example", "openid").await;
        let browser = Browser::new(&world);
        for wrong in ["", "x", "BCDFGHJK", &"B".repeat(10_000), "ä", "\0"] {
            if wrong == user_code {
                continue;
            }
            let page = entered(&browser, wrong).await;
            assert!(
                page.has_field("user_code") && page.html.contains("No device waits"),
                "{wrong}"
            );
        }
        world.clock.advance_seconds(15 * 60);
        assert!(entered(&browser, &user_code).await.has_field("user_code"));
    })
    .await;
}

const HELD: &str = "too many failed tries";

/// Types a code, as a browser at this address does.
async fn typed(world: &World, last: u8, code: &str) -> String {
    let mut request = posted("/device", &[("user_code", code)]);
    let address = SocketAddr::from(([203, 0, 113, last], 50_000));
    request.extensions_mut().insert(address);
    let answer = world.authority.router().oneshot(request).await.unwrap();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn guessing_is_held_back_from_where_it_comes() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let code = async || waiting(&world, &shop, "contoso.example", "openid").await.0;
        let guess = async |last: u8| typed(&world, last, "AAAAAAAA").await;
        for _ in 0..10 {
            assert!(guess(1).await.contains("No device waits"));
        }
        for held_s in [60, 120, 240] {
            world.clock.advance_seconds(held_s - 1);
            let right = typed(&world, 1, &code().await).await;
            assert!(right.contains(HELD) && right.contains("user_code"), "{held_s}: {right}");
            world.clock.advance_seconds(1);
            assert!(guess(1).await.contains("No device waits"), "{held_s}");
        }
        // Nobody elsewhere is held back.
        assert!(typed(&world, 2, &code().await).await.contains("loginfmt"));
        world.clock.advance_seconds(24 * 60 * 60);
        assert!(typed(&world, 1, &code().await).await.contains("loginfmt"));
    })
    .await;
}

#[tokio::test]
async fn codes_of_ones_own_wipe_out_no_guess() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        for _ in 0..9 {
            assert!(typed(&world, 1, "AAAAAAAA").await.contains("No device waits"));
            for _ in 0..2 {
                let (own, _) = waiting(&world, &shop, "contoso.example", "openid").await;
                assert!(
                    typed(&world, 1, &own).await.contains("loginfmt"),
                    "right codes are not counted"
                );
            }
        }
        assert!(typed(&world, 1, "AAAAAAAA").await.contains("No device waits"));
        assert!(typed(&world, 1, "AAAAAAAA").await.contains(HELD));
    })
    .await;
}

#[tokio::test]
async fn wrong_codes_are_on_record() {
    on_both(async |world: World| {
        typed(&world, 7, "AAAAAAAA").await;
        let lines = world.operated("GET", "auditLogs/signIns", Value::Null).await;
        let line = &lines["value"][0];
        assert_eq!(
            (&line["ipAddress"], &line["isInteractive"]),
            (&json!("203.0.113.7"), &json!(true))
        );
        assert!(
            line["status"]["failureReason"]
                .as_str()
                .unwrap()
                .contains("No device waits"),
            "{line}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_code_may_come_with_the_link_and_is_still_asked_for() {
    on_both(async |world: World| {
        let browser = Browser::new(&world);
        let page = browser.get("/device?user_code=%22%3E%3Cb%3E").await;
        assert!(page.has_field("user_code") && !page.html.contains("<b>"));
        assert!(page.html.contains("value=\"&#34;&#62;&#60;b&#62;\""), "{}", page.html);
    })
    .await;
}

#[tokio::test]
async fn people_of_other_tenants_do_not_answer() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let (user_code, _) = waiting(&world, &shop, "contoso.example", "openid").await;
        let browser = Browser::new(&world);
        let page = entered(&browser, &user_code).await;
        let page = browser.submit(&page, &[("loginfmt", INA)]).await;
        assert!(page.html.contains("does not exist in the tenant"));
    })
    .await;
}

#[tokio::test]
async fn a_person_says_no() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let (user_code, device_code) = waiting(&world, &shop, "contoso.example", "openid").await;
        let browser = Browser::new(&world);
        let page = entered(&browser, &user_code).await;
        let page = browser.sign_in(&page, CARA, PASSWORD).await;
        assert!(page.has_field("confirm") && page.html.contains("The Shop"));
        poll(&shop, "contoso.example", &device_code)
            .await
            .refused(400, "authorization_pending", 70_016, "");
        let done = browser.submit(&page, &[("confirm", "cancel")]).await;
        assert!(done.html.contains("not signed in"), "{}", done.html);
        let declined = poll(&shop, "contoso.example", &device_code).await;
        assert_eq!(declined.json["error"], "authorization_declined");
        assert!(
            entered(&browser, &user_code).await.has_field("user_code"),
            "it was answered"
        );
    })
    .await;
}

#[tokio::test]
async fn a_person_says_yes_and_consents() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let scope = "openid offline_access User.Read";
        let (user_code, device_code) = waiting(&world, &shop, "common", scope).await;
        let browser = Browser::new(&world);
        let page = entered(&browser, &user_code.to_lowercase()).await;
        let page = browser.sign_in(&page, INA, PASSWORD).await;
        let page = browser.submit(&page, &[("confirm", "accept")]).await;
        assert!(page.has_field("consent") && page.html.contains("User.Read"));
        let done = browser.submit(&page, &[("consent", "accept")]).await;
        assert!(done.html.contains("Your device is signed in"), "{}", done.html);
        let tokens = poll(&shop, "common", &device_code).await;
        assert_eq!(tokens.claims()["oid"], shop.ina.to_string());
        // Asked again, nobody is asked.
        let (user_code, _) = waiting(&world, &shop, "common", scope).await;
        let page = entered(&browser, &user_code).await;
        let done = browser.submit(&page, &[("confirm", "accept")]).await;
        assert!(done.html.contains("Your device is signed in"));
    })
    .await;
}
