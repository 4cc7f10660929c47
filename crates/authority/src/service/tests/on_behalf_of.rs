//! On-behalf-of: what is an assertion, and what a service gets for it.

use oauth::{GrantType, Secret};

use super::world::{Ask, Client, ENVIRONMENT, World, claims, on_both, refused};
use crate::manage;

fn ask(world: &World, client: &Client, assertion: &Secret<String>) -> Ask {
    let grant = GrantType::OnBehalfOf {
        assertion: assertion.clone(),
    };
    let scope = format!("{ENVIRONMENT}/user_impersonation openid profile offline_access");
    world.ask(client, grant).scope(&scope)
}

#[tokio::test]
async fn what_is_no_assertion() {
    on_both(async |world: World| {
        let issued = world.signed_in("api://orders/Read openid").await;
        let mut changed = issued.access_token.expose().clone();
        changed.push('x');
        for text in ["", "a.b.c", &changed] {
            refused(
                world
                    .send(&ask(&world, &world.orders, &Secret::new(text.to_owned())))
                    .await,
                50_013,
            );
        }
        // Made for another service.
        refused(world.send(&ask(&world, &world.web, &issued.access_token)).await, 50_013);
        let own = world.signed_in_at(&world.orders, "openid").await.id_token.unwrap();
        refused(world.send(&ask(&world, &world.orders, &own)).await, 240_002);
        let application = world
            .ask(&world.web, GrantType::ClientCredentials)
            .scope("api://orders/.default");
        let application = world.send(&application).await.unwrap().access_token;
        refused(world.send(&ask(&world, &world.orders, &application)).await, 50_013);
        world.clock.advance_seconds(3600);
        refused(
            world.send(&ask(&world, &world.orders, &issued.access_token)).await,
            500_133,
        );
    })
    .await;
}

#[tokio::test]
async fn who_may_not_act_for_anybody() {
    on_both(async |world: World| {
        let token = world.signed_in("api://orders/Read").await.access_token;
        refused(world.send(&ask(&world, &world.native, &token)).await, 7_000_218);
        refused(
            world.send(&ask(&world, &world.orders, &token).by_page()).await,
            9_002_326,
        );
        refused(
            world.send(&ask(&world, &world.orders, &token).at("common")).await,
            50_059,
        );
        refused(
            world
                .send(&ask(&world, &world.orders, &token).at("fabrikam.example"))
                .await,
            700_016,
        );
        manage::person::disable(&world.authority, &world.operator, world.contoso, world.ada)
            .await
            .unwrap();
        refused(world.send(&ask(&world, &world.orders, &token)).await, 50_057);
    })
    .await;
}

#[tokio::test]
async fn a_service_acts_in_the_name_of_its_caller() {
    on_both(async |world: World| {
        let first = world.signed_in("api://orders/Read").await;
        world.clock.advance_seconds(600);
        let issued = world
            .send(&ask(&world, &world.orders, &first.access_token))
            .await
            .unwrap();
        let access = claims(&issued.access_token);
        assert_eq!(access["aud"], ENVIRONMENT);
        assert_eq!(access["appid"], world.orders.app_id.to_string());
        assert_eq!(access["oid"], world.ada.to_string());
        assert_eq!(access["scp"], "user_impersonation");
        let earlier = claims(&first.access_token);
        assert_eq!(
            (&access["sid"], &access["auth_time"]),
            (&earlier["sid"], &earlier["auth_time"])
        );
        assert_eq!(
            claims(&issued.id_token.unwrap())["aud"],
            world.orders.app_id.to_string()
        );
        let token = issued.refresh_token.unwrap();
        world.send(&world.refresh(&world.orders, &token)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn sessions_that_were_revoked_end_assertions_too() {
    on_both(async |world: World| {
        let token = world.signed_in("api://orders/Read").await.access_token;
        world.clock.advance_seconds(60);
        manage::person::revoke_sessions(&world.authority, &world.operator, world.contoso, world.ada)
            .await
            .unwrap();
        refused(world.send(&ask(&world, &world.orders, &token)).await, 50_173);
    })
    .await;
}
