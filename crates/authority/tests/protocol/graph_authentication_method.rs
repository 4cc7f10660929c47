//! `authenticationMethod` in the directory API: an administrator helps somebody who lost a device.

use authority::Secret;
use authority::manage;
use serde_json::json;

use crate::authenticator::Authenticator;
use crate::factors::code;
use crate::graph::{DIRECTORY_READ, USER_READ_WRITE};
use crate::passkeys::enrol;
use crate::shop::{CARA, INA, Shop};
use crate::world::{World, on_both};

const METHOD_READ: u128 = 0x38d9_df27_64da_44fd_b7c5_a6fb_ac20_248f;
const METHOD_READ_WRITE: u128 = 0x5048_3e42_d915_4231_9639_7fdb_7fd1_90e5;

#[tokio::test]
async fn what_is_refused() {
    on_both(async |world: World| {
        Shop::open(&world).await;
        enrol(&world, CARA, &mut Authenticator::new(1)).await;
        enrol(&world, INA, &mut Authenticator::new(2)).await;
        let path = format!("/users/{CARA}/authentication/fido2Methods");
        for roles in [DIRECTORY_READ, USER_READ_WRITE] {
            let caller = world.caller(&[roles]).await;
            caller
                .get(&path)
                .await
                .denied(403, "Authorization_RequestDenied", "Insufficient");
        }
        let reader = world.caller(&[METHOD_READ]).await;
        let found = reader.get(&path).await;
        let id = found.json["value"][0]["id"].as_str().unwrap().to_owned();
        reader
            .delete(&format!("{path}/{id}"))
            .await
            .denied(403, "Authorization_RequestDenied", "Insufficient");
        let writer = world.caller(&[METHOD_READ_WRITE]).await;
        writer
            .get(&format!("/users/{INA}/authentication/methods"))
            .await
            .denied(404, "Request_ResourceNotFound", INA);
        let elsewhere = format!("/users/{CARA}/authentication/softwareOathMethods/{id}");
        writer
            .delete(&elsewhere)
            .await
            .denied(404, "Request_ResourceNotFound", &id);
        assert_eq!(reader.get(&path).await.json["value"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn methods_are_listed_and_removed() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let (authority, operator) = (&world.authority, &world.operator);
        enrol(&world, CARA, &mut Authenticator::new(1)).await;
        let enrolled = manage::authentication_method::enrol(authority, operator, world.contoso, shop.cara)
            .await
            .unwrap();
        let first = Secret::new(code(&world, enrolled.secret.expose()));
        manage::authentication_method::confirm(authority, operator, world.contoso, shop.cara, &first)
            .await
            .unwrap();
        let caller = world.caller(&[METHOD_READ_WRITE]).await;
        let path = format!("/users/{CARA}/authentication");
        let all = caller.get(&format!("{path}/methods")).await;
        let types: Vec<_> = all.json["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["@odata.type"].as_str().unwrap().to_owned())
            .collect();
        let expected = ["password", "softwareOath", "fido2"];
        assert_eq!(
            types,
            expected.map(|kind| format!("#microsoft.graph.{kind}AuthenticationMethod"))
        );
        assert_eq!(all.json["value"][1]["secretKey"], json!(null));
        assert_eq!(all.json["value"][2]["displayName"], json!("Phone"));
        for (at, kind) in [(1, "softwareOathMethods"), (2, "fido2Methods")] {
            let id = all.json["value"][at]["id"].as_str().unwrap();
            let path = format!("{path}/{kind}/{id}");
            assert_eq!(caller.delete(&path).await.status, 204);
            caller.delete(&path).await.denied(404, "Request_ResourceNotFound", id);
        }
        let left = manage::authentication_method::find(authority, operator, world.contoso, shop.cara).await;
        let left = left.unwrap();
        assert_eq!(
            (left.one_time_password, left.passkeys.len(), left.recovery_codes_left),
            (None, 0, 0)
        );
    })
    .await;
}
