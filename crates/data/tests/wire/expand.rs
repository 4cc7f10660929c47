//! `$expand`: rows within rows.

use serde_json::json;
use uuid::Uuid;

use super::shown;
use crate::world::{Call, on_each_engine};

#[tokio::test]
async fn refusals() {
    on_each_engine(async |world| {
        for (expand, expected) in [
            ("nothing", "400 0x80060888 Could not find a property named 'nothing' on type 'Microsoft.Dynamics.CRM.account'."),
            ("primarycontactid($select=nam)", "400 0x80060888 Could not find a property named 'nam' on type 'Microsoft.Dynamics.CRM.contact'."),
            ("Account_Tasks/$ref", "400 0x80040203 Expand with $ref is only supported on lookup type navigation property."),
            (
                "primarycontactid($top=1)",
                "400 0x80040203 Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested one-to-many relationship.",
            ),
            ("primarycontactid($expand=Contact_Tasks)", "400 0x80060888 `$expand` within `$expand` is not supported."),
        ] {
            assert_eq!(world.refusal(Call::get(&format!("accounts?$expand={expand}"))).await, expected, "{expand}");
        }
    })
    .await;
}

#[tokio::test]
async fn one_and_many() {
    on_each_engine(async |world| {
        let contact = world.made("contacts", json!({ "firstname": "Ada", "lastname": "Berg" })).await;
        let body = json!({ "name": "A", "primarycontactid@odata.bind": format!("/contacts({contact})") });
        let account = world.made("accounts", body).await;
        let task = |id: u128, subject: &str| json!({ "activityid": Uuid::from_u128(id).to_string(), "subject": subject, "regardingobjectid_account_task@odata.bind": format!("/accounts({account})") });
        let (call, write) = (world.made("tasks", task(1, "Call")).await, world.made("tasks", task(2, "Write")).await);
        let keys = [(account, "{ACC}"), (contact, "{CON}"), (call, "{CALL}"), (write, "{WRITE}")];
        for (query, expected) in [
            (
                "$expand=primarycontactid($select=fullname)",
                r#"{"@odata.context":"{ROOT}/$metadata#accounts(name,primarycontactid(fullname))/$entity","@odata.etag":"W/\"n\"","name":"A","accountid":"{ACC}","primarycontactid":{"@odata.etag":"W/\"n\"","fullname":"Ada Berg","contactid":"{CON}"}}"#,
            ),
            (
                "$expand=parentaccountid($select=name)",
                r#"{"@odata.context":"{ROOT}/$metadata#accounts(name,parentaccountid(name))/$entity","@odata.etag":"W/\"n\"","name":"A","accountid":"{ACC}","parentaccountid":null}"#,
            ),
            (
                "$expand=primarycontactid/$ref",
                r#"{"@odata.context":"{ROOT}/$metadata#accounts(name,primarycontactid())/$entity","@odata.etag":"W/\"n\"","name":"A","accountid":"{ACC}","primarycontactid":{"@odata.id":"{ROOT}/contacts({CON})"}}"#,
            ),
            (
                "$expand=Account_Tasks($select=subject)",
                r#"{"@odata.context":"{ROOT}/$metadata#accounts(name,Account_Tasks(subject))/$entity","@odata.etag":"W/\"n\"","name":"A","accountid":"{ACC}","Account_Tasks":[{"@odata.etag":"W/\"n\"","subject":"Call","activityid":"{CALL}"},{"@odata.etag":"W/\"n\"","subject":"Write","activityid":"{WRITE}"}],"Account_Tasks@odata.nextLink":"{ROOT}/tasks?$filter=_regardingobjectid_value%20eq%20{ACC}&$select=subject"}"#,
            ),
            (
                "$expand=Account_Tasks($select=subject;$filter=subject ne 'Call')",
                r#"{"@odata.context":"{ROOT}/$metadata#accounts(name,Account_Tasks(subject))/$entity","@odata.etag":"W/\"n\"","name":"A","accountid":"{ACC}","Account_Tasks":[{"@odata.etag":"W/\"n\"","subject":"Write","activityid":"{WRITE}"}]}"#,
            ),
            (
                "$expand=Account_Tasks($select=subject;$orderby=subject desc;$top=1)",
                r#"{"@odata.context":"{ROOT}/$metadata#accounts(name,Account_Tasks(subject))/$entity","@odata.etag":"W/\"n\"","name":"A","accountid":"{ACC}","Account_Tasks":[{"@odata.etag":"W/\"n\"","subject":"Write","activityid":"{WRITE}"}]}"#,
            ),
        ] {
            let reply = world.admin(Call::get(&format!("accounts({account})?$select=name&{query}"))).await.expect(200);
            assert_eq!(shown(&reply, &keys), expected, "{query}");
        }
        let link = world.got(&format!("accounts({account})?$expand=Account_Tasks($select=subject)")).await;
        let rows = world.column(link["Account_Tasks@odata.nextLink"].as_str().unwrap(), "subject").await;
        assert_eq!(rows.len(), 2, "the link leads to the same rows");
    })
    .await;
}

#[tokio::test]
async fn many_to_many_and_collections() {
    on_each_engine(async |world| {
        let path = format!("systemusers({})?$select=fullname&$expand=systemuserroles_association($select=name)", world.admin_user);
        let row = world.got(&path).await;
        assert_eq!(row["systemuserroles_association"][0]["name"], json!("Everything"));
        for name in ["A", "B"] {
            world.account(name).await;
        }
        let rows = world.got("accounts?$select=name&$orderby=name desc&$expand=owninguser($select=fullname),Account_Tasks($select=subject)").await;
        assert_eq!(rows["value"].as_array().unwrap().len(), 2);
        assert_eq!(rows["value"][0]["name"], json!("B"));
        assert_eq!(rows["value"][0]["Account_Tasks"], json!([]));
    })
    .await;
}
