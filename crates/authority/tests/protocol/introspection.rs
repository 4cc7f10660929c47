//! The introspection endpoint (RFC 7662), asked about tokens of applications.

use authority::manage::service_principal::NewServicePrincipal;
use authority::manage::{self, application::NewApplication, application_secret::NewSecret};
use authority::registration::{Introspection, ProtocolRules, Registration};
use authority::{Audience, TokenVersion};
use serde_json::json;

use crate::wire::with;
use crate::world::{START, World, on_both};

const LEDGER: &str = "api://ledger";

/// A resource that may introspect, with its credentials as a form.
async fn ledger(world: &World) -> Vec<(&'static str, String)> {
    let new = NewApplication {
        app_id: None,
        object_id: None,
        home_tenant: world.contoso,
        display_name: "Ledger".to_owned(),
        audience: Audience::SingleTenant,
        token_version: TokenVersion::V2,
        identifier_uris: vec![LEDGER.to_owned()],
        registration: Registration {
            protocol: ProtocolRules {
                introspection: Introspection::OwnTokens,
                ..ProtocolRules::default()
            },
            ..Registration::default()
        },
    };
    let app_id = manage::application::register(&world.authority, &world.operator, new)
        .await
        .unwrap();
    let new = NewServicePrincipal {
        object_id: None,
        tenant: world.contoso,
        app_id,
    };
    manage::service_principal::create(&world.authority, &world.operator, new)
        .await
        .unwrap();
    let new = NewSecret {
        app_id,
        display_name: "first".to_owned(),
        starts_at: START,
        ends_at: START.plus_seconds(1_000_000),
    };
    let secret = manage::application_secret::add(&world.authority, &world.operator, new)
        .await
        .unwrap();
    vec![
        ("client_id", app_id.to_string()),
        ("client_secret", secret.value.expose().clone()),
    ]
}

fn borrowed<'a>(form: &'a [(&'static str, String)], token: &'a str) -> Vec<(&'static str, &'a str)> {
    let form = form.iter().map(|(name, value)| (*name, value.as_str()));
    form.chain([("token", token)]).collect()
}

#[tokio::test]
async fn who_is_refused() {
    on_both(async |world: World| {
        let path = format!("/{}/oauth2/v2.0/introspect", world.contoso);
        let reader = [
            ("client_id", world.reader.client_id.as_str()),
            ("client_secret", world.reader.secret()),
        ];
        world
            .post(&path, &reader)
            .await
            .refused(400, "invalid_request", 900_144, "'token'");
        let with_token = with(&reader, "token", "x");
        let refused = world.post(&path, &with_token).await;
        refused.refused(400, "unauthorized_client", 650_056, &world.reader.client_id);
        let wrong = with(&with_token, "client_secret", "not-their-secret");
        world
            .post(&path, &wrong)
            .await
            .refused(401, "invalid_client", 7_000_215, &world.reader.client_id);
    })
    .await;
}

#[tokio::test]
async fn what_is_told() {
    on_both(async |world: World| {
        let path = format!("/{}/oauth2/v2.0/introspect", world.contoso);
        let ledger = ledger(&world).await;
        let nothing = world.post(&path, &borrowed(&ledger, "x")).await;
        assert_eq!((nothing.status.as_u16(), nothing.json), (200, json!({"active": false})));
        let others = world.reader_token().await;
        let nothing = world.post(&path, &borrowed(&ledger, others.token())).await;
        assert_eq!(nothing.json, json!({"active": false}));
        let scope = format!("{LEDGER}/.default");
        let token = world
            .post(&world.v2(), &with(&world.reader_form(), "scope", &scope))
            .await;
        let told = world.post(&path, &borrowed(&ledger, token.token())).await.json;
        let claims = token.claims();
        assert_eq!(told["active"], true);
        assert_eq!(told["client_id"], world.reader.client_id);
        assert_eq!(told["token_type"], "Bearer");
        for name in ["aud", "iss", "exp", "iat", "nbf", "sub", "tid", "oid"] {
            assert_eq!(told[name], claims[name], "{name}");
        }
        assert_eq!(told["jti"], claims["uti"]);
        world.clock.advance_seconds(2 * 60 * 60);
        let nothing = world.post(&path, &borrowed(&ledger, token.token())).await;
        assert_eq!(nothing.json, json!({"active": false}));
    })
    .await;
}
