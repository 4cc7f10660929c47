//! The authorization endpoint: what is refused and where that is told, then the answers in each mode.

use authority::Audience;
use authority::manage;
use authority::registration::{ImplicitGrant, PkceRule, ProtocolRules, Registration};

use crate::browser::Browser;
use crate::shop::{self, CARA, CHALLENGE, INA, NATIVE, PASSWORD, SPA, Shop, VERIFIER, WEB};
use crate::world::{ORIGIN, World, on_both};

const FABRIKAM: &str = "fabrikam.example";
const ORDERS: &str = "openid profile";

#[tokio::test]
async fn nothing_is_sent_to_an_address_that_is_not_registered() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let get = async |changed: &[(&str, &str)]| browser.get(&shop.path(FABRIKAM, changed)).await;
        for uri in [
            "https://evil.test/cb",
            "https://shop.example.test/cb/",
            "https://shop.example.test/cb?x=1",
            "https://shop.example.test/cb#x",
            "https://shop.example.test.evil.test/cb",
            "http://localhost:1@evil.test/native",
            "javascript:alert(1)",
            "//evil.test",
        ] {
            get(&[("redirect_uri", uri)]).await.told(50_011, &shop.client_id);
            // Neither is any other refusal.
            get(&[("redirect_uri", uri), ("response_type", "x")])
                .await
                .told(50_011, &shop.client_id);
            get(&[("redirect_uri", uri), ("prompt", "none")])
                .await
                .told(50_011, &shop.client_id);
        }
        get(&[("redirect_uri", "")]).await.told(900_971, &shop.client_id);
        get(&[("client_id", "")]).await.told(900_144, "client_id");
        get(&[("client_id", "nobody")]).await.told(700_016, "nobody");
        let reader = world.reader.client_id.as_str();
        get(&[("client_id", reader)]).await.told(700_016, reader);
        let twice = format!("{}&redirect_uri=https%3A%2F%2Fevil.test", shop.path(FABRIKAM, &[]));
        browser.get(&twice).await.told(900_971, "");
    })
    .await;
}

#[tokio::test]
async fn places_that_are_none() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let get = async |tenant: &str| browser.get(&shop.path(tenant, &[])).await;
        get("nowhere.example").await.told(90_002, "nowhere.example");
        get("nowhere").await.told(900_023, "nowhere");
        get("consumers").await.told(9_001_023, "consumers");
        let single = shop::register(&world, Audience::SingleTenant, shop::registration())
            .await
            .to_string();
        for alias in ["common", "organizations"] {
            let page = browser.get(&shop.path(alias, &[("client_id", &single)])).await;
            page.told(50_194, alias);
        }
    })
    .await;
}

#[tokio::test]
async fn clients_are_told_what_is_wrong_with_their_requests() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let check = async |changed: &[(&str, &str)], error: &str, number: u32| {
            let page = browser.get(&shop.path(FABRIKAM, changed)).await;
            assert_eq!(page.status, 302, "{changed:?} {}", page.html);
            let answer = page.refused(error, number);
            assert_eq!(answer["state"], "s 1&2");
            assert_eq!(answer["iss"], format!("{ORIGIN}/{}/v2.0", world.fabrikam));
            page
        };
        check(&[("response_type", "")], "invalid_request", 900_144).await;
        check(&[("response_type", "device")], "unsupported_response_type", 70_005).await;
        check(&[("response_mode", "jwt")], "unsupported_response_mode", 70_007).await;
        let fragment = check(&[("response_type", "token")], "unsupported_response_type", 700_054).await;
        assert!(fragment.location().starts_with(&format!("{WEB}#error=")));
        check(&[("response_type", "id_token")], "unsupported_response_type", 700_054).await;
        check(&[("prompt", "create")], "invalid_request", 90_023).await;
        check(&[("prompt", "login consent")], "invalid_request", 90_023).await;
        check(&[("max_age", "soon")], "invalid_request", 9_002_313).await;
        check(&[("request", "eyJ")], "request_not_supported", 9_002_313).await;
        // What is said beside a reference does not count, its redirect URI neither.
        let page = browser
            .get(&shop.path(FABRIKAM, &[("request_uri", "https://evil.test/r")]))
            .await;
        page.told(9_002_313, "request_uri");
        check(&[("resource", "https://x.test")], "invalid_request", 901_002).await;
        check(&[("scope", "")], "invalid_request", 900_144).await;
        check(&[("scope", "a/ b")], "invalid_scope", 70_011).await;
        check(&[("code_challenge", "short")], "invalid_request", 50_147).await;
        check(&[("code_challenge_method", "S256")], "invalid_request", 900_144).await;
        let long = "x".repeat(30_000);
        check(&[("claims", &long)], "invalid_request", 9_002_313).await;
        manage::application::disable(&world.authority, &world.operator, shop.app_id)
            .await
            .unwrap();
        check(&[], "unauthorized_client", 7_000_112).await;
    })
    .await;
}

