//! Changes of the directory that are refused.

use argon2::PasswordVerifier as _;
use authority::manage::application::NewApplication;
use authority::manage::application_secret::NewSecret;
use authority::manage::environment::NewEnvironment;
use authority::manage::person::NewPerson;
use authority::manage::service_principal::NewServicePrincipal;
use authority::manage::tenant::NewTenant;
use authority::manage::{self, ManageError};
use authority::registration::Registration;
use authority::{AppId, Audience, DirectoryRole, ObjectId, Secret, TenantId, TokenVersion};
use uuid::Uuid;

use crate::world::{CONTOSO_ENVIRONMENT, ORDERS_URI, START, World, on_both};

#[track_caller]
fn check<T: std::fmt::Debug>(outcome: Result<T, ManageError>, message: &str) {
    assert_eq!(outcome.unwrap_err().to_string(), message);
}

fn nobody() -> Uuid {
    Uuid::from_u128(1)
}

#[tokio::test]
async fn tenants() {
    on_both(async |world: World| {
        let create = async |domains: &[&str]| {
            let domains = domains.iter().map(|&domain| domain.to_owned()).collect();
            let new = NewTenant {
                id: None,
                display_name: "New".to_owned(),
                domains,
            };
            manage::tenant::create(&world.authority, &world.operator, new).await
        };
        check(create(&[]).await, "domain `` is missing");
        for reserved in [
            "v1.0",
            "env",
            "common",
            "organizations",
            "consumers",
            "console",
            "api",
            ".well-known",
            "device",
        ] {
            check(
                create(&["new.example", reserved]).await,
                &format!("domain `{reserved}` is kept for another service"),
            );
        }
        for bad in ["New.example", "new", "a b.example", "new.example/", "-a.example", ""] {
            check(
                create(&[bad]).await,
                &format!("domain `{bad}` is not a domain name in lower case"),
            );
        }
        check(create(&["new.example", "contoso.test"]).await, "`domain_pkey` is taken");
        let gone = world.get("/new.example/discovery/keys").await;
        gone.refused(400, "invalid_tenant", 90_002, "new.example");
        create(&["new.example"]).await.unwrap();
        let taken = NewTenant {
            id: Some(world.contoso),
            display_name: "C".to_owned(),
            domains: vec!["c.example".to_owned()],
        };
        check(
            manage::tenant::create(&world.authority, &world.operator, taken).await,
            "`tenant_pkey` is taken",
        );
        let unnamed = NewTenant {
            id: None,
            display_name: " ".to_owned(),
            domains: vec!["c.example".to_owned()],
        };
        check(
            manage::tenant::create(&world.authority, &world.operator, unnamed).await,
            "display name ` ` is empty",
        );
    })
    .await;
}

#[tokio::test]
async fn people() {
    on_both(async |world: World| {
        let create = async |tenant: TenantId, upn: &str, password: &str| {
            let new = NewPerson {
                object_id: None,
                tenant,
                upn: upn.to_owned(),
                display_name: "Bob".to_owned(),
                given_name: None,
                surname: None,
                mail: None,
                password: Secret::new(password.to_owned()),
                password_use: authority::PasswordUse::Open,
                directory_role: DirectoryRole::Administrator,
                licensed: false,
                enabled: true,
                usage_location: None,
            };
            manage::person::create(&world.authority, &world.operator, new).await
        };
        let (contoso, good) = (world.contoso, "long enough");
        let upn = |text: &str, reason: &str| format!("user principal name `{text}` {reason}");
        check(create(contoso, "bob", good).await, &upn("bob", "has no domain"));
        check(
            create(contoso, "@contoso.example", good).await,
            &upn("@contoso.example", "has no name that can be typed"),
        );
        check(
            create(contoso, "b b@contoso.example", good).await,
            &upn("b b@contoso.example", "has no name that can be typed"),
        );
        let foreign = "bob@fabrikam.example";
        check(
            create(contoso, foreign, good).await,
            &upn(foreign, "is not at a domain of the tenant"),
        );
        let short = "password `of 7 characters` must have 8 to 256 characters";
        check(create(contoso, "bob@contoso.example", "sevench").await, short);
        let tenant = TenantId::from(nobody());
        check(
            create(tenant, "bob@contoso.example", good).await,
            &format!("tenant `{tenant}` does not exist"),
        );
        create(contoso, "bob@contoso.example", good).await.unwrap();
        check(
            create(contoso, "BOB@contoso.example", good).await,
            "`person_upn` is taken",
        );
        let person = ObjectId::from(nobody());
        let unknown = format!("person `{person}` does not exist");
        check(
            manage::person::disable(&world.authority, &world.operator, contoso, person).await,
            &unknown,
        );
        check(
            manage::person::license(&world.authority, &world.operator, contoso, person).await,
            &unknown,
        );
    })
    .await;
}

