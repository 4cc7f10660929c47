//! Many nodes on one directory: what one changes, the others see within a second.

use authority::{Authority, TokenLifetime, manage};

use crate::world::{World, on_both, options};

/// The same world, asked at another node.
async fn other_node(world: &World) -> Authority {
    Authority::open(
        world.database.clone(),
        options(&world.clock, TokenLifetime::default(), 7),
    )
    .await
    .unwrap()
}

#[tokio::test]
async fn a_change_is_seen_by_another_node_within_a_second() {
    on_both(async |mut world: World| {
        let (here, there) = (world.authority.clone(), other_node(&world).await);
        let app_id = world.reader.app_id;
        world.authority = there.clone();
        world.reader_token().await.token();

        manage::application::disable(&here, &world.operator, app_id)
            .await
            .unwrap();
        world.authority = here;
        world
            .reader_token()
            .await
            .refused(400, "unauthorized_client", 7_000_112, &app_id.to_string());
        world.authority = there;
        world.reader_token().await.token();
        world.clock.advance_seconds(1);
        world
            .reader_token()
            .await
            .refused(400, "unauthorized_client", 7_000_112, &app_id.to_string());
    })
    .await;
}

#[tokio::test]
async fn what_was_unknown_becomes_known() {
    on_both(async |mut world: World| {
        let (here, there) = (world.authority.clone(), other_node(&world).await);
        world.authority = there;
        let path = "/late.example/v2.0/.well-known/openid-configuration";
        world
            .get(path)
            .await
            .refused(400, "invalid_tenant", 90_002, "late.example");
        let late = manage::tenant::NewTenant {
            id: None,
            display_name: "Late".to_owned(),
            domains: vec!["late.example".to_owned()],
        };
        let id = manage::tenant::create(&here, &world.operator, late).await.unwrap();
        world.clock.advance_seconds(1);
        let issuer = world.get(path).await.json["issuer"].as_str().unwrap().to_owned();
        assert!(issuer.contains(&id.to_string()));
    })
    .await;
}

#[tokio::test]
async fn without_its_database_the_authority_asks_to_try_again() {
    on_both(async |world: World| {
        world.reader_token().await.token();
        world.cluster.drop(world.database.name()).await.unwrap();
        world.clock.advance_seconds(1);
        let answer = world.reader_token().await;
        answer.refused(503, "temporarily_unavailable", 90_033, "transient");
        assert_eq!(answer.headers["retry-after"], "5");
    })
    .await;
}

#[tokio::test]
async fn a_clock_moved_back_is_no_reason_for_old_answers() {
    on_both(async |mut world: World| {
        let (here, there) = (world.authority.clone(), other_node(&world).await);
        world.authority = there;
        world.reader_token().await.token();
        manage::application::disable(&here, &world.operator, world.vendor.app_id)
            .await
            .unwrap();
        manage::application::disable(&here, &world.operator, world.reader.app_id)
            .await
            .unwrap();
        world.clock.advance_seconds(-1);
        let app_id = world.reader.app_id.to_string();
        // The secret's time has not begun either; the refusal shows that the directory was asked.
        world
            .reader_token()
            .await
            .refused(401, "invalid_client", 7_000_215, &app_id);
        world.clock.advance_seconds(1);
        world
            .reader_token()
            .await
            .refused(400, "unauthorized_client", 7_000_112, &app_id);
    })
    .await;
}
