//! `application` in the directory API.

use serde_json::{Value, json};

use crate::graph::{APPLICATION_OWNED, APPLICATION_READ, APPLICATION_READ_WRITE, Caller, DIRECTORY_READ, next_path};
use crate::world::{ORIGIN, World, on_both};

const DENIED: &str = "Authorization_RequestDenied";

fn path(application: &Value) -> String {
    format!("/applications/{}", application["id"].as_str().unwrap())
}

#[tokio::test]
async fn rights_that_are_missing() {
    on_both(async |world: World| {
        let (nobody, reader) = (world.caller(&[]).await, world.caller(&[APPLICATION_READ]).await);
        nobody
            .get("/applications")
            .await
            .denied(403, DENIED, "Insufficient privileges");
        nobody
            .post("/applications", json!({ "displayName": "x" }))
            .await
            .denied(403, DENIED, "Insufficient");
        reader
            .post("/applications", json!({ "displayName": "x" }))
            .await
            .denied(403, DENIED, "Insufficient");
        let listed = reader.list("/applications").await;
        let some = path(&listed[0]);
        reader
            .patch(&some, json!({ "displayName": "x" }))
            .await
            .denied(403, DENIED, "Insufficient");
        reader.delete(&some).await.denied(403, DENIED, "Insufficient");
        for action in ["addPassword", "removePassword", "addKey", "removeKey"] {
            reader
                .post(&format!("{some}/{action}"), json!({}))
                .await
                .denied(403, DENIED, "Insufficient");
        }
    })
    .await;
}

#[tokio::test]
async fn bodies_that_are_refused() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE]).await;
        let check = async |body: Value, names: &str| {
            caller
                .post("/applications", body)
                .await
                .denied(400, "Request_BadRequest", names);
        };
        check(json!({}), "'displayName'").await;
        check(json!({ "displayName": "" }), "displayName").await;
        check(json!({ "displayName": 7 }), "'displayName'").await;
        check(json!({ "displayName": "x", "planet": 1 }), "Invalid property 'planet'").await;
        check(json!({ "displayName": "x", "web": { "planet": 1 } }), "'web/planet'").await;
        check(
            json!({ "displayName": "x", "signInAudience": "Everybody" }),
            "'signInAudience'",
        )
        .await;
        check(
            json!({ "displayName": "x", "identifierUris": ["https://graph.microsoft.com"] }),
            "verified domain",
        )
        .await;
        check(
            json!({ "displayName": "x", "identifierUris": ["https://evilcontoso.example/x"] }),
            "verified domain",
        )
        .await;
        check(
            json!({ "displayName": "x", "web": { "redirectUris": ["http://app.example"] } }),
            "'web/redirectUris'",
        )
        .await;
        check(
            json!({ "displayName": "x", "api": { "requestedAccessTokenVersion": 3 } }),
            "requestedAccessTokenVersion",
        )
        .await;
        let role = json!({
            "id": "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b", "value": "a b", "displayName": "x", "description": "x",
            "allowedMemberTypes": ["User"], "isEnabled": true,
        });
        check(json!({ "displayName": "x", "appRoles": [role] }), "is not a word").await;
        check(
            json!({ "displayName": "x", "keyCredentials": [{ "key": "!" }] }),
            "base64",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_application_lives() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE]).await;
        let made = caller
            .made("/applications", json!({ "displayName": "Nightly sync", "signInAudience": "AzureADMultipleOrgs" }))
            .await;
        assert_eq!(made["@odata.context"], format!("{ORIGIN}/v1.0/$metadata#applications/$entity"));
        assert_eq!(made["signInAudience"], "AzureADMultipleOrgs");
        assert_eq!(made["publisherDomain"], "contoso.example");
        let app_id = made["appId"].as_str().unwrap();
        let by_app_id = caller.get(&format!("/applications(appId='{app_id}')")).await;
        assert_eq!(by_app_id.ok()["id"], made["id"]);
        caller.get("/applications(appId='x')").await.denied(404, "Request_ResourceNotFound", "appId='x'");
        let uri = format!("api://{app_id}");
        let change = json!({
            "displayName": "Hourly sync", "tags": ["one"], "identifierUris": [uri],
            "web": { "redirectUris": ["https://app.contoso.example/cb"], "implicitGrantSettings": { "enableIdTokenIssuance": true } },
            "spa": { "redirectUris": ["https://spa.contoso.example"] },
            "api": { "requestedAccessTokenVersion": 2 },
            "optionalClaims": { "idToken": [{ "name": "email" }], "accessToken": [], "saml2Token": [] },
            "groupMembershipClaims": "SecurityGroup", "isFallbackPublicClient": true,
        });
        caller.patch(&path(&made), change).await.done();
        caller.patch(&path(&made), json!({ "web": { "homePageUrl": "https://contoso.example" } })).await.done();
        let changed = caller.get(&path(&made)).await.ok().clone();
        assert_eq!(changed["displayName"], "Hourly sync");
        assert_eq!(changed["web"]["redirectUris"], json!(["https://app.contoso.example/cb"]));
        assert_eq!(changed["web"]["homePageUrl"], "https://contoso.example");
        assert_eq!(changed["web"]["implicitGrantSettings"]["enableIdTokenIssuance"], true);
        assert_eq!(changed["spa"]["redirectUris"], json!(["https://spa.contoso.example"]));
        assert_eq!(changed["api"]["requestedAccessTokenVersion"], 2);
        assert_eq!(changed["optionalClaims"]["idToken"][0]["name"], "email");
        assert_eq!(changed["identifierUris"], json!([uri]));
        let other = caller.post("/applications", json!({ "displayName": "x", "identifierUris": [uri] })).await;
        other.denied(409, "Request_MultipleObjectsWithSameKeyValue", "identifierUris");
        caller.delete(&path(&made)).await.done();
        caller.delete(&path(&made)).await.denied(404, "Request_ResourceNotFound", "does not exist");
        assert!(caller.list(&format!("/applications?$filter=appId eq '{app_id}'")).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn changes_at_the_same_time_are_all_made() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE]).await;
        let made = caller.made("/applications", json!({ "displayName": "x" })).await;
        let at = path(&made);
        let (one, two, three) = tokio::join!(
            caller.patch(&at, json!({ "description": "one" })),
            caller.patch(&at, json!({ "tags": ["two"] })),
            caller.patch(&at, json!({ "displayName": "three" })),
        );
        for answer in [one, two, three] {
            answer.done();
        }
        let changed = caller.get(&at).await.ok().clone();
        let all = (&changed["description"], &changed["tags"], &changed["displayName"]);
        assert_eq!(all, (&json!("one"), &json!(["two"]), &json!("three")));
    })
    .await;
}

