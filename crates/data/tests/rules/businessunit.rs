//! Business units.

use serde_json::json;

use super::{names, refused, row};
use crate::world::{Call, on_each_engine};

#[tokio::test]
async fn a_unit_has_a_default_team_of_its_name() {
    on_each_engine(|world| async move {
        let unit = world
            .admin(Call::post("businessunits", json!({ "name": "Sales" })))
            .await
            .expect(204)
            .id();
        let path = format!("businessunits({unit})");
        assert_eq!(
            row(&world, &path).await["_parentbusinessunitid_value"],
            world.root.to_string()
        );
        let teams = world
            .admin(Call::get(&format!("{path}/business_unit_teams")))
            .await
            .expect(200);
        assert_eq!(names(&teams, "name"), ["Sales"]);
        let team = teams.json()["value"][0].clone();
        assert_eq!((&team["isdefault"], &team["teamtype"]), (&json!(true), &json!(0)));
        assert_eq!(team["_administratorid_value"], world.admin_user.to_string());

        world
            .admin(Call::patch(&path, json!({ "name": "Trade" })))
            .await
            .expect(204);
        let teams = world
            .admin(Call::get(&format!("{path}/business_unit_teams")))
            .await
            .expect(200);
        assert_eq!(names(&teams, "name"), ["Trade"]);
    })
    .await;
}

#[tokio::test]
async fn units_stay_one_tree() {
    on_each_engine(|world| async move {
        let above = world.unit("Above", world.root).await;
        let below = world.unit("Below", above).await;
        let place = async |unit, parent| {
            let body = json!({ "parentbusinessunitid@odata.bind": format!("/businessunits({parent})") });
            world.admin(Call::patch(&format!("businessunits({unit})"), body)).await
        };
        let below_itself = "400 0x80040203 A business unit cannot be placed below itself.";
        assert_eq!(place(above, below).await.error(), below_itself);
        assert_eq!(place(above, above).await.error(), below_itself);
        let rootless = "400 0x80040203 The root business unit is without a parent, and no other one is.";
        assert_eq!(place(world.root, below).await.error(), rootless);
        let orphan = Call::patch(
            &format!("businessunits({below})"),
            json!({ "parentbusinessunitid@odata.bind": null }),
        );
        assert_eq!(refused(&world, orphan).await, rootless);
        place(below, world.root).await.expect(204);
        place(above, below).await.expect(204);
    })
    .await;
}

#[tokio::test]
async fn the_root_stays() {
    on_each_engine(|world| async move {
        let path = format!("businessunits({})", world.root);
        assert_eq!(
            refused(&world, Call::patch(&path, json!({ "isdisabled": true }))).await,
            "400 0x80040203 The root business unit cannot be disabled."
        );
        assert_eq!(
            refused(&world, Call::delete(&path)).await,
            "400 0x80040203 The root business unit cannot be deleted."
        );
    })
    .await;
}

#[tokio::test]
async fn a_unit_is_disabled_before_it_is_deleted() {
    on_each_engine(|world| async move {
        let unit = world.unit("Sales", world.root).await;
        let path = format!("businessunits({unit})");
        assert_eq!(
            refused(&world, Call::delete(&path)).await,
            "400 0x80040203 A business unit must be disabled before it can be deleted."
        );
        let (caller, user) = world.caller("Sync", unit, &[("prvReadAccount", "Basic")]).await;
        world
            .send(&world.token(&caller), Call::get("accounts"))
            .await
            .expect(200);
        world
            .admin(Call::patch(&path, json!({ "isdisabled": true })))
            .await
            .expect(204);
        // Its users are shut out with it.
        let reply = world.send(&world.token(&caller), Call::get("accounts")).await;
        assert!(reply.error().starts_with("403 0x80040225 "), "{}", reply.error());
        // And keep it from going.
        assert!(
            refused(&world, Call::delete(&path))
                .await
                .contains("is referenced by systemuser")
        );
        world
            .admin(Call::patch(
                &format!("systemusers({user})"),
                json!({ "isdisabled": true }),
            ))
            .await
            .expect(204);
        world
            .admin(Call::delete(&format!("systemusers({user})")))
            .await
            .expect(204);
        world.admin(Call::delete(&path)).await.expect(204);
        let teams = world.admin(Call::get("teams?$select=name")).await.expect(200);
        assert_eq!(names(&teams, "name"), ["Contoso"]);
    })
    .await;
}

#[tokio::test]
async fn moving_and_disabling_are_rights_of_their_own() {
    on_each_engine(|world| async move {
        let (one, two) = (world.unit("One", world.root).await, world.unit("Two", world.root).await);
        let units = ["Read", "Write", "Append", "AppendTo"].map(|verb| format!("prv{verb}BusinessUnit"));
        let rights: Vec<_> = units.iter().map(|name| (name.as_str(), "Global")).collect();
        let (clerk, _) = world.caller("Clerk", world.root, &rights).await;
        let token = world.token(&clerk);
        let path = format!("businessunits({one})");
        let body = json!({ "parentbusinessunitid@odata.bind": format!("/businessunits({two})") });
        let moved = world.send(&token, Call::patch(&path, body)).await.error();
        assert!(
            moved.contains("is missing prvReparentBusinessUnit privilege"),
            "{moved}"
        );
        let disabled = world
            .send(&token, Call::patch(&path, json!({ "isdisabled": true })))
            .await
            .error();
        assert!(
            disabled.contains("is missing prvDisableBusinessUnit privilege"),
            "{disabled}"
        );
        world
            .send(&token, Call::patch(&path, json!({ "description": "First" })))
            .await
            .expect(204);
    })
    .await;
}
