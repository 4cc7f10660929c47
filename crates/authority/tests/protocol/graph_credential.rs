//! `keyCredential` and `federatedIdentityCredential` in the directory API.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use oauth::{Algorithm, Secret, SigningKey};
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};

use crate::graph::{APPLICATION_READ_WRITE, Caller};
use crate::world::{START, World, on_both};

/// The audience of proofs.
const AUDIENCE: &str = "00000002-0000-0000-c000-000000000000";

/// A certificate with its key.
struct Pair {
    der: String,
    key: SigningKey,
}

fn pair() -> Pair {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["pipeline.contoso.example".to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2025, 1, 1);
    params.not_after = rcgen::date_time_ymd(2028, 1, 1);
    let certificate = params.self_signed(&key).unwrap();
    Pair {
        der: STANDARD.encode(certificate.der()),
        key: SigningKey::from_pkcs8(&Secret::new(key.serialize_der()), Algorithm::Es256).unwrap(),
    }
}

async fn application(caller: &Caller<'_>) -> (String, Value) {
    let made = caller.made("/applications", json!({ "displayName": "Pipeline" })).await;
    (format!("/applications/{}", made["id"].as_str().unwrap()), made)
}

fn proof(pair: &Pair, issuer: &Value, audience: &str) -> String {
    let now = START.seconds();
    let claims = json!({ "aud": audience, "iss": issuer, "nbf": now, "exp": now + 600 });
    pair.key.sign_as("JWT", &claims).unwrap()
}

/// A proof that says of whom it speaks, which proofs need not.
fn proof_about(pair: &Pair, issuer: &Value, subject: &Value) -> String {
    let now = START.seconds();
    let claims = json!({ "aud": AUDIENCE, "iss": issuer, "sub": subject, "nbf": now, "exp": now + 600 });
    pair.key.sign_as("JWT", &claims).unwrap()
}

