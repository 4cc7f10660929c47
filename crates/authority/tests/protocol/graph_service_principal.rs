//! `servicePrincipal` in the directory API.

use serde_json::{Value, json};

use crate::graph::{APPLICATION_OWNED, APPLICATION_READ, APPLICATION_READ_WRITE, GRAPH, next_path};
use crate::world::{ORDERS_URI, World, on_both};

fn path(principal: &Value) -> String {
    format!("/servicePrincipals/{}", principal["id"].as_str().unwrap())
}

#[tokio::test]
async fn what_is_refused() {
    on_both(async |world: World| {
        let (reader, caller) = (
            world.caller(&[APPLICATION_READ]).await,
            world.caller(&[APPLICATION_READ_WRITE]).await,
        );
        let wanted = json!({ "appId": world.vendor.client_id });
        reader
            .post("/servicePrincipals", wanted.clone())
            .await
            .denied(403, "Authorization_RequestDenied", "");
        caller
            .post("/servicePrincipals", json!({}))
            .await
            .denied(400, "Request_BadRequest", "'appId'");
        let nobody = json!({ "appId": "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b" });
        caller
            .post("/servicePrincipals", nobody)
            .await
            .denied(404, "Request_ResourceNotFound", "5b8e2c1a");
        // A second time.
        let taken = caller.post("/servicePrincipals", wanted).await;
        taken.denied(409, "Request_MultipleObjectsWithSameKeyValue", "already in use");
        // Another tenant's own application.
        let stranger = world.caller_of(world.fabrikam, &[APPLICATION_READ_WRITE]).await;
        let foreign = stranger
            .post("/servicePrincipals", json!({ "appId": world.reader.client_id }))
            .await;
        foreign.denied(400, "Request_BadRequest", "is for its own tenant only");
        let graph = format!("/servicePrincipals(appId='{GRAPH}')");
        caller
            .patch(&graph, json!({ "accountEnabled": false }))
            .await
            .denied(403, "Authorization_RequestDenied", "");
        caller
            .delete(&graph)
            .await
            .denied(403, "Authorization_RequestDenied", "");
        let again = caller
            .post("/servicePrincipals", json!({ "appId": GRAPH.to_string() }))
            .await;
        again.denied(409, "Request_MultipleObjectsWithSameKeyValue", "already in use");
    })
    .await;
}

#[tokio::test]
async fn a_vendors_application_is_brought_in_switched_off_and_taken_out() {
    on_both(async |world: World| {
        let stranger = world.caller_of(world.fabrikam, &[APPLICATION_READ_WRITE]).await;
        let made = stranger
            .made("/servicePrincipals", json!({ "appId": world.vendor.client_id }))
            .await;
        assert_eq!(
            (&made["displayName"], &made["accountEnabled"]),
            (&json!("Vendor"), &json!(true))
        );
        assert_eq!(made["appOwnerOrganizationId"], world.contoso.to_string());
        assert_eq!(made["servicePrincipalNames"], json!([world.vendor.client_id]));
        let form = [
            ("client_id", world.vendor.client_id.as_str()),
            ("client_secret", world.vendor.secret()),
            ("grant_type", "client_credentials"),
            ("scope", "https://fabrikam.data.example.test/.default"),
        ];
        let endpoint = format!("/{}/oauth2/v2.0/token", world.fabrikam);
        world.post(&endpoint, &form).await.token();
        let change = json!({ "accountEnabled": false, "appRoleAssignmentRequired": true });
        stranger.patch(&path(&made), change).await.done();
        world
            .post(&endpoint, &form)
            .await
            .refused(400, "unauthorized_client", 7_000_112, "disabled");
        let changed = stranger.get(&path(&made)).await.ok().clone();
        assert_eq!(
            (&changed["accountEnabled"], &changed["appRoleAssignmentRequired"]),
            (&json!(false), &json!(true))
        );
        stranger
            .patch(&path(&made), json!({ "displayName": "x" }))
            .await
            .denied(400, "Request_BadRequest", "'displayName'");
        stranger.delete(&path(&made)).await.done();
        stranger
            .get(&path(&made))
            .await
            .denied(404, "Request_ResourceNotFound", "does not exist");
        // It lives on at home.
        let home = world.caller(&[APPLICATION_READ]).await;
        home.get(&format!("/servicePrincipals(appId='{}')", world.vendor.client_id))
            .await
            .ok();
    })
    .await;
}

#[tokio::test]
async fn lists_hold_the_built_in_ones_too() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ]).await;
        let check = async |query: &str, expected: &[&str]| {
            let listed = caller
                .list(&format!("/servicePrincipals?$orderby=displayName&{query}"))
                .await;
            let names: Vec<&str> = listed.iter().map(|one| one["displayName"].as_str().unwrap()).collect();
            assert_eq!(names, expected, "{query}");
        };
        check(
            "",
            &[
                "Commonhold administration",
                "Dataverse",
                "Microsoft Graph",
                "Orders",
                "Pipeline",
                "Reader",
                "Security info",
                "Vendor",
            ],
        )
        .await;
        check("$filter=displayName eq 'microsoft graph'", &["Microsoft Graph"]).await;
        check("$filter=startswith(displayName,'o')", &["Orders"]).await;
        check(&format!("$filter=appId eq '{GRAPH}'"), &["Microsoft Graph"]).await;
        check(
            &format!("$filter=servicePrincipalNames/any(n:n eq '{ORDERS_URI}')"),
            &["Orders"],
        )
        .await;
        let (mut names, mut next) = (Vec::new(), Some("/servicePrincipals?$top=1".to_owned()));
        while let Some(at) = next {
            let answer = caller.get(&at).await.ok().clone();
            names.push(answer["value"][0]["displayName"].as_str().unwrap().to_owned());
            next = next_path(&answer);
        }
        names.sort();
        assert_eq!(
            names,
            [
                "Commonhold administration",
                "Dataverse",
                "Microsoft Graph",
                "Orders",
                "Pipeline",
                "Reader",
                "Security info",
                "Vendor",
            ]
        );
        assert_eq!(caller.get("/servicePrincipals/$count").await.json, json!(8));
        let owner = world.caller(&[APPLICATION_OWNED]).await;
        assert!(owner.list("/servicePrincipals").await.is_empty());
        owner
            .get(&format!("/servicePrincipals(appId='{GRAPH}')"))
            .await
            .denied(403, "Authorization_RequestDenied", "");
    })
    .await;
}
