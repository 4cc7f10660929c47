//! Every sign-in and every refused token is on record, or there is no answer.

use std::net::SocketAddr;

use axum::body::Body;
use db::{Row, Statement, Type, Value as Cell};
use http::Request;
use serde_json::Value;

use crate::wire::{self, Answer, with, without};
use crate::world::{World, on_both};

/// What the log says of one request.
#[derive(Debug, PartialEq)]
struct Record {
    tenant: String,
    number: i64,
    reason: Option<String>,
    correlation_id: String,
    application: Option<String>,
    principal: Option<String>,
    resource: Option<String>,
    grant_type: Option<String>,
    address: Option<String>,
    user_agent: Option<String>,
    token_id: Option<String>,
}

/// The record of an answer, found by its trace id.
async fn record(world: &World, answer: &Answer) -> Record {
    let trace = answer.headers["x-ms-request-id"].to_str().unwrap();
    let statement = Statement::fixed(
        "SELECT s.tenant_id, s.number, s.reason, s.correlation_id, s.app_id, s.principal_id, s.resource_app_id, \
         s.grant_type, s.address, s.user_agent, s.token_id FROM {sign_in} s WHERE s.id = $1",
        vec![Cell::Guid(trace.parse().unwrap())],
        &[
            Type::Guid,
            Type::Int,
            Type::Text,
            Type::Guid,
            Type::Guid,
            Type::Guid,
            Type::Guid,
            Type::Text,
            Type::Text,
            Type::Text,
            Type::Text,
        ],
    );
    let rows = world.database.query(&statement).await.unwrap();
    assert_eq!(rows.len(), 1, "{answer:?}");
    read(rows.first().unwrap())
}

fn read(row: Row<'_>) -> Record {
    let guid = |at| row.optional_guid(at).unwrap().map(|id| id.to_string());
    let text = |at| row.optional_text(at).unwrap().map(str::to_owned);
    Record {
        tenant: guid(0).unwrap(),
        number: row.int(1).unwrap(),
        reason: text(2),
        correlation_id: guid(3).unwrap(),
        application: guid(4),
        principal: guid(5),
        resource: guid(6),
        grant_type: text(7),
        address: text(8),
        user_agent: text(9),
        token_id: text(10),
    }
}

async fn count(world: &World) -> i64 {
    let statement = Statement::fixed("SELECT count(*) FROM {sign_in} s", vec![], &[Type::Int]);
    let rows = world.database.query(&statement).await.unwrap();
    rows.first().unwrap().int(0).unwrap()
}

/// A refused request: number and reason stand in the log as in the answer.
async fn check(world: &World, path: &str, form: &[(&str, &str)], number: i64, tenant: Option<&str>) {
    let answer = world.post(path, form).await;
    let record = record(world, &answer).await;
    assert_eq!(answer.json["error_codes"][0], number, "{}", answer.json);
    assert_eq!(record.number, number);
    let description = answer.json["error_description"].as_str().unwrap();
    let reason = record.reason.unwrap();
    assert!(
        description.starts_with(&format!("AADSTS{number}: {reason} Trace ID: ")),
        "{description} is not {reason}"
    );
    assert_eq!(record.correlation_id, answer.json["correlation_id"]);
    assert_eq!(record.tenant, tenant.unwrap_or("00000000-0000-0000-0000-000000000000"));
    assert_eq!(record.token_id, None);
}

#[tokio::test]
async fn refusals_are_recorded_with_their_reason() {
    on_both(async |world: World| {
        let form = world.reader_form();
        let (contoso, v2) = (world.contoso.to_string(), world.v2());
        let contoso = Some(contoso.as_str());
        let nobody = "/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/oauth2/v2.0/token";
        check(&world, nobody, &form, 90_002, None).await;
        check(&world, &v2, &with(&form, "client_secret", "wrong"), 7_000_215, contoso).await;
        check(&world, &v2, &with(&form, "client_id", "nobody"), 700_016, contoso).await;
        let scope = "https://nowhere.example.test/.default";
        check(&world, &v2, &with(&form, "scope", scope), 500_011, contoso).await;
        // Who sends no readable form is asked nothing more, not even for the tenant.
        check(&world, &v2, &without(&form, "client_id"), 900_144, None).await;
        assert_eq!(count(&world).await, 5);
    })
    .await;
}