#[tokio::test]
async fn certificates_are_replaced_whole() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE]).await;
        let (path, _) = application(&caller).await;
        let (one, two) = (pair(), pair());
        for bad in [
            json!([{ "key": STANDARD.encode("x") }]),
            json!([{ "key": one.der, "usage": "Sign" }]),
            json!([{}]),
        ] {
            caller
                .patch(&path, json!({ "keyCredentials": bad }))
                .await
                .denied(400, "Request_BadRequest", "");
        }
        caller
            .patch(
                &path,
                json!({ "keyCredentials": [{ "key": one.der, "displayName": "one" }] }),
            )
            .await
            .done();
        let shown = caller.get(&path).await.ok()["keyCredentials"].clone();
        assert_eq!(
            (&shown[0]["displayName"], &shown[0]["key"]),
            (&json!("one"), &Value::Null)
        );
        let with_key = caller.get(&format!("{path}?$select=keyCredentials")).await.ok()["keyCredentials"].clone();
        assert_eq!(with_key[0]["key"], one.der.as_str());
        let both =
            json!({ "keyCredentials": [{ "keyId": shown[0]["keyId"] }, { "key": two.der, "displayName": "two" }] });
        caller.patch(&path, both).await.done();
        assert_eq!(
            caller.get(&path).await.ok()["keyCredentials"].as_array().unwrap().len(),
            2
        );
        let unknown = json!({ "keyCredentials": [{ "keyId": "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b" }] });
        caller
            .patch(&path, unknown)
            .await
            .denied(400, "Request_BadRequest", "'key'");
        // A change with a wrong certificate changes nothing else either.
        let half = json!({ "displayName": "Other", "keyCredentials": [{ "key": one.der }, { "key": "AAAA" }] });
        let answer = caller.patch(&path, half).await;
        answer.denied(400, "Request_BadRequest", "certificate");
        let now = caller.get(&path).await.ok().clone();
        assert_ne!(now["displayName"], "Other");
        assert_eq!(now["keyCredentials"].as_array().unwrap().len(), 2);
        let before = caller.list("/applications").await.len();
        let half = json!({ "displayName": "Half", "keyCredentials": [{ "key": "AAAA" }] });
        let answer = caller.post("/applications", half).await;
        answer.denied(400, "Request_BadRequest", "certificate");
        assert_eq!(caller.list("/applications").await.len(), before);
        caller.patch(&path, json!({ "keyCredentials": [] })).await.done();
        assert_eq!(caller.get(&path).await.ok()["keyCredentials"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn keys_are_added_and_removed_with_proof() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE]).await;
        let (path, made) = application(&caller).await;
        let (first, second, stranger) = (pair(), pair(), pair());
        let add = |proof: String| json!({ "keyCredential": { "key": second.der }, "passwordCredential": null, "proof": proof });
        let (add_key, code) = (format!("{path}/addKey"), "Authentication_MissingOrMalformed");
        let early = add(proof(&first, &made["id"], AUDIENCE));
        caller.post(&add_key, early).await.denied(401, code, "not signed by a valid certificate");
        caller.patch(&path, json!({ "keyCredentials": [{ "key": first.der }] })).await.done();
        for bad in [
            "x".to_owned(),
            proof(&stranger, &made["id"], AUDIENCE),
            proof(&first, &made["appId"], AUDIENCE),
            proof(&first, &made["id"], "https://graph.microsoft.com"),
            proof_about(&first, &made["id"], &made["appId"]),
        ] {
            caller.post(&add_key, add(bad)).await.denied(401, code, "proof of possession is not valid");
        }
        let added = caller.post(&add_key, add(proof(&first, &made["id"], AUDIENCE))).await.ok().clone();
        assert_eq!(added["type"], "AsymmetricX509Cert");
        let remove_key = format!("{path}/removeKey");
        let unproved = json!({ "keyId": added["keyId"], "proof": proof(&stranger, &made["id"], AUDIENCE) });
        caller.post(&remove_key, unproved).await.denied(401, code, "proof");
        let proved = json!({ "keyId": added["keyId"], "proof": proof_about(&second, &made["id"], &made["id"]) });
        caller.post(&remove_key, proved).await.done();
        assert_eq!(caller.get(&path).await.ok()["keyCredentials"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn federated_credentials() {
    on_both(async |world: World| {
        let caller = world.caller(&[APPLICATION_READ_WRITE]).await;
        let (path, _) = application(&caller).await;
        let set = format!("{path}/federatedIdentityCredentials");
        let wanted = json!({
            "name": "ci", "issuer": "https://ci.example", "subject": "repo:main", "audiences": ["api://AzureADTokenExchange"],
        });
        for (bad, names) in [
            (json!({}), "'name'"),
            (json!({ "name": "ci", "issuer": "https://ci.example", "subject": "x", "audiences": [] }), "exactly one audience"),
            (json!({ "name": "ci", "issuer": "https://ci.example", "subject": "x" }), "'audiences'"),
        ] {
            caller.post(&set, bad).await.denied(400, "Request_BadRequest", names);
        }
        let made = caller.made(&set, wanted.clone()).await;
        assert_eq!(made["audiences"], json!(["api://AzureADTokenExchange"]));
        let mut same_name = wanted.clone();
        same_name["subject"] = json!("repo:side");
        let taken = caller.post(&set, same_name).await;
        taken.denied(409, "Request_MultipleObjectsWithSameKeyValue", "this name");
        let by_name = format!("{set}(name='ci')");
        assert_eq!(caller.get(&by_name).await.ok()["id"], made["id"]);
        let by_id = format!("{set}/{}", made["id"].as_str().unwrap());
        caller.patch(&by_id, json!({ "subject": "repo:next" })).await.done();
        caller.patch(&by_id, json!({ "name": "other" })).await.denied(400, "Request_BadRequest", "cannot be changed");
        assert_eq!(caller.get(&by_id).await.ok()["subject"], "repo:next");
        // Upsert by name.
        let other = format!("{set}(name='other')");
        let body = json!({ "issuer": "https://ci.example", "subject": "repo:other", "audiences": ["x"] });
        caller.patch(&other, body.clone()).await.denied(404, "Request_ResourceNotFound", "name='other'");
        let request = Request::patch(format!("/v1.0{other}"))
            .header("authorization", format!("Bearer {}", caller.token))
            .header("prefer", "create-if-missing")
            .body(Body::from(body.to_string()))
            .unwrap();
        let upserted = world.send(request).await;
        assert_eq!((upserted.status.as_u16(), &upserted.json["name"]), (201, &json!("other")));
        assert_eq!(caller.list(&set).await.len(), 2);
        assert_eq!(caller.list(&format!("{set}?$filter=name eq 'ci'")).await.len(), 1);
        caller.delete(&by_id).await.done();
        caller.get(&by_name).await.denied(404, "Request_ResourceNotFound", "name='ci'");
    })
    .await;
}
