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
];

/// Endpoints of the protocol that are not built.
const NOT_BUILT: &[(&str, &str)] = &[
    ("/{t}/oauth2/authorize", "authorization"),
    ("/{t}/oauth2/v2.0/authorize", "authorization"),
    ("/{t}/oauth2/devicecode", "device authorization"),
    ("/{t}/oauth2/v2.0/devicecode", "device authorization"),
    ("/{t}/oauth2/logout", "logout"),
    ("/{t}/oauth2/v2.0/logout", "logout"),
    ("/{t}/adminconsent", "admin consent"),
    ("/{t}/v2.0/adminconsent", "admin consent"),
    ("/{t}/openid/userinfo", "userinfo"),
    ("/oidc/userinfo", "userinfo"),
    ("/common/userrealm/alice@contoso.example", "realm discovery"),
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
            let form = [form, vec![("resource", "x")]].concat();
            let (answer, error) = if method == Method::GET {
                (world.get(&path).await, "invalid_tenant")
            } else if path.contains("v2.0") {
                (world.send(posted(&path, &form[..4])).await, "invalid_request")
            } else {
                (world.send(posted(&path, &form)).await, "invalid_request")
            };
            answer.refused(400, error, 90_002, "nowhere.example");
        }
    })
    .await;
}

#[tokio::test]
async fn endpoints_that_are_not_built_say_so() {
    on_both(async |world: World| {
        for (path, name) in NOT_BUILT {
            let path = path.replace("{t}", "contoso.example");
            for method in [Method::GET, Method::POST] {
                let answer = world.send(request(&method, &path)).await;
                answer.refused(
                    501,
                    "invalid_request",
                    9_002_313,
                    &format!("The {name} endpoint is not available"),
                );
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
            "/v1.0/users",
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
