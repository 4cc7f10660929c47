//! The administrator's consent: who may not, where the answer goes, and what it brings.

use authority::manage;

use crate::browser::{Browser, Page};
use crate::shop::{self, ADA, CARA, INA, PASSWORD, Shop, WEB};
use crate::world::{World, on_both};

const V1: &str = "adminconsent";
const V2: &str = "v2.0/adminconsent";
const ALL: &str = "https://fabrikam.data.example.test/.default";

fn path(tenant: &str, version: &str, shop: &Shop<'_>, changed: &[(&str, &str)]) -> String {
    let mut parameters = vec![
        ("client_id", shop.client_id.as_str()),
        ("redirect_uri", WEB),
        ("state", "s9"),
    ];
    if version == V2 {
        parameters.push(("scope", ALL));
    }
    parameters.retain(|(name, _)| !changed.iter().any(|(other, _)| name == other));
    parameters.extend(changed.iter().copied().filter(|(_, value)| !value.is_empty()));
    format!("/{tenant}/{version}?{}", shop::query(&parameters))
}

async fn asked(browser: &Browser<'_>, path: &str, who: &str) -> Page {
    let page = browser.get(path).await;
    browser.sign_in(&page, who, PASSWORD).await
}

#[tokio::test]
async fn only_registered_addresses_learn_anything() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        for version in [V1, V2] {
            let get =
                async |changed: &[(&str, &str)]| browser.get(&path("fabrikam.example", version, &shop, changed)).await;
            get(&[("redirect_uri", "https://evil.test")])
                .await
                .told(50_011, &shop.client_id);
            get(&[("redirect_uri", "")]).await.told(900_971, &shop.client_id);
            get(&[("client_id", "")]).await.told(900_144, "client_id");
            get(&[("client_id", "nobody")]).await.told(700_016, "nobody");
        }
        let page = browser
            .get(&path("fabrikam.example", V2, &shop, &[("scope", "")]))
            .await;
        let answer = page.refused("invalid_request", 900_144);
        assert_eq!(
            (answer["admin_consent"].as_str(), answer["state"].as_str()),
            ("True", "s9")
        );
    })
    .await;
}

#[tokio::test]
async fn other_people_may_not() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        for (version, who) in [(V1, INA), (V2, INA), (V2, CARA)] {
            let page = asked(&Browser::new(&world), &path("organizations", version, &shop, &[]), who).await;
            page.told(90_094, &shop.client_id);
        }
        assert!(!shop.is_in(world.fabrikam).await);
    })
    .await;
}

#[tokio::test]
async fn no_is_told_in_the_words_of_each_version() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        for (version, error) in [(V1, "permission_denied"), (V2, "consent_required")] {
            let browser = Browser::new(&world);
            let page = asked(&browser, &path("fabrikam.example", version, &shop, &[]), ADA).await;
            let page = browser.submit(&page, &[("consent", "cancel")]).await;
            let answer = page.refused(error, 65_004);
            assert_eq!(answer["state"], "s9");
            assert_eq!(answer.contains_key("admin_consent"), version == V2);
        }
        assert!(!shop.is_in(world.fabrikam).await);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_brings_everything_in() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        for (version, tenant) in [(V1, "common"), (V2, "organizations"), (V2, "fabrikam.example")] {
            let browser = Browser::new(&world);
            let page = asked(&browser, &path(tenant, version, &shop, &[]), ADA).await;
            for text in [
                "The Shop",
                "Shops of Contoso",
                ">fabrikam<",
                "Directory.Read.All",
                "User.Read",
            ] {
                assert!(page.html.contains(text), "{text} in {}", page.html);
            }
            assert!(!page.has_field("everybody"));
            let page = browser.submit(&page, &[("consent", "accept")]).await;
            assert_eq!((page.status.as_u16(), page.target().as_str()), (303, WEB));
            let answer = page.answer();
            assert_eq!(answer["admin_consent"], "True");
            assert_eq!(answer["tenant"], world.fabrikam.to_string());
            assert_eq!(answer["state"], "s9");
            assert_eq!(answer.contains_key("scope"), version == V2);
            assert!(shop.is_in(world.fabrikam).await);
        }
        // Nobody is asked again.
        let browser = Browser::new(&world);
        let page = browser.get(&shop.path("fabrikam.example", &[])).await;
        let page = browser.sign_in(&page, INA, PASSWORD).await;
        assert!(page.answer().contains_key("code"));
        // The role is the application's own.
        let token = world
            .post(
                "/fabrikam.example/oauth2/v2.0/token",
                &[
                    ("client_id", &shop.client_id),
                    ("client_secret", shop.secret.value.expose()),
                    ("grant_type", "client_credentials"),
                    ("scope", "https://graph.microsoft.com/.default"),
                ],
            )
            .await;
        assert_eq!(token.claims()["roles"], serde_json::json!(["Directory.Read.All"]));
    })
    .await;
}

#[tokio::test]
async fn named_scopes_bring_themselves_only() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let path = path("fabrikam.example", V2, &shop, &[("scope", "User.Read")]);
        let page = asked(&browser, &path, ADA).await;
        assert!(page.html.contains("User.Read") && !page.html.contains("Directory.Read.All"));
        let page = browser.submit(&page, &[("consent", "accept")]).await;
        assert_eq!(page.answer()["scope"], "https://graph.microsoft.com/User.Read");
        let ina = Browser::new(&world);
        let page = ina.get(&shop.path("fabrikam.example", &[("scope", "User.Read")])).await;
        let page = ina.sign_in(&page, INA, PASSWORD).await;
        assert!(page.answer().contains_key("code"));
        let page = ina.get(&shop.path("fabrikam.example", &[])).await;
        assert!(page.has_field("consent"));
        manage::service_principal::disable(&world.authority, &world.operator, world.fabrikam, shop.app_id)
            .await
            .unwrap();
        browser.get(&path).await.refused("unauthorized_client", 7_000_112);
    })
    .await;
}

#[tokio::test]
async fn the_first_version_may_ask_by_prompt() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let prompt = [("prompt", "admin_consent")];
        let ina = Browser::new(&world);
        let page = ina.get(&shop.path("fabrikam.example", &prompt)).await;
        ina.sign_in(&page, INA, PASSWORD).await.told(90_094, &shop.client_id);
        let ada = Browser::new(&world);
        let page = ada.get(&shop.path("fabrikam.example", &prompt)).await;
        let page = ada.sign_in(&page, ADA, PASSWORD).await;
        assert!(page.html.contains("Directory.Read.All"));
        let page = ada.submit(&page, &[("consent", "accept")]).await;
        assert!(page.answer().contains_key("code"));
        let page = ina.get(&shop.path("fabrikam.example", &[])).await;
        assert!(page.answer().contains_key("code"));
    })
    .await;
}
