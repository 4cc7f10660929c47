//! Passkeys: who signs in with one, and who does not.

use authority::manage;

use crate::authenticator::{Authenticator, Words};
use crate::browser::{Browser, Page};
use crate::security_info::{begin, enter};
use crate::shop::{CARA, INA, PASSWORD, Shop};
use crate::world::{World, on_both};

const SESSION: &str = "__Host-commonhold-session";

/// A person adds a passkey on the page of security info; gives the page that follows.
pub(crate) async fn enrol(world: &World, name: &str, authenticator: &mut Authenticator) -> Page {
    let browser = Browser::new(world);
    let page = enter(&browser, name).await;
    let made = authenticator.create(&page);
    browser
        .post(
            "/security-info",
            &[("ctx", &context(&page)), ("passkey", &made), ("passkey_name", "Phone")],
        )
        .await
}

pub(crate) fn context(page: &Page) -> String {
    page.hidden().into_iter().find(|(name, _)| name == "ctx").unwrap().1
}

async fn sign_in_page(browser: &Browser<'_>, shop: &Shop<'_>, tenant: &str) -> Page {
    browser.get(&shop.path(tenant, &[("scope", "openid")])).await
}

/// A change of an answer.
type Change = fn(&mut Words);

#[tokio::test]
async fn answers_that_are_not_to_this_question_are_refused() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let mut key = Authenticator::new(1);
        assert!(
            enrol(&world, CARA, &mut key)
                .await
                .html
                .contains("The passkey was added.")
        );
        let wrong: [(&str, Change); 10] = [
            ("origin", |words| words.origin = "https://login.example.test".to_owned()),
            ("subdomain", |words| {
                words.origin = "https://a.login.example.test:8443".to_owned();
            }),
            ("frame", |words| words.is_in_frame = true),
            ("party", |words| words.party = "example.test".to_owned()),
            ("challenge", |words| words.challenge = "A".repeat(43)),
            ("no challenge", |words| words.challenge = String::new()),
            ("ceremony", |words| words.kind = "webauthn.create"),
            ("not verified", |words| words.flags = 0b0000_0001),
            ("not present", |words| words.flags = 0b0000_0100),
            ("another person", |words| words.user = "AAAA".to_owned()),
        ];
        for (what, change) in wrong {
            let browser = Browser::new(&world);
            let page = sign_in_page(&browser, &shop, "contoso.example").await;
            let mut words = key.words(&page, "webauthn.get");
            change(&mut words);
            let page = browser.submit(&page, &[("passkey", &key.get_with(&words))]).await;
            assert!(
                page.html.contains("The passkey was not accepted."),
                "{what}: {}",
                page.html
            );
            assert!(browser.cookie(SESSION).is_none(), "{what}");
        }
        for malformed in ["x", "{}", "[]", &"9".repeat(20_000)] {
            let browser = Browser::new(&world);
            let page = sign_in_page(&browser, &shop, "contoso.example").await;
            let page = browser.submit(&page, &[("passkey", malformed)]).await;
            assert!(page.html.contains("The passkey was not accepted."), "{}", page.html);
        }
    })
    .await;
}

#[tokio::test]
async fn a_challenge_is_answered_once_and_a_counter_does_not_go_back() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let mut key = Authenticator::new(1);
        enrol(&world, CARA, &mut key).await;
        let browser = Browser::new(&world);
        let page = sign_in_page(&browser, &shop, "contoso.example").await;
        let answer = key.get(&page);
        assert!(
            browser
                .submit(&page, &[("passkey", &answer)])
                .await
                .answer()
                .contains_key("code")
        );
        // The same form again, and the same challenge with a new signature.
        for answer in [answer, key.get(&page)] {
            let again = browser.submit(&page, &[("passkey", &answer)]).await;
            assert!(again.html.contains("The passkey was not accepted."), "{}", again.html);
        }
        // A copy of the passkey, which did not count along.
        key.count = 0;
        let other = Browser::new(&world);
        let page = sign_in_page(&other, &shop, "contoso.example").await;
        let page = other.submit(&page, &[("passkey", &key.get(&page))]).await;
        assert!(page.html.contains("The passkey was not accepted."));
        // A challenge lasts as long as its page.
        let page = sign_in_page(&other, &shop, "contoso.example").await;
        world.clock.advance_seconds(15 * 60);
        other
            .submit(&page, &[("passkey", &key.get(&page))])
            .await
            .told(50_089, "");
    })
    .await;
}

