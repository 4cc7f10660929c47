//! `CallerObjectId` and `MSCRMCallerID`: an application acts for a person.

use serde_json::json;
use uuid::Uuid;

use super::NOBODY;
use crate::world::{Call, Human, World, on_each_engine};

/// A salesperson who makes, reads and changes accounts of their own.
async fn alice(world: &World) -> (Human, Uuid) {
    let alice = world.directory.person("Alice", "Ahlberg");
    let user = world.person_user(&alice, world.root).await;
    let privileges = [
        ("prvCreateAccount", "Basic"),
        ("prvReadAccount", "Basic"),
        ("prvWriteAccount", "Basic"),
        ("prvReadActivity", "Basic"),
    ];
    let role = world.role("Salesperson", &privileges).await;
    world.give_role(user, role).await;
    (alice, user)
}

fn who() -> Call {
    Call::get("WhoAmI")
}

#[tokio::test]
async fn refusals() {
    on_each_engine(async |world| {
        let (alice, user) = alice(&world).await;
        let object = alice.object.to_string();
        let (plain, plain_user) = world.caller("Plain", world.root, &[("prvReadAccount", "Global")]).await;
        let plain = world.token(&plain);
        let may_not = "403 0x8004a110 User does not have the privilege to act on behalf another user.";
        assert_eq!(
            world
                .send(&plain, who().header("CallerObjectId", &object))
                .await
                .error(),
            may_not
        );
        assert_eq!(
            world.send(&plain, who().header("MSCRMCallerID", NOBODY)).await.error(),
            may_not,
            "no user is betrayed"
        );
        let own = world
            .send(&plain, who().header("MSCRMCallerID", &plain_user.to_string()))
            .await
            .expect(200);
        assert_eq!(
            own.json()["UserId"],
            json!(plain_user.to_string()),
            "oneself is no other"
        );

        for header in ["CallerObjectId", "MSCRMCallerID"] {
            let message = format!("400 0x80040203 The header `{header}` is not one guid: `alice`.");
            assert_eq!(world.refusal(who().header(header, "alice")).await, message);
            let message = format!("404 0x80040217 systemuser With Id = {NOBODY} Does Not Exist");
            assert_eq!(world.refusal(who().header(header, NOBODY)).await, message);
        }
        let two = who()
            .header("CallerObjectId", &object)
            .header("MSCRMCallerID", &plain_user.to_string());
        let message = "400 0x80040203 The headers `CallerObjectId` and `MSCRMCallerID` name different users.";
        assert_eq!(world.refusal(two).await, message);

        let as_alice = || Call::get("accounts").header("CallerObjectId", &object);
        world.directory.edit(&alice, |person| person.licensed = false);
        let unlicensed = format!("403 0x8004d24b The user (Id = {user}) has not been assigned any license.");
        assert_eq!(world.refusal(as_alice()).await, unlicensed);
        world.directory.edit(&alice, |person| person.licensed = true);
        world
            .admin(Call::patch(
                &format!("systemusers({user})"),
                json!({ "isdisabled": true }),
            ))
            .await
            .expect(204);
        let disabled =
            format!("403 0x80040225 The specified user(Id = {user}) is disabled. Consider enabling this user.");
        assert_eq!(world.refusal(as_alice()).await, disabled);

        let bob = world.directory.person("Bob", "Boe");
        let bob_user = world.person_user(&bob, world.root).await;
        let roleless = format!("403 0x80042f09 The user (Id = {bob_user}) has not been assigned any roles.");
        assert_eq!(
            world
                .refusal(Call::get("accounts").header("MSCRMCallerID", &bob_user.to_string()))
                .await,
            roleless
        );
    })
    .await;
}

