//! What goes: rows are told, privileges end, those who are reading finish, and the same name can come again.

use data::{Additions, Removed};
use serde_json::json;

use super::{ORDERS, adding, column, removing, table};
use crate::world::{Call, World, on_each_engine};

async fn order(world: &World, body: serde_json::Value) -> uuid::Uuid {
    world.admin(Call::post("new_orders", body)).await.expect(204).id()
}

#[tokio::test]
async fn a_table_goes_with_its_rows_and_privileges() {
    on_each_engine(async |world| {
        let before = world.number("SELECT COUNT(*) FROM {roleprivileges}").await;
        world.add(ORDERS).await;
        let (seller, _) = world
            .caller("Seller", world.root, &[("prvReadnew_Order", "Global")])
            .await;
        for name in ["A", "B", "C"] {
            order(&world, json!({ "new_name": name })).await;
        }
        let change = removing(&[
            column("new_order", "new_color"),
            table("new_Order"),
            data::Removal::Choice("new_color".to_owned()),
            column("account", "new_rating"),
        ]);
        let name = &world.address.name;
        let told = world
            .service
            .preview_catalogue_change(name, data::Maker::Program, &change)
            .await
            .unwrap();
        world.admin(Call::get("new_orders")).await.expect(200);
        let applied = world.change(&change).await;
        assert_eq!(told, applied);
        let rows: Vec<u64> = applied.removed.iter().map(|removed| removed.rows).collect();
        assert_eq!(rows, [0, 3, 0, 0]);
        assert_eq!(world.definitions().await, Additions::default());
        world.admin(Call::get("new_orders")).await.expect(404);
        assert_eq!(world.number("SELECT COUNT(*) FROM {roleprivileges}").await, before);
        let left = world
            .admin(Call::get("privileges?$filter=contains(name,'new_')"))
            .await
            .expect(200)
            .json();
        assert_eq!(left["value"].as_array().unwrap().len(), 0);
        // Their role is empty now, and still a role.
        let token = world.token(&seller);
        world.send(&token, Call::get("new_orders")).await.expect(404);
        assert_eq!(world.change(&change).await, data::Applied::default());
    })
    .await;
}

#[tokio::test]
async fn values_of_a_column_are_told_and_it_comes_again_with_another_type() {
    on_each_engine(async |world| {
        world.add(ORDERS).await;
        let made = order(&world, json!({ "new_name": "A", "new_pieces": 1 })).await;
        order(&world, json!({ "new_name": "B" })).await;
        // Statements that will be used again, for a column of another type.
        let path = "new_orders?$select=new_pieces&$orderby=new_pieces&$filter=new_pieces ne null";
        world.admin(Call::get(path)).await.expect(200);
        let applied = world.change(&removing(&[column("new_order", "new_pieces")])).await;
        let expected = Removed {
            what: column("new_order", "new_pieces"),
            rows: 1,
        };
        assert_eq!(applied.removed, [expected]);
        world
            .admin(Call::get("new_orders?$select=new_pieces"))
            .await
            .expect(400);
        let kinds = [
            ("type = \"boolean\"", json!(true)),
            ("type = \"guid\"", json!("5a1e0c11-0001-4e0a-9b1c-10aa000000ff")),
            ("type = \"double\", min = 0, max = 9", json!(1.5)),
            ("type = \"string\", max_length = 9", json!("a")),
        ];
        for (kind, value) in kinds {
            world
                .add(&format!(
                    "[columns.new_order]\nnew_Pieces = {{ {kind}, display_name = \"Pieces\" }}"
                ))
                .await;
            let rows = world.admin(Call::get(path)).await.expect(200).json();
            assert_eq!(rows["value"].as_array().unwrap().len(), 0, "no old values");
            let set = Call::patch(&format!("new_orders({made})"), json!({ "new_pieces": value }));
            world.admin(set).await.expect(204);
            let rows = world.admin(Call::get(path)).await.expect(200).json();
            assert_eq!(rows["value"][0]["new_pieces"], value);
            world.change(&removing(&[column("new_order", "new_pieces")])).await;
        }
    })
    .await;
}

#[tokio::test]
async fn those_who_began_before_finish_and_then_it_goes_for_good() {
    on_each_engine(async |world| {
        world.add(ORDERS).await;
        order(&world, json!({ "new_name": "A" })).await;
        world
            .admin(Call::post("accounts", json!({ "name": "A", "new_rating": 3 })))
            .await
            .expect(204);
        let other = world.other_node();
        let admin = world.token(&world.admin);
        world.send_to(&other, &admin, Call::get("new_orders")).await.expect(200);
        world
            .change(&removing(&[table("new_order"), column("account", "new_rating")]))
            .await;
        // The other node does not know yet.
        let rows = world
            .send_to(&other, &admin, Call::get("new_orders"))
            .await
            .expect(200)
            .json();
        assert_eq!(rows["value"].as_array().unwrap().len(), 1);
        let rows = world
            .send_to(&other, &admin, Call::get("accounts"))
            .await
            .expect(200)
            .json();
        assert_eq!(rows["value"][0]["new_rating"], 3);
        world.clock.advance_seconds(1);
        world.send_to(&other, &admin, Call::get("new_orders")).await.expect(404);
        world.send_to(&other, &admin, Call::get("accounts")).await.expect(200);
        assert!(world.has("SELECT COUNT(*) FROM {new_order}").await);

        world.clock.advance_seconds(5);
        let mut is_there = true;
        while is_there {
            // Whoever comes by starts it; it is done beside them.
            world.admin(Call::get("accounts")).await.expect(200);
            is_there = world.has("SELECT COUNT(*) FROM {new_order}").await
                || world.has("SELECT COUNT(a.new_rating) FROM {account} a").await;
        }
        world.clock.advance_seconds(1);
        world.send_to(&other, &admin, Call::get("accounts")).await.expect(200);
        assert_eq!(world.definitions().await.columns.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_table_that_comes_again_is_empty_and_another() {
    on_each_engine(async |world| {
        world.add(ORDERS).await;
        order(&world, json!({ "new_name": "A" })).await;
        world
            .change(&removing(&[column("new_order", "new_total"), table("new_order")]))
            .await;
        world.add(ORDERS).await;
        let rows = world.admin(Call::get("new_orders")).await.expect(200).json();
        assert_eq!(rows["value"].as_array().unwrap().len(), 0);
        order(&world, json!({ "new_name": "B", "new_total": 1 })).await;
        world.clock.advance_seconds(6);
        // What was remembered of the first one does not harm the second.
        world
            .change(&adding(
                "[columns.account]\nnew_A = { type = \"date\", display_name = \"A\" }",
            ))
            .await;
        let rows = world
            .admin(Call::get("new_orders?$select=new_total"))
            .await
            .expect(200)
            .json();
        assert_eq!(rows["value"].as_array().unwrap().len(), 1);
    })
    .await;
}
