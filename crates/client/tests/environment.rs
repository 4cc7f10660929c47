//! The client against a scripted service on this machine: what it sends, to whom, and what it makes of the answers.

#![expect(clippy::unwrap_used, reason = "a scripted service that fails is a failed test")]

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use commonhold_client::{AppId, Credential, Environment, Error, ObjectId, Options, Secret};
use uuid::Uuid;

const TENANT: &str = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b";

/// What one request was: method, path, bearer token, impersonated person, body.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    method: Method,
    path: String,
    token: Option<String>,
    person: Option<String>,
    body: Bytes,
}

#[derive(Default)]
struct Script {
    address: Mutex<Option<SocketAddr>>,
    seen: Mutex<Vec<Seen>>,
    tokens_given: Mutex<usize>,
    refuses_secret: bool,
    has_challenge: bool,
    /// The only token that rows are given for.
    good_token: Mutex<String>,
}

async fn answer(State(script): State<Arc<Script>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).map(|it| it.to_str().unwrap().to_owned());
    let seen = Seen {
        method: parts.method.clone(),
        path: parts.uri.to_string(),
        token: header("authorization"),
        person: header("callerobjectid"),
        body: axum::body::to_bytes(body, 1 << 20).await.unwrap(),
    };
    script.seen.lock().unwrap().push(seen.clone());
    let origin = format!("http://{}", script.address.lock().unwrap().unwrap());
    if seen.path.ends_with("/oauth2/v2.0/token") {
        return token(&script);
    }
    if seen.token != Some(format!("Bearer {}", script.good_token.lock().unwrap())) {
        let challenge = format!("Bearer authorization_uri={origin}/{TENANT}/oauth2/authorize, resource_id={origin}/");
        return if script.has_challenge {
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
        } else {
            StatusCode::UNAUTHORIZED.into_response()
        };
    }
    match (&seen.method, seen.path.as_str()) {
        (&Method::GET, "/api/data/v9.2/accounts?$top=2") => {
            format!(r#"{{"value":[{{"name":"A"}}],"@odata.count":2,"@odata.nextLink":"{origin}/api/data/v9.2/accounts?$skiptoken=2"}}"#)
                .into_response()
        }
        (&Method::GET, "/api/data/v9.2/accounts?$skiptoken=2") => r#"{"value":[{"name":"B"}]}"#.into_response(),
        (&Method::POST, "/api/data/v9.2/accounts") => {
            let address = format!("{origin}/api/data/v9.2/accounts({})", Uuid::from_u128(7));
            (StatusCode::NO_CONTENT, [("OData-EntityId", address)]).into_response()
        }
        _ => {
            let body = r#"{"error":{"code":"0x80040217","message":"account With Id = x Does Not Exist"}}"#;
            (StatusCode::NOT_FOUND, [("x-ms-service-request-id", "r1")], body).into_response()
        }
    }
}

fn token(script: &Script) -> Response {
    if script.refuses_secret {
        let body = r#"{"error":"invalid_client","error_description":"AADSTS7000215: no","error_codes":[7000215]}"#;
        return (StatusCode::UNAUTHORIZED, body).into_response();
    }
    let mut given = script.tokens_given.lock().unwrap();
    *given += 1;
    format!(r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"token-{given}"}}"#).into_response()
}

async fn start(script: Script) -> (Arc<Script>, Environment) {
    let script = Arc::new(script);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    *script.address.lock().unwrap() = Some(address);
    let router = Router::new().fallback(answer).with_state(Arc::clone(&script));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let environment = Environment::connect(&format!("http://{address}"), credential(), Options::default()).unwrap();
    (script, environment)
}

fn script() -> Script {
    Script {
        has_challenge: true,
        good_token: Mutex::new("token-1".to_owned()),
        ..Script::default()
    }
}

fn credential() -> Credential {
    Credential::ClientSecret {
        client_id: AppId::from(Uuid::from_u128(1)),
        secret: Secret::new("p~8Q+x/%=: Z".to_owned()),
    }
}

