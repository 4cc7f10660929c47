//! People managed: passwords, names, roles, removal.

use authority::manage::person::{NewPassword, NewPerson};
use authority::manage::{self, ManageError};
use authority::{DirectoryRole, ObjectId, PasswordUse, Secret};
use uuid::Uuid;

use crate::world::{World, on_both};

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn new_person(world: &World, upn: &str) -> NewPerson {
    NewPerson {
        object_id: None,
        tenant: world.contoso,
        upn: upn.to_owned(),
        display_name: "Alice Berg".to_owned(),
        given_name: Some("Alice".to_owned()),
        surname: None,
        mail: None,
        password: secret("correct horse battery"),
        password_use: authority::PasswordUse::Open,
        directory_role: DirectoryRole::Member,
        licensed: false,
        enabled: true,
        usage_location: None,
    }
}

async fn alice(world: &World) -> ObjectId {
    let new = new_person(world, "alice@contoso.example");
    manage::person::create(&world.authority, &world.operator, new)
        .await
        .unwrap()
}

#[tokio::test]
async fn passwords_that_are_guessed_first_are_not_taken() {
    on_both(async |world: World| {
        let alice = alice(&world).await;
        for (password, reason) in [
            ("short", "must have 8 to 256 characters"),
            ("Password123", "is one of those that are guessed first"),
            ("ALICE@contoso.example", "is a name of the person"),
            ("alice berg", "is a name of the person"),
        ] {
            let check = |outcome: Result<(), ManageError>| match outcome {
                Err(ManageError::Invalid {
                    what: "password",
                    reason: given,
                    ref value,
                }) => {
                    assert_eq!(given, reason);
                    assert!(!value.contains(password), "{value}");
                }
                other => panic!("{password}: {other:?}"),
            };
            let mut new = new_person(&world, "Alice@contoso.test");
            new.password = secret(password);
            let created = manage::person::create(&world.authority, &world.operator, new).await;
            if password != "ALICE@contoso.example" {
                check(created.map(|_| ()));
            }
            let new = NewPassword {
                password: secret(password),
                password_use: PasswordUse::Open,
            };
            let set = manage::person::set_password(&world.authority, &world.operator, world.contoso, alice, new);
            check(set.await);
        }
    })
    .await;
}

#[tokio::test]
async fn people_of_other_tenants_are_not_found() {
    on_both(async |world: World| {
        let (authority, operator) = (&world.authority, &world.operator);
        let alice = alice(&world).await;
        let profile = authority.person(world.contoso, alice).await.unwrap().unwrap().profile();
        for (tenant, person) in [
            (world.fabrikam, alice),
            (world.contoso, ObjectId::from(Uuid::from_u128(1))),
        ] {
            let new = NewPassword {
                password: secret("another good one"),
                password_use: PasswordUse::Open,
            };
            let outcomes = [
                manage::person::set_password(authority, operator, tenant, person, new).await,
                manage::person::revoke_sessions(authority, operator, tenant, person).await,
                manage::person::set_directory_role(authority, operator, tenant, person, DirectoryRole::Reader).await,
                manage::person::delete(authority, operator, tenant, person).await,
                manage::authentication_method::enrol(authority, operator, tenant, person)
                    .await
                    .map(|_| ()),
                manage::authentication_method::remove(authority, operator, tenant, person).await,
                manage::authentication_method::renew_recovery_codes(authority, operator, tenant, person)
                    .await
                    .map(|_| ()),
            ];
            for outcome in outcomes {
                assert!(matches!(outcome, Err(ManageError::NotFound { .. })), "{outcome:?}");
            }
        }
        let other = ObjectId::from(Uuid::from_u128(1));
        let updated = manage::person::update(authority, operator, world.contoso, other, profile.clone()).await;
        assert!(matches!(updated, Err(ManageError::NotFound { .. })), "{updated:?}");
        let updated = manage::person::update(authority, operator, world.fabrikam, alice, profile).await;
        assert!(matches!(updated, Err(ManageError::NotFound { .. })), "{updated:?}");
        assert!(authority.person(world.contoso, alice).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn names_change_and_belong_to_one() {
    on_both(async |world: World| {
        let (authority, operator, contoso) = (&world.authority, &world.operator, world.contoso);
        let alice = alice(&world).await;
        let bob = new_person(&world, "bob@contoso.example");
        manage::person::create(authority, operator, bob).await.unwrap();
        let mut profile = authority.person(contoso, alice).await.unwrap().unwrap().profile();
        profile.upn = "BOB@contoso.example".to_owned();
        let taken = manage::person::update(authority, operator, contoso, alice, profile.clone()).await;
        assert!(
            matches!(taken, Err(ManageError::Taken { ref constraint }) if constraint == "person_upn"),
            "{taken:?}"
        );
        profile.upn = "Alice.Berg@contoso.test".to_owned();
        profile.display_name = "Alice B.".to_owned();
        profile.surname = Some("Berg".to_owned());
        manage::person::update(authority, operator, contoso, alice, profile.clone())
            .await
            .unwrap();
        let found = authority
            .person_by_upn(contoso, "alice.berg@CONTOSO.test")
            .await
            .unwrap();
        assert_eq!(
            found.map(|person| (person.object_id, person.profile())),
            Some((alice, profile))
        );
        let old = authority.person_by_upn(contoso, "alice@contoso.example").await.unwrap();
        assert!(old.is_none());
    })
    .await;
}

#[tokio::test]
async fn passwords_roles_and_sessions_are_marked() {
    on_both(async |world: World| {
        let (authority, operator, contoso) = (&world.authority, &world.operator, world.contoso);
        let alice = alice(&world).await;
        let before = authority.person(contoso, alice).await.unwrap().unwrap();
        world.clock.advance_seconds(60);
        let new = NewPassword {
            password: secret("another good one"),
            password_use: PasswordUse::MustChange,
        };
        manage::person::set_password(authority, operator, contoso, alice, new)
            .await
            .unwrap();
        world.clock.advance_seconds(60);
        manage::person::revoke_sessions(authority, operator, contoso, alice)
            .await
            .unwrap();
        manage::person::set_directory_role(authority, operator, contoso, alice, DirectoryRole::Administrator)
            .await
            .unwrap();
        let after = authority.person(contoso, alice).await.unwrap().unwrap();
        assert_eq!(after.password_use, PasswordUse::MustChange);
        assert_eq!(after.directory_role, DirectoryRole::Administrator);
        assert_eq!(after.password_changed_at, before.password_changed_at.plus_seconds(60));
        assert_eq!(after.sessions_valid_from, before.sessions_valid_from.plus_seconds(121));
    })
    .await;
}

#[tokio::test]
async fn who_is_removed_is_gone_and_the_name_is_free() {
    on_both(async |world: World| {
        let (authority, operator, contoso) = (&world.authority, &world.operator, world.contoso);
        let first = alice(&world).await;
        manage::person::delete(authority, operator, contoso, first)
            .await
            .unwrap();
        assert!(authority.person(contoso, first).await.unwrap().is_none());
        let second = alice(&world).await;
        assert_ne!(first, second);
    })
    .await;
}
