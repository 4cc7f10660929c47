//! `user` in the directory API.

use authority::DirectoryRole;
use serde_json::{Value, json};

use crate::graph::{DIRECTORY_READ, USER_READ_WRITE};
use crate::world::{World, on_both};

const SKU: &str = "0e8cb6a4-5d3f-4c1e-9b7a-2f60d1c84e37";

fn wanted(name: &str) -> Value {
    json!({
        "accountEnabled": true, "displayName": name, "mailNickname": name, "userPrincipalName": format!("{name}@contoso.example"),
        "passwordProfile": { "password": "correct horse", "forceChangePasswordNextSignIn": false },
    })
}

#[tokio::test]
async fn what_is_refused() {
    on_both(async |world: World| {
        let (reader, caller) = (
            world.caller(&[DIRECTORY_READ]).await,
            world.caller(&[USER_READ_WRITE]).await,
        );
        reader
            .post("/users", wanted("ada"))
            .await
            .denied(403, "Authorization_RequestDenied", "Insufficient");
        let mut without_password = wanted("ada");
        without_password.as_object_mut().unwrap().remove("passwordProfile");
        caller
            .post("/users", without_password)
            .await
            .denied(400, "Request_BadRequest", "'passwordProfile'");
        for (name, value, names) in [
            ("userPrincipalName", json!("ada@fabrikam.example"), "mailNickname"),
            ("mailNickname", json!("other"), "mailNickname"),
            ("accountEnabled", Value::Null, "'accountEnabled'"),
            ("displayName", json!(" "), "is empty"),
            ("passwordProfile", json!({ "password": "short" }), "8 to 256 characters"),
            ("jobTitle", json!("x"), "Invalid property 'jobTitle'"),
        ] {
            let mut body = wanted("ada");
            body[name] = value;
            if name == "userPrincipalName" {
                body["mailNickname"] = json!("bob");
            }
            caller
                .post("/users", body)
                .await
                .denied(400, "Request_BadRequest", names);
        }
        let mut foreign = wanted("ada");
        foreign["userPrincipalName"] = json!("ada@fabrikam.example");
        caller
            .post("/users", foreign)
            .await
            .denied(400, "Request_BadRequest", "is not at a domain of the tenant");
        caller
            .get("/users/ada@contoso.example")
            .await
            .denied(404, "Request_ResourceNotFound", "ada@contoso.example");
    })
    .await;
}

#[tokio::test]
async fn a_person_lives() {
    on_both(async |world: World| {
        let caller = world.caller(&[USER_READ_WRITE]).await;
        let made = caller.made("/users", wanted("ada")).await;
        assert_eq!(
            (&made["accountEnabled"], &made["assignedLicenses"]),
            (&json!(true), &json!([]))
        );
        assert!(!made.to_string().contains("correct horse"));
        caller.post("/users", wanted("ada")).await.denied(
            409,
            "Request_MultipleObjectsWithSameKeyValue",
            "userPrincipalName",
        );
        let path = "/users/Ada@contoso.example";
        assert_eq!(caller.get(path).await.ok()["id"], made["id"]);
        let change =
            json!({ "displayName": "Ada Lovelace", "givenName": "Ada", "mail": null, "accountEnabled": false });
        caller.patch(path, change).await.done();
        let changed = caller.get(path).await.ok().clone();
        assert_eq!(
            (&changed["displayName"], &changed["accountEnabled"]),
            (&json!("Ada Lovelace"), &json!(false))
        );
        let before = changed["lastPasswordChangeDateTime"].clone();
        world.clock.advance_seconds(60);
        let path = format!("/users/{}", made["id"].as_str().unwrap());
        caller
            .patch(&path, json!({ "passwordProfile": { "password": "battery staple" } }))
            .await
            .done();
        let revoked = caller.post(&format!("{path}/revokeSignInSessions"), json!({})).await;
        assert_eq!(revoked.ok()["value"], true);
        let after = caller.get(&path).await.ok().clone();
        assert_ne!(after["lastPasswordChangeDateTime"], before);
        assert_ne!(
            after["signInSessionsValidFromDateTime"],
            changed["signInSessionsValidFromDateTime"]
        );
        caller.delete(&path).await.done();
        caller
            .get(&path)
            .await
            .denied(404, "Request_ResourceNotFound", "does not exist");
    })
    .await;
}