#[tokio::test]
async fn permissions_are_switched_off_before_they_are_removed() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE]).await;
        let role = |enabled: bool| {
            json!([{
                "id": "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b", "value": "Read", "displayName": "Read",
                "description": "Reads", "allowedMemberTypes": ["Application"], "isEnabled": enabled,
            }])
        };
        let made = caller
            .made("/applications", json!({ "displayName": "x", "appRoles": role(true) }))
            .await;
        assert_eq!(made["appRoles"][0]["origin"], "Application");
        let removed = caller.patch(&path(&made), json!({ "appRoles": [] })).await;
        removed.denied(400, "Request_BadRequest", "unless disabled first");
        caller
            .patch(&path(&made), json!({ "appRoles": role(false) }))
            .await
            .done();
        caller.patch(&path(&made), json!({ "appRoles": [] })).await.done();
    })
    .await;
}

#[tokio::test]
async fn secrets_are_made_shown_once_and_removed() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE]).await;
        let made = caller.made("/applications", json!({ "displayName": "x" })).await;
        let (at, app_id) = (path(&made), made["appId"].as_str().unwrap().to_owned());
        let add = format!("{at}/addPassword");
        let chosen = json!({ "passwordCredential": { "secretText": "mine" } });
        caller
            .post(&add, chosen)
            .await
            .denied(400, "Request_BadRequest", "cannot be chosen");
        let backwards = json!({ "passwordCredential": { "endDateTime": "2020-01-01T00:00:00Z" } });
        caller
            .post(&add, backwards)
            .await
            .denied(400, "Request_BadRequest", "is not after its start");
        let gibberish = json!({ "passwordCredential": { "endDateTime": "soon" } });
        caller
            .post(&add, gibberish)
            .await
            .denied(400, "Request_BadRequest", "endDateTime");
        let wanted =
            json!({ "passwordCredential": { "displayName": "rotated", "endDateTime": "2027-03-01T00:00:00Z" } });
        let added = caller.post(&add, wanted).await.ok().clone();
        assert_eq!(
            added["@odata.context"],
            format!("{ORIGIN}/v1.0/$metadata#microsoft.graph.passwordCredential")
        );
        assert_eq!(added["endDateTime"], "2027-03-01T00:00:00Z");
        let secret = added["secretText"].as_str().unwrap();
        assert!(secret.starts_with(added["hint"].as_str().unwrap()));
        let shown = caller.get(&at).await.ok()["passwordCredentials"][0].clone();
        assert_eq!((&shown["keyId"], &shown["secretText"]), (&added["keyId"], &Value::Null));
        // It works at once.
        let principal = caller.post("/servicePrincipals", json!({ "appId": app_id })).await;
        assert_eq!(principal.status, 201);
        let form = [
            ("client_id", app_id.as_str()),
            ("client_secret", secret),
            ("grant_type", "client_credentials"),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        world.post(&world.v2(), &form).await.token();
        let remove = format!("{at}/removePassword");
        caller.post(&remove, json!({ "keyId": added["keyId"] })).await.done();
        world
            .post(&world.v2(), &form)
            .await
            .refused(401, "invalid_client", 7_000_215, "client secret");
        let again = caller.post(&remove, json!({ "keyId": added["keyId"] })).await;
        again.denied(404, "Request_ResourceNotFound", "does not exist");
    })
    .await;
}

