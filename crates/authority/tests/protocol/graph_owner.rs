//! `owners` in the directory API.

use authority::DirectoryRole;
use serde_json::{Value, json};

use crate::graph::{APPLICATION_OWNED, APPLICATION_READ, APPLICATION_READ_WRITE, DIRECTORY_READ, GROUP_READ_WRITE};
use crate::world::{ORIGIN, World, on_both};

const DENIED: &str = "Authorization_RequestDenied";

fn reference(id: impl std::fmt::Display) -> Value {
    json!({ "@odata.id": format!("{ORIGIN}/v1.0/directoryObjects/{id}") })
}

#[tokio::test]
async fn what_is_refused() {
    on_both(async |world: World| {
        let (owner, other) = (
            world.caller(&[APPLICATION_OWNED]).await,
            world.caller(&[APPLICATION_OWNED]).await,
        );
        let (reader, groups) = (
            world.caller(&[APPLICATION_READ]).await,
            world.caller(&[GROUP_READ_WRITE]).await,
        );
        let made = owner.made("/applications", json!({ "displayName": "Owned" })).await;
        let owners = format!("/applications/{}/owners", made["id"].as_str().unwrap());
        let add = format!("{owners}/$ref");
        other.get(&owners).await.denied(403, DENIED, "Insufficient");
        let answer = other.post(&add, reference(other.principal)).await;
        answer.denied(403, DENIED, "Insufficient");
        let answer = reader.post(&add, reference(reader.principal)).await;
        answer.denied(403, DENIED, "Insufficient");
        let answer = other.delete(&format!("{owners}/{}/$ref", owner.principal)).await;
        answer.denied(403, DENIED, "Insufficient");
        let answer = owner.post(&add, json!({ "@odata.id": "x" })).await;
        answer.denied(400, "Request_BadRequest", "no reference");
        let answer = owner.post(&add, reference(world.contoso)).await;
        answer.denied(404, "Request_ResourceNotFound", "does not exist");
        let group = groups
            .made("/groups", json!({ "displayName": "g", "mailNickname": "g" }))
            .await;
        let answer = owner.post(&add, reference(group["id"].as_str().unwrap())).await;
        answer.denied(400, "Request_BadRequest", "neither a user nor a service principal");
        let answer = owner.post(&add, reference(owner.principal)).await;
        answer.denied(409, "Request_MultipleObjectsWithSameKeyValue", "already exist");
        let answer = owner.delete(&format!("{owners}/{}/$ref", other.principal)).await;
        answer.denied(404, "Request_ResourceNotFound", "does not exist");
    })
    .await;
}

#[tokio::test]
async fn owners_come_and_go() {
    on_both(async |world: World| {
        let (owner, other) = (
            world.caller(&[APPLICATION_OWNED]).await,
            world.caller(&[APPLICATION_OWNED]).await,
        );
        let all = world.caller(&[APPLICATION_READ_WRITE, DIRECTORY_READ]).await;
        let ada = world.person("ada", DirectoryRole::Member).await;
        let made = owner.made("/applications", json!({ "displayName": "Owned" })).await;
        let path = format!("/applications/{}", made["id"].as_str().unwrap());
        let body = json!({ "appId": made["appId"], "appRoleAssignmentRequired": true, "accountEnabled": false });
        let principal = owner.made("/servicePrincipals", body).await;
        assert_eq!(
            (&principal["appRoleAssignmentRequired"], &principal["accountEnabled"]),
            (&json!(true), &json!(false))
        );
        for path in [
            path.clone(),
            format!("/servicePrincipals/{}", principal["id"].as_str().unwrap()),
        ] {
            let owners = format!("{path}/owners");
            let add = format!("{owners}/$ref");
            let first = owner.list(&owners).await;
            assert_eq!(first.len(), 1);
            assert_eq!(first[0]["id"], owner.principal.to_string());
            assert_eq!(first[0]["@odata.type"], "#microsoft.graph.servicePrincipal");
            owner.post(&add, reference(ada)).await.done();
            owner.post(&add, reference(other.principal)).await.done();
            let names = owner.list(&format!("{owners}?$filter=displayName eq 'ada'")).await;
            assert_eq!(names[0]["@odata.type"], "#microsoft.graph.user");
            assert_eq!(names[0].get("accountEnabled"), None);
            other.get(&path).await.ok();
            other.delete(&format!("{owners}/{}/$ref", other.principal)).await.done();
            other.get(&path).await.denied(403, DENIED, "Insufficient");
            assert_eq!(all.list(&owners).await.len(), 2);
            let expanded = all.get(&format!("{path}?$select=id&$expand=owners($select=id)")).await;
            let expanded = expanded.ok()["owners"].as_array().unwrap().clone();
            assert_eq!(expanded.len(), 2);
            assert_eq!(expanded[0].get("displayName"), None);
        }
        // What was owned leaves nothing behind, nor does who owned.
        authority::manage::person::delete(&world.authority, &world.operator, world.contoso, ada)
            .await
            .unwrap();
        assert_eq!(all.list(&format!("{path}/owners")).await.len(), 1);
        owner.delete(&path).await.done();
        assert!(owner.list("/applications").await.is_empty());
        assert!(owner.list("/servicePrincipals").await.is_empty());
    })
    .await;
}
