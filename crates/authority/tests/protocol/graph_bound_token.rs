//! Tokens that are bound to a key, at the directory API.

use authority::manage;
use authority::manage::application_secret::NewSecret;
use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderValue, Request};
use serde_json::{Value, json};

use crate::graph::{APPLICATION_READ, Caller};
use crate::signer::{EC, OTHER_EC, Signer, changed};
use crate::wire::{Answer, posted};
use crate::world::{ORIGIN, START, World, on_both};

const PATH: &str = "/v1.0/applications";

/// A token of the caller's application that is bound to the key of the signer.
async fn bound(world: &World, caller: &Caller<'_>, signer: &Signer) -> String {
    let new = NewSecret {
        app_id: caller.app_id,
        display_name: "test".to_owned(),
        starts_at: START,
        ends_at: START.plus_seconds(1_000_000),
    };
    let secret = manage::application_secret::add(&world.authority, &world.operator, new)
        .await
        .unwrap();
    let client_id = caller.app_id.to_string();
    let form = [
        ("client_id", client_id.as_str()),
        ("client_secret", secret.value.expose()),
        ("grant_type", "client_credentials"),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let claims = json!({ "jti": "1", "htm": "POST", "htu": format!("{ORIGIN}{}", world.v2()), "iat": START.seconds() });
    let mut request = posted(&world.v2(), &form);
    let proof = HeaderValue::from_str(&signer.proof(&claims)).unwrap();
    request.headers_mut().insert("DPoP", proof);
    let answer = world.send(request).await;
    assert_eq!(answer.json["token_type"], "DPoP", "{}", answer.json);
    answer.json["access_token"].as_str().unwrap().to_owned()
}

fn claims(token: &str, method: &str, path: &str) -> Value {
    let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()));
    json!({ "jti": "2", "htm": method, "htu": format!("{ORIGIN}{path}"), "iat": START.seconds(), "ath": hash })
}

async fn show(world: &World, (scheme, token): (&str, &str), proof: Option<&str>) -> Answer {
    let mut request = Request::get(PATH).header("authorization", format!("{scheme} {token}"));
    if let Some(proof) = proof {
        request = request.header("DPoP", proof);
    }
    world.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_bound_token_needs_its_proof() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ]).await;
        let token = bound(&world, &caller, &EC).await;
        let good = claims(&token, "GET", PATH);
        let refused = async |scheme: &str, token: &str, proof: Option<String>| {
            let answer = show(&world, (scheme, token), proof.as_deref()).await;
            answer.denied(401, "InvalidAuthenticationToken", "was not proved");
        };
        refused("Bearer", &token, None).await;
        refused("DPoP", &token, None).await;
        refused("Bearer", &token, Some(EC.proof(&good))).await;
        refused("DPoP", &token, Some(OTHER_EC.proof(&good))).await;
        refused("DPoP", &token, Some(EC.proof(&claims(&token, "POST", PATH)))).await;
        refused("DPoP", &token, Some(EC.proof(&claims(&token, "GET", "/v1.0/users")))).await;
        refused("DPoP", &token, Some(EC.proof(&changed(&good, "ath", Value::Null)))).await;
        refused("DPoP", &token, Some("x".to_owned())).await;
        // A plain token is shown plainly.
        refused(
            "DPoP",
            &caller.token,
            Some(EC.proof(&claims(&caller.token, "GET", PATH))),
        )
        .await;
        let proof = EC.proof(&good);
        show(&world, ("DPoP", &token), Some(&proof)).await.ok();
        refused("DPoP", &token, Some(proof)).await;
    })
    .await;
}

#[tokio::test]
async fn a_proof_counts_for_each_part_of_a_batch() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ]).await;
        let token = bound(&world, &caller, &EC).await;
        let part = |id: &str| json!({ "id": id, "method": "GET", "url": "/applications" });
        let body = json!({ "requests": [part("1"), part("2")] });
        let request = Request::post("/v1.0/$batch")
            .header("authorization", format!("DPoP {token}"))
            .header("DPoP", EC.proof(&claims(&token, "POST", "/v1.0/$batch")))
            .body(Body::from(body.to_string()))
            .unwrap();
        let answer = world.send(request).await;
        let responses = answer.ok()["responses"].as_array().unwrap();
        assert!(responses.iter().all(|part| part["status"] == 200), "{responses:?}");
        assert_eq!(responses.len(), 2);
    })
    .await;
}
