//! Pages and the files that they link to, as a browser receives them.

use std::sync::Arc;

use axum::body::Body;
use db::{Cluster, SqliteOptions};
use http::Request;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::*;
use crate::authority::{Authority, Options};
use crate::http::asset;
use crate::key_encryption::KeyEncryptionKey;
use crate::origin::Origin;
use crate::{SystemRandom, TestClock, Timestamp, TokenLifetime};

async fn with_authority(test: impl AsyncFn(Authority)) {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::sqlite(folder.path().join("databases"), SqliteOptions::default());
    let options = Options {
        origin: Origin::parse("https://login.example.test").unwrap(),
        token_lifetime: TokenLifetime::default(),
        key_encryption_key: KeyEncryptionKey::from_bytes(&[7; KeyEncryptionKey::BYTES]).unwrap(),
        operator_key: None,
        clock: Arc::new(TestClock::new(Timestamp::from_seconds(1_767_225_600))),
        random: Arc::new(SystemRandom),
    };
    let database = cluster.create("authority").await.unwrap();
    test(Authority::create(database, options).await.unwrap()).await;
}

fn exchange(authority: &Authority) -> Exchange {
    let (head, ()) = Request::get("/").body(()).unwrap().into_parts();
    Exchange::begin(authority, &head)
}

async fn get(authority: &Authority, path: &str) -> Response {
    let request = Request::get(path).body(Body::empty()).unwrap();
    authority.router().oneshot(request).await.unwrap()
}

async fn text(response: Response) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn a_page_is_never_kept_framed_or_read_as_something_else() {
    with_authority(async |authority: Authority| {
        let page = ErrorPage {
            text: "AADSTS50011: no".to_owned(),
            correlation_id: String::new(),
            trace_id: String::new(),
            timestamp: String::new(),
        };
        let response = answer(&exchange(&authority), StatusCode::BAD_REQUEST, &page);
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store, no-cache"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(response.headers()[name], value, "{name}");
        }
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; ") && policy.contains("; frame-ancestors 'none'"));
        assert!(
            response.headers()["permissions-policy"]
                .to_str()
                .unwrap()
                .contains("camera=()")
        );
        // MSAL's sign-in window must stay in the hands of the page that opened it.
        assert!(response.headers().get("cross-origin-opener-policy").is_none());
        assert!(text(response).await.contains("AADSTS50011: no"));
    })
    .await;
}

#[tokio::test]
async fn the_files_that_pages_link_to_are_kept_for_ever_and_others_are_not_there() {
    with_authority(async |authority: Authority| {
        for (asset, content_type, content) in [
            (asset::STYLE, "text/css; charset=utf-8", "prefers-color-scheme: dark"),
            (asset::MARK, "image/svg+xml", "<svg"),
        ] {
            let path = asset.to_string();
            assert!(sample("name").html.contains(&format!("href=\"{path}\"")));
            let response = get(&authority, &path).await;
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(response.headers()["content-type"], content_type);
            assert_eq!(
                response.headers()["cache-control"],
                "public, max-age=31536000, immutable"
            );
            assert_eq!(response.headers()["x-content-type-options"], "nosniff");
            assert!(text(response).await.contains(content));
        }
        for path in [
            "/common/assets/pages.css",
            "/common/assets/pages-0000000000000000.css",
            "/common/assets/..%2Fpages.css",
        ] {
            let response = get(&authority, path).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(response.headers()["cache-control"], "no-store, no-cache");
        }
        let posted = Request::post(asset::STYLE.to_string()).body(Body::empty()).unwrap();
        let response = authority.router().oneshot(posted).await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(response.headers()["allow"], "GET");
    })
    .await;
}