#[tokio::test]
async fn deleting_leaves_nothing_behind() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE, DIRECTORY_READ]).await;
        let made = caller.made("/applications", json!({ "displayName": "x" })).await;
        let app_id = made["appId"].as_str().unwrap();
        let principal = caller.made("/servicePrincipals", json!({ "appId": app_id })).await;
        caller.delete(&path(&made)).await.done();
        let gone = caller
            .get(&format!("/servicePrincipals/{}", principal["id"].as_str().unwrap()))
            .await;
        gone.denied(404, "Request_ResourceNotFound", "does not exist");
    })
    .await;
}

#[tokio::test]
async fn owners_have_what_they_made_and_nothing_else() {
    on_both(async |world: World| {
        let (owner, other) = (
            world.caller(&[APPLICATION_OWNED]).await,
            world.caller(&[APPLICATION_OWNED]).await,
        );
        let made = owner.made("/applications", json!({ "displayName": "Owned" })).await;
        assert_eq!(owner.list("/applications").await.len(), 1);
        assert!(other.list("/applications").await.is_empty());
        other.get(&path(&made)).await.denied(403, DENIED, "Insufficient");
        other
            .patch(&path(&made), json!({ "displayName": "x" }))
            .await
            .denied(403, DENIED, "Insufficient");
        other
            .post(&format!("{}/addPassword", path(&made)), json!({}))
            .await
            .denied(403, DENIED, "Insufficient");
        other.delete(&path(&made)).await.denied(403, DENIED, "Insufficient");
        let foreign = other
            .post("/servicePrincipals", json!({ "appId": made["appId"] }))
            .await;
        foreign.denied(403, DENIED, "Insufficient");
        owner
            .made("/servicePrincipals", json!({ "appId": made["appId"] }))
            .await;
        owner.delete(&path(&made)).await.done();
    })
    .await;
}

