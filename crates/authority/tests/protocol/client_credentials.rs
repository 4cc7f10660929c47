//! `client_credentials` at both endpoints: what is refused, what is granted, what the tokens say.

use std::collections::BTreeSet;

use axum::body::Body;
use http::{Request, header};
use oauth::{Expected, TokenError, TokenKind};
use serde_json::json;

use crate::wire::{FORM, posted, with, without};
use crate::world::{
    CONTOSO_ENVIRONMENT, FABRIKAM_ENVIRONMENT, ORDERS_URI, ORIGIN, START, World, on_both, with_lifetime,
};

#[tokio::test]
async fn tenants_that_are_none() {
    on_both(async |world: World| {
        let form = world.reader_form();
        let post = async |tenant: &str| world.post(&format!("/{tenant}/oauth2/v2.0/token"), &form).await;
        post("nowhere.example")
            .await
            .refused(400, "invalid_request", 90_002, "nowhere.example");
        let unknown = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b";
        post(unknown).await.refused(400, "invalid_request", 90_002, unknown);
        for malformed in [
            "contoso",
            "con_toso.example",
            ".example",
            "a..b",
            "contoso.example.",
            "%20",
            "%ff",
            "a%2Fb.c",
        ] {
            post(malformed)
                .await
                .refused(400, "invalid_request", 900_023, "neither a valid DNS name");
        }
        post("common").await.refused(400, "invalid_request", 50_059, "'common'");
        post("ORGANIZATIONS")
            .await
            .refused(400, "invalid_request", 50_059, "'organizations'");
        post("consumers")
            .await
            .refused(400, "invalid_request", 9_001_023, "consumers");
        post("9188040d-6c67-4c5b-b112-36a304b66dad")
            .await
            .refused(400, "invalid_request", 9_001_023, "consumers");
    })
    .await;
}

#[tokio::test]
async fn requests_that_cannot_be_read() {
    on_both(async |world: World| {
        let (path, form) = (world.v2(), world.reader_form());
        let body = "grant_type=client_credentials";
        for kind in [None, Some("application/json"), Some("text/plain; charset=utf-8")] {
            let mut request = Request::post(&path).body(Body::from(body)).unwrap();
            if let Some(kind) = kind {
                request
                    .headers_mut()
                    .insert(header::CONTENT_TYPE, kind.parse().unwrap());
            }
            world
                .send(request)
                .await
                .refused(400, "invalid_request", 9_002_313, "application/x-www-form-urlencoded");
        }
        let twice = [form.clone(), vec![("scope", "a/.default")]].concat();
        world
            .post(&path, &twice)
            .await
            .refused(400, "invalid_request", 9_000_411, "'scope'");
        let raw = |body: &'static str| {
            Request::post(&path)
                .header(header::CONTENT_TYPE, FORM)
                .body(Body::from(body))
                .unwrap()
        };
        world
            .send(raw("grant_type=%zz"))
            .await
            .refused(400, "invalid_request", 9_002_313, "not form encoded");
        world
            .send(raw(""))
            .await
            .refused(400, "invalid_request", 900_144, "'grant_type'");
        let long = "x".repeat(70_000);
        world.post(&path, &with(&form, "claims", &long)).await.refused(
            413,
            "invalid_request",
            9_002_313,
            "65536 bytes",
        );
    })
    .await;
}

#[tokio::test]
async fn parameters_that_are_missing_or_not_taken() {
    on_both(async |world: World| {
        let form = world.reader_form();
        for name in ["grant_type", "client_id", "scope"] {
            let missing = without(&form, name);
            world
                .post(&world.v2(), &missing)
                .await
                .refused(400, "invalid_request", 900_144, &format!("'{name}'"));
            let empty = with(&form, name, "");
            world
                .post(&world.v2(), &empty)
                .await
                .refused(400, "invalid_request", 900_144, &format!("'{name}'"));
        }
        world
            .post(&world.v1(), &form)
            .await
            .refused(400, "invalid_request", 900_144, "'resource'");
        for grant_type in [
            "password",
            "Client_Credentials",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ] {
            let other = with(&form, "grant_type", grant_type);
            world
                .post(&world.v2(), &other)
                .await
                .refused(400, "unsupported_grant_type", 70_003, grant_type);
        }
        let resource = with(&form, "resource", CONTOSO_ENVIRONMENT);
        world
            .post(&world.v2(), &resource)
            .await
            .refused(400, "invalid_request", 901_002, "'resource'");
        let mut from_page = posted(&world.v2(), &form);
        from_page
            .headers_mut()
            .insert(header::ORIGIN, "https://app.example.test".parse().unwrap());
        world
            .send(from_page)
            .await
            .refused(400, "invalid_request", 9_002_326, "Origin");
    })
    .await;
}

