//! Client authentication: unknown and foreign applications, wrong, early and late secrets, disabled applications.

use authority::manage;
use authority::manage::application_secret::NewSecret;
use authority::manage::service_principal::NewServicePrincipal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header;

use crate::wire::{posted, with, without};
use crate::world::{FABRIKAM_ENVIRONMENT, SECRET_SECONDS, START, World, on_both};

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[tokio::test]
async fn unknown_applications() {
    on_both(async |world: World| {
        let form = world.reader_form();
        for client in [
            "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b",
            "reader",
            "{}",
            "0c7a9d523b1e4c8f8f276a5d4e3b2c10",
        ] {
            let answer = world.post(&world.v2(), &with(&form, "client_id", client)).await;
            answer.refused(400, "unauthorized_client", 700_016, client);
            answer.refused(400, "unauthorized_client", 700_016, &world.contoso.to_string());
        }
    })
    .await;
}

#[tokio::test]
async fn an_application_for_its_own_tenant_is_unknown_elsewhere() {
    on_both(async |world: World| {
        let form = with(
            &world.reader_form(),
            "scope",
            "https://fabrikam.data.example.test/.default",
        );
        let path = format!("/{}/oauth2/v2.0/token", world.fabrikam);
        let foreign = world.post(&path, &form).await;
        foreign.refused(400, "unauthorized_client", 700_016, &world.reader.app_id.to_string());
        foreign.refused(400, "unauthorized_client", 700_016, &world.fabrikam.to_string());
        let wrong = world.post(&path, &with(&form, "client_secret", "wrong")).await;
        wrong.refused(400, "unauthorized_client", 700_016, &world.reader.app_id.to_string());
    })
    .await;
}

#[tokio::test]
async fn an_application_for_all_tenants_must_be_brought_in() {
    on_both(async |world: World| {
        let (app_id, scope) = (
            world.vendor.app_id.to_string(),
            format!("{FABRIKAM_ENVIRONMENT}/.default"),
        );
        let form = [
            ("client_id", app_id.as_str()),
            ("client_secret", world.vendor.secret()),
            ("grant_type", "client_credentials"),
            ("scope", scope.as_str()),
        ];
        let path = format!("/{}/oauth2/v2.0/token", world.fabrikam);
        let wrong = world.post(&path, &with(&form, "client_secret", "wrong")).await;
        wrong.refused(401, "invalid_client", 7_000_215, &app_id);
        let missing = world.post(&path, &form).await;
        missing.refused(401, "invalid_client", 7_000_229, &app_id);
        missing.refused(401, "invalid_client", 7_000_229, &world.fabrikam.to_string());

        let new = NewServicePrincipal {
            object_id: None,
            tenant: world.fabrikam,
            app_id: world.vendor.app_id,
        };
        let principal = manage::service_principal::create(&world.authority, &world.operator, new)
            .await
            .unwrap();
        assert_ne!(principal, world.vendor.principal);
        let claims = world.post(&path, &form).await.claims();
        assert_eq!(claims["oid"], principal.to_string());
        assert_eq!(claims["tid"], world.fabrikam.to_string());
    })
    .await;
}

#[tokio::test]
async fn secrets_that_are_wrong_or_missing() {
    on_both(async |world: World| {
        let (form, app_id) = (world.reader_form(), world.reader.app_id.to_string());
        let short = world
            .reader
            .secret()
            .strip_prefix(world.reader.secret.hint.as_str())
            .unwrap();
        let id = world.reader.secret.id.to_string();
        let secrets = ["wrong", short, id.as_str(), world.vendor.secret(), "\u{0}"];
        for secret in secrets {
            let answer = world.post(&world.v2(), &with(&form, "client_secret", secret)).await;
            answer.refused(401, "invalid_client", 7_000_215, &app_id);
        }
        for missing in [without(&form, "client_secret"), with(&form, "client_secret", "")] {
            world
                .post(&world.v2(), &missing)
                .await
                .refused(401, "invalid_client", 7_000_216, "'client_secret'");
        }
    })
    .await;
}

