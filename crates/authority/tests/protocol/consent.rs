//! Consent of people: who may not, what is asked, what is granted, and that nothing more is.

use authority::manage;
use authority::manage::app_role_assignment::{NewAppRoleAssignment, Principal};
use authority::registration::{Registration, RequiredAccess, ScopeKind};
use authority::{AppId, Application, Assignment, Audience, TenantSettings, UserConsent};
use uuid::Uuid;

use crate::browser::{Browser, Page};
use crate::shop::{self, ADA, INA, PASSWORD, Shop};
use crate::world::{World, on_both};

const FABRIKAM: &str = "fabrikam.example";
const DATA: &str = "https://fabrikam.data.example.test/user_impersonation";

async fn asked(browser: &Browser<'_>, shop: &Shop<'_>, who: &str, changed: &[(&str, &str)]) -> Page {
    let page = browser.get(&shop.path(FABRIKAM, changed)).await;
    if page.has_field("loginfmt") {
        browser.sign_in(&page, who, PASSWORD).await
    } else {
        page
    }
}

#[tokio::test]
async fn what_is_for_administrators_is_not_granted_by_others() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = asked(&browser, &shop, INA, &[("scope", "openid User.Read.All")]).await;
        page.told(90_094, &shop.client_id);
        let silent = [("scope", "openid User.Read.All"), ("prompt", "none")];
        asked(&browser, &shop, INA, &silent)
            .await
            .refused("consent_required", 90_094);
        let settings = TenantSettings {
            user_consent: UserConsent::AdministratorsOnly,
            ..TenantSettings::default()
        };
        manage::tenant_settings::set(&world.authority, &world.operator, world.fabrikam, settings)
            .await
            .unwrap();
        asked(&browser, &shop, INA, &[]).await.told(90_094, &shop.client_id);
        assert!(!shop.is_in(world.fabrikam).await);
        let page = asked(&Browser::new(&world), &shop, ADA, &[]).await;
        assert!(page.has_field("consent"));
    })
    .await;
}

#[tokio::test]
async fn what_does_not_exist_cannot_be_asked_for() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let ask = async |scope: &str| asked(&browser, &shop, INA, &[("scope", scope)]).await;
        ask("https://nowhere.test/Read")
            .await
            .refused("invalid_resource", 500_011);
        ask("openid Nonsense.Read").await.refused("invalid_client", 650_053);
        // The environment of another tenant.
        ask("https://contoso.data.example.test/user_impersonation")
            .await
            .refused("invalid_resource", 500_011);
        let bare = shop::register(
            &world,
            Audience::MultipleTenants,
            Registration {
                required_access: Vec::new(),
                ..shop::registration()
            },
        );
        let bare = bare.await.to_string();
        let all = "https://fabrikam.data.example.test/.default";
        let page = asked(&browser, &shop, INA, &[("client_id", &bare), ("scope", all)]).await;
        page.refused("invalid_resource", 650_057);
    })
    .await;
}

#[tokio::test]
async fn no_is_told_to_the_client() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = asked(&browser, &shop, INA, &[]).await;
        let page = browser.submit(&page, &[("consent", "cancel")]).await;
        let answer = page.refused("access_denied", 65_004);
        assert_eq!(answer["error_subcode"], "cancel");
        assert_eq!(answer["state"], "s 1&2");
        assert!(!shop.is_in(world.fabrikam).await);
        // A box that was ticked beside it changes nothing.
        let page = asked(&browser, &shop, INA, &[]).await;
        browser
            .submit(&page, &[("consent", "cancel"), ("everybody", "true")])
            .await
            .refused("access_denied", 65_004);
    })
    .await;
}

#[tokio::test]
async fn the_page_says_who_asks_for_what_and_where() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let page = asked(&Browser::new(&world), &shop, INA, &[]).await;
        for text in [
            "The Shop",
            "Shops of Contoso",
            "contoso.example",
            INA,
            "Access business data as you",
            "openid",
        ] {
            assert!(page.html.contains(text), "{text} in {}", page.html);
        }
        // The environments of the person's tenant, and no other's.
        assert!(
            page.html.contains(">fabrikam<") && !page.html.contains(">contoso<"),
            "{}",
            page.html
        );
        assert!(!page.has_field("everybody"));
        let page = asked(&Browser::new(&world), &shop, ADA, &[]).await;
        assert!(page.has_field("everybody"));
        let profile = asked(&Browser::new(&world), &shop, INA, &[("scope", "openid")]).await;
        assert!(!profile.html.contains(">fabrikam<"));
    })
    .await;
}