#[tokio::test]
async fn scopes_that_name_no_resource() {
    on_both(async |world: World| {
        let form = world.reader_form();
        let post = async |scope: &str| world.post(&world.v2(), &with(&form, "scope", scope)).await;
        for scope in [
            "/.default",
            "ä/.default",
            "a\"b/.default",
            "a/.default b/.default",
            "a/.default openid",
        ] {
            post(scope).await.refused(400, "invalid_scope", 70_011, "'scope'");
        }
        for scope in [
            "https://contoso.data.example.test/user_impersonation",
            "openid",
            ".default",
            "a/.Default",
            "a b",
        ] {
            post(scope).await.refused(400, "invalid_scope", 1_002_012, scope);
        }
        let unknown = [
            "https://nowhere.example.test",
            FABRIKAM_ENVIRONMENT,
            "api://nobody",
            "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b",
            "https://contoso.data.example.test/env",
            "https://contoso.data.example.test//",
            "HTTPS://contoso.data.example.test",
        ];
        for resource in unknown {
            post(&format!("{resource}/.default"))
                .await
                .refused(400, "invalid_resource", 500_011, resource);
            let v1 = with(&without(&form, "scope"), "resource", resource);
            world
                .post(&world.v1(), &v1)
                .await
                .refused(400, "invalid_resource", 500_011, &world.contoso.to_string());
        }
    })
    .await;
}

#[tokio::test]
async fn resources_that_nobody_could_have_registered() {
    on_both(async |world: World| {
        let form = without(&world.reader_form(), "scope");
        let long = format!("https://contoso.data.example.test/{}", "x".repeat(50_000));
        for resource in ["\u{0}", "a\u{0}b", "ä", " ", "/", long.as_str()] {
            let answer = world.post(&world.v1(), &with(&form, "resource", resource)).await;
            answer.refused(400, "invalid_resource", 500_011, &world.contoso.to_string());
        }
    })
    .await;
}

#[tokio::test]
async fn an_environment_gets_the_v1_form_at_both_endpoints() {
    on_both(async |world: World| {
        let form = world.reader_form();
        let v2 = world.reader_token().await;
        let members: BTreeSet<_> = v2.json.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = BTreeSet::from(["access_token", "expires_in", "ext_expires_in", "token_type"]);
        assert_eq!(members, expected);
        assert_eq!(v2.json["token_type"], "Bearer");
        assert_eq!(v2.json["expires_in"], v2.json["ext_expires_in"]);
        let lifetime = v2.json["expires_in"].as_i64().unwrap();
        assert!((3600..=5400).contains(&lifetime), "{lifetime}");
        assert_v1(&world, &v2.claims(), lifetime);
        assert_eq!(v2.header()["x5t"], v2.header()["kid"]);

        let asked = with(&without(&form, "scope"), "resource", CONTOSO_ENVIRONMENT);
        let v1 = world.post(&world.v1(), &asked).await;
        let lifetime: i64 = v1.json["expires_in"].as_str().unwrap().parse().unwrap();
        assert_eq!(v1.json["ext_expires_in"], v1.json["expires_in"]);
        assert_eq!(
            v1.json["expires_on"],
            START.plus_seconds(lifetime).seconds().to_string()
        );
        assert_eq!(v1.json["not_before"], START.plus_seconds(-300).seconds().to_string());
        assert_eq!(v1.json["resource"], CONTOSO_ENVIRONMENT);
        assert_v1(&world, &v1.claims(), lifetime);
    })
    .await;
}

#[track_caller]
fn assert_v1(world: &World, claims: &serde_json::Value, lifetime: i64) {
    let issuer = format!("{ORIGIN}/{}/", world.contoso);
    let principal = world.reader.principal.to_string();
    let mut expected = json!({
        "aud": CONTOSO_ENVIRONMENT, "iss": issuer, "idp": issuer, "tid": world.contoso.to_string(),
        "iat": START.seconds() - 300, "nbf": START.seconds() - 300, "exp": START.seconds() + lifetime,
        "app_displayname": "Reader", "appid": world.reader.app_id.to_string(), "appidacr": "1", "idtyp": "app",
        "oid": principal, "sub": principal, "ver": "1.0", "xms_tcdt": START.seconds(),
    });
    assert_eq!(claims["uti"].as_str().unwrap().len(), 22);
    expected["uti"] = claims["uti"].clone();
    assert_eq!(*claims, expected);
}

