//! Every route: the wrong method, an unknown tenant, and the paths that are not served.

use axum::body::Body;
use http::{Method, Request};

use crate::wire::posted;
use crate::world::{World, on_both};

/// Paths with `{t}` for the tenant, and the one method that each takes.
const SERVED: &[(Method, &str)] = &[
    (Method::GET, "/{t}/.well-known/openid-configuration"),
    (Method::GET, "/{t}/v2.0/.well-known/openid-configuration"),
    (Method::GET, "/{t}//v2.0/.well-known/openid-configuration"),
    (Method::GET, "/{t}/v2.0/v2.0/.well-known/openid-configuration"),
    (Method::GET, "/{t}/discovery/keys"),
    (Method::GET, "/{t}/discovery/v2.0/keys"),
    (Method::GET, "/common/discovery/instance"),
    (Method::POST, "/{t}/oauth2/token"),
    (Method::POST, "/{t}/oauth2/v2.0/token"),
    (Method::POST, "/{t}/oauth2/devicecode"),
    (Method::POST, "/{t}/oauth2/v2.0/devicecode"),
    (Method::POST, "/{t}/oauth2/v2.0/par"),
    (Method::POST, "/{t}/oauth2/v2.0/introspect"),
    (Method::POST, "/{t}/oauth2/v2.0/revoke"),
];

/// Endpoints that a browser is sent to, by either method.
const VISITED: &[&str] = &[
    "/{t}/oauth2/authorize",
    "/{t}/oauth2/v2.0/authorize",
    "/{t}/oauth2/logout",
    "/{t}/oauth2/v2.0/logout",
    "/{t}/adminconsent",
    "/{t}/v2.0/adminconsent",
    "/device",
];

fn request(method: &Method, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn every_other_method_is_refused() {
    on_both(async |world: World| {
        for (accepted, path) in SERVED {
            let path = path.replace("{t}", "contoso.example");
            for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
                if method == *accepted {
                    continue;
                }
                let answer = world.send(request(&method, &path)).await;
                let text = format!("only accepts {accepted} requests. Received a {method} request");
                answer.refused(400, "invalid_request", 900_561, &text);
                assert_eq!(answer.headers["allow"], accepted.as_str());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_route_refuses_an_unknown_tenant() {
    on_both(async |world: World| {
        for (method, path) in SERVED.iter().filter(|(_, path)| path.contains("{t}")) {
            let path = path.replace("{t}", "nowhere.example");
            let form = world.reader_form();
            let form = [form, vec![("token", "x"), ("resource", "x")]].concat();
            let (answer, error) = if method == Method::GET {
                (world.get(&path).await, "invalid_tenant")
            } else if path.contains("v2.0") {
                (world.send(posted(&path, &form[..5])).await, "invalid_request")
            } else {
                (world.send(posted(&path, &form)).await, "invalid_request")
            };
            answer.refused(400, error, 90_002, "nowhere.example");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_are_read_and_posted_to_and_nothing_else() {
    on_both(async |world: World| {
        for path in VISITED {
            let path = path.replace("{t}", "contoso.example");
            for method in [Method::PUT, Method::DELETE, Method::PATCH] {
                let answer = world.send(request(&method, &path)).await;
                answer.refused(400, "invalid_request", 900_561, "only accepts GET, POST requests");
                assert_eq!(answer.headers["allow"], "GET, POST");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn paths_that_do_not_exist() {
    on_both(async |world: World| {
        for path in [
            "/",
            "/contoso.example",
            "/contoso.example/",
            "/contoso.example/oauth2/v2.0/token/",
            "/contoso.example/oauth2/v3.0/token",
            "/.well-known/oauth-authorization-server/contoso.example/v2.0",
            "/v1.0",
            "/fabrikam.example/discovery/instance",
        ] {
            world.get(path).await.refused(404, "invalid_request", 9_002_313, path);
        }
    })
    .await;
}

#[tokio::test]
async fn pages_may_ask_what_they_may_ask() {
    on_both(async |world: World| {
        for (method, path) in SERVED.iter().filter(|(method, _)| method == Method::GET) {
            assert_eq!(method, Method::GET);
            let answer = world
                .send(request(&Method::OPTIONS, &path.replace("{t}", "common")))
                .await;
            assert_eq!(answer.status, 204);
            assert_eq!(answer.headers["access-control-allow-origin"], "*");
            assert_eq!(answer.headers["access-control-allow-methods"], "GET, OPTIONS");
        }
    })
    .await;
}
