//! Who may call the directory API: tokens refused, rights missing, and the shape of refusals.

use authority::TenantId;
use authority::manage;
use axum::body::Body;
use http::Request;
use serde_json::json;
use uuid::Uuid;

use crate::graph::{APPLICATION_READ, APPLICATION_READ_WRITE, DIRECTORY_READ};
use crate::world::{ORIGIN, World, on_both, with_lifetime};

#[tokio::test]
async fn tokens_that_prove_nothing() {
    on_both(async |world: World| {
        let answer = world.graph("GET", "/applications", None, None).await;
        answer.denied(401, "InvalidAuthenticationToken", "Access token is empty");
        let challenge = answer.headers["www-authenticate"].to_str().unwrap();
        assert_eq!(
            challenge,
            format!("Bearer realm=\"\", authorization_uri=\"{ORIGIN}/common/oauth2/v2.0/authorize\"")
        );
        for garbage in ["x", "a.b.c", ""] {
            let answer = world.graph("GET", "/applications", Some(garbage), None).await;
            answer.denied(401, "InvalidAuthenticationToken", "validation failure");
        }
        // For the data service, not for the directory.
        let token = world.reader_token().await.token().to_owned();
        let answer = world.graph("GET", "/applications", Some(&token), None).await;
        answer.denied(401, "InvalidAuthenticationToken", "is not this resource");
        let caller = world.caller(&[APPLICATION_READ]).await;
        let forged = format!("{}x", caller.token);
        let answer = world.graph("GET", "/applications", Some(&forged), None).await;
        answer.denied(401, "InvalidAuthenticationToken", "validation failure");
        // Known paths and unknown ones look the same without a token.
        let answer = world.graph("GET", "/planets", None, None).await;
        answer.denied(401, "InvalidAuthenticationToken", "empty");
    })
    .await;
}

#[tokio::test]
async fn expired_tokens() {
    with_lifetime(600, async |world: World| {
        let caller = world.caller(&[APPLICATION_READ]).await;
        caller.get("/applications").await.ok();
        world.clock.advance_seconds(601);
        caller
            .get("/applications")
            .await
            .denied(401, "InvalidAuthenticationToken", "expired");
    })
    .await;
}

#[tokio::test]
async fn callers_that_were_switched_off() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ]).await;
        let (authority, operator) = (&world.authority, &world.operator);
        manage::service_principal::disable(authority, operator, world.contoso, caller.app_id)
            .await
            .unwrap();
        caller
            .get("/applications")
            .await
            .denied(403, "Authorization_IdentityNotFound", "identity");
        manage::service_principal::enable(authority, operator, world.contoso, caller.app_id)
            .await
            .unwrap();
        caller.get("/applications").await.ok();
        manage::application::delete(authority, operator, caller.app_id)
            .await
            .unwrap();
        caller
            .get("/applications")
            .await
            .denied(403, "Authorization_IdentityNotFound", "identity");
    })
    .await;
}

#[tokio::test]
async fn a_role_that_was_taken_is_gone_at_once() {
    on_both(async |world: World| {
        let caller = world.caller(&[DIRECTORY_READ]).await;
        let path = format!("/servicePrincipals/{}/appRoleAssignments", caller.principal);
        let assignments = caller.list(&path).await;
        assert_eq!(assignments.len(), 1);
        let id: Uuid = assignments[0]["id"].as_str().unwrap().parse().unwrap();
        manage::app_role_assignment::remove(&world.authority, &world.operator, world.contoso, id)
            .await
            .unwrap();
        caller
            .get(&path)
            .await
            .denied(403, "Authorization_RequestDenied", "Insufficient privileges");
    })
    .await;
}

#[tokio::test]
async fn tenants_do_not_see_each_other() {
    on_both(async |world: World| {
        let contoso = world.caller(&[APPLICATION_READ_WRITE]).await;
        let fabrikam: TenantId = world.fabrikam;
        let stranger = world.caller_of(fabrikam, &[APPLICATION_READ_WRITE]).await;
        let made = contoso.made("/applications", json!({ "displayName": "Ours" })).await;
        let path = format!("/applications/{}", made["id"].as_str().unwrap());
        let missing = "does not exist";
        stranger
            .get(&path)
            .await
            .denied(404, "Request_ResourceNotFound", missing);
        stranger
            .patch(&path, json!({ "displayName": "x" }))
            .await
            .denied(404, "Request_ResourceNotFound", missing);
        stranger
            .delete(&path)
            .await
            .denied(404, "Request_ResourceNotFound", missing);
        let theirs = stranger.made("/applications", json!({ "displayName": "Theirs" })).await;
        let names = stranger.list("/applications").await;
        assert!(names.iter().any(|one| one["id"] == theirs["id"]));
        assert!(names.iter().all(|one| one["displayName"] != "Ours"));
        contoso.get(&path).await.ok();
    })
    .await;
}

#[tokio::test]
async fn paths_methods_and_bodies_that_are_not_served() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE, DIRECTORY_READ]).await;
        for (path, segment) in [
            ("/planets", "planets"),
            ("/users/1/drive", "drive"),
            ("/directory/deletedItems", "directory"),
        ] {
            let text = format!("Resource not found for the segment '{segment}'");
            caller.get(path).await.denied(400, "BadRequest", &text);
        }
        let answer = world.graph("PUT", "/applications", Some(&caller.token), None).await;
        answer.denied(405, "Request_BadRequest", "method is not allowed");
        caller
            .get("/me")
            .await
            .denied(400, "BadRequest", "/me request is only valid with delegated");
        for body in ["", "x", "[]", "null"] {
            let request = Request::post("/v1.0/applications")
                .header("authorization", format!("Bearer {}", caller.token))
                .body(Body::from(body))
                .unwrap();
            world
                .send(request)
                .await
                .denied(400, "BadRequest", "Unable to read JSON");
        }
        let request = Request::post("/v1.0/applications")
            .header("authorization", format!("Bearer {}", caller.token))
            .body(Body::from(vec![b' '; 1024 * 1024 + 1]))
            .unwrap();
        world
            .send(request)
            .await
            .denied(413, "Request_BadRequest", "longer than 1048576 bytes");
    })
    .await;
}

#[tokio::test]
async fn ids_and_headers_of_answers() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ]).await;
        let id = Uuid::from_u128(42).to_string();
        let request = Request::get("/v1.0/applications")
            .header("authorization", format!("Bearer {}", caller.token))
            .header("client-request-id", &id)
            .body(Body::empty())
            .unwrap();
        let answer = world.send(request).await;
        assert_eq!(answer.headers["client-request-id"], id.as_str());
        assert_ne!(answer.headers["request-id"], id.as_str());
        assert_eq!(answer.headers["odata-version"], "4.0");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert!(
            answer.headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with("application/json;odata.metadata=minimal")
        );
        assert_eq!(
            answer.ok()["@odata.context"],
            format!("{ORIGIN}/v1.0/$metadata#applications")
        );
    })
    .await;
}

#[tokio::test]
async fn queries_that_need_a_header() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ]).await;
        for query in [
            "$count=true",
            "$search=%22displayName:x%22",
            "$filter=displayName%20ne%20'x'",
        ] {
            let request = Request::get(format!("/v1.0/applications?{query}"))
                .header("authorization", format!("Bearer {}", caller.token))
                .body(Body::empty())
                .unwrap();
            world
                .send(request)
                .await
                .denied(400, "Request_UnsupportedQuery", "ConsistencyLevel: eventual");
        }
    })
    .await;
}