#[tokio::test]
async fn a_resource_that_asks_for_it_gets_the_v2_form() {
    on_both(async |world: World| {
        let form = world.reader_form();
        for identifier in [ORDERS_URI.to_owned(), world.orders.to_string()] {
            let scope = format!("{identifier}/.default");
            let answer = world.post(&world.v2(), &with(&form, "scope", &scope)).await;
            let claims = answer.claims();
            assert_eq!(claims["aud"], world.orders.to_string());
            assert_eq!(claims["iss"], format!("{ORIGIN}/{}/v2.0", world.contoso));
            assert_eq!(claims["azp"], world.reader.app_id.to_string());
            assert_eq!(claims["azpacr"], "1");
            assert_eq!(claims["oid"], world.reader.principal.to_string());
            assert_eq!(claims["sub"], claims["oid"]);
            assert_eq!(claims["ver"], "2.0");
            assert!(claims.get("appid").is_none() && claims.get("roles").is_none());
            assert!(answer.header().get("x5t").is_none());
        }
    })
    .await;
}

#[tokio::test]
async fn the_audience_is_written_as_the_client_wrote_it() {
    on_both(async |world: World| {
        let form = world.reader_form();
        for resource in [
            CONTOSO_ENVIRONMENT.to_owned(),
            format!("{CONTOSO_ENVIRONMENT}/"),
            format!("{ORIGIN}/env/contoso"),
        ] {
            let scope = format!("{resource}/.default");
            let answer = world.post(&world.v2(), &with(&form, "scope", &scope)).await;
            assert_eq!(answer.claims()["aud"], resource);
        }
    })
    .await;
}

#[tokio::test]
async fn every_name_of_the_tenant_gives_the_same_issuer() {
    on_both(async |world: World| {
        let form = world.reader_form();
        for name in [
            "contoso.example",
            "CONTOSO.Test",
            &world.contoso.to_string().to_uppercase(),
        ] {
            let answer = world.post(&format!("/{name}/oauth2/v2.0/token"), &form).await;
            assert_eq!(answer.claims()["iss"], format!("{ORIGIN}/{}/", world.contoso));
        }
    })
    .await;
}

#[tokio::test]
async fn tokens_verify_against_the_published_keys() {
    on_both(async |world: World| {
        let answer = world.reader_token().await;
        let issuers = world.authority.issuers(world.contoso);
        let audiences = [CONTOSO_ENVIRONMENT.to_owned()];
        let expected = Expected {
            issuers: &issuers,
            audiences: &audiences,
            tenant: world.contoso,
            now: START,
        };
        let verified = oauth::verify(answer.token(), &world.authority.keys(), &expected).unwrap();
        assert_eq!(verified.app_id(), world.reader.app_id);
        assert_eq!(verified.object_id(), world.reader.principal);
        assert_eq!(verified.kind(), &TokenKind::App);
        let elsewhere = Expected {
            audiences: &[FABRIKAM_ENVIRONMENT.to_owned()],
            ..expected
        };
        let refused = oauth::verify(answer.token(), &world.authority.keys(), &elsewhere).unwrap_err();
        let audience = CONTOSO_ENVIRONMENT.to_owned();
        assert_eq!(refused, TokenError::Audience { audience });
    })
    .await;
}

#[tokio::test]
async fn long_lived_tokens_are_renewed_early() {
    with_lifetime(7200, async |world: World| {
        let answer = world.reader_token().await;
        assert_eq!(answer.json["expires_in"], 7200);
        assert_eq!(answer.json["refresh_in"], 3600);
    })
    .await;
    with_lifetime(7199, async |world: World| {
        assert!(world.reader_token().await.json.get("refresh_in").is_none());
    })
    .await;
}

#[tokio::test]
async fn what_clients_add_is_ignored() {
    on_both(async |world: World| {
        let mut form = world.reader_form();
        form.extend([("client_info", "1"), ("x-client-SKU", "msal.js.node"), ("claims", "{}")]);
        let path = format!("{}?client-request-id=6a0f7a54-30a7-4a0c-8c8e-0b1f2c3d4e5f", world.v2());
        assert!(world.post(&path, &form).await.json.get("client_info").is_none());
        world.post(&path, &form).await.token();
    })
    .await;
}
