//! More than a password on the way to an answer: a one-time password, another password.

use authority::manage::person::NewPassword;
use authority::manage::{self};
use authority::{PasswordUse, Secret};
use aws_lc_rs::hmac;

use crate::browser::{Browser, Page};
use crate::shop::{CARA, PASSWORD, Shop};
use crate::world::{World, on_both};

const BETTER: &str = "quite another long phrase";

/// The code of a secret in base32 at the time of the world's clock (RFC 6238).
pub(crate) fn code(world: &World, secret: &str) -> String {
    let digits = secret.bytes().map(|byte| match byte {
        b'A'..=b'Z' => byte - b'A',
        digit => digit - b'2' + 26,
    });
    let (mut bits, mut held, mut key) = (0_u32, 0, Vec::new());
    for digit in digits {
        bits = (bits << 5) | u32::from(digit);
        held += 5;
        if held >= 8 {
            held -= 8;
            key.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    let step = authority::Clock::now(&*world.clock).seconds() / 30;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[19] & 0xf);
    let number = u32::from_be_bytes(tag[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

async fn after_password(browser: &Browser<'_>, shop: &Shop<'_>) -> Page {
    let page = browser.get(&shop.path("contoso.example", &[("scope", "openid")])).await;
    browser.sign_in(&page, CARA, PASSWORD).await
}

async fn must_change(world: &World, shop: &Shop<'_>) {
    let new = NewPassword {
        password: Secret::new(PASSWORD.to_owned()),
        password_use: PasswordUse::MustChange,
    };
    manage::person::set_password(&world.authority, &world.operator, world.contoso, shop.cara, new)
        .await
        .unwrap();
    // A change counts to the end of its second.
    world.clock.advance_seconds(1);
}

#[tokio::test]
async fn a_password_that_must_change_gets_nobody_in() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        must_change(&world, &shop).await;
        let browser = Browser::new(&world);
        let page = after_password(&browser, &shop).await;
        assert!(page.has_field("newpasswd"), "{}", page.html);
        let change = async |old, new, again| {
            let typed = [("currentpasswd", old), ("newpasswd", new), ("confirmnewpasswd", again)];
            browser.submit(&page, &typed).await
        };
        assert!(change(PASSWORD, BETTER, "other").await.html.contains("not the same"));
        for (old, new) in [("wrong", BETTER), (PASSWORD, PASSWORD), (PASSWORD, "short")] {
            let page = change(old, new, new).await;
            assert!(
                page.has_field("newpasswd") && page.html.contains("Problem"),
                "{old} {new} {}",
                page.html
            );
        }
        assert!(browser.cookie("__Host-commonhold-session").is_none());
        let page = change(PASSWORD, BETTER, BETTER).await;
        assert!(page.answer().contains_key("code"));
        // The page of before is worth nothing now.
        world.clock.advance_seconds(1);
        let page = after_password(&Browser::new(&world), &shop).await;
        assert!(page.has_field("passwd"), "the old password is gone");
    })
    .await;
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_used_once() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let (authority, operator) = (&world.authority, &world.operator);
        let enrolled = manage::authentication_method::enrol(authority, operator, world.contoso, shop.cara)
            .await
            .unwrap();
        let secret = enrolled.secret.expose();
        let first = Secret::new(code(&world, secret));
        manage::authentication_method::confirm(authority, operator, world.contoso, shop.cara, &first)
            .await
            .unwrap();
        world.clock.advance_seconds(60);
        let browser = Browser::new(&world);
        let page = after_password(&browser, &shop).await;
        assert!(page.has_field("otc") && page.html.contains(CARA), "{}", page.html);
        let wrong = browser.submit(&page, &[("otc", "000000")]).await;
        assert!(wrong.has_field("otc") && wrong.html.contains("Problem"));
        assert!(browser.cookie("__Host-commonhold-session").is_none());
        let right = code(&world, secret);
        let done = browser.submit(&page, &[("otc", &right)]).await;
        assert!(done.answer().contains_key("code"));
        let tokens = shop.redeem("contoso.example", &done.answer()["code"], &[]).await;
        assert_eq!(tokens.status, 200, "{}", tokens.json);
        let other = Browser::new(&world);
        let page = after_password(&other, &shop).await;
        assert!(
            other.submit(&page, &[("otc", &right)]).await.has_field("otc"),
            "a code is used once"
        );
    })
    .await;
}

#[tokio::test]
async fn half_a_proof_ends_with_the_password_it_rests_on() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        must_change(&world, &shop).await;
        let browser = Browser::new(&world);
        let page = after_password(&browser, &shop).await;
        assert!(page.has_field("newpasswd"));
        world.clock.advance_seconds(1);
        must_change(&world, &shop).await;
        let typed = [
            ("currentpasswd", PASSWORD),
            ("newpasswd", BETTER),
            ("confirmnewpasswd", BETTER),
        ];
        let page = browser.submit(&page, &typed).await;
        assert!(
            page.has_field("loginfmt") && !page.has_field("newpasswd"),
            "{}",
            page.html
        );
    })
    .await;
}
