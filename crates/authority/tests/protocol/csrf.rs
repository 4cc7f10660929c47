//! Forms of the sign-in pages in the wrong hands: another browser, another time, another text; and how cookies are set.

use crate::browser::Browser;
use crate::shop::{CARA, INA, PASSWORD, Shop};
use crate::world::{World, on_both};

const COOKIE: &str = "__Host-commonhold-browser";

#[tokio::test]
async fn a_page_counts_only_in_the_browser_to_which_it_was_sent() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let (mine, theirs) = (Browser::new(&world), Browser::new(&world));
        let page = mine.get(&shop.path("fabrikam.example", &[])).await;
        let page = mine.sign_in(&page, INA, PASSWORD).await;
        assert!(page.has_field("consent"));
        let accept = [("consent", "accept")];
        // Without any cookie, with another browser's, with a made-up one.
        theirs.submit(&page, &accept).await.told(165_000, "");
        theirs.get(&shop.path("fabrikam.example", &[])).await;
        theirs.submit(&page, &accept).await.told(165_000, "");
        theirs.set_cookie(COOKIE, &"A".repeat(43));
        theirs.submit(&page, &accept).await.told(165_000, "");
        // The sessions alone are not enough either.
        let sessions = mine.cookie("__Host-commonhold-session").unwrap();
        theirs.set_cookie("__Host-commonhold-session", &sessions);
        theirs.submit(&page, &accept).await.told(165_000, "");
        assert!(!shop.is_in(world.fabrikam).await);
        assert!(mine.submit(&page, &accept).await.answer().contains_key("code"));
    })
    .await;
}

#[tokio::test]
async fn a_page_is_not_changed_and_does_not_last() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = browser.get(&shop.path("fabrikam.example", &[])).await;
        let context = page.hidden().into_iter().find(|(name, _)| name == "ctx").unwrap().1;
        let (first, rest) = context.split_at(1);
        let changed = format!("{}{rest}", if first == "A" { "B" } else { "A" });
        for wrong in ["", "x", &changed, rest] {
            browser
                .submit(&page, &[("ctx", wrong), ("loginfmt", INA)])
                .await
                .told(165_000, "");
        }
        browser.post("/login", &[("loginfmt", INA)]).await.told(165_000, "");
        world.clock.advance_seconds(15 * 60 - 1);
        assert!(browser.submit(&page, &[("loginfmt", INA)]).await.has_field("passwd"));
        world.clock.advance_seconds(1);
        browser.submit(&page, &[("loginfmt", INA)]).await.told(50_089, "");
    })
    .await;
}

#[tokio::test]
async fn a_person_who_signed_out_meanwhile_has_not_consented() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = browser.get(&shop.path("fabrikam.example", &[])).await;
        let page = browser.sign_in(&page, INA, PASSWORD).await;
        browser.get("/common/oauth2/v2.0/logout").await;
        let page = browser.submit(&page, &[("consent", "accept")]).await;
        assert!(page.has_field("loginfmt"), "{}", page.html);
        assert!(!shop.is_in(world.fabrikam).await);
    })
    .await;
}

#[tokio::test]
async fn cookies_go_to_this_host_only_and_to_no_script() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = browser.get(&shop.path("contoso.example", &[("scope", "openid")])).await;
        let cookies = |headers: &http::HeaderMap| -> Vec<String> {
            let cookies = headers.get_all("set-cookie").into_iter();
            cookies.map(|cookie| cookie.to_str().unwrap().to_owned()).collect()
        };
        let first = cookies(&page.headers);
        assert_eq!(first.len(), 1);
        assert!(first[0].starts_with(COOKIE) && first[0].ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"));
        let page = browser.sign_in(&page, CARA, PASSWORD).await;
        let second = cookies(&page.headers);
        assert_eq!(second.len(), 1, "the browser is known");
        let flags = "; Path=/; Secure; HttpOnly; SameSite=None; Max-Age=";
        assert!(
            second[0].starts_with("__Host-commonhold-session=") && second[0].contains(flags),
            "{}",
            second[0]
        );
        let again = browser.get(&shop.path("contoso.example", &[("scope", "openid")])).await;
        assert!(cookies(&again.headers).is_empty());
    })
    .await;
}

#[tokio::test]
async fn pages_are_not_kept_and_not_framed() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = browser.get(&shop.path("fabrikam.example", &[])).await;
        assert_eq!(page.headers["cache-control"], "no-store, no-cache");
        assert_eq!(page.headers["x-frame-options"], "DENY");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"),
            "{policy}"
        );
    })
    .await;
}
