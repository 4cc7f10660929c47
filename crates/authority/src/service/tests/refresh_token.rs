//! `refresh_token`: rotation and reuse, ends, what it is bound to, and what may be had for it.

use oauth::{Confirmation, Secret, SystemRandom};

use super::world::{CALLBACK, ENVIRONMENT, NATIVE, PAGE, World, claims, on_both, refused};
use crate::grant::Asker;
use crate::grant::refresh_token::{self, Beginning};
use crate::registration::RedirectKind;
use crate::{store, well_known};

const SCOPE: &str = "api://orders/Read openid offline_access";
const DAY_SECONDS: i64 = 24 * 60 * 60;

async fn refresh_token(world: &World) -> Secret<String> {
    world.signed_in(SCOPE).await.refresh_token.unwrap()
}

#[tokio::test]
async fn tokens_that_are_none_or_of_another_client_or_tenant() {
    on_both(async |world: World| {
        let token = refresh_token(&world).await;
        for text in ["", "x", &format!("{}x", token.expose())] {
            let other = Secret::new(text.to_owned());
            refused(world.send(&world.refresh(&world.web, &other)).await, 70_000);
        }
        refused(world.send(&world.refresh(&world.orders, &token)).await, 70_000);
        refused(world.send(&world.refresh(&world.native, &token)).await, 70_000);
        world.consent(&world.vendor, well_known::GRAPH, &["openid"]).await;
        let vendors = world.authorization(&world.vendor, "openid offline_access");
        let code = world.code(&vendors, RedirectKind::Web, CALLBACK).await;
        let vendors = world
            .send(&world.redemption(&world.vendor, &code, CALLBACK))
            .await
            .unwrap();
        let ask = world.refresh(&world.vendor, &vendors.refresh_token.unwrap());
        refused(world.send(&ask.at("fabrikam.example")).await, 700_005);
        refused(
            world.send(&world.refresh(&world.web, &token).unproved()).await,
            7_000_218,
        );
        // A code is no refresh token.
        let code = world
            .code(&world.authorization(&world.web, SCOPE), RedirectKind::Web, CALLBACK)
            .await;
        refused(world.send(&world.refresh(&world.web, &code)).await, 70_000);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_comes_again_late_revokes_its_family() {
    on_both(async |world: World| {
        let first = refresh_token(&world).await;
        let second = world
            .send(&world.refresh(&world.web, &first))
            .await
            .unwrap()
            .refresh_token
            .unwrap();
        assert_ne!(first, second);
        world.clock.advance_seconds(31);
        refused(world.send(&world.refresh(&world.web, &first)).await, 50_173);
        refused(world.send(&world.refresh(&world.web, &second)).await, 50_173);
        refused(world.send(&world.refresh(&world.web, &first)).await, 50_173);
    })
    .await;
}

#[tokio::test]
async fn processes_may_use_a_token_at_the_same_time() {
    on_both(async |world: World| {
        let first = refresh_token(&world).await;
        let ask = world.refresh(&world.web, &first);
        let (one, other) = tokio::join!(world.send(&ask), world.send(&ask));
        let tokens = [one, other].map(|issued| issued.unwrap().refresh_token.unwrap());
        assert_ne!(tokens[0], tokens[1]);
        world.clock.advance_seconds(30);
        let late = world.send(&ask).await.unwrap().refresh_token.unwrap();
        world.clock.advance_seconds(31);
        for token in tokens.iter().chain([&late]) {
            world.send(&world.refresh(&world.web, token)).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_that_lies_for_90_days_is_over() {
    on_both(async |world: World| {
        let first = refresh_token(&world).await;
        world.clock.advance_seconds(89 * DAY_SECONDS);
        let second = world
            .send(&world.refresh(&world.web, &first))
            .await
            .unwrap()
            .refresh_token
            .unwrap();
        world.clock.advance_seconds(89 * DAY_SECONDS);
        let third = world
            .send(&world.refresh(&world.web, &second))
            .await
            .unwrap()
            .refresh_token
            .unwrap();
        world.clock.advance_seconds(90 * DAY_SECONDS);
        refused(world.send(&world.refresh(&world.web, &third)).await, 700_082);
    })
    .await;
}

#[tokio::test]
async fn the_tokens_of_a_page_end_after_a_day() {
    on_both(async |world: World| {
        let authorization = world.authorization(&world.page, SCOPE);
        let code = world.code(&authorization, RedirectKind::Spa, PAGE).await;
        let issued = world
            .send(&world.redemption(&world.page, &code, PAGE).by_page())
            .await
            .unwrap();
        let first = issued.refresh_token.unwrap();
        refused(world.send(&world.refresh(&world.page, &first)).await, 9_002_327);
        world.clock.advance_seconds(DAY_SECONDS - 1);
        let second = world.send(&world.refresh(&world.page, &first).by_page()).await.unwrap();
        world.clock.advance_seconds(1);
        let second = second.refresh_token.unwrap();
        refused(
            world.send(&world.refresh(&world.page, &second).by_page()).await,
            700_084,
        );
        let token = refresh_token(&world).await;
        refused(
            world.send(&world.refresh(&world.web, &token).by_page()).await,
            9_002_326,
        );
    })
    .await;
}

#[tokio::test]
async fn other_resources_and_fewer_scopes_may_be_asked_for() {
    on_both(async |world: World| {
        let token = refresh_token(&world).await;
        let ask = world
            .refresh(&world.web, &token)
            .scope(&format!("{ENVIRONMENT}/user_impersonation"));
        let issued = world.send(&ask).await.unwrap();
        assert_eq!(claims(&issued.access_token)["aud"], ENVIRONMENT);
        assert!(issued.id_token.is_none(), "`openid` was not asked for");
        let token = issued.refresh_token.unwrap();
        let all = world.send(&world.refresh(&world.web, &token)).await.unwrap();
        assert_eq!(all.scope.as_deref(), Some("api://orders/Read openid"));
        let id = claims(&all.id_token.unwrap());
        assert!(id.get("nonce").is_none(), "the nonce belonged to the sign-in");
    })
    .await;
}

#[tokio::test]
async fn signing_in_is_consented_to_as_everything_else() {
    on_both(async |world: World| {
        let authorization = world.authorization(&world.vendor, "openid profile offline_access");
        let code = world.code(&authorization, RedirectKind::Web, CALLBACK).await;
        let ask = world.redemption(&world.vendor, &code, CALLBACK);
        refused(world.send(&ask).await, 65_001);
        let consent = world.consent(&world.vendor, well_known::GRAPH, &["openid"]).await;
        let issued = world.send(&ask).await.unwrap();
        // The words of OpenID Connect count as consented once the application was granted anything.
        assert_eq!(claims(&issued.access_token)["scp"], "openid profile");
        world.withdraw(consent).await;
        let ask = world.refresh(&world.vendor, &issued.refresh_token.unwrap());
        refused(world.send(&ask).await, 65_001);
    })
    .await;
}

#[tokio::test]
async fn consent_that_was_withdrawn_is_missed() {
    on_both(async |world: World| {
        let consent = world.consent(&world.vendor, world.orders.app_id, &["Read"]).await;
        let issued = world.signed_in_at(&world.vendor, SCOPE).await;
        let token = issued.refresh_token.unwrap();
        let wider = world.refresh(&world.vendor, &token).scope("api://orders/Write");
        refused(world.send(&wider).await, 65_001);
        let token = world
            .send(&world.refresh(&world.vendor, &token))
            .await
            .unwrap()
            .refresh_token
            .unwrap();
        world.withdraw(consent).await;
        refused(world.send(&world.refresh(&world.vendor, &token)).await, 65_001);
    })
    .await;
}

/// The proof of a key is another part's to check; what follows from it is checked here.
#[tokio::test]
async fn a_public_client_needs_the_key_that_its_token_is_bound_to() {
    on_both(async |world: World| {
        let authorization = world.authorization(&world.native, SCOPE);
        let code = world.code(&authorization, RedirectKind::PublicClient, NATIVE).await;
        let ask = world.redemption(&world.native, &code, NATIVE);
        let snapshot = world.authority.directory().snapshot().await.unwrap();
        let tenant = snapshot.tenant_by_id(world.contoso).await.unwrap().unwrap();
        let now = oauth::Clock::now(&*world.clock);
        let client = crate::client_auth::authenticate(&world.authority, &snapshot, &tenant, &ask.call, now).await;
        let client = client.unwrap();
        let asker = |key: Option<&str>| Asker {
            tenant: &tenant,
            client: &client,
            confirmation: key.map(|key| Confirmation::Jkt(key.to_owned())),
            call: &ask.call,
            now,
        };
        let beginning = Beginning {
            id: uuid::Uuid::from_u128(1),
            redirect_kind: RedirectKind::PublicClient,
        };
        let begun = refresh_token::begin(&asker(Some("key")), &SystemRandom, &authorization, beginning).unwrap();
        store::record(world.authority.directory().database(), begun.1)
            .await
            .unwrap();
        let found = refresh_token::load(&snapshot, &begun.0).await.unwrap();
        refused(refresh_token::decide(&asker(None), &found), 70_000);
        refused(refresh_token::decide(&asker(Some("other")), &found), 70_000);
        refresh_token::decide(&asker(Some("key")), &found).unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_ended_long_ago_is_forgotten() {
    on_both(async |world: World| {
        let first = refresh_token(&world).await;
        let next = world.send(&world.refresh(&world.web, &first)).await.unwrap();
        let next = next.refresh_token.unwrap();
        // A used token is remembered for a week, and then a day more; another sign-in tidies up.
        world.clock.advance_seconds(8 * DAY_SECONDS);
        refresh_token(&world).await;
        let found = refresh_token::load(&world.authority.directory().snapshot().await.unwrap(), &first).await;
        assert!(found.is_ok());
        world.clock.advance_seconds(1);
        refresh_token(&world).await;
        refused(world.send(&world.refresh(&world.web, &first)).await, 70_000);
        world.send(&world.refresh(&world.web, &next)).await.unwrap();
    })
    .await;
}
