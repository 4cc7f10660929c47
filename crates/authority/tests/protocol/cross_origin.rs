//! Pages of other origins at the endpoints to which they post.

use axum::body::Body;
use http::{Method, Request, header};

use crate::wire::posted;
use crate::world::{World, on_both};

const PAGE: &str = "https://page.example.test";

#[tokio::test]
async fn a_page_may_read_what_it_is_told() {
    on_both(async |world: World| {
        let mut from_page = posted(&world.v2(), &world.reader_form());
        from_page.headers_mut().insert(header::ORIGIN, PAGE.parse().unwrap());
        let answer = world.send(from_page).await;
        answer.refused(400, "invalid_request", 9_002_326, "single-page");
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        assert!(!answer.headers.contains_key("access-control-allow-credentials"));
        let plain = world.reader_token().await;
        assert!(!plain.headers.contains_key("access-control-allow-origin"));
    })
    .await;
}

#[tokio::test]
async fn a_page_may_ask_before_it_posts() {
    on_both(async |world: World| {
        for path in [
            "/{t}/oauth2/token",
            "/{t}/oauth2/v2.0/token",
            "/{t}/oauth2/v2.0/revoke",
            "/{t}/openid/userinfo",
            "/oidc/userinfo",
        ] {
            let path = path.replace("{t}", "common");
            let ask = Request::builder().method(Method::OPTIONS).uri(&path);
            let answer = world.send(ask.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, 204, "{path}");
            assert_eq!(answer.headers["access-control-allow-origin"], "*");
            assert_eq!(answer.headers["access-control-allow-methods"], "GET, POST, OPTIONS");
            let headers = answer.headers["access-control-allow-headers"].to_str().unwrap();
            assert!(
                headers.contains("dpop") && headers.contains("content-type"),
                "{headers}"
            );
        }
    })
    .await;
}
