//! Signing out: where the browser is never sent, then where it is, and who is told.

use crate::browser::Browser;
use crate::shop::{self, CARA, LOGOUT_URL, PASSWORD, Shop, WEB};
use crate::world::{ORIGIN, World, on_both};

fn path(tenant: &str, parameters: &[(&str, &str)]) -> String {
    format!("/{tenant}/oauth2/v2.0/logout?{}", shop::query(parameters))
}

async fn signed_in<'w>(world: &'w World, shop: &Shop<'_>) -> Browser<'w> {
    let browser = Browser::new(world);
    let page = browser.get(&shop.path("contoso.example", &[("scope", "openid")])).await;
    let page = browser.sign_in(&page, CARA, PASSWORD).await;
    assert!(page.answer().contains_key("code"));
    browser
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_registered() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        for uri in [
            "https://evil.test",
            "https://shop.example.test/cb/evil",
            "//evil.test",
            "javascript:alert(1)",
        ] {
            let browser = signed_in(&world, &shop).await;
            let client = [
                ("post_logout_redirect_uri", uri),
                ("client_id", shop.client_id.as_str()),
            ];
            let page = browser.get(&path("contoso.example", &client)).await;
            assert_eq!(page.status, 200);
            assert!(page.headers.get("location").is_none() && page.headers.get("refresh").is_none());
            assert!(!page.html.contains(uri), "{}", page.html);
        }
        // A registered address of an application that neither the sessions nor the tenant know.
        let nobody = Browser::new(&world);
        let other = [
            ("post_logout_redirect_uri", WEB),
            ("client_id", shop.client_id.as_str()),
        ];
        for (tenant, query) in [
            ("fabrikam.example", other.as_slice()),
            ("contoso.example", &[("post_logout_redirect_uri", WEB)]),
        ] {
            let page = nobody.get(&path(tenant, query)).await;
            assert_eq!(page.status, 200, "{tenant}");
            assert!(page.headers.get("location").is_none() && page.headers.get("refresh").is_none());
            assert!(!page.html.contains(WEB), "{}", page.html);
        }
        nobody
            .get(&path("nowhere.example", &[]))
            .await
            .told(90_002, "nowhere.example");
    })
    .await;
}

#[tokio::test]
async fn sessions_end_and_applications_are_told() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = signed_in(&world, &shop).await;
        let page = browser
            .get(&path("common", &[("post_logout_redirect_uri", WEB), ("state", "s&1")]))
            .await;
        assert_eq!(page.status, 200);
        let frame = format!("{LOGOUT_URL}?sid=");
        assert!(page.html.contains(&frame), "{}", page.html);
        let issuer = format!("{ORIGIN}/{}/v2.0", world.contoso);
        let issuer = format!("iss={}", issuer.replace(':', "%3A").replace('/', "%2F"));
        assert!(page.html.contains(&issuer), "{}", page.html);
        assert_eq!(page.headers["refresh"], format!("2; url={WEB}?state=s%261"));
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("frame-src https://shop.example.test"), "{policy}");
        let silent = [("scope", "openid"), ("prompt", "none")];
        browser
            .get(&shop.path("contoso.example", &silent))
            .await
            .refused("login_required", 50_058);
        // There is nobody left to be told.
        let again = browser.get(&path("common", &[])).await;
        assert!(!again.html.contains("<iframe"));
    })
    .await;
}

#[tokio::test]
async fn without_frames_the_browser_goes_on_at_once() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let client = [
            ("post_logout_redirect_uri", WEB),
            ("client_id", shop.client_id.as_str()),
            ("state", "1"),
        ];
        let page = browser.get(&path("contoso.example", &client)).await;
        assert_eq!((page.status.as_u16(), page.location()), (302, format!("{WEB}?state=1")));
        let page = browser.post("/contoso.example/oauth2/logout", &client).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, format!("{WEB}?state=1")));
        let claims = format!(r#"{{"aud":"{}"}}"#, shop.client_id);
        let hint = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims);
        let hint = format!("e30.{hint}.x");
        let hinted = [("post_logout_redirect_uri", WEB), ("id_token_hint", hint.as_str())];
        let page = browser.get(&path("contoso.example", &hinted)).await;
        assert_eq!(page.location(), WEB);
    })
    .await;
}
