//! `PATCH`: updates and upserts, under every condition.

use serde_json::json;
use uuid::Uuid;

use super::{NOBODY, ROOT, shown};
use crate::world::{Call, World, on_each_engine};

const ABSENT: &str = "404 0x80040217 account With Id = 5a1e0c11-0001-4e0a-9b1c-10aa000000ff Does Not Exist";

fn rename(id: impl std::fmt::Display, name: &str) -> Call {
    Call::patch(&format!("accounts({id})"), json!({ "name": name }))
}

async fn etag(world: &World, id: Uuid) -> String {
    world.got(&format!("accounts({id})?$select=name")).await["@odata.etag"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn names(world: &World) -> Vec<String> {
    world.column("accounts?$select=name&$orderby=name", "name").await
}

#[tokio::test]
async fn a_row_that_is_not_there() {
    on_each_engine(async |world| {
        assert_eq!(world.refusal(rename(NOBODY, "A").header("If-Match", "*")).await, ABSENT);
        assert_eq!(
            world.refusal(rename(NOBODY, "A").header("If-Match", "W/\"1\"")).await,
            ABSENT
        );
        assert!(names(&world).await.is_empty());
        world.admin(rename(NOBODY, "no condition")).await.expect(204);
        assert_eq!(names(&world).await, ["no condition"]);
        world
            .admin(rename(Uuid::from_u128(7), "if none").header("If-None-Match", "*"))
            .await
            .expect(204);
        world
            .admin(rename(Uuid::from_u128(8), "null is none").header("If-None-Match", "null"))
            .await
            .expect(204);
        assert_eq!(names(&world).await, ["if none", "no condition", "null is none"]);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_is_there() {
    on_each_engine(async |world| {
        let id = world.account("first").await;
        let old = etag(&world, id).await;
        let exists = "412 0x80040237 A record with matching key values already exists.";
        assert_eq!(
            world.refusal(rename(id, "x").header("If-None-Match", "*")).await,
            exists
        );
        world
            .admin(rename(id, "second").header("If-Match", &old))
            .await
            .expect(204);
        let changed =
            "412 0x80060882 The version of the existing record doesn't match the RowVersion property provided.";
        assert_eq!(world.refusal(rename(id, "x").header("If-Match", &old)).await, changed);
        assert_eq!(names(&world).await, ["second"]);
        for (name, header, value) in [("third", "If-Match", "*"), ("fourth", "If-None-Match", "null")] {
            world.admin(rename(id, name).header(header, value)).await.expect(204);
            assert_eq!(names(&world).await, [name]);
        }
        world.admin(rename(id, "fifth")).await.expect(204);
        assert_eq!(names(&world).await, ["fifth"]);
    })
    .await;
}

#[tokio::test]
async fn two_conditions_are_refused() {
    on_each_engine(async |world| {
        let id = world.account("A").await;
        let both = rename(id, "x").header("If-Match", "*").header("If-None-Match", "*");
        let message = "400 0x80040203 `If-None-Match` with a change can only be `*`, and alone.";
        assert_eq!(world.refusal(both).await, message);
        assert_eq!(
            world.refusal(rename(id, "x").header("If-None-Match", "W/\"1\"")).await,
            message
        );
    })
    .await;
}

#[tokio::test]
async fn answers_the_address_or_the_row() {
    on_each_engine(async |world| {
        let id = world.account("A").await;
        let address = format!("{ROOT}/accounts({id})");
        let reply = world.admin(rename(id, "B")).await.expect(204);
        assert_eq!(reply.header("OData-EntityId"), Some(address.as_str()));
        let wanted = |id: &dyn std::fmt::Display, name: &str| {
            let path = format!("accounts({id})?$select=name");
            Call::patch(&path, json!({ "name": name })).header("Prefer", "return=representation")
        };
        let updated = world.admin(wanted(&id, "C")).await.expect(200);
        let row = concat!(
            r#"{"@odata.context":"{ROOT}/$metadata#accounts(name)/$entity","@odata.etag":"W/\"n\"","#,
            r#""name":"C","accountid":"{ACC}"}"#
        );
        assert_eq!(shown(&updated, &[(id, "{ACC}")]), row);
        assert_eq!(updated.header("Preference-Applied"), Some("return=representation"));
        let created = world.admin(wanted(&NOBODY, "C")).await.expect(201);
        assert_eq!(shown(&created, &[(NOBODY.parse().unwrap(), "{ACC}")]), row);
    })
    .await;
}

#[tokio::test]
async fn an_alternate_key_is_echoed() {
    on_each_engine(async |world| {
        let path = format!("systemusers(azureactivedirectoryobjectid={})", world.admin.object);
        let reply = world
            .admin(Call::patch(&path, json!({ "jobtitle": "Machine" })))
            .await
            .expect(204);
        assert_eq!(reply.header("OData-EntityId"), Some(format!("{ROOT}/{path}").as_str()));
        let row = world
            .got(&format!("systemusers({})?$select=jobtitle", world.admin_user))
            .await;
        assert_eq!(row["jobtitle"], json!("Machine"));
        let absent = Call::get(&format!("systemusers(azureactivedirectoryobjectid={NOBODY})"));
        let message = "404 0x80060891 A record with the specified key values does not exist in systemuser entity";
        assert_eq!(world.refusal(absent).await, message);
        let message =
            "400 0x80041140 The specified key attributes 'fullname' are not a defined key for the systemuser entity";
        assert_eq!(world.refusal(Call::get("systemusers(fullname='x')")).await, message);
    })
    .await;
}

#[tokio::test]
async fn only_what_was_sent_changes() {
    on_each_engine(async |world| {
        let id = world
            .made("accounts", json!({ "name": "A", "telephone1": "1", "revenue": 5 }))
            .await;
        let before = world.got(&format!("accounts({id})")).await;
        world.clock.advance_seconds(60);
        world
            .admin(Call::patch(
                &format!("accounts({id})"),
                json!({ "telephone1": null, "revenue": 12.5 }),
            ))
            .await
            .expect(204);
        let mut after = world.got(&format!("accounts({id})")).await;
        assert_eq!(
            (&after["telephone1"], after["revenue"].to_string()),
            (&json!(null), "12.5000".to_owned())
        );
        assert_eq!(after["modifiedon"], json!("2025-10-09T08:54:20Z"));
        assert_ne!(after["@odata.etag"], before["@odata.etag"]);
        for changed in ["telephone1", "revenue", "modifiedon", "@odata.etag", "versionnumber"] {
            after[changed] = before[changed].clone();
        }
        assert_eq!(after, before);
    })
    .await;
}

#[tokio::test]
async fn state_and_reason_go_together() {
    on_each_engine(async |world| {
        let id = world.account("A").await;
        let path = format!("accounts({id})");
        let wrong = world
            .admin(Call::patch(&path, json!({ "statecode": 1, "statuscode": 1 })))
            .await;
        assert_eq!(wrong.status.as_u16(), 400);
        world
            .admin(Call::patch(&path, json!({ "statecode": 1, "statuscode": 2 })))
            .await
            .expect(204);
        let row = world.got(&format!("{path}?$select=statecode,statuscode")).await;
        assert_eq!(
            (row["statecode"].as_i64(), row["statuscode"].as_i64()),
            (Some(1), Some(2))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_upserts_of_one_row_make_one_row() {
    on_each_engine(async |world| {
        let upserts: Vec<_> = (0..20)
            .map(|number| {
                let world = std::sync::Arc::clone(&world);
                tokio::spawn(async move { world.admin(rename(NOBODY, &format!("{number}"))).await.expect(204) })
            })
            .collect();
        for upsert in upserts {
            upsert.await.unwrap();
        }
        assert_eq!(names(&world).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_row_is_answered_only_to_who_can_see_it() {
    on_each_engine(async |world| {
        let wanted = |call: Call| call.header("Prefer", "return=representation");
        let (writer, _) = world
            .caller("Writer", world.root, &[("prvCreateAccount", "Basic")])
            .await;
        let token = world.token(&writer);
        let refused = world
            .send(&token, wanted(Call::post("accounts", json!({ "name": "A" }))))
            .await
            .error();
        assert!(refused.contains("is missing prvReadAccount privilege"), "{refused}");
        assert!(names(&world).await.is_empty(), "and nothing is written");

        let privileges = [
            "prvReadAccount",
            "prvWriteAccount",
            "prvCreateAccount",
            "prvAssignAccount",
        ]
        .map(|name| (name, "Basic"));
        let (giver, _) = world.caller("Giver", world.root, &privileges).await;
        let token = world.token(&giver);
        let id = world
            .send(&token, Call::post("accounts", json!({ "name": "A" })))
            .await
            .expect(204)
            .id();
        let owner = json!({ "ownerid@odata.bind": format!("/systemusers({})", world.admin_user) });
        let reply = world
            .send(&token, wanted(Call::patch(&format!("accounts({id})"), owner)))
            .await
            .expect(204);
        assert_eq!(reply.id(), id, "given away, and out of sight");
    })
    .await;
}

/// An upsert is an update where the row is there, also for who may not create.
#[tokio::test]
async fn what_an_upsert_misses_is_told_of_the_right_row() {
    on_each_engine(async |world| {
        let privileges = [
            "prvReadAccount",
            "prvWriteAccount",
            "prvAppendAccount",
            "prvAppendToContact",
            "prvReadContact",
        ];
        let (editor, user) = world
            .caller("Editor", world.root, &privileges.map(|name| (name, "Global")))
            .await;
        let token = world.token(&editor);
        let id = world.account("A").await;
        let bind = json!({ "primarycontactid@odata.bind": format!("/contacts({NOBODY})") });
        let reply = world.send(&token, Call::patch(&format!("accounts({id})"), bind)).await;
        assert_eq!(
            reply.error(),
            format!("404 0x80040217 contact With Id = {NOBODY} Does Not Exist")
        );
        let absent = world.send(&token, rename(NOBODY, "B")).await.error();
        let start = format!(
            "403 0x80040220 Principal user (Id={user}, type=8, roleCount=1), is missing prvCreateAccount privilege"
        );
        assert!(absent.starts_with(&start), "{absent}");
        world.send(&token, rename(id, "B")).await.expect(204);
    })
    .await;
}

#[tokio::test]
async fn versions_of_a_row_only_grow() {
    on_each_engine(async |world| {
        let id = world.account("first").await;
        let writers: Vec<_> = (0..32)
            .map(|number| {
                let world = std::sync::Arc::clone(&world);
                let call = rename(id, &format!("name {number}")).header("Prefer", "return=representation");
                tokio::spawn(async move { version(&world.admin(call).await.expect(200).json()) })
            })
            .collect();
        let mut greatest = 0;
        for writer in writers {
            greatest = greatest.max(writer.await.unwrap());
        }
        let last = version(&world.got(&format!("accounts({id})?$select=name")).await);
        assert_eq!(last, greatest);
    })
    .await;
}

fn version(row: &serde_json::Value) -> i64 {
    let etag = row["@odata.etag"].as_str().unwrap();
    let number = etag.strip_prefix("W/\"").and_then(|rest| rest.strip_suffix('"'));
    number.unwrap().parse().unwrap()
}
