//! Tokens of a tenant that has chosen another algorithm than RS256.

use authority::manage::service_principal::{self, NewServicePrincipal};
use authority::manage::tenant_settings;
use authority::{Algorithm, TenantSettings};
use oauth::Expected;
use serde_json::Value;

use crate::world::{CONTOSO_ENVIRONMENT, FABRIKAM_ENVIRONMENT, START, World, on_both};

async fn choose(world: &World, algorithm: Algorithm) {
    let settings = TenantSettings {
        signing_algorithm: algorithm,
        ..TenantSettings::default()
    };
    tenant_settings::set(&world.authority, &world.operator, world.contoso, settings)
        .await
        .unwrap();
}

async fn published(world: &World, kid: &Value) -> Value {
    let document = world.get("/common/discovery/v2.0/keys").await.json;
    let mut keys = document["keys"].as_array().unwrap().iter();
    keys.find(|key| key["kid"] == *kid).cloned().unwrap()
}

/// Signs a token by the algorithm and gives its published key.
async fn check(world: &World, algorithm: Algorithm) -> Value {
    choose(world, algorithm).await;
    let token = world.reader_token().await;
    assert_eq!(token.header()["alg"], algorithm.as_str());
    let issuers = world.authority.issuers(world.contoso);
    let audiences = [CONTOSO_ENVIRONMENT.to_owned()];
    let expected = Expected {
        issuers: &issuers,
        audiences: &audiences,
        tenant: world.contoso,
        now: START,
    };
    oauth::verify(token.token(), &world.authority.keys(), &expected).unwrap();
    published(world, &token.header()["kid"]).await
}

#[tokio::test]
async fn the_choice_of_one_tenant_is_not_the_others() {
    on_both(async |world: World| {
        let new = NewServicePrincipal {
            object_id: None,
            tenant: world.fabrikam,
            app_id: world.vendor.app_id,
        };
        service_principal::create(&world.authority, &world.operator, new)
            .await
            .unwrap();
        choose(&world, Algorithm::Es256).await;
        let form = [
            ("client_id", world.vendor.client_id.as_str()),
            ("client_secret", world.vendor.secret()),
            ("grant_type", "client_credentials"),
            ("scope", &format!("{FABRIKAM_ENVIRONMENT}/.default")),
        ];
        let token = world.post("/fabrikam.example/oauth2/v2.0/token", &form).await;
        assert_eq!(token.header()["alg"], "RS256");
    })
    .await;
}

#[tokio::test]
async fn es256_and_ps256_verify_by_published_keys() {
    on_both(async |world: World| {
        let es256 = check(&world, Algorithm::Es256).await;
        assert_eq!((&es256["kty"], &es256["crv"]), (&"EC".into(), &"P-256".into()));
        assert!(es256["x"].is_string() && es256["y"].is_string() && es256["n"].is_null() && es256["x5c"].is_array());
        let ps256 = check(&world, Algorithm::Ps256).await;
        assert_eq!((&ps256["kty"], &ps256["alg"]), (&"RSA".into(), &"PS256".into()));
        let rs256 = check(&world, Algorithm::Rs256).await;
        assert_eq!((&rs256["kty"], &rs256["alg"]), (&"RSA".into(), &Value::Null));
        // Two keys of each, and a second choice makes no more.
        check(&world, Algorithm::Es256).await;
        let document = world.get("/common/discovery/v2.0/keys").await.json;
        assert_eq!(document["keys"].as_array().unwrap().len(), 6);
    })
    .await;
}
