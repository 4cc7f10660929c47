//! `Prefer: odata.include-annotations`: what is told beside the values.

use serde_json::json;

use super::{ROOT, shown};
use crate::world::{Call, on_each_engine};

const ALL: &str = "odata.include-annotations=\"*\"";

#[tokio::test]
async fn before_the_property_and_never_of_null() {
    on_each_engine(async |world| {
        let contact = world.made("contacts", json!({ "firstname": "Ada", "lastname": "Berg", "birthdate": "1815-12-10" })).await;
        let body = json!({
            "name": "A", "revenue": 750_000, "numberofemployees": 1_234, "creditonhold": false, "accountcategorycode": 2,
            "primarycontactid@odata.bind": format!("/contacts({contact})"),
        });
        let account = world.made("accounts", body).await;
        let select = "name,numberofemployees,creditonhold,accountcategorycode,telephone1,_primarycontactid_value,_parentaccountid_value,_owninguser_value,createdon";
        let call = Call::get(&format!("accounts({account})?$select={select}")).header("Prefer", ALL);
        let reply = world.admin(call).await.expect(200);
        assert_eq!(reply.header("Preference-Applied"), Some(ALL));
        let name = world.got(&format!("systemusers({})?$select=fullname", world.admin_user)).await["fullname"].as_str().unwrap().to_owned();
        assert_eq!(
            shown(&reply, &[(account, "{ACC}"), (contact, "{CON}"), (world.admin_user, "{USR}")]).replace(&name, "{NAME}"),
            [
                r#"{"@odata.context":"{ROOT}/$metadata#accounts("#, select, r#")/$entity","@odata.etag":"W/\"n\"","name":"A","#,
                r#""numberofemployees@OData.Community.Display.V1.FormattedValue":"1,234","numberofemployees":1234,"#,
                r#""creditonhold@OData.Community.Display.V1.FormattedValue":"No","creditonhold":false,"#,
                r#""accountcategorycode@OData.Community.Display.V1.FormattedValue":"Standard","accountcategorycode":2,"#,
                r#""telephone1":null,"#,
                r#""_primarycontactid_value@OData.Community.Display.V1.FormattedValue":"Ada Berg","#,
                r#""_primarycontactid_value@Microsoft.Dynamics.CRM.associatednavigationproperty":"primarycontactid","#,
                r#""_primarycontactid_value@Microsoft.Dynamics.CRM.lookuplogicalname":"contact","#,
                r#""_primarycontactid_value":"{CON}","_parentaccountid_value":null,"#,
                r#""_owninguser_value@OData.Community.Display.V1.FormattedValue":"{NAME}","#,
                r#""_owninguser_value@Microsoft.Dynamics.CRM.associatednavigationproperty":"owninguser","#,
                r#""_owninguser_value@Microsoft.Dynamics.CRM.lookuplogicalname":"systemuser","#,
                r#""_owninguser_value":"{USR}","#,
                r#""createdon@OData.Community.Display.V1.FormattedValue":"10/9/2025 8:53 AM","createdon":"2025-10-09T08:53:20Z","#,
                r#""accountid":"{ACC}"}"#,
            ]
            .concat()
        );
        let money = world.admin(Call::get(&format!("accounts({account})?$select=revenue")).header("Prefer", ALL)).await.json();
        assert_eq!(money["revenue@OData.Community.Display.V1.FormattedValue"], json!("$750,000.00"));
        assert_eq!(money["_transactioncurrencyid_value@OData.Community.Display.V1.FormattedValue"], json!("US Dollar"));
        let born = world.admin(Call::get(&format!("contacts({contact})?$select=birthdate")).header("Prefer", ALL)).await.json();
        assert_eq!((&born["birthdate"], &born["birthdate@OData.Community.Display.V1.FormattedValue"]), (&json!("1815-12-10"), &json!("12/10/1815")));
    })
    .await;
}

#[tokio::test]
async fn a_lookup_with_several_targets_tells_which() {
    on_each_engine(async |world| {
        let account = world.account("A").await;
        let person = world.made("contacts", json!({ "lastname": "Parent" })).await;
        let below = |bind: &str, address: String| json!({ "lastname": "Child", bind: address });
        let by_account = world
            .made(
                "contacts",
                below("parentcustomerid_account@odata.bind", format!("/accounts({account})")),
            )
            .await;
        let by_contact = world
            .made(
                "contacts",
                below("parentcustomerid_contact@odata.bind", format!("/contacts({person})")),
            )
            .await;
        for (child, table, navigation, name) in [
            (by_account, "account", "parentcustomerid_account", "A"),
            (by_contact, "contact", "parentcustomerid_contact", "Parent"),
        ] {
            let row = world
                .admin(Call::get(&format!("contacts({child})?$select=_parentcustomerid_value")).header("Prefer", ALL))
                .await
                .json();
            assert_eq!(
                row["_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"],
                json!(table)
            );
            assert_eq!(
                row["_parentcustomerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty"],
                json!(navigation)
            );
            assert_eq!(
                row["_parentcustomerid_value@OData.Community.Display.V1.FormattedValue"],
                json!(name)
            );
        }
    })
    .await;
}

#[tokio::test]
async fn only_what_was_asked_for() {
    on_each_engine(async |world| {
        let id = world.account("A").await;
        let path = format!("accounts({id})?$select=statecode,_owninguser_value");
        for (wanted, expected) in [
            (
                "OData.Community.Display.V1.FormattedValue",
                vec![
                    "statecode@OData.Community.Display.V1.FormattedValue",
                    "_owninguser_value@OData.Community.Display.V1.FormattedValue",
                ],
            ),
            (
                "Microsoft.Dynamics.CRM.lookuplogicalname",
                vec!["_owninguser_value@Microsoft.Dynamics.CRM.lookuplogicalname"],
            ),
            (
                "Microsoft.Dynamics.CRM.*",
                vec![
                    "_owninguser_value@Microsoft.Dynamics.CRM.associatednavigationproperty",
                    "_owninguser_value@Microsoft.Dynamics.CRM.lookuplogicalname",
                ],
            ),
        ] {
            let prefer = format!("odata.include-annotations=\"{wanted}\"");
            let row = world.admin(Call::get(&path).header("Prefer", &prefer)).await.json();
            let members = row
                .as_object()
                .unwrap()
                .keys()
                .filter(|member| member.find('@').is_some_and(|at| at > 0));
            let mut found: Vec<_> = members.collect();
            let mut expected = expected.clone();
            found.sort();
            expected.sort_unstable();
            assert_eq!(found, expected, "{wanted}");
        }
    })
    .await;
}

#[tokio::test]
async fn totals_of_a_collection() {
    on_each_engine(async |world| {
        world.account("A").await;
        let with = |path: &str| Call::get(path).header("Prefer", ALL);
        let counted = world.admin(with("accounts?$select=name&$count=true")).await.json();
        assert_eq!(counted["@Microsoft.Dynamics.CRM.totalrecordcount"].to_string(), "1");
        assert_eq!(
            counted["@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded"],
            json!(false)
        );
        let text = String::from_utf8(world.admin(with("accounts?$select=name")).await.body).unwrap();
        let start = format!(
            "{{\"@odata.context\":\"{ROOT}/$metadata#accounts(name)\",\"@Microsoft.Dynamics.CRM.totalrecordcount\":-1,\
             \"@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded\":false,\"value\":["
        );
        assert!(text.starts_with(&start), "{text}");
    })
    .await;
}
