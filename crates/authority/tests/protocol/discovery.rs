//! The metadata documents.

use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::wire::posted;
use crate::world::{ORIGIN, World, on_both};

const V2: &str = "v2.0/.well-known/openid-configuration";
const V1: &str = ".well-known/openid-configuration";

#[tokio::test]
async fn tenants_that_are_none() {
    on_both(async |world: World| {
        for document in [V1, V2] {
            let get = async |tenant: &str| world.get(&format!("/{tenant}/{document}")).await;
            get("nowhere.example")
                .await
                .refused(400, "invalid_tenant", 90_002, "nowhere.example");
            let unknown = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b";
            get(unknown).await.refused(400, "invalid_tenant", 90_002, unknown);
            get("nowhere").await.refused(400, "invalid_request", 900_023, "nowhere");
        }
    })
    .await;
}

#[tokio::test]
async fn every_name_of_a_tenant_is_answered_with_its_id() {
    on_both(async |world: World| {
        let id = world.contoso;
        for name in [
            id.to_string(),
            id.to_string().to_uppercase(),
            "contoso.example".into(),
            "Contoso.TEST".into(),
        ] {
            let v2 = world.get(&format!("/{name}/{V2}")).await.json;
            check(
                &v2,
                &format!("{ORIGIN}/{id}/v2.0"),
                &format!("{ORIGIN}/{id}"),
                "oauth2/v2.0",
                "discovery/v2.0/keys",
            );
            let v1 = world.get(&format!("/{name}/{V1}")).await.json;
            check(
                &v1,
                &format!("{ORIGIN}/{id}/"),
                &format!("{ORIGIN}/{id}"),
                "oauth2",
                "discovery/keys",
            );
        }
    })
    .await;
}

#[tokio::test]
async fn aliases_keep_their_name_and_have_a_template_as_issuer() {
    on_both(async |world: World| {
        for alias in ["common", "organizations"] {
            let v2 = world.get(&format!("/{alias}/{V2}")).await.json;
            let root = format!("{ORIGIN}/{alias}");
            check(
                &v2,
                &format!("{ORIGIN}/{{tenantid}}/v2.0"),
                &root,
                "oauth2/v2.0",
                "discovery/v2.0/keys",
            );
            assert_eq!(v2["tenant_region_scope"], Value::Null);
        }
        let consumers = world.get(&format!("/consumers/{V2}")).await.json;
        let issuer = format!("{ORIGIN}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0");
        check(
            &consumers,
            &issuer,
            &format!("{ORIGIN}/consumers"),
            "oauth2/v2.0",
            "discovery/v2.0/keys",
        );
    })
    .await;
}

#[track_caller]
fn check(document: &Value, issuer: &str, root: &str, oauth2: &str, keys: &str) {
    assert_eq!(document["issuer"], issuer);
    assert_eq!(document["token_endpoint"], format!("{root}/{oauth2}/token"));
    assert_eq!(document["authorization_endpoint"], format!("{root}/{oauth2}/authorize"));
    assert_eq!(document["jwks_uri"], format!("{root}/{keys}"));
    let methods = document["token_endpoint_auth_methods_supported"].as_array().unwrap();
    for method in ["client_secret_post", "client_secret_basic", "private_key_jwt"] {
        assert!(methods.contains(&json!(method)), "{methods:?}");
    }
    assert_eq!(document["id_token_signing_alg_values_supported"][0], "RS256");
    assert_eq!(document["subject_types_supported"], json!(["pairwise"]));
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
}

#[tokio::test]
async fn what_is_announced_is_served() {
    on_both(async |world: World| {
        for document in [V1, V2] {
            let document = world.get(&format!("/contoso.example/{document}")).await.json;
            let addresses = document.as_object().unwrap().iter();
            let addresses = addresses.filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri");
            let mut served = 0;
            for (name, address) in addresses {
                let path = address.as_str().unwrap().strip_prefix(ORIGIN).unwrap();
                let answer = world.authority.router().oneshot(posted(path, &[])).await.unwrap();
                assert!(!matches!(answer.status().as_u16(), 404 | 501), "{name}: {answer:?}");
                served += 1;
            }
            assert_eq!(served, 9, "{document}");
        }
    })
    .await;
}

#[tokio::test]
async fn doubled_paths_are_tolerated() {
    on_both(async |world: World| {
        let plain = world.get(&format!("/contoso.example/{V2}")).await.json;
        assert_eq!(world.get(&format!("/contoso.example//{V2}")).await.json, plain);
        assert_eq!(world.get(&format!("/contoso.example/v2.0/{V2}")).await.json, plain);
    })
    .await;
}

#[tokio::test]
async fn an_application_with_its_own_keys_is_pointed_to_them() {
    on_both(async |world: World| {
        let app_id = world.reader.app_id;
        let document = world.get(&format!("/contoso.example/{V2}?appid={app_id}")).await.json;
        let keys = format!("{ORIGIN}/{}/discovery/v2.0/keys?appid={app_id}", world.contoso);
        assert_eq!(document["jwks_uri"], keys);
        let injected = world.get(&format!("/contoso.example/{V2}?appid=a%26b%22")).await.json;
        assert_eq!(
            injected["jwks_uri"],
            format!("{ORIGIN}/{}/discovery/v2.0/keys", world.contoso)
        );
    })
    .await;
}
