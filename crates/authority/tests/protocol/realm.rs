//! Realm discovery: where a person signs in.

use serde_json::json;

use crate::world::{World, on_both};

#[tokio::test]
async fn names_at_no_tenants_domain_are_unknown() {
    on_both(async |world: World| {
        for name in [
            "alice@nowhere.example",
            "alice",
            "@",
            "alice@contoso%00",
            "alice@common",
        ] {
            let answer = world.get(&format!("/common/userrealm/{name}?api-version=1.0")).await;
            assert_eq!(answer.status, 200, "{name}");
            assert_eq!(answer.json["account_type"], "Unknown", "{name}");
            assert_eq!(answer.json["domain_name"], json!(null), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_name_at_a_tenants_domain_is_managed_whether_or_not_it_exists() {
    on_both(async |world: World| {
        for name in ["nobody@contoso.example", "Alice@Contoso.Example"] {
            let answer = world.get(&format!("/common/userrealm/{name}?api-version=1.0")).await;
            let expected = json!({
                "ver": "1.0", "account_type": "Managed", "domain_name": "contoso.example",
                "cloud_instance_name": "login.example.test:8443",
                "cloud_audience_urn": "urn:federation:MicrosoftOnline",
            });
            assert_eq!(answer.json, expected, "{name}");
        }
    })
    .await;
}
