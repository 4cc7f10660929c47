//! `group` in the directory API.

use authority::DirectoryRole;
use serde_json::json;

use crate::graph::{DIRECTORY_READ, GROUP_READ_WRITE, USER_READ_WRITE};
use crate::world::{ORIGIN, World, on_both};

#[tokio::test]
async fn what_is_refused() {
    on_both(async |world: World| {
        let (reader, caller) = (
            world.caller(&[DIRECTORY_READ]).await,
            world.caller(&[GROUP_READ_WRITE]).await,
        );
        let wanted =
            json!({ "displayName": "Clerks", "mailNickname": "clerks", "mailEnabled": false, "securityEnabled": true });
        reader
            .post("/groups", wanted.clone())
            .await
            .denied(403, "Authorization_RequestDenied", "Insufficient");
        for (name, value, names) in [
            ("displayName", json!(null), "'displayName'"),
            ("mailNickname", json!("a b"), "mail nickname"),
            ("mailEnabled", json!(true), "security group"),
            ("groupTypes", json!(["Unified"]), "security group"),
            ("members@odata.bind", json!(["x"]), "no reference"),
        ] {
            let mut body = wanted.clone();
            body[name] = value;
            caller
                .post("/groups", body)
                .await
                .denied(400, "Request_BadRequest", names);
        }
        let made = caller.made("/groups", wanted).await;
        let members = format!("/groups/{}/members/$ref", made["id"].as_str().unwrap());
        caller
            .post(&members, json!({}))
            .await
            .denied(400, "Request_BadRequest", "'@odata.id'");
        caller
            .post(&members, json!({ "@odata.id": "x" }))
            .await
            .denied(400, "Request_BadRequest", "no reference");
        let itself = json!({ "@odata.id": format!("{ORIGIN}/v1.0/groups/{}", made["id"].as_str().unwrap()) });
        caller
            .post(&members, itself)
            .await
            .denied(400, "Request_BadRequest", "is the group itself");
        let nobody = json!({ "@odata.id": format!("{ORIGIN}/v1.0/directoryObjects/{}", world.contoso) });
        caller
            .post(&members, nobody)
            .await
            .denied(404, "Request_ResourceNotFound", "does not exist");
    })
    .await;
}

#[tokio::test]
async fn a_group_lives() {
    on_both(async |world: World| {
        let caller = world.caller(&[GROUP_READ_WRITE, USER_READ_WRITE]).await;
        let (ada, bob) = (world.person("ada", DirectoryRole::Member).await, world.person("bob", DirectoryRole::Member).await);
        let wanted = json!({
            "displayName": "Clerks", "description": "x", "mailNickname": "clerks", "mailEnabled": false, "securityEnabled": true,
            "members@odata.bind": [format!("https://graph.microsoft.com/v1.0/users/{ada}")],
        });
        let made = caller.made("/groups", wanted).await;
        let path = format!("/groups/{}", made["id"].as_str().unwrap());
        caller.patch(&path, json!({ "displayName": "Sellers", "description": null })).await.done();
        let changed = caller.get(&path).await.ok().clone();
        assert_eq!((&changed["displayName"], changed["description"].is_null()), (&json!("Sellers"), true));
        let members = format!("{path}/members");
        let reference = json!({ "@odata.id": format!("{ORIGIN}/v1.0/directoryObjects/{bob}") });
        caller.post(&format!("{members}/$ref"), reference.clone()).await.done();
        let again = caller.post(&format!("{members}/$ref"), reference).await;
        again.denied(409, "Request_MultipleObjectsWithSameKeyValue", "already exist");
        let listed = caller.list(&format!("{members}?$orderby=displayName&$select=id,displayName")).await;
        assert_eq!(listed.len(), 2);
        assert_eq!(listed[0]["@odata.type"], "#microsoft.graph.user");
        let hidden = caller.get(&format!("{members}?$filter=accountEnabled eq true")).await;
        hidden.denied(400, "Request_UnsupportedQuery", "'accountEnabled'");
        assert_eq!(caller.list(&format!("/users/{bob}/memberOf")).await[0]["id"], made["id"]);
        caller.delete(&format!("{members}/{bob}/$ref")).await.done();
        caller.delete(&format!("{members}/{bob}/$ref")).await.denied(404, "Request_ResourceNotFound", "does not exist");
        assert!(caller.list(&format!("/users/{bob}/memberOf")).await.is_empty());
        // A person who is gone is in no group.
        caller.delete(&format!("/users/{ada}")).await.done();
        assert!(caller.list(&members).await.is_empty());
        caller.delete(&path).await.done();
        caller.get(&path).await.denied(404, "Request_ResourceNotFound", "does not exist");
    })
    .await;
}

#[tokio::test]
async fn groups_are_listed() {
    on_both(async |world: World| {
        let caller = world.caller(&[GROUP_READ_WRITE]).await;
        for name in ["Beta", "Alpha"] {
            caller
                .made(
                    "/groups",
                    json!({ "displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true }),
                )
                .await;
        }
        let check = async |query: &str, expected: &[&str]| {
            let listed = caller.list(&format!("/groups?$orderby=displayName&{query}")).await;
            let names: Vec<&str> = listed.iter().map(|one| one["displayName"].as_str().unwrap()).collect();
            assert_eq!(names, expected, "{query}");
        };
        check("", &["Alpha", "Beta"]).await;
        check(
            "$filter=startswith(displayName,'be') and securityEnabled eq true",
            &["Beta"],
        )
        .await;
        check("$filter=displayName eq 'alpha'", &["Alpha"]).await;
        assert_eq!(caller.get("/groups/$count").await.json, json!(2));
    })
    .await;
}

#[tokio::test]
async fn a_group_with_a_wrong_member_is_not_made() {
    on_both(async |world: World| {
        let caller = world.caller(&[GROUP_READ_WRITE]).await;
        let ada = world.person("ada", DirectoryRole::Member).await;
        let reference = |id: &str| format!("{ORIGIN}/v1.0/directoryObjects/{id}");
        let wanted = json!({
            "displayName": "Clerks", "mailNickname": "clerks",
            "members@odata.bind": [reference(&ada.to_string()), reference(&world.contoso.to_string())],
        });
        caller
            .post("/groups", wanted)
            .await
            .denied(404, "Request_ResourceNotFound", "does not exist");
        assert!(caller.list("/groups").await.is_empty());
    })
    .await;
}
