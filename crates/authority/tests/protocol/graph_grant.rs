//! `appRoleAssignment` and `oauth2PermissionGrant` in the directory API.

use authority::DirectoryRole;
use serde_json::{Value, json};

use crate::graph::{
    APPLICATION_READ_WRITE, ASSIGNMENT_READ_WRITE, Caller, DIRECTORY_READ, GRANT_READ_WRITE, GRAPH, GROUP_READ_WRITE,
};
use crate::world::{World, on_both};

const DIRECTORY_READ_ALL: &str = "7ab1d382-f21e-4acd-a863-ba3e13f7da61";
const NOBODY: &str = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b";

async fn principal_of(caller: &Caller<'_>, app_id: &str) -> Value {
    caller
        .get(&format!("/servicePrincipals(appId='{app_id}')"))
        .await
        .ok()
        .clone()
}

#[tokio::test]
async fn roles_are_not_given_by_whoever_writes_applications() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE, DIRECTORY_READ]).await;
        let graph = principal_of(&caller, &GRAPH.to_string()).await;
        let wanted = json!({ "principalId": caller.principal.to_string(), "resourceId": graph["id"], "appRoleId": DIRECTORY_READ_ALL });
        for set in ["appRoleAssignments", "appRoleAssignedTo"] {
            let path = format!("/servicePrincipals/{}/{set}", caller.principal);
            caller.post(&path, wanted.clone()).await.denied(403, "Authorization_RequestDenied", "Insufficient");
        }
        let grant = json!({ "clientId": caller.principal.to_string(), "consentType": "AllPrincipals", "resourceId": graph["id"], "scope": "User.Read" });
        caller.post("/oauth2PermissionGrants", grant).await.denied(403, "Authorization_RequestDenied", "Insufficient");
    })
    .await;
}

#[tokio::test]
async fn a_role_is_given_and_taken() {
    on_both(async |world: World| {
        let caller = world.caller(&[ASSIGNMENT_READ_WRITE, DIRECTORY_READ]).await;
        let graph = principal_of(&caller, &GRAPH.to_string()).await;
        let reader = world.reader.principal.to_string();
        let set = format!("/servicePrincipals/{reader}/appRoleAssignments");
        let wanted = |principal: &str, role: &str| json!({ "principalId": principal, "resourceId": graph["id"], "appRoleId": role });
        caller.post(&set, wanted(&reader, NOBODY)).await.denied(400, "Request_BadRequest", "was not found on the application");
        let other = world.vendor.principal.to_string();
        caller.post(&set, wanted(&other, DIRECTORY_READ_ALL)).await.denied(400, "Request_BadRequest", "'principalId'");
        let no_resource = json!({ "principalId": reader, "resourceId": NOBODY, "appRoleId": DIRECTORY_READ_ALL });
        caller.post(&set, no_resource).await.denied(404, "Request_ResourceNotFound", NOBODY);
        let made = caller.made(&set, wanted(&reader, DIRECTORY_READ_ALL)).await;
        assert_eq!((&made["principalType"], &made["principalDisplayName"]), (&json!("ServicePrincipal"), &json!("Reader")));
        assert_eq!(made["resourceDisplayName"], "Microsoft Graph");
        let again = caller.post(&set, wanted(&reader, DIRECTORY_READ_ALL)).await;
        again.denied(409, "Request_MultipleObjectsWithSameKeyValue", "already exists");
        let token = world.graph_token(world.contoso, world.reader.app_id).await;
        world.graph("GET", "/domains", Some(&token), None).await.ok();
        let assigned = format!("/servicePrincipals/{}/appRoleAssignedTo", graph["id"].as_str().unwrap());
        let held = caller.list(&format!("{assigned}?$filter=principalId eq '{reader}'")).await;
        assert_eq!(held.len(), 1);
        let one = format!("{set}/{}", made["id"].as_str().unwrap());
        assert_eq!(caller.get(&one).await.ok()["appRoleId"], DIRECTORY_READ_ALL);
        let not_there = format!("/servicePrincipals/{other}/appRoleAssignments/{}", made["id"].as_str().unwrap());
        caller.delete(&not_there).await.denied(404, "Request_ResourceNotFound", "does not exist");
        caller.delete(&one).await.done();
        world.graph("GET", "/domains", Some(&token), None).await.denied(403, "Authorization_RequestDenied", "");
    })
    .await;
}

