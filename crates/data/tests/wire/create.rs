//! `POST` to an entity set: new rows.

use serde_json::json;

use super::{NOBODY, ROOT, shown};
use crate::world::{Call, on_each_engine};

#[tokio::test]
async fn a_key_is_taken_once() {
    on_each_engine(async |world| {
        let taken = world.account("First").await;
        let again = json!({ "accountid": taken.to_string(), "name": "Second" });
        assert_eq!(
            world.refusal(Call::post("accounts", again)).await,
            "412 0x80040237 Cannot insert duplicate key."
        );
        assert_eq!(world.column("accounts?$select=name", "name").await, ["First"]);
    })
    .await;
}

#[tokio::test]
async fn a_lookup_must_lead_to_a_row_of_its_table() {
    on_each_engine(async |world| {
        let with = |address: String| {
            Call::post(
                "accounts",
                json!({ "name": "A", "primarycontactid@odata.bind": address }),
            )
        };
        assert_eq!(
            world.refusal(with(format!("/contacts({NOBODY})"))).await,
            format!("404 0x80040217 contact With Id = {NOBODY} Does Not Exist")
        );
        let account = world.account("B").await;
        let wrong = world.admin(with(format!("/accounts({account})"))).await;
        assert_eq!(wrong.status.as_u16(), 400);
        assert_eq!(
            world.column("accounts?$select=name", "name").await,
            ["B"],
            "nothing was written"
        );
    })
    .await;
}

#[tokio::test]
async fn conditions_are_for_rows_that_may_be_there() {
    on_each_engine(async |world| {
        let call = Call::post("accounts", json!({ "name": "A" })).header("If-None-Match", "*");
        let message = "400 0x80040203 `If-Match` and `If-None-Match` are for `PATCH` and `DELETE` of a row.";
        assert_eq!(world.refusal(call).await, message);
    })
    .await;
}

#[tokio::test]
async fn answers_the_address() {
    on_each_engine(async |world| {
        let reply = world
            .admin(Call::post("accounts", json!({ "name": "Fjord Freight" })))
            .await
            .expect(204);
        let address = format!("{ROOT}/accounts({})", reply.id());
        assert_eq!(reply.header("OData-EntityId"), Some(address.as_str()));
        assert_eq!(reply.header("Location"), Some(address.as_str()));
        assert_eq!(reply.header("OData-Version"), Some("4.0"));
        assert_eq!(
            (reply.header("Content-Type"), reply.body.as_slice()),
            (None, b"".as_slice())
        );
    })
    .await;
}

#[tokio::test]
async fn takes_a_key_and_every_form_of_address() {
    on_each_engine(async |world| {
        let key = "5a1e0c11-0001-4e0a-9b1c-10aa00000001";
        let made = world
            .made("accounts", json!({ "accountid": key, "name": "Given" }))
            .await;
        assert_eq!(made.to_string(), key);
        let contact = world.made("contacts", json!({ "lastname": "Berg" })).await;
        for address in [
            format!("contacts({contact})"),
            format!("/contacts({contact})"),
            format!("{ROOT}/contacts({contact})"),
            format!("/api/data/v9.2/contacts({contact})"),
        ] {
            let account = world
                .made("accounts", json!({ "primarycontactid@odata.bind": address }))
                .await;
            let row = world
                .got(&format!("accounts({account})?$select=_primarycontactid_value"))
                .await;
            assert_eq!(row["_primarycontactid_value"], contact.to_string());
        }
    })
    .await;
}

#[tokio::test]
async fn answers_the_row_when_it_is_wanted() {
    on_each_engine(async |world| {
        let body =
            json!({ "name": "Fjord Freight", "revenue": 750_000, "creditonhold": true, "accountcategorycode": 1 });
        let call = Call::post("accounts?$select=name,revenue,creditonhold,createdon", body);
        let reply = world
            .admin(call.header("Prefer", "return=representation"))
            .await
            .expect(201);
        let id = reply.json()["accountid"].as_str().unwrap().parse().unwrap();
        let currency = reply.json()["_transactioncurrencyid_value"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(
            shown(&reply, &[(id, "{ACC}"), (currency, "{CUR}")]),
            concat!(
                r#"{"@odata.context":"{ROOT}/$metadata#accounts(name,revenue,creditonhold,createdon)/$entity","#,
                r#""@odata.etag":"W/\"n\"","name":"Fjord Freight","revenue":750000.0000,"creditonhold":true,"#,
                r#""createdon":"2025-10-09T08:53:20Z","_transactioncurrencyid_value":"{CUR}","accountid":"{ACC}"}"#
            )
        );
        assert_eq!(reply.header("Preference-Applied"), Some("return=representation"));
        let etag = reply.json()["@odata.etag"].as_str().unwrap().to_owned();
        assert_eq!(reply.header("ETag"), Some(etag.as_str()));
    })
    .await;
}

#[tokio::test]
async fn sets_defaults_and_stamps() {
    on_each_engine(async |world| {
        let id = world.account("Fjord Freight").await;
        let row = world.got(&format!("accounts({id})")).await;
        assert_eq!(
            (row["statecode"].as_i64(), row["statuscode"].as_i64()),
            (Some(0), Some(1))
        );
        assert_eq!(row["creditonhold"], json!(false));
        let user = world.admin_user.to_string();
        for stamp in [
            "_createdby_value",
            "_modifiedby_value",
            "_ownerid_value",
            "_owninguser_value",
        ] {
            assert_eq!(row[stamp], json!(user), "{stamp}");
        }
        assert_eq!(row["_createdonbehalfby_value"], json!(null));
        assert_eq!(row["_owningbusinessunit_value"], json!(world.root.to_string()));
        assert_eq!(
            (&row["createdon"], &row["modifiedon"]),
            (&json!("2025-10-09T08:53:20Z"), &json!("2025-10-09T08:53:20Z"))
        );
    })
    .await;
}
