//! Who may call: every refusal of a caller, each with its own code.

use serde_json::json;
use uuid::Uuid;

use crate::world::{Call, World, on_each_engine, tenant};

fn who() -> Call {
    Call::get("WhoAmI")
}

fn rows() -> Call {
    Call::get("accounts?$select=name")
}

/// A person with a user of the environment and a role that reads accounts.
async fn alice(world: &World) -> (crate::world::Human, Uuid) {
    let alice = world.directory.person("Alice", "Ahlberg");
    let user = world.person_user(&alice, world.root).await;
    let role = world.role("Salesperson", &[("prvReadAccount", "Basic")]).await;
    world.give_role(user, role).await;
    (alice, user)
}

#[tokio::test]
async fn without_a_usable_token() {
    on_each_engine(async |world| {
        let reply = world.send_anonymous(who()).await;
        assert_eq!(reply.error(), "401 0x80044302 The request is not authenticated: no bearer token was sent.");
        let challenge = format!(
            "Bearer authorization_uri=https://login.example.test/{}/oauth2/authorize, resource_id=https://contoso.example.test/",
            tenant()
        );
        assert_eq!(reply.header("WWW-Authenticate"), Some(challenge.as_str()));
        let reply = world.send("nonsense", who()).await;
        assert_eq!(reply.error(), "401 0x8004a102 Token does not have three parts.");
        let told = ", error=\"invalid_token\", error_description=\"token does not have three parts\"";
        assert_eq!(reply.header("WWW-Authenticate"), Some(format!("{challenge}{told}").as_str()));
        let foreign = world.token_for(&world.admin, "https://fabrikam.example.test");
        let message = "401 0x8004a102 Token audience `https://fabrikam.example.test` is not this resource.";
        assert_eq!(world.send(&foreign, who()).await.error(), message);
        world.send(&world.token_for(&world.admin, "https://contoso.example.test/"), who()).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_token_ends() {
    on_each_engine(async |world| {
        let token = world.token(&world.admin);
        world.send(&token, who()).await.expect(200);
        world.clock.advance_seconds(3_599);
        world.send(&token, who()).await.expect(200);
        world.clock.advance_seconds(1);
        let reply = world.send(&token, who()).await;
        assert!(
            reply
                .error()
                .starts_with("401 0x8004a101 Token expired at 2025-10-09T09:53:20Z"),
            "{}",
            reply.error()
        );
    })
    .await;
}

#[tokio::test]
async fn an_application_needs_an_enabled_user_with_a_role() {
    on_each_engine(async |world| {
        let application = world.directory.application("App");
        let token = world.token(&application);
        let nobody = "403 0x80072560 The user is not a member of the organization.";
        assert_eq!(world.send(&token, who()).await.error(), nobody);
        let user = world.application_user(&application, world.root).await;
        world.send(&token, who()).await.expect(200);
        let roleless = format!("403 0x80042f09 The user (Id = {user}) has not been assigned any roles.");
        assert_eq!(world.send(&token, rows()).await.error(), roleless);
        let role = world.role("Reader", &[("prvReadAccount", "Global")]).await;
        world.give_role(user, role).await;
        world.send(&token, rows()).await.expect(200);
        world
            .admin(Call::patch(
                &format!("systemusers({user})"),
                json!({ "isdisabled": true }),
            ))
            .await
            .expect(204);
        let disabled =
            format!("403 0x80040225 The specified user(Id = {user}) is disabled. Consider enabling this user.");
        assert_eq!(world.send(&token, rows()).await.error(), disabled);
        assert_eq!(world.send(&token, who()).await.error(), disabled);
    })
    .await;
}

#[tokio::test]
async fn a_person_needs_more() {
    on_each_engine(async |world| {
        let (alice, user) = alice(&world).await;
        let token = world.person_token(&alice);
        world.send(&token, rows()).await.expect(200);

        world.directory.edit(&alice, |person| person.licensed = false);
        let unlicensed = format!("403 0x8004d24b The user (Id = {user}) has not been assigned any license.");
        assert_eq!(world.send(&token, rows()).await.error(), unlicensed);
        world.directory.edit(&alice, |person| (person.licensed, person.enabled) = (true, false));
        let unknown = format!(
            "403 0x80044300 The person (object id = {}) does not exist in the directory of the organization's tenant, or is disabled there.",
            alice.object
        );
        assert_eq!(world.send(&token, rows()).await.error(), unknown);
        world.directory.remove(&alice);
        assert_eq!(world.send(&token, rows()).await.error(), unknown);

        let bob = world.directory.person("Bob", "Boe");
        let token = world.person_token(&bob);
        let stranger = "403 0x80072560 The user is not a member of the organization.";
        assert_eq!(world.send(&token, rows()).await.error(), stranger);
        let user = world.person_user(&bob, world.root).await;
        let roleless = format!("403 0x80042f09 The user (Id = {user}) has not been assigned any roles.");
        assert_eq!(world.send(&token, rows()).await.error(), roleless);
        world.directory.fall_silent();
        let silent = world.send(&token, rows()).await;
        assert_eq!(silent.error(), "503 0x80072559 The directory of the organization's tenant did not answer. Try again.");
        assert_eq!(silent.header("Retry-After"), Some("5"));
    })
    .await;
}

#[tokio::test]
async fn a_persons_token_needs_the_scope() {
    on_each_engine(async |world| {
        let (alice, _) = alice(&world).await;
        let now = 1_760_000_000;
        let token = world.token_of(&json!({
            "aud": world.address.urls[0], "iss": world.address.issuers[0], "iat": now, "nbf": now, "exp": now + 3_600,
            "appid": "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10", "oid": alice.object.to_string(), "sub": "x",
            "scp": "openid profile", "tid": tenant().to_string(), "ver": "1.0",
        }));
        let message = "403 0x8004a103 The token of a person needs the scope 'user_impersonation'.";
        assert_eq!(world.send(&token, rows()).await.error(), message);
    })
    .await;
}

#[tokio::test]
async fn a_missing_privilege_is_named() {
    on_each_engine(async |world| {
        let (application, user) = world
            .caller("Reader", world.root, &[("prvReadAccount", "Global")])
            .await;
        let token = world.token(&application);
        let found = world.send(&token, Call::get("contacts")).await.error();
        let start = format!(
            "403 0x80040220 Principal user (Id={user}, type=8, roleCount=1), is missing prvReadContact privilege (Id="
        );
        assert!(found.starts_with(&start), "{found}");
        assert!(
            found.ends_with(&format!(") on OTC=2 for entity 'contact'. context.Caller={user}")),
            "{found}"
        );
        let found = world
            .send(&token, Call::post("accounts", json!({ "name": "A" })))
            .await
            .error();
        assert!(found.contains("is missing prvCreateAccount privilege"), "{found}");
        let account = world.account("A").await;
        let found = world
            .send(
                &token,
                Call::get(&format!("accounts({account})?$expand=primarycontactid")),
            )
            .await
            .error();
        assert!(found.contains("is missing prvReadContact privilege"), "{found}");
    })
    .await;
}

#[tokio::test]
async fn what_is_out_of_sight_is_not_there_and_what_is_out_of_reach_is_forbidden() {
    on_each_engine(async |world| {
        let privileges = [("prvReadAccount", "Global"), ("prvWriteAccount", "Basic"), ("prvReadContact", "Basic"), ("prvDeleteContact", "Global")];
        let (application, user) = world.caller("Clerk", world.root, &privileges).await;
        let token = world.token(&application);
        let account = world.account("Not mine").await;
        let write = Call::patch(&format!("accounts({account})"), json!({ "name": "x" })).header("If-Match", "*");
        let forbidden = format!("403 0x80040220 Principal with id {user} does not have WriteAccess right(s) for record with id {account} of entity account");
        assert_eq!(world.send(&token, write).await.error(), forbidden);
        let contact = world.made("contacts", json!({ "lastname": "Berg" })).await;
        let absent = format!("404 0x80040217 contact With Id = {contact} Does Not Exist");
        assert_eq!(world.send(&token, Call::get(&format!("contacts({contact})"))).await.error(), absent);
        assert_eq!(world.send(&token, Call::delete(&format!("contacts({contact})"))).await.error(), absent);
        assert!(world.send(&token, Call::get("contacts")).await.expect(200).json()["value"].as_array().unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_role_taken_away_ends_at_once_here_and_within_a_second_elsewhere() {
    on_each_engine(async |world| {
        let (application, user) = world
            .caller("Reader", world.root, &[("prvReadAccount", "Global")])
            .await;
        let token = world.token(&application);
        let other = world.other_node();
        world.send(&token, rows()).await.expect(200);
        world.send_to(&other, &token, rows()).await.expect(200);
        let roles = world
            .got(&format!("systemusers({user})/systemuserroles_association?$select=name"))
            .await;
        let role = roles["value"][0]["roleid"].as_str().unwrap().to_owned();
        world
            .admin(Call::delete(&format!(
                "systemusers({user})/systemuserroles_association({role})/$ref"
            )))
            .await
            .expect(204);
        let roleless = format!("403 0x80042f09 The user (Id = {user}) has not been assigned any roles.");
        assert_eq!(world.send(&token, rows()).await.error(), roleless);
        world.clock.advance_seconds(1);
        assert_eq!(world.send_to(&other, &token, rows()).await.error(), roleless);
    })
    .await;
}