#[tokio::test]
async fn passwords_are_stored_as_argon2id() {
    on_both(async |world: World| {
        let new = NewPerson {
            object_id: None,
            tenant: world.contoso,
            upn: "bob@contoso.example".to_owned(),
            display_name: "Bob".to_owned(),
            given_name: None,
            surname: None,
            mail: None,
            password: Secret::new("long enough".to_owned()),
            password_use: authority::PasswordUse::Open,
            directory_role: DirectoryRole::Member,
            licensed: false,
            enabled: true,
            usage_location: None,
        };
        manage::person::create(&world.authority, &world.operator, new)
            .await
            .unwrap();
        let statement = db::Statement::fixed("SELECT p.password_hash FROM {person} p", vec![], &[db::Type::Text]);
        let rows = world.database.query(&statement).await.unwrap();
        let hash = rows.first().unwrap().text(0).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m="), "{hash}");
        assert!(argon2::Argon2::default().verify_password(b"long enough", hash).is_ok());
        assert!(argon2::Argon2::default().verify_password(b"long enougH", hash).is_err());
    })
    .await;
}

#[tokio::test]
async fn applications() {
    on_both(async |world: World| {
        let register = async |tenant: TenantId, uri: &str| {
            let new = NewApplication {
                app_id: None,
                object_id: None,
                home_tenant: tenant,
                display_name: "New".to_owned(),
                audience: Audience::SingleTenant,
                token_version: TokenVersion::V1,
                identifier_uris: vec![uri.to_owned()],
                registration: Registration::default(),
            };
            manage::application::register(&world.authority, &world.operator, new).await
        };
        let uri = |text: &str, reason: &str| format!("identifier uri `{text}` {reason}");
        check(register(world.contoso, "orders").await, &uri("orders", "has no scheme"));
        check(
            register(world.contoso, "api://or ders").await,
            &uri("api://or ders", "is not made of 1 to 255 printable ascii characters"),
        );
        check(
            register(world.contoso, "api://{orders}").await,
            &uri("api://{orders}", "is not a uri"),
        );
        check(
            register(world.contoso, "api://orders/").await,
            &uri("api://orders/", "ends in a slash"),
        );
        check(
            register(world.fabrikam, ORDERS_URI).await,
            "`application_identifier_pkey` is taken",
        );
        let tenant = TenantId::from(nobody());
        check(
            register(tenant, "api://new").await,
            &format!("tenant `{tenant}` does not exist"),
        );
        let app_id = AppId::from(nobody());
        let unknown = format!("application `{app_id}` does not exist");
        check(
            manage::application::disable(&world.authority, &world.operator, app_id).await,
            &unknown,
        );
    })
    .await;
}

#[tokio::test]
async fn secrets() {
    on_both(async |world: World| {
        let (authority, operator) = (&world.authority, &world.operator);
        let new = NewSecret {
            app_id: world.reader.app_id,
            display_name: "s".to_owned(),
            starts_at: START,
            ends_at: START,
        };
        let backwards = "end of a secret `2026-01-01T00:00:00Z` is not after its start";
        check(
            manage::application_secret::add(authority, operator, new.clone()).await,
            backwards,
        );
        let app_id = AppId::from(nobody());
        let stray = NewSecret {
            app_id,
            ends_at: START.plus_seconds(1),
            ..new
        };
        let unknown = format!("application `{app_id}` does not exist");
        check(
            manage::application_secret::add(authority, operator, stray).await,
            &unknown,
        );
        let id = nobody();
        let unknown = format!("application secret `{id}` does not exist");
        check(
            manage::application_secret::remove(authority, operator, world.reader.app_id, id).await,
            &unknown,
        );
        let foreign = world.vendor.secret.id;
        let outcome = manage::application_secret::remove(authority, operator, world.reader.app_id, foreign).await;
        check(outcome, &format!("application secret `{foreign}` does not exist"));
    })
    .await;
}

