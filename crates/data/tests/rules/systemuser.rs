//! Users.

use serde_json::json;
use uuid::Uuid;

use super::{link, names, refused, row};
use crate::world::{Call, on_each_engine};

#[tokio::test]
async fn the_directory_tells_who_an_application_user_is() {
    on_each_engine(|world| async move {
        let application = world.directory.application("Nightly sync");
        let body = json!({ "applicationid": application.app.to_string(), "lastname": "ignored" });
        let user = world.admin(Call::post("systemusers", body)).await.expect(204).id();
        let row = row(&world, &format!("systemusers({user})")).await;
        assert_eq!(row["azureactivedirectoryobjectid"], application.object.to_string());
        assert_eq!(row["applicationiduri"], format!("api://{}", application.app));
        assert_eq!(row["domainname"], format!("{}@contoso.example", application.app));
        assert_eq!(row["internalemailaddress"], row["domainname"]);
        assert_eq!(row["fullname"], "Nightly sync");
        assert_eq!(row["lastname"], "Nightly sync");
        assert_eq!(
            (&row["accessmode"], &row["islicensed"], &row["isdisabled"]),
            (&json!(4), &json!(false), &json!(false))
        );
        assert_eq!(row["_businessunitid_value"], world.root.to_string());
        assert_eq!(row["ownerid"], user.to_string());
        let teams = world
            .admin(Call::get(&format!("systemusers({user})/teammembership_association")))
            .await;
        assert_eq!(names(&teams, "name"), ["Contoso"]);
    })
    .await;
}

#[tokio::test]
async fn an_application_has_one_user_and_must_be_known() {
    on_each_engine(|world| async move {
        let application = world.directory.application("Sync");
        let body = json!({ "applicationid": application.app.to_string() });
        world.admin(Call::post("systemusers", body.clone())).await.expect(204);
        assert_eq!(
            refused(&world, Call::post("systemusers", body)).await,
            format!("412 0x8004f511 You are attempting to create an Application ID = {} that already exists.", application.app)
        );
        let stranger = Uuid::from_u128(0x5);
        let body = json!({ "applicationid": stranger.to_string() });
        assert_eq!(
            refused(&world, Call::post("systemusers", body)).await,
            format!("400 0x8004f510 The application (Id = {stranger}) does not exist in the directory of the organization's tenant.")
        );
        let registered = world.directory.application("Other");
        let other = registered.app.to_string();
        let body = json!({ "applicationid": other, "azureactivedirectoryobjectid": stranger.to_string() });
        assert_eq!(
            refused(&world, Call::post("systemusers", body)).await,
            format!("400 0x80040203 `azureactivedirectoryobjectid` is not that of the application `{other}` in the tenant.")
        );
        let body = json!({ "applicationid": other });
        world.directory.remove_application(&registered);
        assert!(refused(&world, Call::post("systemusers", body.clone())).await.starts_with("400 0x8004f510 "));
        world.directory.fall_silent();
        let reply = world.admin(Call::post("systemusers", body)).await.expect(503);
        assert!(reply.error().starts_with("503 0x80072559 "), "{}", reply.error());
    })
    .await;
}

#[tokio::test]
async fn the_directory_tells_who_a_person_is() {
    on_each_engine(|world| async move {
        let alice = world.directory.person("Alice", "Berg");
        let user = world.person_user(&alice, world.root).await;
        let by_id = row(&world, &format!("systemusers({user})")).await;
        assert_eq!(
            (&by_id["fullname"], &by_id["domainname"]),
            (&json!("Alice Berg"), &json!("alice@contoso.example"))
        );
        assert_eq!(
            (&by_id["islicensed"], &by_id["applicationid"]),
            (&json!(true), &json!(null))
        );

        let bob = world.directory.person("Bob", "");
        let body = json!({ "domainname": "BOB@contoso.example", "firstname": "Robert" });
        let user = world.admin(Call::post("systemusers", body)).await.expect(204).id();
        let by_name = row(&world, &format!("systemusers({user})")).await;
        assert_eq!(by_name["azureactivedirectoryobjectid"], bob.object.to_string());
        assert_eq!(
            (&by_name["fullname"], &by_name["domainname"]),
            (&json!("Robert"), &json!("bob@contoso.example"))
        );
        // Whoever a key names can be addressed by it.
        let path = format!(
            "systemusers(azureactivedirectoryobjectid={})?$select=fullname",
            bob.object
        );
        assert_eq!(row(&world, &path).await["fullname"], "Robert");
    })
    .await;
}