#[tokio::test]
async fn people_consent_for_themselves() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = asked(&browser, &shop, INA, &[]).await;
        // The box is not hers to tick.
        let page = browser
            .submit(&page, &[("consent", "accept"), ("everybody", "true")])
            .await;
        assert!(page.answer().contains_key("code"));
        assert!(shop.is_in(world.fabrikam).await);
        let other = asked(&Browser::new(&world), &shop, ADA, &[]).await;
        assert!(other.has_field("consent"), "another person is asked");
        let more = asked(&browser, &shop, INA, &[("scope", &format!("openid User.Read {DATA}"))]).await;
        assert!(
            more.html.contains("User.Read") && !more.html.contains("Access business data"),
            "only what is new"
        );
        let page = browser.submit(&more, &[("consent", "accept")]).await;
        assert!(page.answer().contains_key("code"));
        let page = asked(
            &browser,
            &shop,
            INA,
            &[("scope", &format!("User.Read {DATA}")), ("prompt", "none")],
        )
        .await;
        assert!(
            page.answer().contains_key("code"),
            "what was granted before is granted still"
        );
        let page = asked(&browser, &shop, INA, &[("prompt", "consent")]).await;
        assert!(page.html.contains("Access business data"), "the page on demand");
        let page = browser.submit(&page, &[("consent", "accept")]).await;
        assert!(page.answer().contains_key("code"));
    })
    .await;
}

#[tokio::test]
async fn an_administrator_consents_for_everybody() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = asked(&browser, &shop, ADA, &[]).await;
        browser
            .submit(&page, &[("consent", "accept"), ("everybody", "true")])
            .await;
        let page = asked(&Browser::new(&world), &shop, INA, &[]).await;
        assert!(page.answer().contains_key("code"));
        // Withdrawn, everybody is asked again, and what was not redeemed is worth nothing.
        let code = page.answer()["code"].clone();
        manage::consent::withdraw(&world.authority, &world.operator, world.fabrikam, shop.app_id)
            .await
            .unwrap();
        shop.redeem(FABRIKAM, &code, &[])
            .await
            .refused(400, "invalid_grant", 65_001, &shop.client_id);
        let page = asked(&Browser::new(&world), &shop, INA, &[]).await;
        assert!(page.has_field("consent"));
    })
    .await;
}

#[tokio::test]
async fn everything_registered_is_asked_for_once() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let all = [("scope", "https://fabrikam.data.example.test/.default")];
        let page = asked(&browser, &shop, INA, &all).await;
        assert!(page.html.contains("Access business data") && page.html.contains("User.Read"));
        assert!(
            !page.html.contains("Directory.Read.All"),
            "roles are for administrators"
        );
        browser.submit(&page, &[("consent", "accept")]).await;
        assert!(asked(&browser, &shop, INA, &all).await.answer().contains_key("code"));
        let graph = [("scope", "User.Read"), ("prompt", "none")];
        assert!(asked(&browser, &shop, INA, &graph).await.answer().contains_key("code"));
    })
    .await;
}

const EVERYTHING: [(&str, &str); 1] = [("scope", "https://fabrikam.data.example.test/.default")];

/// Asks for scopes without a page.
async fn silently(browser: &Browser<'_>, shop: &Shop<'_>, scope: &str) -> Page {
    asked(browser, shop, INA, &[("scope", scope), ("prompt", "none")]).await
}

