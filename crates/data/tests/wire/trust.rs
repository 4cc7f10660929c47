//! A token outlives what it rests on: trust in the application, consent, the sign-in. Each end is felt at once.

use oauth::Clock as _;
use serde_json::json;

use crate::world::{Call, Human, PORTAL, World, on_each_engine};

fn who() -> Call {
    Call::get("WhoAmI")
}

async fn alice(world: &World) -> Human {
    let alice = world.directory.person("Alice", "Ahlberg");
    world.person_user(&alice, world.root).await;
    alice
}

#[tokio::test]
async fn of_an_application_that_was_switched_off_or_removed() {
    on_each_engine(async |world| {
        let application = world.directory.application("App");
        world.application_user(&application, world.root).await;
        let token = world.token(&application);
        world.send(&token, who()).await.expect(200);
        let message = format!(
            "401 0x8004a105 The application (Id = {}) has no enabled service principal in the directory of the organization's tenant.",
            application.app
        );
        world.directory.disable_application(&application);
        let reply = world.send(&token, who()).await;
        assert_eq!(reply.error(), message);
        let challenge = reply.header("WWW-Authenticate").unwrap();
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
        world.directory.remove_application(&application);
        assert_eq!(world.send(&token, who()).await.error(), message);
    })
    .await;
}

#[tokio::test]
async fn of_a_person_through_an_application_that_was_removed() {
    on_each_engine(async |world| {
        let alice = alice(&world).await;
        let token = world.person_token(&alice);
        world.send(&token, who()).await.expect(200);
        world.directory.disable_application(&PORTAL);
        let error = world.send(&token, who()).await.error();
        assert!(error.starts_with("401 0x8004a105 "), "{error}");
    })
    .await;
}

#[tokio::test]
async fn without_consent() {
    on_each_engine(async |world| {
        let alice = alice(&world).await;
        let token = world.person_token(&alice);
        world.directory.withdraw(PORTAL.app, &alice);
        let message = format!(
            "401 0x8004a106 The consent that the application (Id = {}) had been given was withdrawn.",
            PORTAL.app
        );
        assert_eq!(world.send(&token, who()).await.error(), message);
    })
    .await;
}

#[tokio::test]
async fn of_a_sign_in_that_was_revoked() {
    on_each_engine(async |world| {
        let alice = alice(&world).await;
        let now = world.clock.now();
        // As the authority dates its tokens: five minutes back.
        let token = world.token_of(&world.person_claims(&alice, now.plus_seconds(-300)));
        world.directory.edit(&alice, |person| person.tokens_valid_from = now);
        world.send(&token, who()).await.expect(200);
        world
            .directory
            .edit(&alice, |person| person.tokens_valid_from = now.plus_seconds(1));
        let message = format!(
            "401 0x8004a107 The sessions of the person (object id = {}) were revoked after the access token was issued.",
            alice.object
        );
        assert_eq!(world.send(&token, who()).await.error(), message);
        let impersonated = Call::post("accounts", json!({ "name": "A" })).header("CallerObjectId", &alice.object.to_string());
        world.admin(impersonated).await.expect(403);
    })
    .await;
}
