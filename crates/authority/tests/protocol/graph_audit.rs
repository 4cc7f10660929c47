//! `directoryAudit` in the directory API.

use authority::manage::{self, ManageError};
use authority::{DirectoryRole, TenantSettings};
use serde_json::{Value, json};

use crate::graph::{APPLICATION_READ_WRITE, AUDIT_READ, DIRECTORY_READ};
use crate::world::{World, on_both};

#[tokio::test]
async fn who_did_what_to_what() {
    on_both(async |world: World| {
        let weak = world.caller(&[DIRECTORY_READ]).await;
        weak.get("/auditLogs/directoryAudits").await.denied(403, "Authorization_RequestDenied", "Insufficient");
        let caller = world.caller(&[APPLICATION_READ_WRITE, AUDIT_READ]).await;
        world.clock.advance_seconds(60);
        let made = caller.made("/applications", json!({ "displayName": "Nightly sync" })).await;
        let path = format!("/applications/{}", made["id"].as_str().unwrap());
        world.clock.advance_seconds(60);
        caller.post(&format!("{path}/addPassword"), json!({})).await.ok();
        // What is refused leaves no line.
        caller.patch(&path, json!({ "displayName": " " })).await.denied(400, "Request_BadRequest", "is empty");
        world.clock.advance_seconds(60);
        caller.delete(&path).await.done();
        let log = caller.list("/auditLogs/directoryAudits?$top=3").await;
        let activities: Vec<&str> = log.iter().map(|line| line["activityDisplayName"].as_str().unwrap()).collect();
        let expected = [
            "Delete application",
            "Update application - Certificates and secrets management",
            "Add application",
        ];
        assert_eq!(activities, expected);
        assert_eq!(log[0]["targetResources"][0]["displayName"], "Nightly sync");
        assert_eq!(log[0]["targetResources"][0]["id"], made["id"]);
        assert_eq!(log[0]["initiatedBy"]["app"]["servicePrincipalId"], caller.principal.to_string());
        assert_eq!((&log[0]["operationType"], &log[0]["category"]), (&json!("Delete"), &json!("ApplicationManagement")));
        let one = format!("/auditLogs/directoryAudits/{}", log[0]["id"].as_str().unwrap());
        assert_eq!(caller.get(&one).await.ok()["result"], "success");
        let filter = "/auditLogs/directoryAudits?$filter=activityDateTime ge 2026-01-01T00:02:00Z and category eq 'ApplicationManagement'";
        assert_eq!(caller.list(filter).await.len(), 2);
        let by_operator = caller.list("/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Add organization'").await;
        assert_eq!(by_operator[0]["initiatedBy"]["app"]["displayName"], "Operator");
        let stranger = world.caller_of(world.fabrikam, &[AUDIT_READ]).await;
        stranger.get(&one).await.denied(404, "Request_ResourceNotFound", "does not exist");
    })
    .await;
}

#[tokio::test]
async fn what_operators_decide_is_in_the_log() {
    on_both(async |world: World| {
        let (authority, operator, contoso) = (&world.authority, &world.operator, world.contoso);
        let caller = world.caller(&[AUDIT_READ]).await;
        let person = world.person("alice", DirectoryRole::Member).await;
        world.clock.advance_seconds(60);
        let settings = TenantSettings::default();
        manage::tenant_settings::set(authority, operator, contoso, settings)
            .await
            .unwrap();
        world.clock.advance_seconds(60);
        manage::authentication_method::renew_recovery_codes(authority, operator, contoso, person)
            .await
            .unwrap();
        // What is refused leaves no line.
        let none = manage::authentication_method::remove(authority, operator, contoso, person).await;
        assert!(matches!(none, Err(ManageError::NotFound { .. })), "{none:?}");
        let filter = "/auditLogs/directoryAudits?$filter=activityDateTime ge 2026-01-01T00:01:00Z";
        let lines = caller.list(filter).await;
        let seen: Vec<(&Value, &Value)> = lines
            .iter()
            .map(|line| (&line["activityDisplayName"], &line["targetResources"][0]["id"]))
            .collect();
        let (person, contoso) = (json!(person.to_string()), json!(contoso.to_string()));
        let expected = [
            (json!("Renew recovery codes of user"), person),
            (json!("Update organization settings"), contoso),
        ];
        assert_eq!(seen, expected.each_ref().map(|(activity, target)| (activity, target)));
    })
    .await;
}