#[tokio::test]
async fn a_user_is_somebody_whom_the_directory_knows() {
    on_each_engine(|world| async move {
        let refused = async |body| refused(&world, Call::post("systemusers", body)).await;
        assert_eq!(
            refused(json!({ "lastname": "Nobody" })).await,
            "400 0x80040203 A user is an application, named by `applicationid`, or a person, named by \
             `azureactivedirectoryobjectid` or `domainname`."
        );
        let stranger = Uuid::from_u128(0x5);
        assert_eq!(
            refused(json!({ "azureactivedirectoryobjectid": stranger.to_string() })).await,
            format!("400 0x80040203 The tenant's directory has no person with the object id `{stranger}`.")
        );
        assert_eq!(
            refused(json!({ "domainname": "nobody@contoso.example" })).await,
            "400 0x80040203 The tenant's directory has no person with the name `nobody@contoso.example`."
        );
        let alice = world.directory.person("Alice", "Berg");
        world.person_user(&alice, world.root).await;
        let expected = format!(
            "412 0x80041d2c There is a user for the person `{}` already.",
            alice.object
        );
        assert_eq!(
            refused(json!({ "azureactivedirectoryobjectid": alice.object.to_string() })).await,
            expected
        );
        assert_eq!(refused(json!({ "domainname": alice.name })).await, expected);
    })
    .await;
}

#[tokio::test]
async fn the_access_mode_of_an_application_user_is_fixed() {
    on_each_engine(|world| async move {
        let application = world.directory.application("Sync");
        let expected = "400 0x80040d40 An application user's access mode cannot be changed.";
        let body = json!({ "applicationid": application.app.to_string(), "accessmode": 0 });
        assert_eq!(refused(&world, Call::post("systemusers", body)).await, expected);
        let user = world.application_user(&application, world.root).await;
        let path = format!("systemusers({user})");
        assert_eq!(
            refused(&world, Call::patch(&path, json!({ "accessmode": 0 }))).await,
            expected
        );
        world
            .admin(Call::patch(&path, json!({ "accessmode": 4, "title": "Machine" })))
            .await
            .expect(204);

        let alice = world.directory.person("Alice", "Berg");
        let path = format!("systemusers({})", world.person_user(&alice, world.root).await);
        world
            .admin(Call::patch(&path, json!({ "accessmode": 2 })))
            .await
            .expect(204);
        assert_eq!(row(&world, &path).await["accessmode"], 2);
    })
    .await;
}

#[tokio::test]
async fn who_a_user_is_never_changes() {
    on_each_engine(|world| async move {
        let application = world.directory.application("Sync");
        let path = format!(
            "systemusers({})",
            world.application_user(&application, world.root).await
        );
        let body = json!({ "applicationid": Uuid::from_u128(7).to_string(), "islicensed": true, "fullname": "Root" });
        world.admin(Call::patch(&path, body)).await.expect(204);
        let row = row(&world, &path).await;
        assert_eq!(row["applicationid"], application.app.to_string());
        assert_eq!((&row["islicensed"], &row["fullname"]), (&json!(false), &json!("Sync")));
    })
    .await;
}

#[tokio::test]
async fn names_of_people_are_composed() {
    on_each_engine(|world| async move {
        let alice = world.directory.person("Alice", "Berg");
        let path = format!("systemusers({})", world.person_user(&alice, world.root).await);
        world
            .admin(Call::patch(&path, json!({ "lastname": "Dahl" })))
            .await
            .expect(204);
        assert_eq!(row(&world, &path).await["fullname"], "Alice Dahl");
    })
    .await;
}