#[tokio::test]
async fn clients_without_a_secret_use_pkce_by_s256() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let get = async |changed: &[(&str, &str)]| browser.get(&shop.path(FABRIKAM, changed)).await;
        let s256 = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
        for uri in [SPA, NATIVE, "http://localhost:49152/native"] {
            get(&[("redirect_uri", uri)])
                .await
                .refused("invalid_request", 9_002_325);
            get(&[("redirect_uri", uri), s256[0]])
                .await
                .refused("invalid_request", 50_147);
            assert!(
                get(&[("redirect_uri", uri), s256[0], s256[1]])
                    .await
                    .has_field("loginfmt")
            );
        }
        assert!(get(&[]).await.has_field("loginfmt"));
        let always = Registration {
            protocol: ProtocolRules {
                pkce: PkceRule::Always,
                ..ProtocolRules::default()
            },
            ..shop::registration()
        };
        let strict = shop::register(&world, Audience::MultipleTenants, always)
            .await
            .to_string();
        get(&[("client_id", &strict)])
            .await
            .refused("invalid_request", 9_002_325);
    })
    .await;
}

#[tokio::test]
async fn people_prove_who_they_are() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = browser.get(&shop.path(FABRIKAM, &[])).await;
        assert!(page.html.contains("The Shop") && page.html.contains("Fabrikam"));
        let page = browser.submit(&page, &[("loginfmt", "ina@nowhere.example")]).await;
        assert!(
            page.has_field("loginfmt") && page.html.contains("was not found"),
            "{}",
            page.html
        );
        // A person of another tenant than the path's.
        let page = browser.submit(&page, &[("loginfmt", CARA)]).await;
        assert!(
            page.has_field("loginfmt") && page.html.contains("does not exist in the tenant"),
            "{}",
            page.html
        );
        let page = browser.submit(&page, &[("loginfmt", INA)]).await;
        assert!(page.has_field("passwd") && page.html.contains(INA));
        let page = browser.submit(&page, &[("passwd", "wrong")]).await;
        assert!(
            page.has_field("passwd") && page.html.contains("Problem"),
            "{}",
            page.html
        );
        assert!(!page.html.contains("wrong\""), "a password is said back");
        assert!(browser.cookie("__Host-commonhold-session").is_none());
        let page = browser.submit(&page, &[("back", "true"), ("passwd", PASSWORD)]).await;
        assert!(page.has_field("loginfmt") && !page.has_field("passwd"));
        let page = browser.sign_in(&page, &INA.to_uppercase(), PASSWORD).await;
        assert!(page.has_field("consent"), "{}", page.html);
        assert!(browser.cookie("__Host-commonhold-session").is_some());
    })
    .await;
}

#[tokio::test]
async fn a_code_is_given_and_redeemed() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = browser.get(&shop.path(FABRIKAM, &[("client_info", "1")])).await;
        let page = browser.sign_in(&page, INA, PASSWORD).await;
        let page = browser.submit(&page, &[("consent", "accept")]).await;
        // After a form the browser must not send the form again.
        assert_eq!(page.status, 303);
        assert_eq!(page.target(), WEB);
        assert!(page.location().ends_with('#'));
        assert_eq!(page.headers["cache-control"], "no-store, no-cache");
        let answer = page.answer();
        assert_eq!(answer["state"], "s 1&2");
        assert_eq!(answer["iss"], format!("{ORIGIN}/{}/v2.0", world.fabrikam));
        assert!(answer.contains_key("session_state") && answer.contains_key("client_info"));
        let tokens = shop.redeem(FABRIKAM, &answer["code"], &[]).await;
        assert_eq!(tokens.claims()["scp"], "user_impersonation");
        assert_eq!(tokens.claims()["oid"], shop.ina.to_string());
        // The next time nothing is asked.
        let page = browser.get(&shop.path(FABRIKAM, &[("prompt", "none")])).await;
        assert_eq!((page.status.as_u16(), page.target().as_str()), (302, WEB));
        assert!(page.answer().contains_key("code"));
    })
    .await;
}

