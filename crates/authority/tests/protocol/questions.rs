//! What the data service asks of the directory.

use authority::manage::person::NewPerson;
use authority::manage::{self, ManageError};
use authority::{AppId, DirectoryRole, EnvironmentId, ObjectId, Secret, ServicePrincipal};
use uuid::Uuid;

use crate::world::{CONTOSO_ENVIRONMENT, FABRIKAM_ENVIRONMENT, ORDERS_URI, ORIGIN, World, on_both};

#[tokio::test]
async fn issuers() {
    on_both(async |world: World| {
        let contoso = world.contoso;
        let expected = [format!("{ORIGIN}/{contoso}/"), format!("{ORIGIN}/{contoso}/v2.0")];
        assert_eq!(world.authority.issuers(contoso), expected);
    })
    .await;
}

#[tokio::test]
async fn service_principals() {
    on_both(async |world: World| {
        let find = async |tenant, app_id| world.authority.service_principal(tenant, app_id).await.unwrap();
        assert_eq!(find(world.fabrikam, world.reader.app_id).await, None);
        assert_eq!(find(world.contoso, AppId::from(Uuid::nil())).await, None);
        let reader = find(world.contoso, world.reader.app_id).await.unwrap();
        let expected = ServicePrincipal {
            object_id: world.reader.principal,
            app_id: world.reader.app_id,
            tenant: world.contoso,
            display_name: "Reader".to_owned(),
            app_id_uri: None,
            home_tenant: world.contoso,
            enabled: true,
            assignment: authority::Assignment::Optional,
            tenant_default_domain: "contoso.example".to_owned(),
        };
        assert_eq!(*reader, expected);
        let orders = find(world.contoso, world.orders).await.unwrap();
        assert_eq!(orders.app_id_uri.as_deref(), Some(ORDERS_URI));
        manage::application::disable(&world.authority, &world.operator, world.orders)
            .await
            .unwrap();
        assert!(!find(world.contoso, world.orders).await.unwrap().enabled);
    })
    .await;
}

#[tokio::test]
async fn people() {
    on_both(async |world: World| {
        let (authority, operator) = (&world.authority, &world.operator);
        let new = NewPerson {
            object_id: None,
            tenant: world.contoso,
            upn: "Alice@contoso.example".to_owned(),
            display_name: "Alice Berg".to_owned(),
            given_name: Some("Alice".to_owned()),
            surname: None,
            mail: None,
            password: Secret::new("correct horse battery".to_owned()),
            password_use: authority::PasswordUse::Open,
            directory_role: DirectoryRole::Member,
            licensed: true,
            enabled: true,
            usage_location: None,
        };
        assert!(!format!("{new:?}").contains("horse"));
        let alice = manage::person::create(authority, operator, new).await.unwrap();
        let find = async |tenant, person| authority.person(tenant, person).await.unwrap();
        assert_eq!(find(world.fabrikam, alice).await, None);
        assert_eq!(find(world.contoso, ObjectId::from(Uuid::nil())).await, None);
        let found = find(world.contoso, alice).await.unwrap();
        assert_eq!(
            (found.upn.as_str(), found.display_name.as_str()),
            ("Alice@contoso.example", "Alice Berg")
        );
        assert_eq!(
            (found.given_name.as_deref(), found.surname.as_deref()),
            (Some("Alice"), None)
        );
        let by_upn = async |tenant, upn| authority.person_by_upn(tenant, upn).await.unwrap();
        assert_eq!(by_upn(world.fabrikam, "alice@contoso.example").await, None);
        assert_eq!(by_upn(world.contoso, "nobody@contoso.example").await, None);
        assert_eq!(by_upn(world.contoso, "ALICE@contoso.example").await, Some(found));
        let found = find(world.contoso, alice).await.unwrap();
        assert!(found.licensed && found.enabled);

        manage::person::unlicense(authority, operator, world.contoso, alice)
            .await
            .unwrap();
        manage::person::disable(authority, operator, world.contoso, alice)
            .await
            .unwrap();
        let found = find(world.contoso, alice).await.unwrap();
        assert!(!found.licensed && !found.enabled);
        manage::person::license(authority, operator, world.contoso, alice)
            .await
            .unwrap();
        manage::person::enable(authority, operator, world.contoso, alice)
            .await
            .unwrap();
        let found = find(world.contoso, alice).await.unwrap();
        assert!(found.licensed && found.enabled);
    })
    .await;
}

#[tokio::test]
async fn environments() {
    on_both(async |world: World| {
        let environments = world.authority.environments().await.unwrap();
        let names: Vec<_> = environments
            .iter()
            .map(|environment| environment.name.as_str())
            .collect();
        assert_eq!(names, ["contoso", "fabrikam"]);
        let contoso = &environments[0];
        assert_eq!(
            (contoso.tenant, contoso.database.as_str()),
            (world.contoso, "env_contoso")
        );
        assert_eq!(
            contoso.addresses,
            [CONTOSO_ENVIRONMENT.to_owned(), format!("{ORIGIN}/env/contoso")]
        );

        let move_to = async |id, to: &str| {
            manage::environment::set_addresses(&world.authority, &world.operator, id, vec![to.to_owned()]).await
        };
        let nowhere = EnvironmentId(Uuid::nil());
        let refused = move_to(nowhere, "https://new.example.test").await.unwrap_err();
        assert!(matches!(
            refused,
            ManageError::NotFound {
                what: "environment",
                ..
            }
        ));
        assert!(matches!(
            move_to(contoso.id, "new").await,
            Err(ManageError::Invalid { .. })
        ));
        let taken = move_to(contoso.id, FABRIKAM_ENVIRONMENT).await.unwrap_err();
        assert_eq!(taken.to_string(), "`environment_address_pkey` is taken");
        assert_eq!(world.authority.environments().await.unwrap()[0].addresses.len(), 2);
        move_to(contoso.id, "https://new.example.test").await.unwrap();
        assert_eq!(
            world.authority.environments().await.unwrap()[0].addresses,
            ["https://new.example.test"]
        );
    })
    .await;
}
