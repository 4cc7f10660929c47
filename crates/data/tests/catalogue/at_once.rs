//! A change is seen whole or not at all: by those who read meanwhile, by other nodes, after a restart, and when it fails.

use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;

use super::{ORDERS, adding};
use crate::world::batch::{Inner, change_set};
use crate::world::{Call, World, on_each_engine};

#[tokio::test]
async fn one_that_fails_in_the_database_leaves_nothing_behind() {
    on_each_engine(async |world| {
        let first = "[columns.account]\nnew_First = { type = \"date\", display_name = \"First\" }";
        world.add(first).await;
        // A table is in the way that no catalogue knows of.
        let database = world.database().await;
        let table = db::sql::CreateTable {
            table: "new_order".into(),
            columns: vec![db::sql::ColumnDefinition {
                name: "id".into(),
                ty: db::Type::Int,
                nullable: true,
            }],
            primary_key: Vec::new(),
            unique: Vec::new(),
        };
        let step = db::Step {
            statement: db::Statement::new(db::sql::Sql::CreateTable(table)),
            expect: db::Expect::Anything,
        };
        database.commit(vec![step]).await.unwrap();
        let state = "SELECT s.epoch * 1000 + s.additions FROM {environment__state} s";
        let privileges = "SELECT COUNT(*) FROM {privilege}";
        let holdings = "SELECT COUNT(*) FROM {roleprivileges}";
        let before = [
            world.number(state).await,
            world.number(privileges).await,
            world.number(holdings).await,
        ];
        let definitions = world.definitions().await;

        let more =
            format!("{ORDERS}\n[columns.contact]\nnew_Second = {{ type = \"date\", display_name = \"Second\" }}");
        assert_eq!(
            world.refused_change(&adding(&more)).await,
            "0x80040216 while changing the catalogue"
        );
        let after = [
            world.number(state).await,
            world.number(privileges).await,
            world.number(holdings).await,
        ];
        assert_eq!(after, before);
        assert_eq!(world.definitions().await, definitions);
        assert!(!world.has("SELECT COUNT(c.new_second) FROM {contact} c").await);
        world.admin(Call::get("accounts?$select=new_first")).await.expect(200);
        world.admin(Call::get("accounts?$select=new_rating")).await.expect(400);
    })
    .await;
}

/// Whether a node shows the table, the column and the relation of [`ORDERS`]: all three or none.
async fn shows(world: &World, node: &data::DataService, token: &str) -> bool {
    let list = world.send_to(node, token, Call::get("")).await.expect(200).json();
    let sets = list["value"].as_array().unwrap();
    sets.iter().any(|set| set["name"] == "new_orders")
}

#[tokio::test]
async fn another_node_sees_it_within_a_second_and_a_new_one_at_once() {
    on_each_engine(async |world| {
        let other = world.other_node();
        let admin = world.token(&world.admin);
        assert!(!shows(&world, &other, &admin).await);
        let account = world
            .admin(Call::post("accounts", json!({ "name": "Fjord" })))
            .await
            .expect(204)
            .id();
        world.add(ORDERS).await;
        let order = json!({ "new_name": "A", "new_Customer@odata.bind": format!("/accounts({account})") });
        let order = world.admin(Call::post("new_orders", order)).await.expect(204).id();

        // The other node finishes by what it knows; but what it cannot know of, it does not leave dangling.
        assert!(!shows(&world, &other, &admin).await);
        world.send_to(&other, &admin, Call::get("accounts")).await.expect(200);
        let end = || Call::delete(&format!("accounts({account})"));
        let told = world.send_to(&other, &admin, end()).await.error();
        assert!(told.starts_with("503 0x80044150"), "{told}");
        world.clock.advance_seconds(1);
        assert!(shows(&world, &other, &admin).await);
        let told = world.send_to(&other, &admin, end()).await.error();
        assert!(told.starts_with("405 0x80040227"), "{told}");
        let path = format!("new_orders({order})?$expand=new_Customer");
        world.send_to(&other, &admin, Call::get(&path)).await.expect(200);

        let restarted = world.other_node();
        world.send_to(&restarted, &admin, Call::get(&path)).await.expect(200);
        assert_eq!(
            restarted.definitions(&world.address.name).await.unwrap(),
            world.definitions().await
        );
    })
    .await;
}