#[tokio::test]
async fn lists_are_filtered_ordered_and_counted() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE]).await;
        for name in ["Beta", "alpha", "Gamma ray"] {
            caller
                .made("/applications", json!({ "displayName": name, "tags": [name] }))
                .await;
        }
        let check = async |query: &str, expected: &[&str]| {
            let listed = caller.list(&format!("/applications?{query}")).await;
            let names: Vec<&str> = listed.iter().map(|one| one["displayName"].as_str().unwrap()).collect();
            assert_eq!(names, expected, "{query}");
        };
        check("$filter=displayName eq 'ALPHA'", &["alpha"]).await;
        check("$filter=startswith(displayName,'gam')", &["Gamma ray"]).await;
        check(
            "$filter=displayName in ('Beta','alpha')&$orderby=displayName",
            &["alpha", "Beta"],
        )
        .await;
        check(
            "$filter=tags/any(t:t eq 'Beta') or displayName eq 'alpha'&$orderby=displayName desc",
            &["Beta", "alpha"],
        )
        .await;
        check(
            "$search=\"displayName:ray\"".replace('"', "%22").as_str(),
            &["Gamma ray"],
        )
        .await;
        check("$filter=startswith(displayName,'%25')", &[]).await;
        let answer = caller
            .get("/applications?$select=id,displayName&$top=1&$count=true")
            .await
            .ok()
            .clone();
        assert_eq!(
            answer["@odata.context"],
            format!("{ORIGIN}/v1.0/$metadata#applications(id,displayName)")
        );
        assert_eq!(answer["value"][0].as_object().unwrap().len(), 2);
        // Reader, Vendor, Orders, the caller and three more.
        assert_eq!(answer["@odata.count"], 7, "{answer}");
        assert_eq!(caller.get("/applications/$count").await.json, json!(7));
        for bad in [
            "$top=0",
            "$top=1000",
            "$expand=planets",
            "$skip=1",
            "$orderby=id",
            "$filter=planet eq 'x'",
            "$filter=contains(displayName,'x')",
            "$search=x",
        ] {
            caller
                .get(&format!("/applications?{bad}"))
                .await
                .denied(400, "Request_UnsupportedQuery", "");
        }
        caller
            .get("/applications?$filter=displayName eq")
            .await
            .denied(400, "BadRequest", "Invalid query");
    })
    .await;
}

#[tokio::test]
async fn pages_go_on_where_they_ended() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE]).await;
        for number in 0..5 {
            caller
                .made("/applications", json!({ "displayName": format!("App {number}") }))
                .await;
        }
        for query in [
            "$top=2",
            "$top=2&$orderby=displayName",
            "$top=2&$orderby=displayName desc",
            "$top=2&$count=true",
        ] {
            let all = walked(&caller, &format!("/applications?{query}")).await;
            let mut distinct = all.clone();
            distinct.sort();
            distinct.dedup();
            assert_eq!((all.len(), distinct.len()), (9, 9), "{query}");
        }
        let filtered = walked(&caller, "/applications?$top=2&$filter=startswith(displayName,'app')").await;
        assert_eq!(filtered.len(), 5);
        let bad = caller.get("/applications?$skiptoken=x").await;
        bad.denied(400, "Request_UnsupportedQuery", "$skiptoken");
    })
    .await;
}

/// The ids on all pages.
async fn walked(caller: &Caller<'_>, first: &str) -> Vec<String> {
    let (mut ids, mut next) = (Vec::new(), Some(first.to_owned()));
    while let Some(path) = next {
        let answer = caller.get(&path).await.ok().clone();
        let page = answer["value"].as_array().unwrap();
        assert!(page.len() <= 2, "{path}");
        ids.extend(page.iter().map(|one| one["id"].as_str().unwrap().to_owned()));
        next = next_path(&answer);
    }
    ids
}

/// What Microsoft Graph has no words for stands in an object of its own.
#[tokio::test]
async fn rules_of_our_own() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE]).await;
        let made = caller
            .post("/applications", json!({ "displayName": "Ruled" }))
            .await
            .json;
        let usual = json!({
            "publisher": null, "assertions": "Repeatable", "pkce": "AsNeeded", "tokenBinding": "Optional",
            "introspection": "Refused",
        });
        assert_eq!(made["commonhold"], usual);
        let refused = json!({ "commonhold": { "pkce": "Never" } });
        caller
            .patch(&path(&made), refused)
            .await
            .denied(400, "Request_BadRequest", "'commonhold/pkce'");
        let strict = json!({
            "publisher": "Northwind Traders", "assertions": "Once", "pkce": "Always", "tokenBinding": "Required",
            "introspection": "OwnTokens",
        });
        let changed = caller.patch(&path(&made), json!({ "commonhold": strict })).await;
        assert_eq!(changed.status, 204, "{}", changed.json);
        assert_eq!(caller.get(&path(&made)).await.json["commonhold"], strict);
    })
    .await;
}
