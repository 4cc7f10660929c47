//! A tenant gets the connection to its own environment, or none: shown with two scripted environments on this machine.

#![expect(clippy::unwrap_used, reason = "a scripted environment that fails is a failed test")]

use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use commonhold_gateway::{AppId, Credential, Error, Options, Secret, Subscribers};
use serde_json::Value;
use uuid::Uuid;

const CONTOSO: Uuid = Uuid::from_u128(1);
const FABRIKAM: Uuid = Uuid::from_u128(2);
const STRANGER: Uuid = Uuid::from_u128(3);

/// An environment with its own authority, whose only row and only token are named after it.
#[derive(Clone)]
struct Scripted {
    name: &'static str,
    origin: String,
}

async fn answer(State(scripted): State<Scripted>, request: Request) -> Response {
    let Scripted { name, origin } = scripted;
    if request.uri().path().ends_with("/oauth2/v2.0/token") {
        let token = format!(r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"token-of-{name}"}}"#);
        return token.into_response();
    }
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .map(|it| it.to_str().unwrap());
    if token != Some(&format!("Bearer token-of-{name}")) {
        let challenge = format!("Bearer authorization_uri={origin}/{CONTOSO}/oauth2/authorize, resource_id={origin}/");
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response();
    }
    format!(r#"{{"value":[{{"name":"{name}"}}]}}"#).into_response()
}

/// Starts an environment; gives its URL.
async fn environment(name: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer).with_state(Scripted {
        name,
        origin: origin.clone(),
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}

fn vendor() -> Subscribers {
    let client_id = AppId::from(Uuid::from_u128(9));
    let credential = Credential::ClientSecret {
        client_id,
        secret: Secret::new("vendor".to_owned()),
    };
    Subscribers::new(credential, Options::default())
}

/// The names of the rows that a tenant's connection reads; `None` where it has no connection.
async fn names(subscribers: &Subscribers, tenant: Uuid) -> Option<Vec<String>> {
    let page = subscribers
        .environment(tenant)?
        .list::<Value>("accounts", "")
        .await
        .unwrap();
    Some(
        page.rows
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect(),
    )
}

#[tokio::test]
async fn a_tenant_that_has_not_subscribed_has_no_connection() {
    let mut subscribers = vendor();
    assert_eq!(names(&subscribers, CONTOSO).await, None);
    subscribers.subscribe(CONTOSO, &environment("contoso").await).unwrap();
    assert_eq!(names(&subscribers, STRANGER).await, None);
}

#[tokio::test]
async fn each_tenant_has_its_own() {
    let mut subscribers = vendor();
    subscribers.subscribe(CONTOSO, &environment("contoso").await).unwrap();
    subscribers.subscribe(FABRIKAM, &environment("fabrikam").await).unwrap();
    // One after the other and again: no token of one goes to the other, or it would be refused there.
    for _ in 0..2 {
        assert_eq!(names(&subscribers, CONTOSO).await.unwrap(), ["contoso"]);
        assert_eq!(names(&subscribers, FABRIKAM).await.unwrap(), ["fabrikam"]);
    }
}

#[tokio::test]
async fn a_tenant_that_moves_leaves_its_old_environment() {
    let mut subscribers = vendor();
    subscribers.subscribe(CONTOSO, &environment("old").await).unwrap();
    assert_eq!(names(&subscribers, CONTOSO).await.unwrap(), ["old"]);
    subscribers.subscribe(CONTOSO, &environment("new").await).unwrap();
    assert_eq!(names(&subscribers, CONTOSO).await.unwrap(), ["new"]);
}

#[tokio::test]
async fn a_tenant_that_leaves_has_none() {
    let mut subscribers = vendor();
    subscribers.subscribe(CONTOSO, &environment("contoso").await).unwrap();
    assert!(subscribers.unsubscribe(CONTOSO));
    assert_eq!(names(&subscribers, CONTOSO).await, None);
    assert!(!subscribers.unsubscribe(CONTOSO));
}

#[test]
fn an_address_that_cannot_be_used_changes_nothing() {
    let mut subscribers = vendor();
    subscribers.subscribe(CONTOSO, "https://contoso.example").unwrap();
    for url in ["http://contoso.example", "contoso"] {
        assert!(
            matches!(subscribers.subscribe(CONTOSO, url), Err(Error::Url { .. })),
            "{url}"
        );
        assert!(subscribers.subscribe(STRANGER, url).is_err());
    }
    assert_eq!(
        subscribers.environment(CONTOSO).unwrap().url().as_str(),
        "https://contoso.example/"
    );
    assert!(subscribers.environment(STRANGER).is_none());
}
