//! `authorization_code`: what a code is bound to, that it is used once, and what it is redeemed for.

use oauth::{GrantType, Secret};
use serde_json::json;

use super::world::{CALLBACK, ENVIRONMENT, NATIVE, ORDERS, ORIGIN, PAGE, VERIFIER, World, claims, on_both, refused};
use crate::code;
use crate::registration::RedirectKind;

const SCOPE: &str = "api://orders/Read openid profile offline_access";

async fn web_code(world: &World) -> Secret<String> {
    world
        .code(&world.authorization(&world.web, SCOPE), RedirectKind::Web, CALLBACK)
        .await
}

fn with_verifier(code: &Secret<String>, redirect_uri: Option<&str>, verifier: Option<&str>) -> GrantType {
    GrantType::AuthorizationCode {
        code: code.clone(),
        redirect_uri: redirect_uri.map(str::to_owned),
        code_verifier: verifier.map(|verifier| Secret::new(verifier.to_owned())),
    }
}

#[tokio::test]
async fn codes_that_are_none() {
    on_both(async |world: World| {
        let good = web_code(&world).await;
        for text in [
            "",
            "x",
            "0c7a9d523b1e4c8f8f276a5d4e3b2c10.x",
            &format!("{}x", good.expose()),
        ] {
            let code = Secret::new(text.to_owned());
            refused(world.send(&world.redemption(&world.web, &code, CALLBACK)).await, 70_000);
            refused(
                world
                    .send(&world.redemption(&world.web, &code, CALLBACK).at("common"))
                    .await,
                70_000,
            );
        }
        world
            .send(&world.redemption(&world.web, &good, CALLBACK))
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_code_is_bound_to_client_tenant_time_and_redirect_uri() {
    on_both(async |world: World| {
        let code = web_code(&world).await;
        refused(
            world.send(&world.redemption(&world.orders, &code, CALLBACK)).await,
            70_000,
        );
        let elsewhere = world.redemption(&world.vendor, &code, CALLBACK).at("fabrikam.example");
        refused(world.send(&elsewhere).await, 70_000);
        let vendors = world.authorization(&world.vendor, SCOPE);
        let vendors = world.code(&vendors, RedirectKind::Web, CALLBACK).await;
        let elsewhere = world
            .redemption(&world.vendor, &vendors, CALLBACK)
            .at("fabrikam.example");
        refused(world.send(&elsewhere).await, 700_005);
        refused(world.send(&world.redemption(&world.web, &code, PAGE)).await, 500_112);
        let no_uri = world.ask(&world.web, with_verifier(&code, None, Some(VERIFIER)));
        refused(world.send(&no_uri).await, 900_144);
        refused(
            world
                .send(&world.redemption(&world.web, &code, CALLBACK).unproved())
                .await,
            7_000_218,
        );
        world.clock.advance_seconds(code::LIFETIME_SECONDS);
        refused(world.send(&world.redemption(&world.web, &code, CALLBACK)).await, 70_008);
    })
    .await;
}

#[tokio::test]
async fn the_verifier_must_fit_the_challenge() {
    on_both(async |world: World| {
        let code = web_code(&world).await;
        let send = async |verifier: Option<&str>| {
            let grant = with_verifier(&code, Some(CALLBACK), verifier);
            world.send(&world.ask(&world.web, grant)).await
        };
        refused(send(None).await, 501_481);
        refused(send(Some(&"x".repeat(43))).await, 501_481);
        refused(send(Some("short")).await, 501_491);
        send(Some(VERIFIER)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_verifier_without_a_challenge_is_a_downgrade() {
    on_both(async |world: World| {
        let issue = async |redirect_kind, redirect_uri: &str, client| {
            let binding = code::Binding {
                redirect_uri: redirect_uri.to_owned(),
                redirect_kind,
                code_challenge: None,
            };
            let authorization = world.authorization(client, SCOPE);
            code::issue(&world.authority, &authorization, &binding).await.unwrap()
        };
        let code = issue(RedirectKind::Web, CALLBACK, &world.web).await;
        refused(
            world.send(&world.redemption(&world.web, &code, CALLBACK)).await,
            501_481,
        );
        let pages = issue(RedirectKind::Spa, PAGE, &world.page).await;
        let grant = with_verifier(&pages, Some(PAGE), None);
        refused(world.send(&world.ask(&world.page, grant).by_page()).await, 9_002_325);
        let plain = world.ask(&world.web, with_verifier(&code, Some(CALLBACK), None));
        world.send(&plain).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn pages_redeem_across_origins_and_nobody_else_does() {
    on_both(async |world: World| {
        let authorization = world.authorization(&world.page, SCOPE);
        let code = world.code(&authorization, RedirectKind::Spa, PAGE).await;
        refused(world.send(&world.redemption(&world.page, &code, PAGE)).await, 9_002_327);
        world
            .send(&world.redemption(&world.page, &code, PAGE).by_page())
            .await
            .unwrap();
        let code = web_code(&world).await;
        refused(
            world
                .send(&world.redemption(&world.web, &code, CALLBACK).by_page())
                .await,
            9_002_326,
        );
        let authorization = world.authorization(&world.native, SCOPE);
        let code = world.code(&authorization, RedirectKind::PublicClient, NATIVE).await;
        refused(
            world
                .send(&world.redemption(&world.native, &code, NATIVE).by_page())
                .await,
            9_002_326,
        );
        world
            .send(&world.redemption(&world.native, &code, NATIVE))
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_page_does_not_redeem_the_code_of_a_server() {
    on_both(async |world: World| {
        // The same application has a page; its code for the server needs the server's credential.
        let authorization = world.authorization(&world.page, SCOPE);
        let code = world.code(&authorization, RedirectKind::Web, CALLBACK).await;
        refused(
            world.send(&world.redemption(&world.page, &code, CALLBACK)).await,
            7_000_218,
        );
    })
    .await;
}

#[tokio::test]
async fn a_code_that_comes_again_takes_back_what_it_gave() {
    on_both(async |world: World| {
        let code = web_code(&world).await;
        let ask = world.redemption(&world.web, &code, CALLBACK);
        let issued = world.send(&ask).await.unwrap();
        let refresh_token = issued.refresh_token.unwrap();
        let next = world.send(&world.refresh(&world.web, &refresh_token)).await.unwrap();
        refused(world.send(&ask).await, 54_005);
        let next = next.refresh_token.unwrap();
        refused(world.send(&world.refresh(&world.web, &next)).await, 50_173);
        refused(world.send(&ask).await, 54_005);
    })
    .await;
}

#[tokio::test]
async fn of_two_redemptions_at_the_same_time_one_is_done() {
    on_both(async |world: World| {
        let code = web_code(&world).await;
        let ask = world.redemption(&world.web, &code, CALLBACK);
        let (one, other) = tokio::join!(world.send(&ask), world.send(&ask));
        let done = match (one, other) {
            (Ok(done), Err(refusal)) | (Err(refusal), Ok(done)) => {
                refused::<()>(Err(refusal), 54_005);
                done
            }
            both => panic!("{both:?}"),
        };
        let token = done.refresh_token.unwrap();
        refused(world.send(&world.refresh(&world.web, &token)).await, 50_173);
    })
    .await;
}

#[tokio::test]
async fn scopes_that_a_code_is_not_redeemed_for() {
    on_both(async |world: World| {
        let code = web_code(&world).await;
        let ask = |scope: &str| world.redemption(&world.web, &code, CALLBACK).scope(scope);
        let two = format!("{ORDERS}/Read {ENVIRONMENT}/user_impersonation");
        refused(world.send(&ask(&two)).await, 700_022);
        refused(
            world.send(&ask("api://orders/Read api://orders/.default")).await,
            70_011,
        );
        refused(world.send(&ask("api://orders/Delete")).await, 70_011);
        refused(world.send(&ask("api://nobody/Read")).await, 500_011);
        refused(world.send(&ask("offline_access")).await, 28_003);
        world.send(&ask("api://orders/Write")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn consent_is_looked_up_when_the_code_is_redeemed() {
    on_both(async |world: World| {
        let authorization = world.authorization(&world.vendor, SCOPE);
        let code = world.code(&authorization, RedirectKind::Web, CALLBACK).await;
        let ask = world.redemption(&world.vendor, &code, CALLBACK);
        refused(world.send(&ask).await, 65_001);
        world.consent(&world.vendor, world.orders.app_id, &["Write"]).await;
        refused(world.send(&ask).await, 65_001);
        let issued = world
            .send(
                &world
                    .redemption(&world.vendor, &code, CALLBACK)
                    .scope("api://orders/Write"),
            )
            .await;
        assert_eq!(claims(&issued.unwrap().access_token)["scp"], "Write");
    })
    .await;
}

#[tokio::test]
async fn tokens_say_who_and_what() {
    on_both(async |world: World| {
        let code = web_code(&world).await;
        let mut ask = world.redemption(&world.web, &code, CALLBACK);
        ask.call.request.client_info = true;
        let issued = world.send(&ask).await.unwrap();
        assert_eq!(issued.scope.as_deref(), Some("api://orders/Read openid profile"));
        assert_eq!(issued.client_info, Some(oauth::client_info(world.ada, world.contoso)));
        let access = claims(&issued.access_token);
        let expected = json!({
            "aud": world.orders.app_id.to_string(),
            "iss": format!("{ORIGIN}/{}/v2.0", world.contoso),
            "azp": world.web.app_id.to_string(),
            "azpacr": "1",
            "name": "Ada Berg",
            "oid": world.ada.to_string(),
            "preferred_username": "ada@contoso.example",
            "scp": "Read",
            "sid": "00000000-0000-0000-0000-000000000005",
            "tid": world.contoso.to_string(),
            "ver": "2.0",
            "auth_time": 1_767_225_600,
            "wids": ["88d8e3e3-8f55-4a1e-953a-9b9898b8876b"],
        });
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&access[name], value, "{name}");
        }
        assert!(access.get("email").is_none() && access.get("cnf").is_none() && access.get("roles").is_none());
        let id = claims(&issued.id_token.unwrap());
        assert_eq!(id["aud"], world.web.app_id.to_string());
        assert_eq!(id["nonce"], "n-1");
        assert_eq!(id["sub"], access["sub"]);
        assert_eq!(id["oid"], world.ada.to_string());
        assert_eq!(id["name"], "Ada Berg");
        assert!(id.get("email").is_none());
        let other = world.signed_in_at(&world.orders, "openid").await;
        assert_ne!(claims(&other.id_token.unwrap())["sub"], id["sub"]);
    })
    .await;
}

#[tokio::test]
async fn openid_and_offline_access_are_needed_for_what_they_give() {
    on_both(async |world: World| {
        let plain = world.signed_in("api://orders/Read").await;
        assert!(plain.id_token.is_none() && plain.refresh_token.is_none());
        // What was not authorized cannot be added when the code is redeemed.
        let code = world
            .code(
                &world.authorization(&world.web, "api://orders/Read"),
                RedirectKind::Web,
                CALLBACK,
            )
            .await;
        let ask = world
            .redemption(&world.web, &code, CALLBACK)
            .scope("api://orders/Read openid offline_access");
        let widened = world.send(&ask).await.unwrap();
        assert!(widened.id_token.is_none() && widened.refresh_token.is_none());
        // Without a resource the token is for Microsoft Graph.
        let oidc = world.signed_in("openid email profile").await;
        let access = claims(&oidc.access_token);
        assert_eq!(access["aud"], "00000003-0000-0000-c000-000000000000");
        assert_eq!(access["scp"], "openid email profile");
        assert_eq!(claims(&oidc.id_token.unwrap())["email"], "ada@mail.example");
        let default = world.signed_in(&format!("{ENVIRONMENT}/.default")).await;
        let expected = format!("{ENVIRONMENT}/user_impersonation {ENVIRONMENT}/.default");
        assert_eq!(default.scope, Some(expected));
    })
    .await;
}

#[tokio::test]
async fn the_v1_endpoint_names_a_resource() {
    on_both(async |world: World| {
        let mut authorization = world.authorization(&world.web, "openid offline_access");
        authorization.resource = Some(ENVIRONMENT.to_owned());
        let code = world.code(&authorization, RedirectKind::Web, CALLBACK).await;
        let issued = world
            .send(&world.redemption(&world.web, &code, CALLBACK).v1())
            .await
            .unwrap();
        assert_eq!(issued.scope.as_deref(), Some("user_impersonation openid"));
        let access = claims(&issued.access_token);
        assert_eq!((&access["aud"], &access["ver"]), (&json!(ENVIRONMENT), &json!("1.0")));
        assert_eq!(access["amr"], json!(["pwd", "mfa"]));
        assert_eq!(access["appid"], world.web.app_id.to_string());
        let id = claims(&issued.id_token.unwrap());
        assert_eq!(id["iss"], format!("{ORIGIN}/{}/", world.contoso));
        let mut other = world.refresh(&world.web, &issued.refresh_token.unwrap()).v1();
        other.call.request.resource = Some(ORDERS.to_owned());
        let other = claims(&world.send(&other).await.unwrap().access_token);
        assert_eq!(other["scp"], "Read Write");
    })
    .await;
}

#[tokio::test]
async fn at_an_alias_the_code_knows_its_tenant() {
    on_both(async |world: World| {
        for alias in ["common", "organizations"] {
            let code = web_code(&world).await;
            let issued = world
                .send(&world.redemption(&world.web, &code, CALLBACK).at(alias))
                .await
                .unwrap();
            assert_eq!(claims(&issued.access_token)["tid"], world.contoso.to_string());
        }
        let code = web_code(&world).await;
        refused(
            world
                .send(&world.redemption(&world.web, &code, CALLBACK).at("consumers"))
                .await,
            9_001_023,
        );
    })
    .await;
}
