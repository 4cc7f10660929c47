//! `organization`, `domain`, `subscribedSku` and `directoryRole` in the directory API.

use authority::DirectoryRole;
use serde_json::json;

use crate::graph::{APPLICATION_READ, DIRECTORY_READ};
use crate::world::{World, on_both};

#[tokio::test]
async fn the_tenant_is_shown_to_who_may_read_it() {
    on_both(async |world: World| {
        let weak = world.caller(&[APPLICATION_READ]).await;
        for path in ["/organization", "/domains", "/subscribedSkus", "/directoryRoles"] {
            weak.get(path)
                .await
                .denied(403, "Authorization_RequestDenied", "Insufficient");
        }
        let caller = world.caller(&[DIRECTORY_READ]).await;
        let organization = &caller.list("/organization").await[0];
        assert_eq!(
            (&organization["id"], &organization["displayName"]),
            (&json!(world.contoso.to_string()), &json!("Contoso"))
        );
        assert_eq!(organization["verifiedDomains"][0]["isDefault"], true);
        caller.get(&format!("/organization/{}", world.contoso)).await.ok();
        let other = caller.get(&format!("/organization/{}", world.fabrikam)).await;
        other.denied(404, "Request_ResourceNotFound", "does not exist");
        let domains = caller.list("/domains").await;
        let names: Vec<&str> = domains.iter().map(|domain| domain["id"].as_str().unwrap()).collect();
        assert_eq!(names, ["contoso.example", "contoso.test"]);
        assert_eq!(caller.get("/domains/contoso.test").await.ok()["isDefault"], false);
        caller
            .get("/domains/fabrikam.example")
            .await
            .denied(404, "Request_ResourceNotFound", "fabrikam.example");
        assert_eq!(caller.list("/domains?$top=1").await.len(), 1);
        assert_eq!(caller.list("/subscribedSkus").await[0]["capabilityStatus"], "Enabled");
    })
    .await;
}

#[tokio::test]
async fn roles_and_who_has_them() {
    on_both(async |world: World| {
        let caller = world.caller(&[DIRECTORY_READ]).await;
        let root = world.person("root", DirectoryRole::Administrator).await.to_string();
        world.person("ada", DirectoryRole::Member).await;
        assert_eq!(caller.list("/directoryRoles").await.len(), 3);
        let path = "/directoryRoles(roleTemplateId='62e90394-69f5-4237-9190-012177145e10')";
        assert_eq!(caller.get(path).await.ok()["displayName"], "Global Administrator");
        let members = caller.list(&format!("{path}/members")).await;
        assert_eq!((members.len(), &members[0]["id"]), (1, &json!(root)));
        caller
            .get("/directoryRoles/x")
            .await
            .denied(404, "Request_ResourceNotFound", "'x'");
    })
    .await;
}
