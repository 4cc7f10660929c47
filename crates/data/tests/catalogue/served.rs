//! Rows of own tables, in own columns: served, secured, filtered, expanded and counted like all others.

use serde_json::{Value, json};

use super::{ORDERS, adding};
use crate::world::{Call, World, on_each_engine};

#[tokio::test]
async fn before_it_is_added_there_is_nothing() {
    on_each_engine(async |world| {
        let told = world.admin(Call::get("new_orders")).await.error();
        assert_eq!(told, "404 0x80060888 Resource not found for the segment 'new_orders'.");
        let told = world.admin(Call::get("accounts?$select=new_rating")).await.error();
        assert!(
            told.starts_with("400 0x80060888 Could not find a property named 'new_rating'"),
            "{told}"
        );
    })
    .await;
}

/// A user whose role lets them work on their own orders.
async fn seller(world: &World) -> String {
    let privileges = [
        ("prvCreatenew_Order", "Basic"),
        ("prvReadnew_Order", "Basic"),
        ("prvWritenew_Order", "Basic"),
        ("prvAppendnew_Order", "Basic"),
        ("prvReadAccount", "Global"),
        ("prvAppendToAccount", "Global"),
    ];
    let (application, _) = world.caller("Seller", world.root, &privileges).await;
    world.token(&application)
}

