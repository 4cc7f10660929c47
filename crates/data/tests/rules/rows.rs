//! Rows of business tables, the organization and currencies.

use serde_json::json;
use uuid::Uuid;

use super::{refused, row};
use crate::world::{Call, on_each_engine};

#[tokio::test]
async fn rows_are_active_and_in_the_organizations_currency() {
    on_each_engine(|world| async move {
        let account = world
            .admin(Call::post("accounts", json!({ "name": "Fjord" })))
            .await
            .expect(204)
            .id();
        let found = row(&world, &format!("accounts({account})")).await;
        assert_eq!((&found["statecode"], &found["statuscode"]), (&json!(0), &json!(1)));
        let organization = row(&world, "organizations?$select=_basecurrencyid_value").await;
        assert_eq!(
            found["_transactioncurrencyid_value"],
            organization["value"][0]["_basecurrencyid_value"]
        );
        assert!(found["_transactioncurrencyid_value"].is_string());
        let clear = json!({ "transactioncurrencyid@odata.bind": null });
        world
            .admin(Call::patch(&format!("accounts({account})"), clear))
            .await
            .expect(204);
        let after = row(&world, &format!("accounts({account})")).await;
        assert_eq!(
            after["_transactioncurrencyid_value"],
            found["_transactioncurrencyid_value"]
        );
    })
    .await;
}

#[tokio::test]
async fn the_currency_asks_for_no_right() {
    on_each_engine(|world| async move {
        let (caller, _) = world.caller("Sync", world.root, &[("prvCreateAccount", "Basic")]).await;
        world
            .send(
                &world.token(&caller),
                Call::post("accounts", json!({ "name": "Fjord" })),
            )
            .await
            .expect(204);
    })
    .await;
}

#[tokio::test]
async fn state_and_reason_belong_together() {
    on_each_engine(|world| async move {
        let task = world
            .admin(Call::post("tasks", json!({ "subject": "Call" })))
            .await
            .expect(204)
            .id();
        let path = format!("tasks({task})");
        let state = async || {
            let row = row(&world, &path).await;
            (row["statecode"].as_i64().unwrap(), row["statuscode"].as_i64().unwrap())
        };
        assert_eq!(state().await, (0, 2));
        world
            .admin(Call::patch(&path, json!({ "statecode": 1 })))
            .await
            .expect(204);
        assert_eq!(state().await, (1, 5));
        let mixed = refused(&world, Call::patch(&path, json!({ "statecode": 0, "statuscode": 6 }))).await;
        assert!(
            mixed.starts_with("400 0x80040203 6 is not a valid status code for state code 0"),
            "{mixed}"
        );
        let alone = refused(&world, Call::patch(&path, json!({ "statuscode": 3 }))).await;
        assert!(
            alone.starts_with("400 0x80040203 The status reason does not belong to the state"),
            "{alone}"
        );
        world
            .admin(Call::patch(&path, json!({ "statecode": 0, "statuscode": 3 })))
            .await
            .expect(204);
        assert_eq!(state().await, (0, 3));
    })
    .await;
}

#[tokio::test]
async fn there_is_one_organization() {
    on_each_engine(|world| async move {
        let created = refused(&world, Call::post("organizations", json!({ "name": "Second" }))).await;
        assert!(created.starts_with("405 0x80040315 "), "{created}");
        let path = format!("organizations({})", Uuid::from_u128(0x06));
        let deleted = refused(&world, Call::delete(&path)).await;
        assert!(deleted.starts_with("405 0x80040315 "), "{deleted}");
        world
            .admin(Call::patch(&path, json!({ "name": "Contoso Ltd" })))
            .await
            .expect(204);
    })
    .await;
}

#[tokio::test]
async fn privileges_are_read_only() {
    on_each_engine(|world| async move {
        let privilege = row(&world, "privileges?$filter=name eq 'prvReadAccount'").await["value"][0].clone();
        assert_eq!(
            (&privilege["accessright"], &privilege["canbebasic"]),
            (&json!(1), &json!(true))
        );
        let path = format!("privileges({})", privilege["privilegeid"].as_str().unwrap());
        for call in [
            Call::post("privileges", json!({ "name": "prvFly" })),
            Call::patch(&path, json!({ "canbebasic": false })),
            Call::delete(&path),
        ] {
            let refused = refused(&world, call).await;
            assert!(refused.starts_with("405 0x80040315 "), "{refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_base_currency_stays_as_it_is() {
    on_each_engine(|world| async move {
        let found = row(&world, "transactioncurrencies").await["value"][0].clone();
        assert_eq!(found["isocurrencycode"], "USD");
        assert_eq!(found["exchangerate"].as_f64(), Some(1.0));
        let path = format!(
            "transactioncurrencies({})",
            found["transactioncurrencyid"].as_str().unwrap()
        );
        let expected = "400 0x80040203 Rate and state of the organization's currency cannot be changed.";
        assert_eq!(
            refused(&world, Call::patch(&path, json!({ "exchangerate": 2 }))).await,
            expected
        );
        assert_eq!(
            refused(&world, Call::patch(&path, json!({ "statecode": 1 }))).await,
            expected
        );
        assert!(refused(&world, Call::delete(&path)).await.contains("is referenced by"));
        let euro = json!({
            "currencyname": "Euro", "isocurrencycode": "EUR", "currencysymbol": "€", "currencyprecision": 2,
            "exchangerate": 0.9,
        });
        let euro = world
            .admin(Call::post("transactioncurrencies", euro))
            .await
            .expect(204)
            .id();
        let body =
            json!({ "name": "Fjord", "transactioncurrencyid@odata.bind": format!("/transactioncurrencies({euro})") });
        let account = world.admin(Call::post("accounts", body)).await.expect(204).id();
        let account = row(&world, &format!("accounts({account})")).await;
        assert_eq!(account["_transactioncurrencyid_value"], euro.to_string());
    })
    .await;
}
