//! What a client may demand of the sign-in: `prompt`, `max_age`, `login_hint`, `domain_hint`.

use crate::browser::{Browser, Page};
use crate::shop::{ADA, CARA, INA, PASSWORD, Shop};
use crate::world::{World, on_both};

const FABRIKAM: &str = "fabrikam.example";

/// A browser in which the people of these names are signed in.
async fn signed_in<'w>(world: &'w World, shop: &Shop<'_>, names: &[&str]) -> Browser<'w> {
    let browser = Browser::new(world);
    for name in names {
        let page = browser.get(&shop.path("common", &[("prompt", "login")])).await;
        browser.sign_in(&page, name, PASSWORD).await;
    }
    browser
}

async fn get(browser: &Browser<'_>, shop: &Shop<'_>, changed: &[(&str, &str)]) -> Page {
    let scope = [("scope", "openid")];
    let changed = [changed, scope.as_slice()].concat();
    browser.get(&shop.path("common", &changed)).await
}

#[tokio::test]
async fn without_a_page_there_is_an_answer_or_a_refusal() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let none = [("prompt", "none")];
        let nobody = signed_in(&world, &shop, &[]).await;
        get(&nobody, &shop, &none).await.refused("login_required", 50_058);
        let two = signed_in(&world, &shop, &[CARA, INA]).await;
        get(&two, &shop, &none).await.refused("interaction_required", 16_000);
        // Nobody of fabrikam has consented.
        let hint = [("prompt", "none"), ("login_hint", INA)];
        get(&two, &shop, &hint).await.refused("interaction_required", 65_001);
        let stranger = [("prompt", "none"), ("login_hint", ADA)];
        get(&two, &shop, &stranger).await.refused("login_required", 50_058);
        let own = [("prompt", "none"), ("login_hint", CARA)];
        assert!(get(&two, &shop, &own).await.answer().contains_key("code"));
        let fabrikam = two
            .get(&shop.path("contoso.example", &[("prompt", "none"), ("scope", "openid")]))
            .await;
        assert!(fabrikam.answer().contains_key("code"), "one session is of the tenant");
        world.clock.advance_seconds(61);
        let stale = [("prompt", "none"), ("login_hint", CARA), ("max_age", "60")];
        get(&two, &shop, &stale).await.refused("login_required", 50_058);
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_is_demanded_even_of_those_who_are_signed_in() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = signed_in(&world, &shop, &[CARA]).await;
        world.clock.advance_seconds(30);
        for changed in [[("prompt", "login")], [("max_age", "0")], [("max_age", "29")]] {
            let page = get(&browser, &shop, &changed).await;
            assert!(
                page.hidden().iter().any(|(name, _)| name == "ctx"),
                "{changed:?} {}",
                page.html
            );
            // The session of before cannot be chosen instead.
            let session = get(&browser, &shop, &[("prompt", "select_account")])
                .await
                .buttons("session")[0]
                .clone();
            let chosen = browser.submit(&page, &[("session", &session)]).await;
            assert!(chosen.has_field("passwd"), "{changed:?} {}", chosen.html);
            let page = browser.sign_in(&page, CARA, PASSWORD).await;
            assert!(page.answer().contains_key("code"), "{changed:?}");
            world.clock.advance_seconds(30);
        }
        let fresh = get(&browser, &shop, &[("max_age", "30")]).await;
        assert!(fresh.answer().contains_key("code"));
    })
    .await;
}

#[tokio::test]
async fn people_choose_among_those_signed_in() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = signed_in(&world, &shop, &[CARA, INA]).await;
        let page = get(&browser, &shop, &[]).await;
        assert!(page.html.contains(CARA) && page.html.contains(INA));
        let sessions = page.buttons("session");
        assert_eq!(sessions.len(), 2);
        let nobody = browser
            .submit(&page, &[("session", "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10")])
            .await;
        assert!(nobody.has_field("loginfmt"));
        let another = browser.submit(&page, &[("another", "true")]).await;
        assert!(another.has_field("loginfmt") && another.buttons("session").is_empty());
        let mut answers = Vec::new();
        for session in &sessions {
            let page = browser.submit(&page, &[("session", session)]).await;
            answers.push(page.headers.contains_key("location"));
        }
        answers.sort_unstable();
        assert_eq!(
            answers,
            [false, true],
            "contoso's own application answers, fabrikam's people are asked"
        );
        let one = browser.get(&shop.path(FABRIKAM, &[("prompt", "select_account")])).await;
        assert_eq!(one.buttons("session").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn hints_lead_to_the_right_person() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = signed_in(&world, &shop, &[CARA, INA]).await;
        let page = get(&browser, &shop, &[("login_hint", ADA)]).await;
        assert!(page.has_field("passwd") && page.html.contains(ADA));
        let page = get(&browser, &shop, &[("login_hint", "x@nowhere.example")]).await;
        assert_eq!(page.buttons("session").len(), 2, "a hint that leads nowhere is none");
        let page = get(&browser, &shop, &[("domain_hint", "contoso.example")]).await;
        assert!(page.answer().contains_key("code"));
        let page = get(&browser, &shop, &[("domain_hint", "organizations")]).await;
        assert_eq!(page.buttons("session").len(), 2);
        let fresh = Browser::new(&world);
        let page = get(&fresh, &shop, &[("login_hint", CARA), ("prompt", "login")]).await;
        assert!(page.has_field("passwd"));
        let page = fresh.submit(&page, &[("passwd", PASSWORD)]).await;
        assert!(page.answer().contains_key("code"));
    })
    .await;
}