#[tokio::test]
async fn refusals_are_recorded_wherever_a_client_proves_itself() {
    on_both(async |world: World| {
        let contoso = world.contoso.to_string();
        let form = world.reader_form();
        let wrong = with(&form, "client_secret", "wrong");
        let mut recorded = 0;
        for endpoint in [
            "v2.0/par",
            "v2.0/introspect",
            "v2.0/revoke",
            "v2.0/devicecode",
            "devicecode",
        ] {
            let path = format!("/{contoso}/oauth2/{endpoint}");
            // Whatever the endpoint needs besides: none is read before the client is known.
            let needed = |form| with(&with(form, "token", "x"), "scope", "openid");
            check(&world, &path, &needed(&wrong), 7_000_215, Some(&contoso)).await;
            check(&world, &path, &without(&needed(&form), "client_id"), 900_144, None).await;
            let answer = world.post(&path, &needed(&wrong)).await;
            let record = record(&world, &answer).await;
            assert_eq!(record.application.as_ref(), Some(&world.reader.client_id), "{endpoint}");
            recorded += 3;
        }
        assert_eq!(count(&world).await, recorded);
        // Who gives a token back has not signed in.
        let revoked = world
            .post(&format!("/{contoso}/oauth2/v2.0/revoke"), &with(&form, "token", "x"))
            .await;
        assert_eq!((revoked.status.as_u16(), count(&world).await), (200, recorded));
        world.cluster.drop(world.database.name()).await.unwrap();
        for endpoint in ["par", "introspect", "revoke", "devicecode"] {
            let path = format!("/{contoso}/oauth2/v2.0/{endpoint}");
            let answer = world.post(&path, &with(&wrong, "token", "x")).await;
            answer.refused(503, "temporarily_unavailable", 90_033, "transient");
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_caller_writes_cannot_spoil_the_log() {
    on_both(async |world: World| {
        let grant = format!("a\0b\n{}", "x".repeat(5000));
        let answer = world
            .post(&world.v2(), &with(&world.reader_form(), "grant_type", &grant))
            .await;
        let record = record(&world, &answer).await;
        assert_eq!(record.grant_type.unwrap(), format!("ab{}", "x".repeat(398)));
        assert_eq!(record.number, 70_003);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_recorded_is_refused() {
    on_both(async |world: World| {
        world.reader_token().await.token();
        world.cluster.drop(world.database.name()).await.unwrap();
        let answer = world.reader_token().await;
        answer.refused(503, "temporarily_unavailable", 90_033, "transient");
        assert_eq!(answer.headers["retry-after"], "5");
        // A secret cannot be tried unseen either.
        let wrong = with(&world.reader_form(), "client_secret", "wrong");
        world
            .post(&world.v2(), &wrong)
            .await
            .refused(503, "temporarily_unavailable", 90_033, "transient");
    })
    .await;
}

#[tokio::test]
async fn a_token_is_recorded_with_its_id() {
    on_both(async |world: World| {
        let correlation = "f7c1d2e3-0a9b-4c8d-8e7f-6a5b4c3d2e1f";
        let mut request = wire::posted(&world.v2(), &world.reader_form());
        let headers = request.headers_mut();
        headers.insert("client-request-id", correlation.parse().unwrap());
        headers.insert("user-agent", "nightly/1.0".parse().unwrap());
        request
            .extensions_mut()
            .insert(SocketAddr::from(([192, 0, 2, 7], 50_000)));
        let answer = world.send(request).await;
        let claims = answer.claims();
        let expected = Record {
            tenant: world.contoso.to_string(),
            number: 0,
            reason: None,
            correlation_id: correlation.to_owned(),
            application: Some(world.reader.client_id.clone()),
            principal: Some(world.reader.principal.to_string()),
            resource: Some("00000007-0000-0000-c000-000000000000".to_owned()),
            grant_type: Some("client_credentials".to_owned()),
            address: Some("192.0.2.7".to_owned()),
            user_agent: Some("nightly/1.0".to_owned()),
            token_id: claims["uti"].as_str().map(str::to_owned),
        };
        assert_eq!(record(&world, &answer).await, expected);
        assert_ne!(claims["uti"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn many_at_once_are_all_recorded() {
    on_both(async |world: World| {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let router = world.authority.router();
            let request: Request<Body> = wire::posted(&world.v2(), &world.reader_form());
            tasks.spawn(async move { tower::ServiceExt::oneshot(router, request).await.unwrap().status() });
        }
        for status in tasks.join_all().await {
            assert_eq!(status, 200);
        }
        assert_eq!(count(&world).await, 100);
    })
    .await;
}