#[tokio::test]
async fn a_passkey_of_nobody_of_another_key_or_of_somebody_kept_out() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let (authority, operator) = (&world.authority, &world.operator);
        let mut key = Authenticator::new(1);
        enrol(&world, CARA, &mut key).await;
        let attempt = async |key: &mut Authenticator, tenant: &str| {
            let browser = Browser::new(&world);
            let page = sign_in_page(&browser, &shop, tenant).await;
            let page = browser.submit(&page, &[("passkey", &key.get(&page))]).await;
            assert!(
                page.has_field("loginfmt") || page.html.contains("alert"),
                "{}",
                page.html
            );
            assert!(page.headers.get("location").is_none());
            page.html
        };
        let mut unknown = Authenticator::new(2);
        assert!(attempt(&mut unknown, "contoso.example").await.contains("not accepted"));
        // The id of a passkey is no secret; its key is.
        let mut forged = Authenticator::new(1);
        forged.user = key.user.clone();
        forged.count = 100;
        assert!(attempt(&mut forged, "contoso.example").await.contains("not accepted"));
        assert!(attempt(&mut key, "fabrikam.example").await.contains("Problem"));
        manage::person::disable(authority, operator, world.contoso, shop.cara)
            .await
            .unwrap();
        assert!(attempt(&mut key, "contoso.example").await.contains("disabled"));
        manage::person::enable(authority, operator, world.contoso, shop.cara)
            .await
            .unwrap();
        let methods = manage::authentication_method::find(authority, operator, world.contoso, shop.cara).await;
        let id = methods.unwrap().passkeys[0].id;
        for (tenant, person) in [(world.fabrikam, shop.cara), (world.contoso, shop.ina)] {
            let other = manage::passkey::remove(authority, operator, tenant, person, id).await;
            assert!(other.is_err());
        }
        manage::passkey::remove(authority, operator, world.contoso, shop.cara, id)
            .await
            .unwrap();
        assert!(attempt(&mut key, "contoso.example").await.contains("not accepted"));
    })
    .await;
}

#[tokio::test]
async fn a_passkey_that_is_not_this_persons_to_enrol() {
    on_both(async |world: World| {
        Shop::open(&world).await;
        let mut key = Authenticator::new(1);
        enrol(&world, CARA, &mut key).await;
        // Its id is taken.
        let taken = enrol(&world, INA, &mut Authenticator::new(1)).await;
        assert!(taken.html.contains("The passkey was not accepted."), "{}", taken.html);
        let browser = Browser::new(&world);
        let page = enter(&browser, INA).await;
        let other = Authenticator::new(3);
        let wrong: [fn(&mut Words); 4] = [
            |words| words.origin = "https://thief.example".to_owned(),
            |words| words.challenge = "A".repeat(43),
            |words| words.kind = "webauthn.get",
            |words| words.flags = 0b0000_0001,
        ];
        let mut page = page;
        for change in wrong {
            let mut words = other.words(&page, "webauthn.create");
            change(&mut words);
            let form = [("ctx", context(&page)), ("passkey", other.create_with(&words))];
            let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
            page = browser.post("/security-info", &form).await;
            assert!(page.html.contains("The passkey was not accepted."), "{}", page.html);
        }
    })
    .await;
}

#[tokio::test]
async fn a_passkey_signs_in_alone_and_stands_behind_a_password() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let mut key = Authenticator::new(1);
        let added = enrol(&world, CARA, &mut key).await;
        assert_eq!(
            added.html.matches("<code").count(),
            10,
            "recovery codes: {}",
            added.html
        );
        let browser = Browser::new(&world);
        let page = sign_in_page(&browser, &shop, "contoso.example").await;
        assert_eq!(
            page.said_to_script("credentials"),
            "",
            "nobody is told who has passkeys"
        );
        let done = browser.submit(&page, &[("passkey", &key.get(&page))]).await;
        assert!(done.answer().contains_key("code"));
        // The password alone is not enough any more.
        let browser = Browser::new(&world);
        let page = sign_in_page(&browser, &shop, "contoso.example").await;
        let page = browser.submit(&page, &[("loginfmt", CARA)]).await;
        assert_eq!(page.said_to_script("credentials"), "");
        let page = browser.submit(&page, &[("passwd", PASSWORD)]).await;
        assert!(page.has_field("otc") && browser.cookie(SESSION).is_none());
        assert_eq!(page.said_to_script("credentials"), key.id_text());
        let mut inas = Authenticator::new(2);
        enrol(&world, INA, &mut inas).await;
        let refused = browser.submit(&page, &[("passkey", &inas.get(&page))]).await;
        assert!(refused.html.contains("The passkey was not accepted.") && refused.has_field("otc"));
        let done = browser.submit(&refused, &[("passkey", &key.get(&refused))]).await;
        assert!(done.answer().contains_key("code"));
        // It proves enough to change what one signs in with.
        let browser = Browser::new(&world);
        let page = begin(&browser).await;
        let page = browser.submit(&page, &[("passkey", &key.get(&page))]).await;
        assert!(page.html.contains("Where you are signed in"), "{}", page.html);
        let id = page.buttons("remove-passkey");
        let page = browser.submit(&page, &[("remove-passkey", &id[0])]).await;
        assert!(page.html.contains("The passkey was removed."), "{}", page.html);
    })
    .await;
}

#[tokio::test]
async fn wrong_answers_are_counted() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let mut key = Authenticator::new(1);
        enrol(&world, CARA, &mut key).await;
        for _ in 0..10 {
            let browser = Browser::new(&world);
            let page = sign_in_page(&browser, &shop, "contoso.example").await;
            let mut words = key.words(&page, "webauthn.get");
            words.flags = 0;
            browser.submit(&page, &[("passkey", &key.get_with(&words))]).await;
        }
        let browser = Browser::new(&world);
        let page = sign_in_page(&browser, &shop, "contoso.example").await;
        let held = browser.submit(&page, &[("passkey", &key.get(&page))]).await;
        assert!(held.html.contains("too many failed tries"), "{}", held.html);
    })
    .await;
}
