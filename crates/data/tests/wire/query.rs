//! `GET` of collections: `$select`, `$filter`, `$orderby`, `$top`, `$count`.

use serde_json::json;

use super::{ROOT, shown};
use crate::world::{Call, World, on_each_engine};

async fn five(world: &World) {
    for (name, revenue, city) in [
        ("Alpha", json!(10), json!("Oslo")),
        ("beta", json!(20), json!(null)),
        ("Gamma", json!(null), json!("Bergen")),
        ("alphabet", json!(10), json!("oslo")),
        ("Ärger", json!(-0), json!("50% off_x")),
    ] {
        world
            .made(
                "accounts",
                json!({ "name": name, "revenue": revenue, "address1_city": city }),
            )
            .await;
    }
}

async fn names(world: &World, query: &str) -> Vec<String> {
    world.column(&format!("accounts?$select=name&{query}"), "name").await
}

#[tokio::test]
async fn refusals() {
    on_each_engine(async |world| {
        for (query, expected) in [
            (
                "$filter=nam eq 'x'",
                "400 0x80060888 Could not find a property named 'nam' on type 'Microsoft.Dynamics.CRM.account'.",
            ),
            (
                "$filter=name eq 'x",
                "400 0x80060888 There is an unterminated literal at position 10 in 'name eq 'x'.",
            ),
            ("$skip=1", "400 0x80060888 The query option `$skip` is not supported."),
            (
                "$search=x",
                "400 0x80060888 The query option `$search` is not supported.",
            ),
            (
                "$apply=aggregate($count as n)",
                "400 0x80060888 The query option `$apply` is not supported.",
            ),
            ("$unknown=1", "400 0x80060888 The query option `$unknown` is unknown."),
            (
                "$top=x",
                "400 0x80060888 The value `x` of `$top` is not a whole number from 0.",
            ),
        ] {
            assert_eq!(
                world.refusal(Call::get(&format!("accounts?{query}"))).await,
                expected,
                "{query}"
            );
        }
        for query in [
            "$filter=revenue eq 'x'",
            "$filter=name eq 5",
            "$filter=accountid eq 'x'",
            "$filter=tolower(name) eq 'x'",
            "$filter=revenue add 1 eq 2",
            "$orderby=nam",
            "$select=nam",
            "$top=-1",
            "fetchXml=%3Cfetch%2F%3E",
        ] {
            let reply = world.admin(Call::get(&format!("accounts?{query}"))).await;
            assert_eq!(reply.status.as_u16(), 400, "{query}: {}", reply.error());
        }
    })
    .await;
}

#[tokio::test]
async fn filters() {
    on_each_engine(async |world| {
        five(&world).await;
        for (filter, expected) in [
            ("name eq 'ALPHA'", vec!["Alpha"]),
            ("name ne 'alpha'", vec!["alphabet", "beta", "Gamma", "Ärger"]),
            ("revenue gt 10", vec!["beta"]),
            ("revenue ge 10 and revenue le 10", vec!["Alpha", "alphabet"]),
            ("revenue lt 10", vec!["Ärger"]),
            ("revenue eq null", vec!["Gamma"]),
            ("revenue ne null", vec!["Alpha", "alphabet", "beta", "Ärger"]),
            ("not (revenue eq 10)", vec!["beta", "Gamma", "Ärger"]),
            ("contains(name,'PHA')", vec!["Alpha", "alphabet"]),
            ("startswith(name,'alpha')", vec!["Alpha", "alphabet"]),
            ("endswith(name,'A')", vec!["Alpha", "beta", "Gamma"]),
            ("name eq 'ärger'", vec!["Ärger"]),
            (
                "address1_city eq 'oslo' or address1_city eq null",
                vec!["Alpha", "alphabet", "beta"],
            ),
            ("statecode eq 0 and name eq 'beta'", vec!["beta"]),
        ] {
            assert_eq!(
                names(&world, &format!("$filter={filter}&$orderby=name")).await,
                expected,
                "{filter}"
            );
        }
        let user = world.admin_user;
        assert_eq!(
            names(&world, &format!("$filter=_ownerid_value eq {user} and revenue eq 20")).await,
            ["beta"]
        );
        assert_eq!(names(&world, "$filter=name eq @n&@n='beta'").await, ["beta"]);
        let mine = "$filter=Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid') and name eq 'beta'";
        assert_eq!(names(&world, mine).await, ["beta"]);
    })
    .await;
}