#[tokio::test]
async fn a_change_set_leaves_nothing_dangling_that_it_cannot_know_of() {
    on_each_engine(async |world| {
        let other = world.other_node();
        let admin = world.token(&world.admin);
        assert!(!shows(&world, &other, &admin).await);
        let account = world.account("Fjord").await;
        world.add(ORDERS).await;
        let order = json!({ "new_name": "A", "new_Customer@odata.bind": format!("/accounts({account})") });
        let order = world.admin(Call::post("new_orders", order)).await.expect(204).id();
        let names = async || world.column("accounts?$select=name&$orderby=name", "name").await;
        let create = |name: &str| Inner::new("POST", "accounts").body(&json!({ "name": name })).id("1");
        let rename = Inner::new("PATCH", "$1").body(&json!({ "name": "Strait" })).id("2");
        let end = |path: String, id: &str| Inner::new("DELETE", &path).id(id);
        let end_account = |id: &str| end(format!("accounts({account})"), id);

        // By the tables of a moment ago no row ends, at whatever place of the set; all else is done.
        for set in [
            vec![end_account("2"), create("Gone")],
            vec![create("Gone"), end_account("2")],
            vec![create("Gone"), end("$1".to_owned(), "2"), end_account("3")],
        ] {
            let told = world.send_to(&other, &admin, change_set(set)).await.failed();
            assert!(told.starts_with("- 503 0x80044150"), "{told}");
            assert_eq!(names().await, ["Fjord"]);
        }
        let done = world
            .send_to(&other, &admin, change_set(vec![create("Sound"), rename]))
            .await;
        assert_eq!(done.statuses(), [204, 204]);
        assert_eq!(names().await, ["Fjord", "Strait"]);

        world.clock.advance_seconds(1);
        let set = vec![create("Gone"), end_account("2")];
        let told = world.send_to(&other, &admin, change_set(set)).await.failed();
        assert!(told.starts_with("2 405 0x80040227"), "{told}");
        let set = vec![
            create("Bay"),
            end(format!("new_orders({order})"), "2"),
            end_account("3"),
        ];
        let done = world.send_to(&other, &admin, change_set(set)).await;
        assert_eq!(done.statuses(), [204, 204, 204]);
        let made = done.answers()[0].key();
        world.admin(Call::get(&format!("accounts({made})"))).await.expect(200);
        assert_eq!(names().await, ["Bay", "Strait"]);
    })
    .await;
}

#[tokio::test]
async fn of_two_nodes_that_change_at_once_both_are_done() {
    on_each_engine(async |world| {
        let other = world.other_node();
        other.definitions(&world.address.name).await.unwrap();
        let column = |name: &str| {
            adding(&format!(
                "[columns.account]\n{name} = {{ type = \"date\", display_name = \"A\" }}"
            ))
        };
        world.change(&column("new_A")).await;
        let by = data::Maker::Program;
        let (first, second) = (column("new_B"), column("new_C"));
        let (one, two) = tokio::join!(
            other.change_catalogue(&world.address.name, by, &first),
            world.service.change_catalogue(&world.address.name, by, &second),
        );
        assert_eq!(
            (one.unwrap().added, two.unwrap().added),
            (vec!["account.new_b".to_owned()], vec!["account.new_c".to_owned()])
        );
        // What another node has undone a moment ago is not taken for there.
        world
            .change(&super::removing(&[super::column("account", "new_b")]))
            .await;
        let again = other.change_catalogue(&world.address.name, by, &first).await.unwrap();
        assert_eq!(again.added, ["account.new_b"]);
        world.clock.advance_seconds(1);
        assert_eq!(world.definitions().await.columns["account"].len(), 3);
        world
            .admin(Call::get("accounts?$select=new_a,new_b,new_c"))
            .await
            .expect(200);
    })
    .await;
}

/// Reads and writes accounts, page by page, until it is told to stop.
async fn work(world: Arc<World>, node: data::DataService, until: Arc<std::sync::atomic::AtomicBool>) -> usize {
    let token = world.token(&world.admin);
    let mut rounds = 0;
    while !until.load(std::sync::atomic::Ordering::Acquire) {
        let body = json!({ "name": format!("Account {rounds}") });
        let made = world
            .send_to(&node, &token, Call::post("accounts", body))
            .await
            .expect(204)
            .id();
        let path = format!("accounts({made})");
        let update = Call::patch(&path, json!({ "revenue": 5 })).header("Prefer", "return=representation");
        let row = world.send_to(&node, &token, update).await.expect(200).json();
        assert_eq!(row["accountid"], made.to_string());
        let mut link = "accounts?$orderby=name desc&$filter=revenue gt 1".to_owned();
        loop {
            let call = Call::get(&link).header("Prefer", "odata.maxpagesize=3");
            let page = world.send_to(&node, &token, call).await.expect(200).json();
            match page["@odata.nextLink"].as_str() {
                Some(next) => next.clone_into(&mut link),
                None => break,
            }
        }
        if rounds % 3 == 0 {
            let reply = world.send_to(&node, &token, Call::delete(&path)).await;
            // By the catalogue of a moment ago, it is refused rather than done by halves.
            assert!([204, 503].contains(&reply.status.as_u16()), "{reply:?}");
        }
        rounds += 1;
    }
    rounds
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_and_writers_go_on_meanwhile() {
    on_each_engine(|world| async move {
        let until = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for node in [world.service.clone(), world.other_node()] {
            tasks.spawn(work(Arc::clone(&world), node, Arc::clone(&until)));
        }
        world.add(ORDERS).await;
        for round in 0..4 {
            let name = format!("new_x{round}");
            let text = format!(
                "[columns.account]\n{name} = {{ type = \"string\", max_length = 9, display_name = \"A\" }}\n{name}_of = \
                 {{ type = \"lookup\", display_name = \"A\", targets = [{{ table = \"new_order\", on_delete = \
                 \"remove_link\" }}] }}"
            );
            world.add(&text).await;
            world.admin(Call::get(&format!("accounts?$top=1&$select={name}&$expand={name}_of"))).await.expect(200);
            world.change(&super::removing(&[super::column("account", &format!("{name}_of"))])).await;
            // The other node learns of it now.
            world.clock.advance_seconds(1);
        }
        until.store(true, std::sync::atomic::Ordering::Release);
        while let Some(rounds) = tasks.join_next().await {
            assert!(rounds.unwrap() > 0);
        }
    })
    .await;
}
