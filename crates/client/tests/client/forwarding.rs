//! The raw road: what a proxy's caller may say, and what it may not.

use axum::body::{Body, Bytes};
use axum::http::Request;
use commonhold_client::{Error, ObjectId};
use futures_util::stream;
use http_body_util::BodyExt as _;
use uuid::Uuid;

use crate::script::{Reply, Script};

const ACCOUNTS: &str = "/api/data/v9.1/accounts?$top=1";

#[tokio::test]
async fn what_leads_elsewhere_or_hides_requests_is_refused() {
    let script = Script::start().await;
    let environment = script.environment();
    let bad = [
        "/",
        "/api/data/v9.2/../../admin",
        "/api/data/v9.2/%2e%2e/%2e%2e/admin",
        "/api/data/v9.2/$batch",
        "/api/data/v9.2/%24batch",
        "/api/data/v9.2/$b%61tch?x",
        "/api/data/v9.2/$BATCH/",
    ];
    for path in bad {
        let request = Request::post(path).body(Body::empty()).unwrap();
        assert!(
            matches!(environment.forward(request).await, Err(Error::Url { .. })),
            "{path}"
        );
    }
    assert_eq!(script.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn a_caller_says_neither_who_it_is_nor_whom_it_acts_for() {
    let script = Script::start().await;
    let person = ObjectId::from(Uuid::from_u128(5));
    let request = || {
        Request::get(ACCOUNTS)
            .header("authorization", "Bearer of-the-front-end")
            .header("CallerObjectId", "somebody")
            .header("MSCRMCallerID", "somebody")
            .header("cookie", "session=1")
            .header("connection", "close, x-secret")
            .header("x-secret", "1")
            .header("x-http-method-override", "DELETE")
            .header("prefer", "odata.maxpagesize=2")
            .body(Body::empty())
            .unwrap()
    };
    let environment = script.environment();
    environment.forward(request()).await.unwrap();
    environment.on_behalf_of(person).forward(request()).await.unwrap();
    let calls = script.calls();
    for name in [
        "mscrmcallerid",
        "cookie",
        "connection",
        "x-secret",
        "x-http-method-override",
        "transfer-encoding",
    ] {
        assert!(calls.iter().all(|it| it.header(name).is_none()), "{name}");
    }
    assert!(
        calls
            .iter()
            .all(|it| it.header("authorization") == Some("Bearer token-1"))
    );
    assert!(
        calls
            .iter()
            .all(|it| it.header("prefer") == Some("odata.maxpagesize=2"))
    );
    let acted: Vec<_> = calls
        .iter()
        .map(|it| it.header("callerobjectid").map(str::to_owned))
        .collect();
    assert_eq!(acted, [None, Some(person.to_string())]);
    assert_eq!(calls[0].path, ACCOUNTS);
}

#[tokio::test]
async fn every_status_comes_back_once() {
    let script = Script::start().await;
    let environment = script.environment();
    for status in [204, 302, 404, 412, 429, 500, 503] {
        script.replies([Reply::status(status)
            .header("retry-after", "7")
            .header("set-cookie", "ARRAffinity=1")
            .body("")]);
        let answer = environment
            .forward(Request::get(ACCOUNTS).body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(
            (answer.status().as_u16(), answer.headers().get("set-cookie")),
            (status, None)
        );
    }
    assert_eq!((script.calls().len(), script.waited().len()), (7, 0));
    script.takes_only("token-2");
    let answer = environment
        .forward(Request::get(ACCOUNTS).body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
    // The next one has a new token.
    let answer = environment
        .forward(Request::get(ACCOUNTS).body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn bodies_stream_both_ways() {
    let script = Script::start().await;
    let environment = script.environment();
    let pieces = (0..1000).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(b"0123456789")));
    script.replies([Reply::status(200).body(&"x".repeat(1 << 20)), Reply::cut()]);
    let request = || {
        Request::post("/api/data/v9.2/accounts")
            .body(Body::from_stream(stream::iter(pieces.clone())))
            .unwrap()
    };
    let answer = environment.forward(request()).await.unwrap();
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes().len(), 1 << 20);
    assert_eq!(script.calls()[0].body.len(), 10_000);
    let cut = match environment.forward(request()).await {
        Ok(answer) => answer.into_body().collect().await.err(),
        Err(before_the_head) => Some(before_the_head),
    };
    assert!(cut.is_some());
    let broken = stream::iter([Ok(Bytes::from_static(b"x")), Err(std::io::Error::other("gone"))]);
    let request = Request::post("/api/data/v9.2/accounts")
        .body(Body::from_stream(broken))
        .unwrap();
    let lost = environment.forward(request).await;
    assert!(matches!(lost, Err(Error::AnswerLost { .. })), "{lost:?}");
}
