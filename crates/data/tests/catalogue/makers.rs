//! Who may change the catalogue: refusals first.

use data::{Additions, CatalogueChange, DataService, Maker};
use serde_json::json;

use super::{ORDERS, adding, column, removing, table};
use crate::world::{Application, Call, World, on_each_engine};

async fn refusal(world: &World, who: Application, change: &CatalogueChange) -> String {
    let done = world
        .service
        .change_catalogue(&world.address.name, Maker::User(who.object), change)
        .await;
    let told = world
        .service
        .preview_catalogue_change(&world.address.name, Maker::User(who.object), change)
        .await;
    let refusal = done.unwrap_err().to_string();
    assert_eq!(told.unwrap_err().to_string(), refusal);
    refusal
}

#[tokio::test]
async fn nobody_without_the_privilege() {
    on_each_engine(async |world| {
        let stranger = world.directory.application("Stranger");
        let told = refusal(&world, stranger, &adding(ORDERS)).await;
        assert_eq!(told, "the user is not a member of the organization");

        let everything_but: &[(&str, &str)] = &[
            ("prvCreateAttribute", "Global"),
            ("prvCreateEntity", "Global"),
            ("prvCreateOptionSet", "Global"),
            ("prvCreateRelationship", "Global"),
            ("prvDeleteAttribute", "Global"),
            ("prvDeleteEntity", "Global"),
            ("prvDeleteOptionSet", "Global"),
            ("prvDeleteRelationship", "Global"),
        ];
        world.add(ORDERS).await;
        let before = world.definitions().await;
        for (missing, change) in [
            (
                "prvCreateAttribute",
                adding("[columns.account]\nnew_A = { type = \"date\", display_name = \"A\" }"),
            ),
            ("prvCreateAttribute", adding(ORDERS)),
            ("prvCreateEntity", adding(ORDERS)),
            (
                "prvCreateOptionSet",
                adding("[choices.new_A]\ndisplay_name = \"A\"\noptions = { 1 = \"A\" }"),
            ),
            ("prvCreateRelationship", adding(ORDERS)),
            ("prvDeleteAttribute", removing(&[column("account", "new_rating")])),
            ("prvDeleteEntity", removing(&[table("new_order")])),
            ("prvDeleteEntity", removing(&[table("new_nothing")])),
            (
                "prvDeleteOptionSet",
                removing(&[data::Removal::Choice("new_color".to_owned())]),
            ),
            (
                "prvDeleteRelationship",
                removing(&[column("new_order", "new_customer")]),
            ),
        ] {
            let held: Vec<_> = everything_but
                .iter()
                .copied()
                .filter(|(name, _)| *name != missing)
                .collect();
            let (almost, user) = world.caller(missing, world.root, &held).await;
            assert_eq!(
                refusal(&world, almost, &change).await,
                format!("the user `{user}` lacks `{missing}`")
            );
        }
        assert_eq!(world.definitions().await, before);
    })
    .await;
}

#[tokio::test]
async fn nobody_who_is_disabled() {
    on_each_engine(async |world| {
        let (maker, user) = world
            .caller("Maker", world.root, &[("prvCreateAttribute", "Global")])
            .await;
        let change = adding("[columns.account]\nnew_A = { type = \"date\", display_name = \"A\" }");
        let path = format!("systemusers({user})");
        world
            .admin(Call::patch(&path, json!({ "isdisabled": true })))
            .await
            .expect(204);
        assert_eq!(
            refusal(&world, maker, &change).await,
            format!("the user `{user}` is disabled")
        );
        assert_eq!(world.definitions().await, Additions::default());
    })
    .await;
}

#[tokio::test]
async fn whoever_holds_the_privileges() {
    on_each_engine(async |world| {
        let (maker, _) = world
            .caller("Maker", world.root, &[("prvCreateAttribute", "Global")])
            .await;
        let change = adding("[columns.account]\nnew_A = { type = \"date\", display_name = \"A\" }");
        let by = |service: DataService, who: Application, change| {
            let name = world.address.name.clone();
            async move {
                service
                    .change_catalogue(&name, Maker::User(who.object), &change)
                    .await
                    .unwrap()
            }
        };
        let applied = by(world.service.clone(), maker, change).await;
        assert_eq!(applied.added, ["account.new_a"]);
        // The administrator's own role holds everything that there was, and goes on to.
        let applied = by(world.service.clone(), world.admin, adding(ORDERS)).await;
        assert_eq!(applied.added.len(), 17);
        let stamps = "privileges?$select=name&$filter=contains(name,'new_Order')&$orderby=name";
        let privileges = world.admin(Call::get(stamps)).await.expect(200).json();
        assert_eq!(privileges["value"].as_array().unwrap().len(), 8);
    })
    .await;
}

/// Which roles hold what of a new table.
#[tokio::test]
async fn roles_get_what_their_definitions_say() {
    on_each_engine(async |world| {
        let custom = world.role("Custom", &[("prvReadAccount", "Global")]).await;
        world.add(ORDERS).await;
        let path = "roles?$select=name&$orderby=name&$expand=roleprivileges_association($select=name;$filter=contains(name,'new_Order');$orderby=name)";
        let roles = world.admin(Call::get(path)).await.expect(200).json();
        let held: Vec<(String, usize)> = roles["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|role| {
                let privileges = role["roleprivileges_association"].as_array().unwrap();
                (role["name"].as_str().unwrap().to_owned(), privileges.len())
            })
            .collect();
        let expected = [
            ("Basic User", 0),
            ("Custom", 0),
            ("Delegate", 0),
            ("Everything", 8),
            ("Service Reader", 1),
            ("Service Writer", 3),
            ("System Administrator", 8),
            ("System Customizer", 8),
        ];
        assert_eq!(held, expected.map(|(name, number)| (name.to_owned(), number)));
        world.set_privileges(custom, &[("prvReadnew_Order", "Deep")]).await;
    })
    .await;
}