#[tokio::test]
async fn applications_do_not_touch_who_administers() {
    on_both(async |world: World| {
        let caller = world.caller(&[USER_READ_WRITE]).await;
        for (name, role) in [
            ("root", DirectoryRole::Administrator),
            ("apps", DirectoryRole::ApplicationAdministrator),
            ("reads", DirectoryRole::Reader),
        ] {
            let path = format!("/users/{}", world.person(name, role).await);
            let change = json!({ "passwordProfile": { "password": "battery staple" } });
            caller
                .patch(&path, change)
                .await
                .denied(403, "Authorization_RequestDenied", "Insufficient");
            caller
                .delete(&path)
                .await
                .denied(403, "Authorization_RequestDenied", "Insufficient");
            caller.get(&path).await.ok();
        }
    })
    .await;
}

#[tokio::test]
async fn licences() {
    on_both(async |world: World| {
        let caller = world.caller(&[USER_READ_WRITE, DIRECTORY_READ]).await;
        let made = caller.made("/users", wanted("ada")).await;
        let path = format!("/users/{}/assignLicense", made["id"].as_str().unwrap());
        let unknown = json!({ "addLicenses": [{ "skuId": made["id"] }], "removeLicenses": [] });
        caller
            .post(&path, unknown)
            .await
            .denied(400, "Request_BadRequest", "no licence");
        let add = json!({ "addLicenses": [{ "skuId": SKU, "disabledPlans": [] }], "removeLicenses": [] });
        caller
            .post(&path, add.clone())
            .await
            .denied(400, "Request_BadRequest", "invalid usage location");
        let person = format!("/users/{}", made["id"].as_str().unwrap());
        for bad in ["us", "USA", "1", ""] {
            let answer = caller.patch(&person, json!({ "usageLocation": bad })).await;
            answer.denied(400, "Request_BadRequest", "usage location");
        }
        caller.patch(&person, json!({ "usageLocation": "US" })).await.done();
        assert_eq!(caller.get(&person).await.ok()["usageLocation"], "US");
        let licensed = caller.post(&path, add).await;
        assert_eq!(licensed.ok()["assignedLicenses"][0]["skuId"], SKU);
        assert_eq!(caller.list("/subscribedSkus").await[0]["consumedUnits"], 1);
        let filter = format!("/users?$filter=assignedLicenses/any(l:l/skuId eq {SKU})");
        assert_eq!(caller.list(&filter).await.len(), 1);
        let remove = json!({ "addLicenses": [], "removeLicenses": [SKU] });
        assert_eq!(caller.post(&path, remove).await.ok()["assignedLicenses"], json!([]));
        assert_eq!(caller.list("/subscribedSkus").await[0]["consumedUnits"], 0);
    })
    .await;
}

