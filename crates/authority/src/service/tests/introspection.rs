//! Introspection and revocation: who may ask, and what is told.

use oauth::{ActiveToken, GrantType, IntrospectionResponse, Secret};

use super::super::{Trail, introspect, revoke};
use super::world::{Ask, Client, World, claims, on_both, refused};
use crate::manage;
use crate::refusal::Refusal;

const SCOPE: &str = "api://orders/Read offline_access";

fn ask(world: &World, client: &Client) -> Ask {
    world.ask(client, GrantType::Unsupported(String::new()))
}

async fn send(world: &World, ask: &Ask, token: &Secret<String>) -> Result<Option<ActiveToken>, Refusal> {
    let answer = introspect(&world.authority, &ask.call, token, &mut Trail::default()).await?;
    Ok(match answer {
        IntrospectionResponse::Inactive => None,
        IntrospectionResponse::Active(token) => Some(*token),
    })
}

async fn take_back(world: &World, client: &Client, token: &Secret<String>) {
    let ask = ask(world, client);
    revoke(&world.authority, &ask.call, token, &mut Trail::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn who_may_not_ask() {
    on_both(async |world: World| {
        let token = world.signed_in(SCOPE).await.access_token;
        refused(send(&world, &ask(&world, &world.web), &token).await, 650_056);
        refused(send(&world, &ask(&world, &world.native), &token).await, 7_000_218);
        refused(
            send(&world, &ask(&world, &world.orders).unproved(), &token).await,
            7_000_218,
        );
        refused(
            send(&world, &ask(&world, &world.orders).at("common"), &token).await,
            50_059,
        );
    })
    .await;
}

#[tokio::test]
async fn of_what_is_not_active_nothing_is_told() {
    on_both(async |world: World| {
        let orders = ask(&world, &world.orders);
        let issued = world.signed_in(SCOPE).await;
        for text in ["", "x", "a.b.c"] {
            assert_eq!(
                send(&world, &orders, &Secret::new(text.to_owned())).await.unwrap(),
                None
            );
        }
        // Another client's refresh token, and a token for another resource.
        assert_eq!(
            send(&world, &orders, &issued.refresh_token.unwrap()).await.unwrap(),
            None
        );
        let graph = world.signed_in("openid").await.access_token;
        assert_eq!(send(&world, &orders, &graph).await.unwrap(), None);
        assert!(send(&world, &orders, &issued.access_token).await.unwrap().is_some());
        manage::person::disable(&world.authority, &world.operator, world.contoso, world.ada)
            .await
            .unwrap();
        assert_eq!(send(&world, &orders, &issued.access_token).await.unwrap(), None);
        manage::person::enable(&world.authority, &world.operator, world.contoso, world.ada)
            .await
            .unwrap();
        let (contoso, web) = (world.contoso, world.web.app_id);
        manage::service_principal::disable(&world.authority, &world.operator, contoso, web)
            .await
            .unwrap();
        assert_eq!(send(&world, &orders, &issued.access_token).await.unwrap(), None);
        manage::service_principal::enable(&world.authority, &world.operator, contoso, web)
            .await
            .unwrap();
        world.clock.advance_seconds(3600);
        assert_eq!(send(&world, &orders, &issued.access_token).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn what_is_told_of_tokens() {
    on_both(async |world: World| {
        let orders = ask(&world, &world.orders);
        let token = world.signed_in(SCOPE).await.access_token;
        let told = send(&world, &orders, &token).await.unwrap().unwrap();
        let said = claims(&token);
        assert_eq!(told.client_id, Some(world.web.app_id));
        assert_eq!(told.username.as_deref(), Some("ada@contoso.example"));
        assert_eq!(told.scope.as_deref(), Some("Read"));
        assert_eq!(told.subject.as_deref(), said["sub"].as_str());
        assert_eq!(told.issuer.as_deref(), said["iss"].as_str());
        assert_eq!(told.expires.map(oauth::Timestamp::seconds), said["exp"].as_i64());
        let application = world
            .ask(&world.web, GrantType::ClientCredentials)
            .scope("api://orders/.default");
        let token = world.send(&application).await.unwrap().access_token;
        let told = send(&world, &orders, &token).await.unwrap().unwrap();
        assert_eq!((told.scope, told.username), (None, None));
        assert_eq!(told.subject, told.object_id.map(|id| id.to_string()));
        let own = world
            .signed_in_at(&world.orders, "openid offline_access")
            .await
            .refresh_token
            .unwrap();
        let told = send(&world, &orders, &own).await.unwrap().unwrap();
        assert_eq!(told.client_id, Some(world.orders.app_id));
        take_back(&world, &world.orders, &own).await;
        assert_eq!(send(&world, &orders, &own).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn only_ones_own_refresh_tokens_are_taken_back() {
    on_both(async |world: World| {
        let token = world.signed_in(SCOPE).await.refresh_token.unwrap();
        take_back(&world, &world.orders, &token).await;
        take_back(&world, &world.web, &Secret::new("unknown".to_owned())).await;
        let token = world
            .send(&world.refresh(&world.web, &token))
            .await
            .unwrap()
            .refresh_token
            .unwrap();
        let ask = ask(&world, &world.web).unproved();
        let outcome = revoke(&world.authority, &ask.call, &token, &mut Trail::default()).await;
        refused(outcome, 7_000_218);
        take_back(&world, &world.web, &token).await;
        take_back(&world, &world.web, &token).await;
        refused(world.send(&world.refresh(&world.web, &token)).await, 50_173);
    })
    .await;
}