#[tokio::test]
async fn every_kind_of_column_keeps_its_values() {
    on_each_engine(async |world| {
        world.add(ORDERS).await;
        let account = json!({ "name": "Fjord", "new_rating": 4 });
        let account = world.admin(Call::post("accounts", account)).await.expect(204).id();
        let mark = "5a1e0c11-0001-4e0a-9b1c-10aa000000ff";
        let order = json!({
            "new_name": "First", "new_remarks": "a\nb", "new_pieces": 7, "new_serial": 9_007_199_254_740_993_i64,
            "new_weight": 1.25, "new_total": 12.5, "new_ratio": 0.5, "new_paid": true,
            "new_due": "2026-03-04T05:06:07Z", "new_day": "2026-03-04", "new_color": 2, "new_mark": mark,
            "new_Customer@odata.bind": format!("/accounts({account})"),
        });
        let made = world.admin(Call::post("new_orders", order)).await.expect(204);
        let call = Call::get(&format!("new_orders({})", made.id())).header("Prefer", "odata.include-annotations=\"*\"");
        let row = world.admin(call).await.expect(200).json();
        for (property, expected) in [
            ("new_name", json!("First")),
            ("new_remarks", json!("a\nb")),
            ("new_pieces", json!(7)),
            ("new_serial", json!(9_007_199_254_740_993_i64)),
            ("new_ratio", json!(0.5)),
            ("new_paid", json!(true)),
            ("new_due", json!("2026-03-04T05:06:07Z")),
            ("new_day", json!("2026-03-04")),
            ("new_color", json!(2)),
            ("new_color@OData.Community.Display.V1.FormattedValue", json!("Green")),
            ("new_size", json!(10)),
            ("new_size@OData.Community.Display.V1.FormattedValue", json!("Small")),
            ("new_mark", json!(mark)),
            ("_new_customer_value", json!(account.to_string())),
            (
                "_new_customer_value@OData.Community.Display.V1.FormattedValue",
                json!("Fjord"),
            ),
            (
                "_new_customer_value@Microsoft.Dynamics.CRM.associatednavigationproperty",
                json!("new_Customer"),
            ),
            ("_ownerid_value", json!(world.admin_user.to_string())),
            ("_owningbusinessunit_value", json!(world.root.to_string())),
            ("statecode", json!(0)),
            ("statuscode", json!(1)),
        ] {
            assert_eq!(row[property], expected, "{property}");
        }
        let text = row.to_string();
        assert!(text.contains("\"new_weight\":1.25"), "{text}");
        assert!(text.contains("\"new_total\":12.5"), "{text}");
        assert!(
            row["_transactioncurrencyid_value"].is_string(),
            "amounts have a currency"
        );
        let rating = world
            .admin(Call::get(&format!("accounts({account})/new_rating")))
            .await
            .expect(200)
            .json();
        assert_eq!(rating["value"], 4);

        for (body, expected) in [
            (json!({ "new_name": "A", "new_pieces": 1001 }), "400 0x80048d19"),
            (json!({ "new_name": "A", "new_color": 3 }), "400 0x8004431a"),
            (json!({ "new_name": "a".repeat(101) }), "400 0x80044331"),
            (json!({ "new_name": "A", "new_other": 3 }), "400 0x80048d19"),
        ] {
            let told = world.admin(Call::post("new_orders", body)).await.error();
            assert!(told.starts_with(expected), "{told}");
        }
        let told = world.admin(Call::delete(&format!("accounts({account})"))).await.error();
        assert!(told.starts_with("405 0x80040227"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn a_custom_role_reaches_its_own_rows() {
    on_each_engine(async |world| {
        world.add(ORDERS).await;
        let account = world.admin(Call::post("accounts", json!({ "name": "Fjord" }))).await.expect(204).id();
        let seller = seller(&world).await;
        let bind = format!("/accounts({account})");
        let order = |name: &str, pieces: i32| json!({ "new_name": name, "new_pieces": pieces, "new_Customer@odata.bind": bind });
        world.admin(Call::post("new_orders", order("Theirs", 1))).await.expect(204);
        let mine = world.send(&seller, Call::post("new_orders", order("Mine", 2))).await.expect(204).id();
        world.send(&seller, Call::post("new_orders", order("Mine too", 3))).await.expect(204);

        let names = async |path: &str| -> Vec<Value> {
            let rows = world.send(&seller, Call::get(path)).await.expect(200).json();
            rows["value"].as_array().unwrap().iter().map(|row| row["new_name"].clone()).collect()
        };
        assert_eq!(names("new_orders?$orderby=new_name").await, ["Mine", "Mine too"]);
        assert_eq!(names("new_orders?$filter=new_pieces gt 2").await, ["Mine too"]);
        assert_eq!(names("new_orders?$filter=new_Customer/name eq 'fjord' and new_pieces lt 3").await, ["Mine"]);
        assert_eq!(names("new_orders?$filter=contains(new_name,'too')").await, ["Mine too"]);
        let count = world.send(&seller, Call::get("new_orders/$count")).await.expect(200);
        assert_eq!(String::from_utf8(count.body).unwrap(), "2");
        let expanded = "accounts?$select=name&$expand=new_account_orders($select=new_name;$orderby=new_name)";
        let rows = world.send(&seller, Call::get(expanded)).await.expect(200).json();
        let orders = rows["value"][0]["new_account_orders"].as_array().unwrap();
        assert_eq!(orders.iter().map(|order| &order["new_name"]).collect::<Vec<_>>(), ["Mine", "Mine too"]);
        let one = format!("new_orders({mine})?$select=new_name&$expand=new_Customer($select=name)");
        let row = world.send(&seller, Call::get(&one)).await.expect(200).json();
        assert_eq!(row["new_Customer"]["name"], "Fjord");

        let told = world.send(&seller, Call::delete(&format!("new_orders({mine})"))).await.error();
        assert!(told.contains("is missing prvDeletenew_Order privilege"), "{told}");
        let etag = row["@odata.etag"].as_str().unwrap().to_owned();
        let update = || Call::patch(&format!("new_orders({mine})"), json!({ "new_pieces": 9 })).header("If-Match", &etag);
        world.send(&seller, update()).await.expect(204);
        world.send(&seller, update()).await.expect(412);
        let list = world.send(&seller, Call::get("")).await.expect(200).json();
        let sets = list["value"].as_array().unwrap();
        assert!(sets.iter().any(|set| set["name"] == "new_orders"));
    })
    .await;
}

#[tokio::test]
async fn a_table_of_the_organization_and_lookups_between_own_tables() {
    const PLACES: &str = r#"
        [tables.cr123_City]
        display_name = "City"
        display_collection_name = "Cities"
        ownership = "organization"
        primary_name = "cr123_Name"
        [tables.cr123_City.columns]
        cr123_Name = { type = "string", max_length = 100, display_name = "Name" }
        cr123_Twin = { type = "lookup", display_name = "Twin", targets = [{ table = "cr123_city", on_delete = "remove_link" }] }

        [tables.cr123_Box]
        display_name = "Box"
        display_collection_name = "Boxes"
        primary_name = "cr123_Name"
        [tables.cr123_Box.columns]
        cr123_Name = { type = "string", max_length = 100, display_name = "Name" }
        cr123_Place = { type = "lookup", display_name = "Place", targets = [{ table = "cr123_city", on_delete = "cascade" }, { table = "contact", on_delete = "remove_link" }] }
    "#;
    on_each_engine(async |world| {
        world.add(PLACES).await;
        let oslo = world.admin(Call::post("cr123_cities", json!({ "cr123_name": "Oslo" }))).await.expect(204).id();
        let twin = json!({ "cr123_name": "Turku", "cr123_Twin@odata.bind": format!("/cr123_cities({oslo})") });
        let turku = world.admin(Call::post("cr123_cities", twin)).await.expect(204).id();
        let in_city = json!({ "cr123_name": "A", "cr123_Place_cr123_city@odata.bind": format!("/cr123_cities({oslo})") });
        world.admin(Call::post("cr123_boxes", in_city)).await.expect(204);
        let contact = world.admin(Call::post("contacts", json!({ "lastname": "Berg" }))).await.expect(204).id();
        let at_contact = json!({ "cr123_name": "B", "cr123_Place_contact@odata.bind": format!("/contacts({contact})") });
        world.admin(Call::post("cr123_boxes", at_contact)).await.expect(204);
        let path = "cr123_boxes?$select=cr123_name&$orderby=cr123_name&$expand=cr123_Place_cr123_city($select=cr123_name),cr123_Place_contact($select=lastname)";
        let rows = world.admin(Call::get(path)).await.expect(200).json();
        assert_eq!(rows["value"][0]["cr123_Place_cr123_city"]["cr123_name"], "Oslo");
        assert_eq!(rows["value"][1]["cr123_Place_contact"]["lastname"], "Berg");

        world.admin(Call::delete(&format!("cr123_cities({oslo})"))).await.expect(204);
        world.admin(Call::delete(&format!("contacts({contact})"))).await.expect(204);
        let rows = world.admin(Call::get("cr123_boxes")).await.expect(200).json();
        assert_eq!(rows["value"].as_array().unwrap().len(), 1);
        assert_eq!(rows["value"][0]["_cr123_place_value"], Value::Null);
        let row = world.admin(Call::get(&format!("cr123_cities({turku})"))).await.expect(200).json();
        assert_eq!(row["_cr123_twin_value"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn what_is_there_is_nothing_new_and_options_are() {
    on_each_engine(async |world| {
        world.add(ORDERS).await;
        let before = world.number("SELECT s.epoch FROM {environment__state} s").await;
        assert_eq!(world.add(ORDERS).await, data::Applied::default());
        assert_eq!(
            world.change(&super::removing(&[super::table("new_other")])).await,
            data::Applied::default()
        );
        assert_eq!(world.number("SELECT s.epoch FROM {environment__state} s").await, before);
        // What is told can be asked for again.
        let told = data::CatalogueChange {
            add: world.definitions().await,
            remove: Vec::new(),
        };
        assert_eq!(world.change(&told).await, data::Applied::default());

        let more = adding(
            "[choices.new_Color]\ndisplay_name = \"Color\"\noptions = { 3 = \"Blue\" }\n[columns.new_order]\n\
             new_Size = { type = \"choice\", options = { 30 = \"Huge\" }, default = 10, display_name = \"Size\" }",
        );
        assert_eq!(world.change(&more).await.added, ["new_color", "new_order.new_size"]);
        let order = json!({ "new_name": "A", "new_color": 3, "new_size": 30 });
        world.admin(Call::post("new_orders", order)).await.expect(204);
        assert_eq!(world.add(ORDERS).await, data::Applied::default());
    })
    .await;
}
