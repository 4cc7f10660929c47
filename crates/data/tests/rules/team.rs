//! Teams and their members.

use serde_json::json;
use uuid::Uuid;

use super::{link, names, refused, row};
use crate::world::{Call, World, on_each_engine};

async fn default_team(world: &World) -> Uuid {
    let found = row(world, "teams?$filter=isdefault eq true").await;
    found["value"][0]["teamid"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_team_belongs_to_the_unit_of_its_maker() {
    on_each_engine(|world| async move {
        let team = world
            .admin(Call::post("teams", json!({ "name": "Fleet" })))
            .await
            .expect(204)
            .id();
        let row = row(&world, &format!("teams({team})")).await;
        assert_eq!(row["_businessunitid_value"], world.root.to_string());
        assert_eq!(row["_administratorid_value"], world.admin_user.to_string());
        assert_eq!((&row["teamtype"], &row["isdefault"]), (&json!(0), &json!(false)));
        assert_eq!(row["ownerid"], team.to_string());
        let (_, user) = world.caller("Sync", world.root, &[]).await;
        world.join(team, user).await;
        let members = world
            .admin(Call::get(&format!("teams({team})/teammembership_association")))
            .await;
        assert_eq!(names(&members, "fullname"), ["Sync"]);
    })
    .await;
}

#[tokio::test]
async fn groups_of_the_directory_are_not_built() {
    on_each_engine(|world| async move {
        let expected = "400 0x80060888 Teams of directory groups are not supported; make an owner team (`teamtype` 0) or \
                        an access team (`teamtype` 1).";
        let body = json!({ "name": "Group", "teamtype": 2 });
        assert_eq!(refused(&world, Call::post("teams", body)).await, expected);
        let body = json!({ "name": "Group", "azureactivedirectoryobjectid": Uuid::from_u128(3).to_string() });
        assert_eq!(refused(&world, Call::post("teams", body)).await, expected);
    })
    .await;
}

#[tokio::test]
async fn default_teams_follow_their_units() {
    on_each_engine(|world| async move {
        let team = default_team(&world).await;
        let path = format!("teams({team})");
        assert_eq!(
            refused(&world, Call::patch(&path, json!({ "name": "Mine" }))).await,
            "400 0x80040203 The default team of a business unit goes by the name of its unit."
        );
        assert_eq!(
            refused(&world, Call::delete(&path)).await,
            "400 0x80040203 The default team of a business unit cannot be deleted."
        );
        let sales = world.unit("Sales", world.root).await;
        let user = world
            .application_user(&world.directory.application("Sync"), sales)
            .await;
        let members = format!("{path}/teammembership_association");
        let expected = "400 0x8004830b The members of a business unit's default team are the users of the unit.";
        let join = Call::post(&format!("{members}/$ref"), link("systemusers", user));
        assert_eq!(refused(&world, join).await, expected);
        let leave = Call::delete(&format!("{members}({})/$ref", world.admin_user));
        assert_eq!(refused(&world, leave).await, expected);
    })
    .await;
}

#[tokio::test]
async fn access_teams_own_nothing_and_hold_no_roles() {
    on_each_engine(|world| async move {
        let team = world
            .admin(Call::post("teams", json!({ "name": "Seen", "teamtype": 1 })))
            .await
            .expect(204)
            .id();
        let role = world.role("Reader", &[("prvReadAccount", "Basic")]).await;
        let give = Call::post(
            &format!("teams({team})/teamroles_association/$ref"),
            link("roles", role),
        );
        assert_eq!(
            refused(&world, give).await,
            "400 0x80048331 An access team holds no roles."
        );
        let body = json!({ "name": "Fjord", "ownerid@odata.bind": format!("/teams({team})") });
        assert_eq!(
            refused(&world, Call::post("accounts", body)).await,
            "400 0x80048340 A row cannot be assigned to an access team."
        );
    })
    .await;
}

#[tokio::test]
async fn members_do_what_the_roles_of_their_teams_allow() {
    on_each_engine(|world| async move {
        let sales = world.unit("Sales", world.root).await;
        let team = world.team("Fleet", sales).await;
        let rights = [
            ("prvReadAccount", "Basic"),
            ("prvCreateAccount", "Basic"),
            ("prvAssignAccount", "Basic"),
        ];
        let role = world.role("Reader", &rights).await;
        world
            .admin(Call::post(
                &format!("teams({team})/teamroles_association/$ref"),
                link("roles", role),
            ))
            .await
            .expect(204);
        let application = world.directory.application("Sync");
        let user = world.application_user(&application, world.root).await;
        let token = world.token(&application);
        let reply = world.send(&token, Call::get("accounts")).await;
        assert!(reply.error().starts_with("403 0x80042f09 "), "{}", reply.error());
        world.join(team, user).await;

        world
            .send(&token, Call::post("accounts", json!({ "name": "Own" })))
            .await
            .expect(204);
        let team_row = json!({ "name": "Team", "ownerid@odata.bind": format!("/teams({team})") });
        world.admin(Call::post("accounts", team_row)).await.expect(204);
        let seen = world.send(&token, Call::get("accounts?$select=name")).await.expect(200);
        assert_eq!(names(&seen, "name"), ["Own", "Team"]);
        // A role whose members get the team's rows alone.
        world
            .admin(Call::patch(&format!("roles({role})"), json!({ "isinherited": 0 })))
            .await
            .expect(204);
        let seen = world.send(&token, Call::get("accounts?$select=name")).await.expect(200);
        assert_eq!(names(&seen, "name"), ["Team"]);
    })
    .await;
}
