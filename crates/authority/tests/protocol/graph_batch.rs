//! `$batch` in the directory API.

use serde_json::{Value, json};

use crate::graph::{APPLICATION_READ_WRITE, Caller};
use crate::world::{World, on_both};

async fn batch(caller: &Caller<'_>, requests: Value) -> Vec<Value> {
    let answer = caller.post("/$batch", json!({ "requests": requests })).await;
    answer.ok()["responses"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_is_refused() {
    on_both(async |world: World| {
        let body = json!({ "requests": [{ "id": "1", "method": "GET", "url": "/applications" }] });
        world
            .graph("POST", "/$batch", None, Some(body))
            .await
            .denied(401, "InvalidAuthenticationToken", "empty");
        let caller = world.caller(&[APPLICATION_READ_WRITE]).await;
        let one = |id: &str| json!({ "id": id, "method": "GET", "url": "/applications" });
        let many: Vec<Value> = (0..21).map(|id| one(&id.to_string())).collect();
        let after = json!({ "id": "1", "method": "GET", "url": "/applications", "dependsOn": ["2"] });
        for (requests, names) in [
            (json!(null), "'requests'"),
            (json!([]), "between 1 and 20"),
            (json!(many), "between 1 and 20"),
            (json!([one("1"), one("1")]), "'id' of its own"),
            (json!([after, one("2")]), "come before"),
        ] {
            caller
                .post("/$batch", json!({ "requests": requests }))
                .await
                .denied(400, "BadRequest", names);
        }
        caller
            .get("/$batch")
            .await
            .denied(405, "Request_BadRequest", "method is not allowed");
    })
    .await;
}

#[tokio::test]
async fn parts_are_answered_one_by_one() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE]).await;
        let responses = batch(&caller, json!([
            { "id": "a", "method": "POST", "url": "/applications", "headers": { "Content-Type": "application/json" }, "body": { "displayName": "x" } },
            { "id": "b", "method": "GET", "url": "/applications?$filter=displayName%20eq%20'x'", "dependsOn": ["a"] },
            { "id": "c", "method": "GET", "url": "/users" },
            { "id": "d", "method": "GET", "url": "/applications", "dependsOn": ["c"] },
            { "id": "e", "method": "POST", "url": "/$batch", "body": { "requests": [] } },
        ]))
        .await;
        let statuses: Vec<_> = responses.iter().map(|one| (one["id"].as_str().unwrap(), one["status"].as_u64().unwrap())).collect();
        assert_eq!(statuses, [("a", 201), ("b", 200), ("c", 403), ("d", 424), ("e", 400)]);
        assert_eq!(responses[1]["body"]["value"].as_array().unwrap().len(), 1);
        assert_eq!(responses[2]["body"]["error"]["code"], "Authorization_RequestDenied");
        // The token of a part is not another one than that of the batch.
        let stranger = world.caller_of(world.fabrikam, &[APPLICATION_READ_WRITE]).await;
        let smuggled = json!([{ "id": "1", "method": "GET", "url": "/applications?$filter=displayName%20eq%20'x'", "headers": { "Authorization": format!("Bearer {}", caller.token) } }]);
        assert_eq!(batch(&stranger, smuggled).await[0]["body"]["value"], json!([]));
    })
    .await;
}
