//! The key documents.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::world::{ORIGIN, World, on_both};

#[tokio::test]
async fn tenants_that_are_none() {
    on_both(async |world: World| {
        for document in ["discovery/keys", "discovery/v2.0/keys"] {
            let get = async |tenant: &str| world.get(&format!("/{tenant}/{document}")).await;
            get("nowhere.example")
                .await
                .refused(400, "invalid_tenant", 90_002, "nowhere.example");
            get("nowhere").await.refused(400, "invalid_request", 900_023, "nowhere");
        }
    })
    .await;
}

#[tokio::test]
async fn current_and_next_key_are_published_with_their_certificates() {
    on_both(async |world: World| {
        let v2 = world.get(&format!("/{}/discovery/v2.0/keys", world.contoso)).await.json;
        let v1 = world.get("/contoso.example/discovery/keys").await.json;
        let (v2, v1) = (
            v2["keys"].as_array().unwrap().clone(),
            v1["keys"].as_array().unwrap().clone(),
        );
        assert_eq!((v2.len(), v1.len()), (2, 2));
        assert_ne!(v2[0]["kid"], v2[1]["kid"]);
        for (with_issuer, key) in v2.iter().zip(&v1) {
            assert_eq!(with_issuer["issuer"], format!("{ORIGIN}/{{tenantid}}/v2.0"));
            assert!(key.get("issuer").is_none() && key.get("alg").is_none());
            assert_eq!(with_issuer["n"], key["n"]);
            check(key);
        }
    })
    .await;
}

#[track_caller]
fn check(key: &Value) {
    assert_eq!(
        (&key["kty"], &key["use"], &key["e"]),
        (&json!("RSA"), &json!("sig"), &json!("AQAB"))
    );
    assert_eq!(key["n"].as_str().unwrap().len(), 342);
    let certificate = STANDARD.decode(key["x5c"][0].as_str().unwrap()).unwrap();
    assert_eq!(key["kid"], oauth::thumbprint::x5t(&certificate));
    assert_eq!(key["x5t"], key["kid"]);
    assert_eq!(key["x5c"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_keys_serve_all_tenants_and_aliases() {
    on_both(async |world: World| {
        let keys = world.get("/contoso.example/discovery/keys").await.json;
        for tenant in ["fabrikam.example", "common", "organizations", "consumers"] {
            assert_eq!(world.get(&format!("/{tenant}/discovery/keys")).await.json, keys);
        }
    })
    .await;
}

#[tokio::test]
async fn tokens_are_signed_with_the_first_key() {
    on_both(async |world: World| {
        let keys = world.get("/common/discovery/keys").await.json;
        assert_eq!(world.reader_token().await.header()["kid"], keys["keys"][0]["kid"]);
    })
    .await;
}

#[tokio::test]
async fn private_keys_are_sealed_in_the_database() {
    on_both(async |world: World| {
        let statement = db::Statement::fixed("SELECT k.sealed_key FROM {signing_key} k", vec![], &[db::Type::Bytes]);
        let rows = world.database.query(&statement).await.unwrap();
        assert_eq!(rows.len(), 2);
        for row in rows.iter() {
            let sealed = row.bytes(0).unwrap();
            assert!(
                oauth::SigningKey::from_pkcs8(&oauth::Secret::new(sealed.to_vec()), oauth::Algorithm::Rs256).is_err()
            );
            // The algorithm's name stands in every open private key.
            let rsa_encryption = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
            assert!(
                !sealed
                    .windows(rsa_encryption.len())
                    .any(|window| window == rsa_encryption)
            );
        }
    })
    .await;
}
