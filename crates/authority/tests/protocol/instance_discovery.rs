//! Instance discovery, as far as MSAL asks for it.

use serde_json::json;

use crate::world::{ORIGIN, World, on_both};

fn path(address: &str) -> String {
    let address = percent_encoding::utf8_percent_encode(address, percent_encoding::NON_ALPHANUMERIC);
    format!("/common/discovery/instance?api-version=1.1&authorization_endpoint={address}")
}

#[tokio::test]
async fn other_hosts_are_not_vouched_for() {
    on_both(async |world: World| {
        for address in [
            "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
            "https://login.example.test:9443/common/oauth2/v2.0/authorize",
            "https://login.example.test.evil.test/common/oauth2/v2.0/authorize",
            "https://evil.test/login.example.test:8443/authorize",
            "https://login.example.test:8443@evil.test/common/authorize",
            "login.example.test",
            "https://login.example.test:8443",
            "not a url",
        ] {
            world
                .get(&path(address))
                .await
                .refused(400, "invalid_instance", 50_049, address);
        }
        let missing = world.get("/common/discovery/instance?api-version=1.1").await;
        missing.refused(400, "invalid_request", 900_144, "'authorization_endpoint'");
    })
    .await;
}

#[tokio::test]
async fn our_own_host_is() {
    on_both(async |world: World| {
        let answer = world
            .get(&path(&format!("{ORIGIN}/fabrikam.example/oauth2/v2.0/authorize")))
            .await
            .json;
        let host = "login.example.test:8443";
        let expected = json!({
            "tenant_discovery_endpoint": format!("{ORIGIN}/fabrikam.example/v2.0/.well-known/openid-configuration"),
            "api-version": "1.1",
            "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
        });
        assert_eq!(answer, expected);
        // msal-python leaves the port out.
        let no_port = "https://login.example.test/fabrikam.example/oauth2/v2.0/authorize";
        assert_eq!(world.get(&path(no_port)).await.json, expected);
        let v1 = world
            .get(&path(&format!("{ORIGIN}/common/oauth2/authorize")))
            .await
            .json;
        assert_eq!(
            v1["tenant_discovery_endpoint"],
            format!("{ORIGIN}/common/.well-known/openid-configuration")
        );
    })
    .await;
}
