//! Pages of an application's own: the signed-in person, and the environment behind the policy.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use commonhold_gateway::{Act, Action, Gateway, Refusal, Resource, SignedIn};

use crate::browser::Browser;
use crate::world::World;

async fn page(person: SignedIn) -> String {
    person.person().name().unwrap_or_default().to_owned()
}

async fn top(State(table): State<Page>, person: SignedIn) -> Result<String, Refusal> {
    let act = Act {
        action: Action::Read,
        resource: Resource::Table(table.table.to_owned()),
    };
    let environment = person.environment_for(&[act])?;
    Ok(format!("{:?}", environment.acting_for().is_some()))
}

#[derive(Clone)]
struct Page {
    gateway: Gateway,
    table: &'static str,
}

impl axum::extract::FromRef<Page> for Gateway {
    fn from_ref(page: &Page) -> Self {
        page.gateway.clone()
    }
}

fn application(world: &World, table: &'static str) -> Browser {
    let gateway = world.gateway.clone();
    let pages = Router::new()
        .route("/", get(page))
        .route("/", post(page))
        .route("/top", get(top))
        .with_state(Page {
            gateway: gateway.clone(),
            table,
        });
    Browser::new(gateway.router().merge(gateway.renewing(pages)))
}

#[tokio::test]
async fn a_page_is_for_who_is_signed_in() {
    let world = World::new().await;
    let mut browser = application(&world, "accounts");
    assert_eq!(browser.get("/").await.refusal(), (401, "SignInRequired".to_owned()));
    browser = browser.signed_in(&world.provider).await;
    assert_eq!(browser.get("/").await.text, "Ina Berg");
    assert_eq!(browser.send("POST /", "").await.text, "Ina Berg");
    assert_eq!(browser.get("/top").await.text, "true");
    browser.headers.clear();
    assert_eq!(
        browser.send("POST /", "").await.refusal(),
        (403, "CsrfToken".to_owned())
    );
    let mut denied = application(&world, "contacts").signed_in(&world.provider).await;
    assert_eq!(denied.get("/top").await.refusal(), (403, "PolicyDenied".to_owned()));
}

#[tokio::test]
async fn a_session_is_renewed_while_it_is_used() {
    let world = World::new().await;
    let mut browser = application(&world, "accounts").signed_in(&world.provider).await;
    let before = browser.cookies.clone();
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    assert_eq!(browser.cookies, before);
    world.clock.advance_seconds(29 * 60);
    browser.get("/").await;
    assert_ne!(browser.cookies, before);
    world.clock.advance_seconds(29 * 60);
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}
