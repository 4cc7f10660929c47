//! The page of security info: who sees it, and what changes.

use authority::manage;

use crate::browser::{Browser, Page};
use crate::factors::code;
use crate::passkeys::context;
use crate::shop::{CARA, INA, PASSWORD, Shop};
use crate::world::{World, on_both};

const PATH: &str = "/security-info";

/// The first page of a visit.
pub(crate) async fn begin(browser: &Browser<'_>) -> Page {
    browser.get(PATH).await
}

/// Signs in by password alone.
pub(crate) async fn enter(browser: &Browser<'_>, name: &str) -> Page {
    let page = begin(browser).await;
    let page = browser.sign_in(&page, name, PASSWORD).await;
    assert!(page.html.contains("Where you are signed in"), "{}", page.html);
    page
}

/// Presses the button that sets up an app; gives the page of its secret, and the secret.
async fn add_app(browser: &Browser<'_>, page: &Page) -> (Page, String) {
    let page = browser.submit(page, &[("do", "add-app")]).await;
    let (_, rest) = page.html.split_once("id=\"secret\"").unwrap();
    let secret = rest.split(['>', '<']).nth(1).unwrap().replace(' ', "");
    assert!(
        page.html.contains("<svg class=\"qr\"") && secret.len() == 32,
        "{}",
        page.html
    );
    (page, secret)
}

async fn has_app(world: &World, shop: &Shop<'_>) -> bool {
    let (authority, operator) = (&world.authority, &world.operator);
    let found = manage::authentication_method::find(authority, operator, world.contoso, shop.cara).await;
    found.unwrap().one_time_password.is_some()
}

#[tokio::test]
async fn a_cookie_alone_opens_nothing() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = browser.get(&shop.path("contoso.example", &[("scope", "openid")])).await;
        browser.sign_in(&page, CARA, PASSWORD).await.answer();
        // Signed in, just now, and asked again all the same.
        let page = begin(&browser).await;
        assert!(page.has_field("passwd") && page.html.contains(CARA), "{}", page.html);
        // A form without a visit, of another browser, of a sign-in to an application.
        browser.post(PATH, &[("do", "add-app")]).await.told(165_000, "");
        let other = Browser::new(&world);
        let stolen = enter(&other, CARA).await;
        let form = [("ctx", context(&stolen)), ("do", "add-app".to_owned())];
        let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
        browser.post(PATH, &form).await.told(165_000, "");
        let page = other
            .get(&shop.path("contoso.example", &[("scope", "openid"), ("prompt", "login")]))
            .await;
        other
            .post(PATH, &[("ctx", &context(&page)), ("do", "add-app")])
            .await
            .told(165_000, "");
        // A visit that has not signed in.
        let page = begin(&other).await;
        let asked = other.post(PATH, &[("ctx", &context(&page)), ("do", "end-all")]).await;
        assert!(asked.has_field("passwd"), "{}", asked.html);
    })
    .await;
}

#[tokio::test]
async fn a_visit_ends_with_its_time_its_session_and_what_it_did_not_prove() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = enter(&browser, CARA).await;
        world.clock.advance_seconds(15 * 60);
        let late = browser.submit(&page, &[("do", "add-app")]).await;
        assert!(late.has_field("passwd"), "{}", late.html);
        let page = enter(&browser, CARA).await;
        browser.get("/common/oauth2/v2.0/logout").await;
        let out = browser.submit(&page, &[("do", "add-app")]).await;
        assert!(
            out.has_field("loginfmt") && !out.html.contains("id=\"secret\""),
            "{}",
            out.html
        );
        // Somebody who knows the password, and came before there was more.
        let stranger = Browser::new(&world);
        let early = enter(&stranger, CARA).await;
        let page = enter(&browser, CARA).await;
        let (page, secret) = add_app(&browser, &page).await;
        browser.submit(&page, &[("otc", &code(&world, &secret))]).await;
        for wish in ["remove-app", "add-app", "renew-codes", "end-all"] {
            let page = stranger.submit(&early, &[("do", wish)]).await;
            assert!(page.has_field("passwd"), "{wish}: {}", page.html);
        }
        assert!(has_app(&world, &shop).await);
        manage::person::disable(&world.authority, &world.operator, world.contoso, shop.cara)
            .await
            .unwrap();
        let page = browser.submit(&page, &[("do", "add-app")]).await;
        assert!(!page.html.contains("id=\"secret\""), "{}", page.html);
    })
    .await;
}

#[tokio::test]
async fn an_app_counts_after_a_right_code_and_is_asked_for_from_then_on() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = enter(&browser, CARA).await;
        assert!(page.html.contains("Your password is all that protects"));
        let (page, secret) = add_app(&browser, &page).await;
        let wrong = browser.submit(&page, &[("otc", "000000")]).await;
        assert!(wrong.html.contains("The code is not right.") && !has_app(&world, &shop).await);
        let codes = browser.submit(&wrong, &[("otc", &code(&world, &secret))]).await;
        assert_eq!(codes.html.matches("<code").count(), 10, "{}", codes.html);
        assert!(has_app(&world, &shop).await);
        // The right code has proved the second factor of this visit.
        let page = browser.submit(&codes, &[]).await;
        assert!(page.html.contains("10 left"), "{}", page.html);
        let recovery = codes.html.split("<code translate=\"no\">").nth(1).unwrap();
        let recovery = recovery.split('<').next().unwrap().to_owned();
        world.clock.advance_seconds(60);
        let other = Browser::new(&world);
        let asked = other.sign_in(&begin(&other).await, CARA, PASSWORD).await;
        assert!(asked.has_field("otc"), "{}", asked.html);
        let page = other.submit(&asked, &[("otc", &recovery)]).await;
        assert!(page.html.contains("9 left"), "{}", page.html);
        let page = other.submit(&page, &[("do", "renew-codes")]).await;
        assert_eq!(page.html.matches("<code").count(), 10);
        let page = other.submit(&page, &[("do", "remove-app")]).await;
        assert!(page.html.contains("Your authenticator app was removed.") && !has_app(&world, &shop).await);
    })
    .await;
}

#[tokio::test]
async fn sessions_are_seen_and_ended_by_those_whose_they_are() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let other = Browser::new(&world);
        let page = other.get(&shop.path("contoso.example", &[("scope", "openid")])).await;
        other.sign_in(&page, CARA, PASSWORD).await.answer();
        world.clock.advance_seconds(60);
        let browser = Browser::new(&world);
        let page = enter(&browser, CARA).await;
        let ids = page.buttons("end-session");
        assert_eq!(ids.len(), 1, "all but this one: {}", page.html);
        let stranger = Browser::new(&world);
        let theirs = enter(&stranger, INA).await;
        stranger.submit(&theirs, &[("end-session", &ids[0])]).await;
        let silent = async || {
            let path = shop.path("contoso.example", &[("scope", "openid"), ("prompt", "none")]);
            other.get(&path).await.answer().contains_key("code")
        };
        assert!(silent().await);
        let page = browser.submit(&page, &[("end-session", &ids[0])]).await;
        assert!(page.html.contains("That browser is signed out.") && !silent().await);
        let page = browser.submit(&page, &[("do", "end-all")]).await;
        assert!(page.has_field("loginfmt"), "{}", page.html);
        let log = manage::session::list(&world.authority, &world.operator, world.contoso, shop.cara).await;
        assert_eq!(log.unwrap(), []);
    })
    .await;
}
