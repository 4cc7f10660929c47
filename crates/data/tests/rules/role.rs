//! Roles, what they hold, and who may give them.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{link, names, refused, row};
use crate::world::{Call, Reply, World, on_each_engine};

/// The privileges of a role as names with masks.
async fn held(world: &World, role: Uuid) -> Vec<(String, i64)> {
    let holdings = row(world, &format!("roleprivilegescollection?$filter=roleid eq {role}")).await;
    let privileges = row(world, "privileges?$select=name").await;
    let name = |id: &Value| {
        let found = privileges["value"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["privilegeid"] == *id)
            .unwrap();
        found["name"].as_str().unwrap().to_owned()
    };
    let rows = holdings["value"].as_array().unwrap().iter();
    let mut held: Vec<_> = rows
        .map(|row| (name(&row["privilegeid"]), row["privilegedepthmask"].as_i64().unwrap()))
        .collect();
    held.sort();
    held
}

fn action(role: Uuid, name: &str, body: Value) -> Call {
    Call::post(&format!("roles({role})/Microsoft.Dynamics.CRM.{name}"), body)
}

async fn built_in(world: &World) -> Uuid {
    let found = row(world, "roles?$filter=name eq 'Basic User'").await;
    found["value"][0]["roleid"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_new_role_is_empty_and_of_the_root_unit() {
    on_each_engine(|world| async move {
        let role = world
            .admin(Call::post("roles", json!({ "name": "Clerk" })))
            .await
            .expect(204)
            .id();
        let row = row(&world, &format!("roles({role})")).await;
        assert_eq!(row["_businessunitid_value"], world.root.to_string());
        assert_eq!((&row["ismanaged"], &row["isinherited"]), (&json!(false), &json!(1)));
        assert_eq!(row["_parentrootroleid_value"], role.to_string());
        assert!(held(&world, role).await.is_empty());
        assert_eq!(
            refused(&world, Call::post("roles", json!({}))).await,
            "400 0x80040200 Required field missing: 'name' of the 'role' entity."
        );
    })
    .await;
}

#[tokio::test]
async fn actions_change_what_a_role_holds() {
    on_each_engine(|world| async move {
        let role = world.role("Clerk", &[("prvReadAccount", "Basic"), ("prvReadContact", "Local")]).await;
        let name = |name: &str, mask| (name.to_owned(), mask);
        assert_eq!(held(&world, role).await, [name("prvReadAccount", 1), name("prvReadContact", 2)]);

        let add = json!({ "Privileges": [
            { "PrivilegeName": "prvReadAccount", "Depth": "Deep" }, { "PrivilegeName": "prvWriteAccount", "Depth": "Basic" },
        ] });
        world.admin(action(role, "AddPrivilegesRole", add)).await.expect(204);
        let expected = [name("prvReadAccount", 4), name("prvReadContact", 2), name("prvWriteAccount", 1)];
        assert_eq!(held(&world, role).await, expected);

        world.set_privileges(role, &[("prvReadContact", "Global")]).await;
        assert_eq!(held(&world, role).await, [name("prvReadContact", 8)]);

        let privileges = row(&world, "privileges?$filter=name eq 'prvReadContact'").await;
        let remove = json!({ "PrivilegeId": privileges["value"][0]["privilegeid"] });
        world.admin(action(role, "RemovePrivilegeRole", remove.clone())).await.expect(204);
        world.admin(action(role, "RemovePrivilegeRole", remove)).await.expect(204);
        assert!(held(&world, role).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn depths_and_lists_are_checked() {
    on_each_engine(|world| async move {
        let role = world.role("Clerk", &[]).await;
        let check = async |privileges: Value, expected: &str| {
            let call = action(role, "AddPrivilegesRole", json!({ "Privileges": privileges }));
            assert_eq!(refused(&world, call).await, expected);
        };
        check(
            json!([{ "PrivilegeName": "prvReadRole", "Depth": "Basic" }]),
            "403 0x800404bb The privilege `prvReadRole` cannot be held at the depth `Basic`.",
        )
        .await;
        check(
            json!([{ "PrivilegeName": "prvReadAccount", "Depth": "Basic" }, { "PrivilegeName": "prvReadAccount", "Depth": "Deep" }]),
            "400 0x80040203 The privilege `prvReadAccount` is in the list twice.",
        )
        .await;
        let nobody = Uuid::from_u128(9);
        let call = action(nobody, "AddPrivilegesRole", json!({ "Privileges": [] }));
        assert_eq!(refused(&world, call).await, format!("404 0x80040217 role With Id = {nobody} Does Not Exist"));
        assert!(held(&world, role).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn built_in_roles_never_change() {
    on_each_engine(|world| async move {
        let role = built_in(&world).await;
        let expected = "400 0x80040203 The role `Basic User` came with the environment and cannot be changed.";
        let path = format!("roles({role})");
        assert_eq!(
            refused(&world, Call::patch(&path, json!({ "name": "Mine" }))).await,
            expected
        );
        assert_eq!(refused(&world, Call::delete(&path)).await, expected);
        let add = json!({ "Privileges": [{ "PrivilegeName": "prvReadRole", "Depth": "Global" }] });
        assert_eq!(refused(&world, action(role, "AddPrivilegesRole", add)).await, expected);
        let privilege =
            row(&world, "privileges?$filter=name eq 'prvReadAccount'").await["value"][0]["privilegeid"].clone();
        let remove = json!({ "PrivilegeId": privilege });
        assert_eq!(
            refused(&world, action(role, "RemovePrivilegeRole", remove)).await,
            expected
        );
        // Nothing is written through the relation to privileges: the actions are the way.
        let path = format!("roles({role})/roleprivileges_association/$ref");
        let link = json!({ "@odata.id": format!("privileges({})", privilege.as_str().unwrap()) });
        assert!(refused(&world, Call::post(&path, link)).await.starts_with("405 "));
    })
    .await;
}

/// Somebody of the unit who may do everything with users, teams and roles, and reads accounts within the unit.
const CLERK: [(&str, &str); 12] = [
    ("prvReadUser", "Global"),
    ("prvAppendUser", "Global"),
    ("prvReadTeam", "Global"),
    ("prvAppendTeam", "Global"),
    ("prvReadRole", "Global"),
    ("prvCreateRole", "Global"),
    ("prvWriteRole", "Global"),
    ("prvAppendRole", "Global"),
    ("prvAssignRole", "Global"),
    ("prvReadPrivilege", "Global"),
    ("prvReadAccount", "Local"),
    ("prvReadContact", "Global"),
];

/// That an error says that this privilege is missing.
#[track_caller]
fn lacks(reply: &Reply, privilege: &str) {
    let error = reply.error();
    let told = format!("is missing {privilege} privilege");
    assert!(error.starts_with("403 0x80040220 ") && error.contains(&told), "{error}");
}

#[tokio::test]
async fn nobody_gives_more_than_they_hold() {
    on_each_engine(|world| async move {
        let sales = world.unit("Sales", world.root).await;
        let (clerk, clerk_user) = world.caller("Clerk", sales, &CLERK).await;
        let token = world.token(&clerk);
        let user_of = async |name: &str, unit| world.application_user(&world.directory.application(name), unit).await;
        let (near, far) = (user_of("Near", sales).await, user_of("Far", world.root).await);
        let give = async |user: Uuid, role: Uuid| {
            let path = format!("systemusers({user})/systemuserroles_association/$ref");
            world.send(&token, Call::post(&path, link("roles", role))).await
        };
        let contacts = world.role("Contacts", &[("prvReadContact", "Global")]).await;
        give(near, contacts).await.expect(204);
        give(far, contacts).await.expect(204);
        let local = world.role("Local", &[("prvReadAccount", "Local")]).await;
        give(near, local).await.expect(204);
        // The same role reaches further from another unit.
        lacks(&give(far, local).await, "prvReadAccount");
        let deep = world.role("Deep", &[("prvReadAccount", "Deep")]).await;
        lacks(&give(near, deep).await, "prvReadAccount");
        lacks(&give(clerk_user, deep).await, "prvReadAccount");
        let writer = world.role("Writer", &[("prvWriteAccount", "Basic")]).await;
        lacks(&give(clerk_user, writer).await, "prvWriteAccount");
        // Nor through a role that somebody holds already.
        let add = async |role, depth| {
            let body = json!({ "Privileges": [{ "PrivilegeName": "prvReadAccount", "Depth": depth }] });
            world.send(&token, action(role, "AddPrivilegesRole", body)).await
        };
        lacks(&add(contacts, "Local").await, "prvReadAccount");
        lacks(&add(local, "Deep").await, "prvReadAccount");
        add(local, "Local").await.expect(204);
    })
    .await;
}

#[tokio::test]
async fn nobody_gets_more_by_joining_a_team() {
    on_each_engine(|world| async move {
        let (clerk, user) = world.caller("Clerk", world.root, &CLERK).await;
        let writer = world.role("Writer", &[("prvWriteAccount", "Basic")]).await;
        let path = format!("teams({})", world.team("Writers", world.root).await);
        let give = Call::post(&format!("{path}/teamroles_association/$ref"), link("roles", writer));
        world.admin(give).await.expect(204);
        let join = Call::post(
            &format!("{path}/teammembership_association/$ref"),
            link("systemusers", user),
        );
        lacks(&world.send(&world.token(&clerk), join).await, "prvWriteAccount");
    })
    .await;
}

#[tokio::test]
async fn a_role_is_not_widened_by_who_does_not_hold_it() {
    on_each_engine(|world| async move {
        let sales = world.unit("Sales", world.root).await;
        let (clerk, _) = world.caller("Clerk", sales, &CLERK).await;
        let token = world.token(&clerk);
        let role = world.role("Deep", &[("prvReadAccount", "Deep")]).await;
        let user = world
            .application_user(&world.directory.application("Near"), sales)
            .await;
        world.give_role(user, role).await;
        let path = format!("roles({role})");
        world
            .send(&token, Call::patch(&path, json!({ "description": "All of Sales" })))
            .await
            .expect(204);
        let widened = world
            .send(&token, Call::patch(&path, json!({ "isinherited": 1 })))
            .await
            .error();
        assert!(widened.contains("is missing prvReadAccount privilege"), "{widened}");
    })
    .await;
}

#[tokio::test]
async fn nobody_gets_more_by_the_default_team_of_a_unit() {
    on_each_engine(|world| async move {
        let sales = world.unit("Sales", world.root).await;
        let teams = row(&world, &format!("businessunits({sales})/business_unit_teams")).await;
        let team = teams["value"][0]["teamid"].as_str().unwrap().to_owned();
        let role = world.role("Writer", &[("prvWriteAccount", "Local")]).await;
        world
            .admin(Call::post(
                &format!("teams({team})/teamroles_association/$ref"),
                link("roles", role),
            ))
            .await
            .expect(204);
        let rights = ["Create", "Read", "Append"].map(|verb| format!("prv{verb}User"));
        let units = ["prvReadBusinessUnit", "prvAppendToBusinessUnit"].map(str::to_owned);
        let rights: Vec<_> = rights
            .iter()
            .chain(&units)
            .map(|name| (name.as_str(), "Global"))
            .collect();
        let (clerk, _) = world.caller("Clerk", world.root, &rights).await;
        let create = |unit: Uuid, name: &str| {
            let app = world.directory.application(name).app.to_string();
            let unit = format!("/businessunits({unit})");
            Call::post(
                "systemusers",
                json!({ "applicationid": app, "businessunitid@odata.bind": unit }),
            )
        };
        let token = world.token(&clerk);
        world.send(&token, create(world.root, "Harmless")).await.expect(204);
        let refused = world.send(&token, create(sales, "Writer")).await.error();
        assert!(refused.contains("is missing prvWriteAccount privilege"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn giving_roles_is_a_right_of_its_own() {
    on_each_engine(|world| async move {
        let rights: Vec<_> = CLERK.into_iter().filter(|(name, _)| *name != "prvAssignRole").collect();
        let (clerk, user) = world.caller("Clerk", world.root, &rights).await;
        let role = world.role("Contacts", &[("prvReadContact", "Global")]).await;
        let path = format!("systemusers({user})/systemuserroles_association");
        let token = world.token(&clerk);
        let given = world
            .send(&token, Call::post(&format!("{path}/$ref"), link("roles", role)))
            .await
            .error();
        assert!(
            given.starts_with("403 0x80040220 ") && given.contains("is missing prvAssignRole privilege"),
            "{given}"
        );
        world.give_role(user, role).await;
        let removed = world
            .send(&token, Call::delete(&format!("{path}({role})/$ref")))
            .await
            .error();
        assert!(removed.contains("is missing prvAssignRole privilege"), "{removed}");
        world
            .admin(Call::delete(&format!("{path}({role})/$ref")))
            .await
            .expect(204);
        let roles = world.admin(Call::get(&path)).await;
        assert_eq!(names(&roles, "name"), ["Clerk"]);
    })
    .await;
}

#[tokio::test]
async fn rules_say_nothing_of_rows_out_of_sight() {
    on_each_engine(|world| async move {
        let sales = world.unit("Sales", world.root).await;
        let rights = [
            ("prvReadRole", "Local"),
            ("prvWriteRole", "Local"),
            ("prvDeleteRole", "Local"),
        ];
        let (clerk, _) = world.caller("Clerk", sales, &rights).await;
        // The built-in roles belong to the root unit.
        let role = built_in(&world).await;
        let token = world.token(&clerk);
        let missing = format!("404 0x80040217 role With Id = {role} Does Not Exist");
        let path = format!("roles({role})");
        let rename = Call::patch(&path, json!({ "name": "x" })).header("if-match", "*");
        assert_eq!(world.send(&token, rename).await.error(), missing);
        assert_eq!(world.send(&token, Call::delete(&path)).await.error(), missing);
    })
    .await;
}