#[tokio::test]
async fn people_and_groups_are_assigned() {
    on_both(async |world: World| {
        let roles = [ASSIGNMENT_READ_WRITE, DIRECTORY_READ, APPLICATION_READ_WRITE, GROUP_READ_WRITE];
        let caller = world.caller(&roles).await;
        let role = json!([{ "id": NOBODY, "value": "Clerk", "displayName": "Clerk", "description": "x", "allowedMemberTypes": ["User"], "isEnabled": true }]);
        let application = caller.made("/applications", json!({ "displayName": "Shop", "appRoles": role })).await;
        let resource = caller.made("/servicePrincipals", json!({ "appId": application["appId"] })).await;
        let person = world.person("ada", DirectoryRole::Member).await.to_string();
        let group = caller.made("/groups", json!({ "displayName": "Clerks", "mailNickname": "clerks", "mailEnabled": false, "securityEnabled": true })).await;
        let group_id = group["id"].as_str().unwrap();
        for (set, principal, kind) in [("users", person.as_str(), "User"), ("groups", group_id, "Group")] {
            let path = format!("/{set}/{principal}/appRoleAssignments");
            let wanted = json!({ "principalId": principal, "resourceId": resource["id"], "appRoleId": NOBODY });
            let made = caller.made(&path, wanted).await;
            assert_eq!(made["principalType"], kind);
            assert_eq!(caller.list(&path).await.len(), 1);
        }
        // Not for applications.
        let wanted = json!({ "principalId": caller.principal.to_string(), "resourceId": resource["id"], "appRoleId": NOBODY });
        let path = format!("/servicePrincipals/{}/appRoleAssignments", caller.principal);
        caller.post(&path, wanted).await.denied(400, "Request_BadRequest", "not for this kind of principal");
        caller.delete(&format!("/groups/{group_id}")).await.done();
        let assigned = format!("/servicePrincipals/{}/appRoleAssignedTo", resource["id"].as_str().unwrap());
        assert_eq!(caller.list(&assigned).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn consent_is_given_changed_and_withdrawn() {
    on_both(async |world: World| {
        let caller = world.caller(&[GRANT_READ_WRITE, DIRECTORY_READ]).await;
        let graph = principal_of(&caller, &GRAPH.to_string()).await;
        let vendor = world.vendor.principal.to_string();
        let person = world.person("ada", DirectoryRole::Member).await.to_string();
        let wanted = |consent: &str, principal: Value| json!({
            "clientId": vendor, "consentType": consent, "principalId": principal, "resourceId": graph["id"], "scope": "User.Read openid",
        });
        let set = "/oauth2PermissionGrants";
        for (bad, names) in [
            (wanted("Everybody", Value::Null), "consentType"),
            (wanted("Principal", Value::Null), "'principalId'"),
            (wanted("AllPrincipals", json!(person)), "must be null"),
            (json!({ "clientId": vendor, "consentType": "AllPrincipals", "resourceId": graph["id"], "scope": "" }), "scope"),
        ] {
            caller.post(set, bad).await.denied(400, "Request_BadRequest", names);
        }
        caller.post(set, wanted("Principal", json!(NOBODY))).await.denied(404, "Request_ResourceNotFound", NOBODY);
        let all = caller.made(set, wanted("AllPrincipals", Value::Null)).await;
        assert_eq!((&all["scope"], &all["principalId"]), (&json!("User.Read openid"), &Value::Null));
        caller.post(set, wanted("AllPrincipals", Value::Null)).await.denied(409, "Request_MultipleObjectsWithSameKeyValue", "already exists");
        let own = caller.made(set, wanted("Principal", json!(person))).await;
        assert_eq!(caller.list(set).await.len(), 2);
        assert_eq!(caller.list(&format!("{set}?$filter=consentType eq 'Principal'")).await, [without_context(&own)]);
        assert_eq!(caller.list(&format!("/servicePrincipals/{vendor}/oauth2PermissionGrants")).await.len(), 2);
        assert_eq!(caller.list(&format!("/users/{person}/oauth2PermissionGrants")).await.len(), 1);
        let one = format!("{set}/{}", all["id"].as_str().unwrap());
        caller.patch(&one, json!({ "scope": "User.Read" })).await.done();
        assert_eq!(caller.get(&one).await.ok()["scope"], "User.Read");
        caller.delete(&one).await.done();
        caller.get(&one).await.denied(404, "Request_ResourceNotFound", "does not exist");
    })
    .await;
}

fn without_context(made: &Value) -> Value {
    let mut object = made.as_object().unwrap().clone();
    object.remove("@odata.context");
    Value::Object(object)
}