#[tokio::test]
async fn answers_travel_as_the_client_wants_them() {
    on_both(async |world: World| {
        let implicit = Registration {
            protocol: ProtocolRules {
                implicit: vec![ImplicitGrant::IdToken, ImplicitGrant::AccessToken],
                ..ProtocolRules::default()
            },
            ..shop::registration()
        };
        let own = shop::register(&world, Audience::SingleTenant, implicit)
            .await
            .to_string();
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let path = |changed: &[(&str, &str)]| {
            let common = [("client_id", own.as_str()), ("scope", ORDERS)];
            shop.path("contoso.example", &[changed, &common].concat())
        };
        let page = browser.get(&path(&[])).await;
        let page = browser.sign_in(&page, CARA, PASSWORD).await;
        assert!(
            page.answer().contains_key("code"),
            "a tenant's own application needs no consent"
        );

        let page = browser.get(&path(&[("response_mode", "fragment")])).await;
        assert!(page.location().starts_with(&format!("{WEB}#code=")));
        let page = browser.get(&path(&[("response_type", "code id_token")])).await;
        assert!(page.location().starts_with(&format!("{WEB}#code=")));
        assert!(page.answer().contains_key("id_token"));
        let page = browser.get(&path(&[("response_type", "id_token token")])).await;
        let answer = page.answer();
        assert!(answer.contains_key("id_token") && !answer.contains_key("code"));
        assert_eq!(answer["token_type"], "Bearer");
        assert!(answer.contains_key("access_token") && answer.contains_key("expires_in"));

        let page = browser
            .get(&path(&[
                ("response_mode", "form_post"),
                ("response_type", "code id_token"),
            ]))
            .await;
        assert_eq!((page.status.as_u16(), page.action().as_str()), (200, WEB));
        let answer = page.answer();
        assert_eq!(answer["state"], "s 1&2");
        assert!(answer.contains_key("code") && answer.contains_key("id_token"));
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("form-action https://shop.example.test;"), "{policy}");
        let refused = browser
            .get(&path(&[("response_mode", "form_post"), ("max_age", "x")]))
            .await;
        assert_eq!(refused.refused("invalid_request", 9_002_313)["state"], "s 1&2");
    })
    .await;
}

#[tokio::test]
async fn pages_and_programs_redeem_with_their_verifier() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let uri = "http://localhost:49152/native";
        let changed = [
            ("redirect_uri", uri),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("scope", "openid User.Read"),
        ];
        let page = browser.get(&shop.path(FABRIKAM, &changed)).await;
        let page = browser.sign_in(&page, INA, PASSWORD).await;
        let page = browser.submit(&page, &[("consent", "accept")]).await;
        assert_eq!(page.target(), uri);
        let redeem = async |code: &str, verifier: &str| {
            let changed = [("code_verifier", verifier), ("redirect_uri", uri)];
            shop.redeem(FABRIKAM, code, &changed).await
        };
        let other = "x".repeat(43);
        redeem(&page.answer()["code"], &other)
            .await
            .refused(400, "invalid_grant", 501_481, "");
        let page = browser.get(&shop.path(FABRIKAM, &changed)).await;
        assert_eq!(
            redeem(&page.answer()["code"], VERIFIER).await.claims()["scp"],
            "User.Read openid"
        );
    })
    .await;
}

#[tokio::test]
async fn the_first_version_names_a_resource() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let query = [
            ("client_id", shop.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", WEB),
            ("resource", "https://fabrikam.data.example.test"),
            ("state", "1"),
        ];
        let path = format!("/{FABRIKAM}/oauth2/authorize?{}", shop::query(&query));
        let page = browser.get(&path).await;
        let page = browser.sign_in(&page, INA, PASSWORD).await;
        let page = browser.submit(&page, &[("consent", "accept")]).await;
        let answer = page.answer();
        assert_eq!(answer["iss"], format!("{ORIGIN}/{}/", world.fabrikam));
        assert!(answer.contains_key("code"));
        // The same as a form.
        let page = browser.post(&format!("/{FABRIKAM}/oauth2/authorize"), &query).await;
        assert_eq!(page.status, 303);
        assert!(page.answer().contains_key("code"));
    })
    .await;
}

#[tokio::test]
async fn at_an_alias_the_tenant_is_that_of_the_person() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        for alias in ["common", "organizations"] {
            let browser = Browser::new(&world);
            let path = shop.path(alias, &[("scope", "openid")]);
            let page = browser.get(&path).await;
            let page = browser.sign_in(&page, CARA, PASSWORD).await;
            let issuer = format!("{ORIGIN}/{}/v2.0", world.contoso);
            assert_eq!(page.answer()["iss"], issuer);
        }
    })
    .await;
}