#[tokio::test]
async fn secrets_are_stored_as_hashes() {
    on_both(async |world: World| {
        let statement = db::Statement::fixed(
            "SELECT s.hash, s.hint FROM {application_secret} s",
            vec![],
            &[db::Type::Text, db::Type::Text],
        );
        let rows = world.database.query(&statement).await.unwrap();
        assert_eq!(rows.len(), 2);
        for row in rows.iter() {
            assert!(row.text(0).unwrap().starts_with("v1$"));
            assert_eq!(row.text(1).unwrap().len(), 3);
        }
    })
    .await;
}

#[tokio::test]
async fn service_principals() {
    on_both(async |world: World| {
        let (authority, operator) = (&world.authority, &world.operator);
        let create = async |tenant, app_id| {
            let new = NewServicePrincipal {
                object_id: None,
                tenant,
                app_id,
            };
            manage::service_principal::create(authority, operator, new).await
        };
        let reader = world.reader.app_id;
        check(create(world.contoso, reader).await, "`service_principal_pkey` is taken");
        check(
            create(world.fabrikam, reader).await,
            &format!("application `{reader}` is for its own tenant only"),
        );
        let app_id = AppId::from(nobody());
        check(
            create(world.contoso, app_id).await,
            &format!("application `{app_id}` does not exist"),
        );
        let tenant = TenantId::from(nobody());
        check(
            create(tenant, world.vendor.app_id).await,
            &format!("tenant `{tenant}` does not exist"),
        );
        let outcome = manage::service_principal::disable(authority, operator, world.fabrikam, reader).await;
        check(outcome, &format!("service principal `{reader}` does not exist"));
    })
    .await;
}

#[tokio::test]
async fn environments() {
    on_both(async |world: World| {
        let register = async |name: &str, database: &str, address: &str| {
            let addresses = if address.is_empty() {
                Vec::new()
            } else {
                vec![address.to_owned()]
            };
            let (name, database) = (name.to_owned(), database.to_owned());
            let new = NewEnvironment {
                id: None,
                tenant: world.fabrikam,
                name,
                database,
                addresses,
            };
            manage::environment::register(&world.authority, &world.operator, new).await
        };
        let address = |text: &str, reason: &str| format!("environment address `{text}` {reason}");
        let name = "environment name `Env` is not made of 1 to 63 lower-case letters, digits and hyphens";
        check(register("Env", "e", "https://e.test").await, name);
        check(register("e", "e", "").await, &address("", "is missing"));
        check(
            register("e", "e", "e.test").await,
            &address("e.test", "is not an http url"),
        );
        check(
            register("e", "e", "https://E.test").await,
            &address("https://E.test", "has a host that is not in lower case"),
        );
        let slash = address("https://e.test/", "has a query or a trailing slash");
        check(register("e", "e", "https://e.test/").await, &slash);
        check(
            register("contoso", "e", "https://e.test").await,
            "`environment_name` is taken",
        );
        check(
            register("e", "env_contoso", "https://e.test").await,
            "`environment_database` is taken",
        );
        check(
            register("e", "e", CONTOSO_ENVIRONMENT).await,
            "`environment_address_pkey` is taken",
        );
        register("e", "e", "https://e.test").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn no_tenant_has_the_id_under_which_logs_keep_what_is_of_no_tenant() {
    on_both(async |world: World| {
        let new = manage::tenant::NewTenant {
            id: Some(TenantId::from(uuid::Uuid::nil())),
            display_name: "Nobody".to_owned(),
            domains: vec!["nobody.example".to_owned()],
        };
        let refused = manage::tenant::create(&world.authority, &world.operator, new).await;
        assert_eq!(
            refused.unwrap_err().to_string(),
            "tenant id `00000000-0000-0000-0000-000000000000` is the id of no tenant"
        );
    })
    .await;
}