#[tokio::test]
async fn another_unit_ends_roles_and_changes_the_default_team() {
    on_each_engine(|world| async move {
        let sales = world.unit("Sales", world.root).await;
        let (_, user) = world.caller("Sync", world.root, &[("prvReadAccount", "Local")]).await;
        let body = json!({ "businessunitid@odata.bind": format!("/businessunits({sales})") });
        world
            .admin(Call::patch(&format!("systemusers({user})"), body))
            .await
            .expect(204);
        let teams = world
            .admin(Call::get(&format!("systemusers({user})/teammembership_association")))
            .await;
        assert_eq!(names(&teams, "name"), ["Sales"]);
        let roles = world
            .admin(Call::get(&format!("systemusers({user})/systemuserroles_association")))
            .await;
        assert!(names(&roles, "name").is_empty());

        // Who may write users, but not move them.
        let rights = [
            ("prvReadUser", "Global"),
            ("prvWriteUser", "Global"),
            ("prvAppendUser", "Global"),
        ];
        let units = [("prvReadBusinessUnit", "Global"), ("prvAppendToBusinessUnit", "Global")];
        let (clerk, _) = world
            .caller("Clerk", world.root, &[rights.as_slice(), &units].concat())
            .await;
        let body = json!({ "businessunitid@odata.bind": format!("/businessunits({})", world.root) });
        let reply = world
            .send(&world.token(&clerk), Call::patch(&format!("systemusers({user})"), body))
            .await;
        assert!(
            reply.error().contains("is missing prvReparentUser privilege"),
            "{}",
            reply.error()
        );
    })
    .await;
}

#[tokio::test]
async fn users_are_disabled_before_they_are_deleted() {
    on_each_engine(|world| async move {
        let application = world.directory.application("Sync");
        let path = format!(
            "systemusers({})",
            world.application_user(&application, world.root).await
        );
        assert_eq!(
            refused(&world, Call::delete(&path)).await,
            "400 0x80040203 A user must be disabled before it can be deleted."
        );
        world
            .admin(Call::patch(&path, json!({ "isdisabled": true })))
            .await
            .expect(204);
        world.admin(Call::delete(&path)).await.expect(204);
        world.application_user(&application, world.root).await;

        let me = format!("systemusers({})", world.admin_user);
        assert_eq!(
            refused(&world, Call::patch(&me, json!({ "isdisabled": true }))).await,
            "400 0x80040203 A user cannot disable themselves."
        );
        let rights = [("prvReadUser", "Global"), ("prvWriteUser", "Global")];
        let (clerk, _) = world.caller("Clerk", world.root, &rights).await;
        let reply = world
            .send(&world.token(&clerk), Call::patch(&me, json!({ "isdisabled": true })))
            .await;
        assert!(
            reply.error().contains("is missing prvDisableUser privilege"),
            "{}",
            reply.error()
        );
    })
    .await;
}

#[tokio::test]
async fn a_built_in_role_is_not_for_applications() {
    on_each_engine(|world| async move {
        let application = world.directory.application("Sync");
        let user = world.application_user(&application, world.root).await;
        let path = format!("systemusers({user})/systemuserroles_association/$ref");
        let found = row(&world, "roles?$select=roleid&$filter=name eq 'Service Reader'").await;
        let role: Uuid = found["value"][0]["roleid"].as_str().unwrap().parse().unwrap();
        assert_eq!(
            refused(&world, Call::post(&path, link("roles", role))).await,
            "400 0x80040203 The built-in role 'Service Reader' cannot be assigned to an application user. Assign a custom role."
        );
        // Nor by way of a team.
        let team = world.team("Readers", world.root).await;
        world.admin(Call::post(&format!("teams({team})/teamroles_association/$ref"), link("roles", role))).await.expect(204);
        let join = Call::post(&format!("teams({team})/teammembership_association/$ref"), link("systemusers", user));
        assert!(refused(&world, join.clone()).await.contains("'Service Reader' cannot be assigned"));

        let settings = format!("organizations({})", Uuid::from_u128(0x06));
        let allow = json!({ "allowbuiltinrolesforapplicationusers": true });
        world.admin(Call::patch(&settings, allow)).await.expect(204);
        world.admin(Call::post(&path, link("roles", role))).await.expect(204);
        world.admin(join).await.expect(204);
    })
    .await;
}