fn paths(script: &Script) -> Vec<String> {
    script
        .seen
        .lock()
        .unwrap()
        .iter()
        .map(|it| format!("{} {}", it.method, it.path))
        .collect()
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Account {
    name: String,
}

#[tokio::test]
async fn a_token_is_sent_over_https_only() {
    let refused = Environment::connect("http://contoso.example", credential(), Options::default());
    assert!(matches!(refused.err(), Some(Error::Url { .. })));
}

#[tokio::test]
async fn an_environment_without_a_challenge_leads_nowhere() {
    let (script, environment) = start(Script {
        has_challenge: false,
        ..script()
    })
    .await;
    let refused = environment.list::<Account>("accounts", "$top=2").await;
    assert!(matches!(refused, Err(Error::NoChallenge { source: None })));
    assert_eq!(paths(&script), ["GET /api/data/v9.2/WhoAmI"]);
}

#[tokio::test]
async fn the_authoritys_refusal_carries_its_codes_and_not_the_secret() {
    let (_script, environment) = start(Script {
        refuses_secret: true,
        ..script()
    })
    .await;
    let error = environment.list::<Account>("accounts", "$top=2").await.unwrap_err();
    let Error::Authority(refusal) = &error else {
        panic!("{error}")
    };
    assert_eq!(
        (refusal.status, refusal.error.as_str(), refusal.codes.as_slice()),
        (401, "invalid_client", &[7_000_215][..])
    );
    assert!(!format!("{error:?}").contains("p~8Q"));
}

#[tokio::test]
async fn the_services_refusal_carries_its_code_and_the_request_id() {
    let (_script, environment) = start(script()).await;
    let error = environment
        .retrieve::<Account>("accounts", Uuid::from_u128(9), "")
        .await
        .unwrap_err();
    let Error::Service(refusal) = error else {
        panic!("{error}")
    };
    assert_eq!(
        (refusal.status, refusal.code.as_str(), refusal.request_id.as_deref()),
        (404, "0x80040217", Some("r1"))
    );
}

#[tokio::test]
async fn a_next_link_out_of_the_environment_gets_no_token() {
    let (script, environment) = start(script()).await;
    for link in ["https://evil.example/api/data/v9.2/accounts", "accounts"] {
        assert!(matches!(
            environment.next::<Account>(link).await,
            Err(Error::Url { .. })
        ));
    }
    for set in ["//evil.example/accounts", "../../../secret", "https://evil.example/x"] {
        assert!(
            matches!(environment.list::<Account>(set, "").await, Err(Error::Url { .. })),
            "{set}"
        );
    }
    assert_eq!(paths(&script), Vec::<String>::new());
}

#[tokio::test]
async fn pages_follow_each_other() {
    let (script, environment) = start(script()).await;
    let first = environment.list::<Account>("accounts", "$top=2").await.unwrap();
    assert_eq!(
        (first.rows, first.count),
        (vec![Account { name: "A".to_owned() }], Some(2))
    );
    let second = environment.next::<Account>(&first.next_link.unwrap()).await.unwrap();
    assert_eq!(
        (second.rows, second.next_link),
        (vec![Account { name: "B".to_owned() }], None)
    );
    assert_eq!(
        paths(&script),
        [
            "GET /api/data/v9.2/WhoAmI",
            &format!("POST /{TENANT}/oauth2/v2.0/token"),
            "GET /api/data/v9.2/accounts?$top=2",
            "GET /api/data/v9.2/accounts?$skiptoken=2",
        ]
    );
    let seen = script.seen.lock().unwrap();
    let form = String::from_utf8(seen[1].body.to_vec()).unwrap();
    assert!(
        form.contains("client_secret=p%7E8Q%2Bx%2F%25%3D%3A+Z")
            || form.contains("client_secret=p~8Q%2Bx%2F%25%3D%3A+Z"),
        "{form}"
    );
    assert_eq!(seen[1].token, None);
}

#[tokio::test]
async fn many_calls_at_once_ask_for_one_token() {
    let (script, environment) = start(script()).await;
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let environment = environment.clone();
            tokio::spawn(async move { environment.list::<Account>("accounts", "$top=2").await.unwrap() })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(*script.tokens_given.lock().unwrap(), 1);
}

#[tokio::test]
async fn a_token_that_is_no_longer_taken_is_replaced_once() {
    let (script, environment) = start(script()).await;
    environment.list::<Account>("accounts", "$top=2").await.unwrap();
    *script.good_token.lock().unwrap() = "token-2".to_owned();
    environment.list::<Account>("accounts", "$top=2").await.unwrap();
    *script.good_token.lock().unwrap() = "never".to_owned();
    let refused = environment.list::<Account>("accounts", "$top=2").await;
    assert!(matches!(refused, Err(Error::Service(refusal)) if refusal.status == 401));
    assert_eq!(*script.tokens_given.lock().unwrap(), 3);
}

#[tokio::test]
async fn impersonation_stays_with_its_own_value() {
    let (script, environment) = start(script()).await;
    let person = Uuid::from_u128(5);
    let created = environment
        .on_behalf_of(ObjectId::from(person))
        .create("accounts", &serde_json::json!({"name": "A"}))
        .await;
    assert_eq!(created.unwrap(), Uuid::from_u128(7));
    environment.list::<Account>("accounts", "$top=2").await.unwrap();
    let seen = script.seen.lock().unwrap();
    let persons: Vec<_> = seen
        .iter()
        .filter(|it| it.path.contains("accounts"))
        .map(|it| it.person.clone())
        .collect();
    assert_eq!(persons, [Some(person.to_string()), None]);
}
