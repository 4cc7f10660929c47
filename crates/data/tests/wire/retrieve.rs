//! `GET` of one row.

use serde_json::json;

use super::{NOBODY, ROOT, shown};
use crate::world::{Call, on_each_engine};

#[tokio::test]
async fn refusals() {
    on_each_engine(async |world| {
        let id = world.account("A").await;
        for (path, expected) in [
            (
                format!("accounts({NOBODY})"),
                format!("404 0x80040217 account With Id = {NOBODY} Does Not Exist"),
            ),
            (
                "acounts".to_owned(),
                "404 0x80060888 Resource not found for the segment 'acounts'.".to_owned(),
            ),
            (
                "acounts?$select=name".to_owned(),
                "404 0x80060888 Resource not found for the segment 'acounts'.".to_owned(),
            ),
            (
                format!("acounts({NOBODY})"),
                "404 0x80060888 Resource not found for the segment 'acounts'.".to_owned(),
            ),
            (
                "Accounts".to_owned(),
                "404 0x80060888 Resource not found for the segment 'Accounts'.".to_owned(),
            ),
            (
                format!("accounts({id})/nam"),
                "404 0x80060888 Resource not found for the segment 'nam'.".to_owned(),
            ),
            (
                format!("accounts({id})?$select=nam"),
                "400 0x80060888 Could not find a property named 'nam' on type 'Microsoft.Dynamics.CRM.account'."
                    .to_owned(),
            ),
            (
                format!("accounts({id})?$filter=name eq 'A'"),
                "400 0x80040203 `$filter` has no meaning for the addressed resource.".to_owned(),
            ),
        ] {
            assert_eq!(world.refusal(Call::get(&path)).await, expected, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn columns_come_in_the_order_asked() {
    on_each_engine(async |world| {
        let body = json!({
            "name": "Fjord \"Freight\" ø", "revenue": 0.1, "numberofemployees": 12, "address1_latitude": 59.9,
            "creditonhold": true, "description": "two\nlines",
        });
        let id = world.made("accounts", body).await;
        let select = "numberofemployees,name,address1_latitude,creditonhold,description,telephone1,statecode";
        let reply = world
            .admin(Call::get(&format!("accounts({id})?$select={select}")))
            .await
            .expect(200);
        assert_eq!(
            shown(&reply, &[(id, "{ACC}")]),
            [
                r#"{"@odata.context":"{ROOT}/$metadata#accounts("#,
                select,
                r#")/$entity","@odata.etag":"W/\"n\"","numberofemployees":12,"name":"Fjord \"Freight\" ø","#,
                r#""address1_latitude":59.9,"creditonhold":true,"description":"two\nlines","telephone1":null,"#,
                r#""statecode":0,"accountid":"{ACC}"}"#,
            ]
            .concat()
        );
        assert_eq!(
            reply.header("Content-Type"),
            Some("application/json; odata.metadata=minimal")
        );
        assert_eq!(reply.header("OData-Version"), Some("4.0"));
        assert_eq!(reply.header("Preference-Applied"), None);
    })
    .await;
}

#[tokio::test]
async fn without_select_every_column_comes() {
    on_each_engine(async |world| {
        let id = world.account("A").await;
        let row = world.got(&format!("accounts({id})")).await;
        assert_eq!(
            row["@odata.context"],
            json!(format!("{ROOT}/$metadata#accounts/$entity"))
        );
        for column in [
            "name",
            "accountid",
            "versionnumber",
            "_ownerid_value",
            "telephone3",
            "statuscode",
            "createdon",
        ] {
            assert!(row.get(column).is_some(), "{column}");
        }
        assert!(row.get("name__folded").is_none() && row.get("ownerid").is_none());
    })
    .await;
}

#[tokio::test]
async fn an_unchanged_row_is_not_sent_again() {
    on_each_engine(async |world| {
        let id = world.account("A").await;
        let path = format!("accounts({id})?$select=name");
        let etag = world.admin(Call::get(&path)).await.header("ETag").unwrap().to_owned();
        let known = || Call::get(&path).header("If-None-Match", &etag);
        let reply = world.admin(known()).await.expect(304);
        assert!(reply.body.is_empty());
        assert_eq!(reply.header("ETag"), Some(etag.as_str()));
        let any = Call::get(&path).header("If-None-Match", "*");
        assert_eq!(
            world.refusal(any).await,
            "400 0x80040203 `If-None-Match: *` has no meaning for a read."
        );
        world
            .admin(Call::get(&path).header("If-None-Match", "W/\"0\""))
            .await
            .expect(200);
        world
            .admin(Call::get(&path).header("If-None-Match", "null"))
            .await
            .expect(200);
        world
            .admin(known().header("Prefer", "odata.include-annotations=\"*\""))
            .await
            .expect(200);
        world
            .admin(Call::get(&path).header("If-Match", &etag))
            .await
            .expect(200);
        let changed =
            "412 0x80060882 The version of the existing record doesn't match the RowVersion property provided.";
        assert_eq!(
            world.refusal(Call::get(&path).header("If-Match", "W/\"0\"")).await,
            changed
        );
    })
    .await;
}