#[tokio::test]
async fn filters_go_through_relations() {
    on_each_engine(async |world| {
        let ada = world
            .made("contacts", json!({ "firstname": "Ada", "lastname": "Berg" }))
            .await;
        world
            .made(
                "accounts",
                json!({ "name": "With", "primarycontactid@odata.bind": format!("/contacts({ada})") }),
            )
            .await;
        world.account("Without").await;
        for (filter, expected) in [
            ("primarycontactid/fullname eq 'ada berg'", vec!["With"]),
            ("primarycontactid/contactid eq null", vec!["Without"]),
        ] {
            assert_eq!(names(&world, &format!("$filter={filter}")).await, expected, "{filter}");
        }
        let found = world
            .column(
                "contacts?$select=fullname&$filter=account_primary_contact/any(a:a/name eq 'with')",
                "fullname",
            )
            .await;
        assert_eq!(found, ["Ada Berg"]);
    })
    .await;
}

#[tokio::test]
async fn orders() {
    on_each_engine(async |world| {
        five(&world).await;
        for (order, expected) in [
            ("name", vec!["Alpha", "alphabet", "beta", "Gamma", "Ärger"]),
            ("name desc", vec!["Ärger", "Gamma", "beta", "alphabet", "Alpha"]),
            ("revenue,name desc", vec!["Gamma", "Ärger", "alphabet", "Alpha", "beta"]),
            ("revenue desc,name", vec!["beta", "Alpha", "alphabet", "Ärger", "Gamma"]),
        ] {
            assert_eq!(names(&world, &format!("$orderby={order}")).await, expected, "{order}");
        }
        assert_eq!(names(&world, "$orderby=name&$top=2").await, ["Alpha", "alphabet"]);
    })
    .await;
}

#[tokio::test]
async fn counts() {
    on_each_engine(async |world| {
        five(&world).await;
        let reply = world
            .admin(Call::get("accounts?$select=name&$filter=revenue eq 20&$count=true"))
            .await
            .expect(200);
        let id = reply.json()["value"][0]["accountid"].as_str().unwrap().parse().unwrap();
        assert_eq!(
            shown(&reply, &[(id, "{ACC}")]),
            concat!(
                r#"{"@odata.context":"{ROOT}/$metadata#accounts(name)","@odata.count":1,"#,
                r#""value":[{"@odata.etag":"W/\"n\"","name":"beta","accountid":"{ACC}"}]}"#
            )
        );
        for (path, expected) in [
            ("accounts/$count", "5"),
            ("accounts/$count?$filter=revenue eq 10", "2"),
            ("contacts/$count", "0"),
        ] {
            let reply = world.admin(Call::get(path)).await.expect(200);
            assert_eq!(
                (reply.header("Content-Type"), shown(&reply, &[]).as_str()),
                (Some("text/plain"), expected),
                "{path}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_root_lists_the_sets() {
    on_each_engine(async |world| {
        let root = world.got("").await;
        assert_eq!(root["@odata.context"], json!(format!("{ROOT}/$metadata")));
        let accounts = json!({ "name": "accounts", "kind": "EntitySet", "url": "accounts" });
        assert!(root["value"].as_array().unwrap().contains(&accounts));
        let old = world
            .admin(Call::get("/api/data/v9.0/accounts?$select=name"))
            .await
            .expect(200)
            .json();
        assert_eq!(
            old["@odata.context"],
            json!("https://contoso.example.test/api/data/v9.0/$metadata#accounts(name)")
        );
    })
    .await;
}