#[tokio::test]
async fn people_are_listed() {
    on_both(async |world: World| {
        let caller = world.caller(&[DIRECTORY_READ]).await;
        for name in ["bob", "ada", "eve"] {
            world.person(name, DirectoryRole::Member).await;
        }
        let check = async |query: &str, expected: &[&str]| {
            let listed = caller.list(&format!("/users?$orderby=displayName&{query}")).await;
            let names: Vec<&str> = listed.iter().map(|one| one["displayName"].as_str().unwrap()).collect();
            assert_eq!(names, expected, "{query}");
        };
        check("", &["ada", "bob", "eve"]).await;
        check("$filter=userPrincipalName eq 'ADA@contoso.example'", &["ada"]).await;
        check("$filter=startswith(userPrincipalName,'b')", &["bob"]).await;
        check("$filter=accountEnabled eq false", &[]).await;
        check(
            "$filter=userPrincipalName eq 'ada@contoso.example' and displayName eq 'bob'",
            &[],
        )
        .await;
        assert_eq!(caller.get("/users/$count").await.json, json!(3));
        assert_eq!(caller.list("/users?$top=2").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_change_is_made_whole_or_not_at_all() {
    on_both(async |world: World| {
        let caller = world.caller(&[USER_READ_WRITE]).await;
        caller.made("/users", wanted("bob")).await;
        let ada = caller.made("/users", wanted("ada")).await;
        let path = format!("/users/{}", ada["id"].as_str().unwrap());
        let change = |name: &str, value: Value| {
            let mut body = json!({ "displayName": "Other", "accountEnabled": false });
            body[name] = value;
            body
        };
        let unchanged = async || {
            let now = caller.get(&path).await.ok().clone();
            assert_eq!(
                (
                    &now["displayName"],
                    &now["accountEnabled"],
                    &now["lastPasswordChangeDateTime"]
                ),
                (&json!("ada"), &json!(true), &ada["lastPasswordChangeDateTime"])
            );
        };
        world.clock.advance_seconds(60);
        let weak = change("passwordProfile", json!({ "password": "short" }));
        let answer = caller.patch(&path, weak).await;
        answer.denied(400, "Request_BadRequest", "8 to 256 characters");
        unchanged().await;
        // The other person has this name.
        let mut taken = change("userPrincipalName", json!("bob@contoso.example"));
        taken["passwordProfile"] = json!({ "password": "battery staple" });
        let answer = caller.patch(&path, taken).await;
        answer.denied(409, "Request_MultipleObjectsWithSameKeyValue", "userPrincipalName");
        unchanged().await;
        let mut whole = change("usageLocation", json!("DK"));
        whole["passwordProfile"] = json!({ "password": "battery staple" });
        caller.patch(&path, whole).await.done();
        let now = caller.get(&path).await.ok().clone();
        assert_eq!(
            (&now["displayName"], &now["accountEnabled"]),
            (&json!("Other"), &json!(false))
        );
        assert_ne!(now["lastPasswordChangeDateTime"], ada["lastPasswordChangeDateTime"]);
        let mut disabled = wanted("eve");
        disabled["accountEnabled"] = json!(false);
        assert_eq!(caller.made("/users", disabled).await["accountEnabled"], false);
    })
    .await;
}

#[tokio::test]
async fn people_are_found_by_their_names() {
    on_both(async |world: World| {
        let caller = world.caller(&[DIRECTORY_READ]).await;
        for name in ["Ada", "adam", "bob", "100%", "a_b"] {
            let upn = name.replace('%', "x");
            world.named_person(&upn, name).await;
        }
        let check = async |query: &str, expected: &[&str]| {
            let listed = caller.list(&format!("/users?$orderby=displayName&{query}")).await;
            let names: Vec<&str> = listed.iter().map(|one| one["displayName"].as_str().unwrap()).collect();
            assert_eq!(names, expected, "{query}");
        };
        check("$filter=displayName eq 'ADA'", &["Ada"]).await;
        check("$filter=startswith(displayName,'ad')", &["Ada", "adam"]).await;
        check("$filter=displayName in ('bob','ada')", &["Ada", "bob"]).await;
        check("$filter=startswith(displayName,'100%25')", &["100%"]).await;
        check("$filter=startswith(displayName,'a_')", &["a_b"]).await;
        check(
            "$filter=displayName eq 'bob' or startswith(userPrincipalName,'adam@')",
            &["adam", "bob"],
        )
        .await;
        check(
            "$filter=not(startswith(displayName,'a')) and accountEnabled eq true",
            &["100%", "bob"],
        )
        .await;
        check(
            "$search=%22displayName:ada%22 OR %22displayName:bob%22",
            &["Ada", "adam", "bob"],
        )
        .await;
        check("$search=%22displayName:ada%22 AND %22mail:x%22", &[]).await;
        // Page by page, each of them once.
        let mut next = Some("/users?$filter=startswith(displayName,'a')&$top=2".to_owned());
        let mut seen = Vec::new();
        while let Some(path) = next {
            let answer = caller.get(&path).await;
            let page = answer.ok();
            seen.extend(
                page["value"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| one["id"].to_string()),
            );
            next = crate::graph::next_path(page);
        }
        let each: std::collections::BTreeSet<&String> = seen.iter().collect();
        assert_eq!((seen.len(), each.len()), (3, 3));
    })
    .await;
}
