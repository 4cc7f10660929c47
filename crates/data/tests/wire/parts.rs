//! Parts of a row: properties, raw values, references, and rows behind navigations.

use serde_json::json;

use super::{NOBODY, ROOT, shown};
use crate::world::{Call, on_each_engine};

#[tokio::test]
async fn refusals() {
    on_each_engine(async |world| {
        let id = world.account("A").await;
        let absent = format!("404 0x80040217 account With Id = {NOBODY} Does Not Exist");
        for part in [
            "name",
            "name/$value",
            "primarycontactid",
            "Account_Tasks",
            "Account_Tasks/$ref",
        ] {
            assert_eq!(
                world.refusal(Call::get(&format!("accounts({NOBODY})/{part}"))).await,
                absent,
                "{part}"
            );
        }
        let body = json!({ "value": 1 });
        let wrong = world.admin(Call::put(&format!("accounts({id})/name"), body)).await;
        assert_eq!(wrong.status.as_u16(), 400);
        let body = json!({ "name": "B" });
        let message = "400 0x80040203 The body must hold `value`, not `name`.";
        assert_eq!(
            world.refusal(Call::put(&format!("accounts({id})/name"), body)).await,
            message
        );
        let message =
            "405 0x80040315 The method `PATCH` is not allowed for a part of a row, which takes `GET`, `PUT`, `DELETE`.";
        assert_eq!(
            world
                .refusal(Call::patch(&format!("accounts({id})/name"), json!({})))
                .await,
            message
        );
        assert_eq!(world.column("accounts?$select=name", "name").await, ["A"]);
    })
    .await;
}

#[tokio::test]
async fn properties_are_read_set_and_cleared() {
    on_each_engine(async |world| {
        let id = world
            .made("accounts", json!({ "name": "Fjord Freight", "revenue": 12.5 }))
            .await;
        let part = |part: &str| format!("accounts({id})/{part}");
        let reply = world.admin(Call::get(&part("name"))).await.expect(200);
        let expected = r#"{"@odata.context":"{ROOT}/$metadata#accounts({ACC})/name","value":"Fjord Freight"}"#;
        assert_eq!(shown(&reply, &[(id, "{ACC}")]), expected);
        for (value, expected) in [
            ("name/$value", "Fjord Freight"),
            ("revenue/$value", "12.5000"),
            ("createdon/$value", "2025-10-09T08:53:20Z"),
        ] {
            let reply = world.admin(Call::get(&part(value))).await.expect(200);
            assert_eq!(
                (reply.header("Content-Type"), shown(&reply, &[]).as_str()),
                (Some("text/plain"), expected)
            );
        }
        assert!(
            world
                .admin(Call::put(&part("name"), json!({ "value": "New" })))
                .await
                .expect(204)
                .body
                .is_empty()
        );
        assert_eq!(world.column("accounts?$select=name", "name").await, ["New"]);
        world.admin(Call::delete(&part("name"))).await.expect(204);
        assert!(world.admin(Call::get(&part("name"))).await.expect(204).body.is_empty());
        assert!(
            world
                .admin(Call::get(&part("name/$value")))
                .await
                .expect(204)
                .body
                .is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn rows_behind_navigations() {
    on_each_engine(async |world| {
        let contact = world.made("contacts", json!({ "firstname": "Ada", "lastname": "Berg" })).await;
        let body = json!({ "name": "A", "primarycontactid@odata.bind": format!("/contacts({contact})") });
        let account = world.made("accounts", body).await;
        let task = json!({ "subject": "Call", "regardingobjectid_account_task@odata.bind": format!("/accounts({account})") });
        let task = world.made("tasks", task).await;
        let keys = [(account, "{ACC}"), (contact, "{CON}"), (task, "{TASK}")];
        for (path, expected) in [
            (
                "primarycontactid?$select=fullname",
                r#"{"@odata.context":"{ROOT}/$metadata#contacts(fullname)/$entity","@odata.etag":"W/\"n\"","fullname":"Ada Berg","contactid":"{CON}"}"#,
            ),
            ("primarycontactid/$ref", r#"{"@odata.context":"{ROOT}/$metadata#$ref","@odata.id":"{ROOT}/contacts({CON})"}"#),
            ("primarycontactid/fullname", r#"{"@odata.context":"{ROOT}/$metadata#contacts({CON})/fullname","value":"Ada Berg"}"#),
            (
                "Account_Tasks?$select=subject",
                r#"{"@odata.context":"{ROOT}/$metadata#tasks(subject)","value":[{"@odata.etag":"W/\"n\"","subject":"Call","activityid":"{TASK}"}]}"#,
            ),
            (
                "Account_Tasks/$ref",
                r#"{"@odata.context":"{ROOT}/$metadata#Collection($ref)","value":[{"@odata.id":"{ROOT}/tasks({TASK})"}]}"#,
            ),
            ("Account_Tasks/$count", "1"),
        ] {
            let reply = world.admin(Call::get(&format!("accounts({account})/{path}"))).await.expect(200);
            assert_eq!(shown(&reply, &keys), expected, "{path}");
        }
        let bare = world.account("B").await;
        assert!(world.admin(Call::get(&format!("accounts({bare})/primarycontactid"))).await.expect(204).body.is_empty());
        let none = world.got(&format!("accounts({bare})/Account_Tasks?$select=subject")).await;
        assert_eq!(none, json!({ "@odata.context": format!("{ROOT}/$metadata#tasks(subject)"), "value": [] }));
    })
    .await;
}