#[tokio::test]
async fn what_is_asked_for_behind_the_page_is_shown_before_it_is_granted() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        // Shown when all that the shop asked for was data.
        let registered = async |required_access: Vec<RequiredAccess>| {
            let edit = |application: &mut Application| {
                application.registration.required_access.clone_from(&required_access);
            };
            let (authority, operator) = (&world.authority, &world.operator);
            manage::application::update(authority, operator, shop.app_id, edit)
                .await
                .unwrap();
        };
        let all = shop::registration().required_access;
        registered(all[..1].to_vec()).await;
        let browser = Browser::new(&world);
        let page = asked(&browser, &shop, INA, &EVERYTHING).await;
        assert!(page.html.contains("Access business data") && !page.html.contains("User.Read"));

        registered(all).await;
        let again = browser.submit(&page, &[("consent", "accept")]).await;
        assert!(
            again.has_field("consent") && again.html.contains("User.Read"),
            "{}",
            again.html
        );
        assert!(!shop.is_in(world.fabrikam).await, "nothing was granted");
        let page = browser.submit(&again, &[("consent", "accept")]).await;
        assert!(page.answer().contains_key("code"));
        assert!(
            silently(&browser, &shop, &format!("User.Read {DATA}"))
                .await
                .answer()
                .contains_key("code")
        );
    })
    .await;
}

#[tokio::test]
async fn what_somebody_else_granted_meanwhile_is_not_granted_again() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = asked(&browser, &shop, INA, &EVERYTHING).await;
        let ada = Browser::new(&world);
        let other = asked(&ada, &shop, ADA, &[("scope", "User.Read")]).await;
        ada.submit(&other, &[("consent", "accept"), ("everybody", "true")])
            .await;
        let again = browser.submit(&page, &[("consent", "accept")]).await;
        assert!(
            again.has_field("consent") && !again.html.contains("User.Read"),
            "{}",
            again.html
        );
        silently(&browser, &shop, DATA)
            .await
            .refused("interaction_required", 65_001);
        let page = browser.submit(&again, &[("consent", "accept")]).await;
        assert!(page.answer().contains_key("code"));
        assert!(silently(&browser, &shop, DATA).await.answer().contains_key("code"));
    })
    .await;
}

#[tokio::test]
async fn people_who_are_not_assigned_do_not_get_in() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = asked(&browser, &shop, INA, &[]).await;
        browser.submit(&page, &[("consent", "accept")]).await;
        let (authority, operator) = (&world.authority, &world.operator);
        let place = (world.fabrikam, shop.app_id);
        manage::service_principal::set_assignment(authority, operator, place, Assignment::Required)
            .await
            .unwrap();
        asked(&browser, &shop, INA, &[]).await.told(50_105, "");
        let ina = NewAppRoleAssignment {
            tenant: world.fabrikam,
            principal: Principal::User(shop.ina),
            resource: shop.app_id,
            role: Uuid::nil(),
        };
        manage::app_role_assignment::assign(authority, operator, ina)
            .await
            .unwrap();
        assert!(asked(&browser, &shop, INA, &[]).await.answer().contains_key("code"));
        manage::service_principal::disable(authority, operator, world.fabrikam, shop.app_id)
            .await
            .unwrap();
        asked(&browser, &shop, INA, &[])
            .await
            .refused("unauthorized_client", 7_000_112);
    })
    .await;
}

#[tokio::test]
async fn a_resource_of_the_vendor_comes_in_with_its_known_client() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let api = |known_clients: Vec<AppId>| Registration {
            scopes: vec![shop::scope(77, "Orders.Read", ScopeKind::User)],
            known_clients,
            ..Registration::default()
        };
        let strange = shop::register(&world, Audience::MultipleTenants, api(Vec::new())).await;
        let joined = shop::register(&world, Audience::MultipleTenants, api(vec![shop.app_id])).await;
        let browser = Browser::new(&world);
        let ask = async |resource: AppId| {
            let scope = format!("openid {resource}/Orders.Read");
            asked(&browser, &shop, INA, &[("scope", &scope)]).await
        };
        ask(strange).await.told(650_052, "The Shop");
        let unknown = AppId::from(Uuid::from_u128(5));
        ask(unknown).await.refused("invalid_resource", 500_011);
        let page = ask(joined).await;
        assert!(page.html.contains("Orders.Read for all"), "{}", page.html);
        assert!(
            browser
                .submit(&page, &[("consent", "accept")])
                .await
                .answer()
                .contains_key("code")
        );
        let principal = world.authority.service_principal(world.fabrikam, joined).await.unwrap();
        assert!(principal.is_some());
    })
    .await;
}