#[tokio::test]
async fn rows_are_stamped_with_both() {
    on_each_engine(async |world| {
        let (alice, user) = alice(&world).await;
        let call = Call::post("accounts", json!({ "name": "Alice's" }));
        let account = world
            .admin(call.header("CallerObjectId", &alice.object.to_string()))
            .await
            .expect(204)
            .id();
        let row = world.got(&format!("accounts({account})")).await;
        for stamp in ["_createdby_value", "_modifiedby_value", "_ownerid_value"] {
            assert_eq!(row[stamp], json!(user.to_string()), "{stamp}");
        }
        for stamp in ["_createdonbehalfby_value", "_modifiedonbehalfby_value"] {
            assert_eq!(row[stamp], json!(world.admin_user.to_string()), "{stamp}");
        }
        world
            .admin(Call::patch(&format!("accounts({account})"), json!({ "name": "B" })))
            .await
            .expect(204);
        let row = world.got(&format!("accounts({account})")).await;
        assert_eq!(
            (&row["_modifiedby_value"], &row["_modifiedonbehalfby_value"]),
            (&json!(world.admin_user.to_string()), &json!(null))
        );
    })
    .await;
}

#[tokio::test]
async fn the_person_is_who_is_seen() {
    on_each_engine(async |world| {
        let (alice, user) = alice(&world).await;
        world.account("The administrator's").await;
        let object = alice.object.to_string();
        let as_alice = |call: Call| call.header("CallerObjectId", &object);
        world
            .admin(as_alice(Call::post("accounts", json!({ "name": "Alice's" }))))
            .await
            .expect(204);
        let answer = world.admin(as_alice(who())).await.expect(200).json();
        assert_eq!(answer["UserId"], json!(user.to_string()));
        for path in [
            "accounts?$select=name",
            "accounts?$select=name&$filter=Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')",
        ] {
            let seen = world.admin(as_alice(Call::get(path))).await.expect(200).json();
            assert_eq!(super::texts(&seen, "name"), ["Alice's"], "{path}");
        }
        let both = as_alice(who()).header("MSCRMCallerID", &user.to_string());
        world.admin(both).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn what_is_allowed_is_what_both_hold() {
    on_each_engine(async |world| {
        let (alice, user) = alice(&world).await;
        let object = alice.object.to_string();
        let privileges = [
            ("prvActOnBehalfOfAnotherUser", "Global"),
            ("prvReadAccount", "Global"),
            ("prvReadContact", "Global"),
        ];
        let (application, app_user) = world.caller("Gateway", world.root, &privileges).await;
        let token = world.token(&application);
        let as_alice = |call: Call| call.header("CallerObjectId", &object);
        world.send(&token, as_alice(Call::get("accounts"))).await.expect(200);
        let create = world
            .send(&token, as_alice(Call::post("accounts", json!({ "name": "A" }))))
            .await
            .error();
        assert!(
            create.starts_with(&format!("403 0x80040220 Principal user (Id={app_user}, ")),
            "the application lacks it: {create}"
        );
        assert!(create.contains("is missing prvCreateAccount privilege"), "{create}");
        let contacts = world.send(&token, as_alice(Call::get("contacts"))).await.error();
        assert!(
            contacts.starts_with(&format!("403 0x80040220 Principal user (Id={user}, ")),
            "the person lacks it: {contacts}"
        );
        let tasks = world.send(&token, as_alice(Call::get("tasks"))).await.error();
        assert!(tasks.contains("is missing prvReadActivity privilege"), "{tasks}");
    })
    .await;
}

#[tokio::test]
async fn no_deeper_than_the_application_reaches() {
    on_each_engine(async |world| {
        let manager = world.directory.person("Mia", "Moe");
        let manager_user = world.person_user(&manager, world.root).await;
        let wide = world.role("Manager", &[("prvReadAccount", "Global")]).await;
        world.give_role(manager_user, wide).await;
        let privileges = [("prvActOnBehalfOfAnotherUser", "Global"), ("prvReadAccount", "Basic")];
        let (application, _) = world.caller("Gateway", world.root, &privileges).await;
        let token = world.token(&application);
        world.account("The administrator's").await;
        let body = json!({ "name": "Mia's", "ownerid@odata.bind": format!("/systemusers({manager_user})") });
        world.admin(Call::post("accounts", body)).await.expect(204);
        let call = Call::get("accounts?$select=name").header("MSCRMCallerID", &manager_user.to_string());
        let seen = world.send(&token, call).await.expect(200).json();
        assert_eq!(
            super::texts(&seen, "name"),
            ["Mia's"],
            "organization depth, capped to user depth, of the person's own rows"
        );
    })
    .await;
}
