//! Rows that are made along with others, in one transaction.

use serde_json::{Value, json};
use uuid::Uuid;

use super::NOBODY;
use crate::world::{Call, World, on_each_engine};

async fn count(world: &World, set: &str) -> u64 {
    world.got(&format!("{set}?$count=true")).await["@odata.count"]
        .as_u64()
        .unwrap()
}

fn freight(task: &Value) -> Value {
    json!({
        "name": "Fjord Freight",
        "primarycontactid": { "firstname": "Ada", "lastname": "Berg", "Contact_Tasks": [{ "subject": "Write" }] },
        "Account_Tasks": [{ "subject": "Call" }, task],
    })
}

#[tokio::test]
async fn all_or_none_are_made() {
    on_each_engine(async |world| {
        let owner = json!({ "subject": "x", "ownerid@odata.bind": format!("/systemusers({NOBODY})") });
        let absent = format!("404 0x80040217 systemuser With Id = {NOBODY} Does Not Exist");
        assert_eq!(world.refusal(Call::post("accounts", freight(&owner))).await, absent);
        let many: Vec<_> = (0..1001)
            .map(|number| json!({ "subject": number.to_string() }))
            .collect();
        let body = json!({ "name": "A", "Account_Tasks": many });
        let expected = "400 0x80040203 A body makes and links 1000 rows at most.";
        assert_eq!(world.refusal(Call::post("accounts", body)).await, expected);
        let id = world.account("There").await;
        let reply = world
            .admin(Call::patch(
                &format!("accounts({id})"),
                freight(&json!({ "subject": "x" })),
            ))
            .await;
        assert!(
            reply
                .error()
                .starts_with("400 0x80060888 Rows come along with a new row only"),
            "{}",
            reply.error()
        );

        // Each row needs its own rights.
        let privileges = [
            ("prvCreateAccount", "Global"),
            ("prvReadAccount", "Global"),
            ("prvAppendAccount", "Global"),
            ("prvAppendToAccount", "Global"),
            ("prvCreateContact", "Global"),
            ("prvReadContact", "Global"),
            ("prvAppendContact", "Global"),
            ("prvAppendToContact", "Global"),
        ];
        let (application, _) = world.caller("Clerk", world.root, &privileges).await;
        let reply = world
            .send(&world.token(&application), Call::post("accounts", freight(&json!({}))))
            .await;
        assert!(reply.error().contains("prvCreateActivity"), "{}", reply.error());
        for (set, expected) in [("accounts", 1), ("contacts", 0), ("tasks", 0)] {
            assert_eq!(count(&world, set).await, expected, "{set}");
        }
    })
    .await;
}

#[tokio::test]
async fn rows_at_every_depth_are_linked() {
    on_each_engine(async |world| {
        let there = world.made("contacts", json!({ "lastname": "Lund" })).await;
        let mut body = freight(&json!({ "subject": "Visit" }));
        body["contact_customer_accounts@odata.bind"] = json!([format!("/contacts({there})")]);
        let path = "accounts?$select=name&$expand=primarycontactid($select=fullname)";
        let reply = world
            .admin(Call::post(path, body).header("Prefer", "return=representation"))
            .await
            .expect(201);
        assert_eq!(reply.json()["primarycontactid"]["fullname"], "Ada Berg");
        let id: Uuid = reply.json()["accountid"].as_str().unwrap().parse().unwrap();
        let tasks = world
            .column(
                &format!("accounts({id})/Account_Tasks?$select=subject&$orderby=subject"),
                "subject",
            )
            .await;
        assert_eq!(tasks, ["Call", "Visit"]);
        let primary = reply.json()["primarycontactid"]["contactid"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = format!("contacts({primary})/Contact_Tasks?$select=subject");
        assert_eq!(world.column(&path, "subject").await, ["Write"]);
        let contacts = world
            .got(&format!("accounts({id})/contact_customer_accounts?$select=lastname"))
            .await;
        assert_eq!(contacts["value"][0]["contactid"], json!(there.to_string()));
    })
    .await;
}

#[tokio::test]
async fn pairs_are_made_along_too() {
    on_each_engine(async |world| {
        let application = world.directory.application("App");
        let role = world.role("Reader", &[("prvReadAccount", "Global")]).await;
        let body = json!({
            "applicationid": application.app.to_string(),
            "systemuserroles_association@odata.bind": [format!("/roles({role})")],
        });
        let user = world.made("systemusers", body).await;
        world
            .send(&world.token(&application), Call::get("accounts"))
            .await
            .expect(200);
        let path = format!("systemusers({user})/systemuserroles_association?$select=name");
        assert_eq!(world.column(&path, "name").await, ["Reader"]);
    })
    .await;
}
