//! An environment as it is made, and how soon changes of who may do what are in force.

use data::{Currency, Error, Founding, FoundingApplication};
use db::{Expect, Statement, Step};
use serde_json::json;
use uuid::Uuid;

use super::world::{Call, World, on_each_engine};

#[tokio::test]
async fn a_new_environment_has_its_first_rows() {
    on_each_engine(|world| async move {
        let who = world.admin(Call::get("WhoAmI")).await.expect(200).json();
        assert_eq!(who["UserId"], world.admin_user.to_string());
        assert_eq!(who["BusinessUnitId"], world.root.to_string());

        let organization = world
            .admin(Call::get("organizations?$select=name,languagecode"))
            .await
            .expect(200)
            .json();
        assert_eq!(organization["value"][0]["name"], "Contoso");
        assert_eq!(organization["value"][0]["languagecode"], 1033);

        let roles = world
            .admin(Call::get("roles?$select=name,ismanaged&$orderby=name"))
            .await
            .expect(200)
            .json();
        let roles: Vec<_> = roles["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|role| (&role["name"], &role["ismanaged"]))
            .collect();
        let expected = [
            ("Basic User", true),
            ("Delegate", true),
            ("Everything", false),
            ("Service Reader", true),
            ("Service Writer", true),
            ("System Administrator", true),
            ("System Customizer", true),
        ];
        assert_eq!(json!(roles), json!(expected));

        let team = "teams?$select=name,isdefault&$expand=teammembership_association($select=fullname)";
        let teams = world.admin(Call::get(team)).await.expect(200).json();
        assert_eq!(teams["value"].as_array().unwrap().len(), 1);
        assert_eq!(teams["value"][0]["isdefault"], true);
        assert_eq!(
            teams["value"][0]["teammembership_association"][0]["fullname"],
            "Administration"
        );
    })
    .await;
}

/// A caller who reads accounts, and their `systemuserid`.
async fn reader(world: &World) -> (String, Uuid) {
    let (application, user) = world
        .caller("Reader", world.root, &[("prvReadAccount", "Global")])
        .await;
    (world.token(&application), user)
}

#[tokio::test]
async fn a_disabled_user_is_shut_out_at_once_here_and_within_a_second_elsewhere() {
    on_each_engine(|world| async move {
        let (token, user) = reader(&world).await;
        let other = world.other_node();
        world.send(&token, Call::get("accounts")).await.expect(200);
        world.send_to(&other, &token, Call::get("accounts")).await.expect(200);
        let disable = Call::patch(&format!("systemusers({user})"), json!({ "isdisabled": true }));
        world.admin(disable).await.expect(204);

        let refused = world.send(&token, Call::get("accounts")).await.error();
        assert!(refused.starts_with("403 0x80040225 "), "{refused}");
        world.clock.advance_seconds(1);
        let refused = world.send_to(&other, &token, Call::get("accounts")).await.error();
        assert!(refused.starts_with("403 0x80040225 "), "{refused}");

        world
            .admin(Call::patch(
                &format!("systemusers({user})"),
                json!({ "isdisabled": false }),
            ))
            .await
            .expect(204);
        world.send(&token, Call::get("accounts")).await.expect(200);
        world.clock.advance_seconds(1);
        world.send_to(&other, &token, Call::get("accounts")).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_role_taken_away_or_changed_is_in_force_within_a_second() {
    on_each_engine(|world| async move {
        let (application, user) = world
            .caller("Reader", world.root, &[("prvReadAccount", "Global")])
            .await;
        let token = world.token(&application);
        let other = world.other_node();
        world.send_to(&other, &token, Call::get("accounts")).await.expect(200);
        let roles = world
            .admin(Call::get(&format!("systemusers({user})/systemuserroles_association")))
            .await
            .json();
        let role: Uuid = roles["value"][0]["roleid"].as_str().unwrap().parse().unwrap();

        world.set_privileges(role, &[("prvReadContact", "Global")]).await;
        world.clock.advance_seconds(1);
        let refused = world.send_to(&other, &token, Call::get("accounts")).await.error();
        assert!(refused.contains("is missing prvReadAccount privilege"), "{refused}");
        world.send_to(&other, &token, Call::get("contacts")).await.expect(200);

        let path = format!("systemusers({user})/systemuserroles_association({role})/$ref");
        world.admin(Call::delete(&path)).await.expect(204);
        world.clock.advance_seconds(1);
        let refused = world.send_to(&other, &token, Call::get("contacts")).await.error();
        assert!(refused.starts_with("403 0x80042f09 "), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn a_change_decided_by_what_is_no_longer_so_is_decided_anew() {
    on_each_engine(|world| async move {
        let (one, two) = (world.unit("One", world.root).await, world.unit("Two", world.root).await);
        let other = world.other_node();
        let admin = world.token(&world.admin);
        // The other node knows the units as they are now, and for another second does not look again.
        world
            .send_to(&other, &admin, Call::get("businessunits"))
            .await
            .expect(200);
        let place = |unit, parent| {
            let body = json!({ "parentbusinessunitid@odata.bind": format!("/businessunits({parent})") });
            Call::patch(&format!("businessunits({unit})"), body)
        };
        world.admin(place(one, two)).await.expect(204);
        let refused = world.send_to(&other, &admin, place(two, one)).await.error();
        assert_eq!(refused, "400 0x80040203 A business unit cannot be placed below itself.");
    })
    .await;
}

/// Runs a statement on the environment's database, past the service.
async fn tamper(world: &World, text: &'static str) {
    let database = world.cluster.open(&world.address.database).await.unwrap();
    let step = |text| Step {
        statement: Statement::fixed(text, Vec::new(), &[]),
        expect: Expect::Anything,
    };
    let epoch = "UPDATE {environment__state} SET epoch = epoch + 1";
    database.commit(vec![step(text), step(epoch)]).await.unwrap();
    world.clock.advance_seconds(1);
}

#[tokio::test]
async fn a_security_row_that_cannot_be_understood_stops_everything() {
    let texts = [
        "UPDATE {roleprivileges} SET privilegedepthmask = 3",
        "UPDATE {role} SET isinherited = NULL",
        "UPDATE {team} SET teamtype = 9",
        "UPDATE {businessunit} SET parentbusinessunitid = businessunitid",
        "DELETE FROM {role}",
        "DELETE FROM {systemuser}",
        "DELETE FROM {team}",
        "DELETE FROM {organization}",
        "UPDATE {team} SET businessunitid = teamid",
        "UPDATE {systemuser} SET businessunitid = systemuserid",
        "DELETE FROM {businessunit}",
    ];
    for text in texts {
        on_each_engine(move |world| async move {
            world.admin(Call::get("WhoAmI")).await.expect(200);
            tamper(&world, text).await;
            let reply = world.admin(Call::get("WhoAmI")).await;
            assert_eq!(reply.status.as_u16(), 500, "{text}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_database_of_another_catalogue_is_refused() {
    on_each_engine(|world| async move {
        tamper(
            &world,
            "UPDATE {environment__state} SET catalogue = (SELECT organizationid FROM {organization})",
        )
        .await;
        let reply = world.other_node();
        let reply = world
            .send_to(&reply, &world.token(&world.admin), Call::get("WhoAmI"))
            .await;
        assert_eq!(reply.error(), "500 0x80040216 An unexpected error occurred.");
    })
    .await;
}

#[tokio::test]
async fn an_environment_is_made_once_and_by_known_administrators() {
    on_each_engine(|world| async move {
        let founding = |app| Founding {
            organization_name: "Contoso".to_owned(),
            organization_id: None,
            root_business_unit_id: None,
            base_currency: Currency::default(),
            administrators: vec![FoundingApplication {
                app,
                role_name: "Everything".to_owned(),
                user_id: None,
                role_id: None,
            }],
        };
        let again = world
            .service
            .create_environment(&world.address, founding(world.admin.app))
            .await
            .unwrap_err();
        let cause = std::error::Error::source(&again).unwrap().to_string();
        assert_eq!(
            cause,
            format!("there is a database `{}` already", world.address.database)
        );
        world.admin(Call::get("WhoAmI")).await.expect(200);

        let mut address = world.address.clone();
        address.database = format!("{}_2", world.address.database);
        let stranger = Uuid::from_u128(0x5).into();
        let unknown = world
            .service
            .create_environment(&address, founding(stranger))
            .await
            .unwrap_err();
        assert!(matches!(unknown, Error::ApplicationNotInDirectory { app } if app == stranger));
        // Nothing is left behind, and an installation that was cut off before its first row is taken up again.
        world.cluster.create(&address.database).await.unwrap();
        let made = world
            .service
            .create_environment(&address, founding(world.admin.app))
            .await;
        world.cluster.drop(&address.database).await.unwrap();
        made.unwrap();
    })
    .await;
}