#[tokio::test]
async fn a_grant_of_a_person_without_a_credential() {
    on_both(async |world: World| {
        let form = without(&world.reader_form(), "client_secret");
        let form = with(&form, "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        let form = with(&form, "requested_token_use", "on_behalf_of");
        let form = with(&form, "assertion", "a.b.c");
        world
            .post(&world.v2(), &form)
            .await
            .refused(401, "invalid_client", 7_000_218, "'client_assertion'");
    })
    .await;
}

#[tokio::test]
async fn the_parameters_of_assertions() {
    on_both(async |world: World| {
        let form = without(&world.reader_form(), "client_secret");
        let assertion = with(&form, "client_assertion", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln");
        let typed = with(&assertion, "client_assertion_type", JWT_BEARER);
        world
            .post(&world.v2(), &typed)
            .await
            .refused(400, "invalid_request", 50_027, "'iss'");
        world
            .post(&world.v2(), &assertion)
            .await
            .refused(400, "invalid_request", 900_144, "'client_assertion_type'");
        let saml = with(
            &assertion,
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
        );
        world
            .post(&world.v2(), &saml)
            .await
            .refused(400, "invalid_request", 9_002_313, "'client_assertion_type'");
        let both = with(&typed, "client_secret", world.reader.secret());
        world.post(&world.v2(), &both).await.refused(
            400,
            "invalid_request",
            9_002_313,
            "more than one client credential",
        );
    })
    .await;
}

#[tokio::test]
async fn the_basic_header() {
    on_both(async |world: World| {
        let body = without(&without(&world.reader_form(), "client_secret"), "client_id");
        let basic = async |text: &str, form: &[(&str, &str)]| {
            let mut request = posted(&world.v2(), form);
            request
                .headers_mut()
                .insert(header::AUTHORIZATION, text.parse().unwrap());
            world.send(request).await
        };
        let encoded = |secret: &str| format!("Basic {}", STANDARD.encode(format!("{}:{secret}", world.reader.app_id)));
        let wrong = basic(&encoded("wrong"), &body).await;
        wrong.refused(401, "invalid_client", 7_000_215, &world.reader.app_id.to_string());
        assert_eq!(wrong.headers["www-authenticate"], "Basic realm=\"token\"");
        for header in ["Basic", "Basic !", "Bearer eyJ", "Digest a=b"] {
            basic(header, &body)
                .await
                .refused(400, "invalid_request", 9_002_313, "Authorization");
        }
        let right = encoded(world.reader.secret());
        let other = with(&body, "client_id", "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b");
        basic(&right, &other)
            .await
            .refused(400, "invalid_request", 9_002_313, "different clients");
        basic(&right, &world.reader_form())
            .await
            .refused(400, "invalid_request", 9_002_313, "more than one");
        basic(&right, &body).await.token();
        basic(&right, &without(&world.reader_form(), "client_secret"))
            .await
            .token();
    })
    .await;
}

#[tokio::test]
async fn secrets_have_their_time() {
    on_both(async |world: World| {
        let app_id = world.reader.app_id.to_string();
        world.reader_token().await.token();
        world.clock.set(START.plus_seconds(SECRET_SECONDS - 1));
        world.reader_token().await.token();
        world.clock.set(START.plus_seconds(SECRET_SECONDS));
        world
            .reader_token()
            .await
            .refused(401, "invalid_client", 7_000_222, &app_id);
        world.clock.set(START.plus_seconds(-1));
        world
            .reader_token()
            .await
            .refused(401, "invalid_client", 7_000_215, "has not begun");
    })
    .await;
}

#[tokio::test]
async fn an_application_may_have_several_secrets() {
    on_both(async |world: World| {
        let new = NewSecret {
            app_id: world.reader.app_id,
            display_name: "second".to_owned(),
            starts_at: START,
            ends_at: START.plus_seconds(2 * SECRET_SECONDS),
        };
        let second = manage::application_secret::add(&world.authority, &world.operator, new)
            .await
            .unwrap();
        assert_eq!(second.value.expose().len(), 40);
        assert!(second.value.expose().starts_with(&second.hint));
        let form = with(&world.reader_form(), "client_secret", second.value.expose());
        world.post(&world.v2(), &form).await.token();
        world.reader_token().await.token();

        let first = world.reader.secret.id;
        manage::application_secret::remove(&world.authority, &world.operator, world.reader.app_id, first)
            .await
            .unwrap();
        let app_id = world.reader.app_id.to_string();
        world
            .reader_token()
            .await
            .refused(401, "invalid_client", 7_000_215, &app_id);
        world.post(&world.v2(), &form).await.token();
    })
    .await;
}

#[tokio::test]
async fn disabled_applications_get_nothing() {
    on_both(async |world: World| {
        let (authority, operator, app_id) = (&world.authority, &world.operator, world.reader.app_id);
        manage::service_principal::disable(authority, operator, world.contoso, app_id)
            .await
            .unwrap();
        let in_tenant = world.reader_token().await;
        in_tenant.refused(400, "unauthorized_client", 7_000_112, &world.contoso.to_string());
        manage::service_principal::enable(authority, operator, world.contoso, app_id)
            .await
            .unwrap();
        world.reader_token().await.token();
        manage::application::disable(authority, operator, app_id).await.unwrap();
        world
            .reader_token()
            .await
            .refused(400, "unauthorized_client", 7_000_112, &app_id.to_string());
        let wrong = with(&world.reader_form(), "client_secret", "wrong");
        world
            .post(&world.v2(), &wrong)
            .await
            .refused(401, "invalid_client", 7_000_215, &app_id.to_string());
        manage::application::enable(authority, operator, app_id).await.unwrap();
        world.reader_token().await.token();
    })
    .await;
}

#[tokio::test]
async fn a_disabled_resource_is_no_resource() {
    on_both(async |world: World| {
        let form = with(&world.reader_form(), "scope", "api://orders/.default");
        world.post(&world.v2(), &form).await.token();
        manage::service_principal::disable(&world.authority, &world.operator, world.contoso, world.orders)
            .await
            .unwrap();
        world
            .post(&world.v2(), &form)
            .await
            .refused(400, "invalid_resource", 500_011, "api://orders");
    })
    .await;
}
