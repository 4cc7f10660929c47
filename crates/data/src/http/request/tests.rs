//! Refusals first, then what is read.

use axum::body::Body;

use super::*;

const LIMIT_BYTES: usize = 64;

fn run(request: http::Request<Body>) -> Result<Asked, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (parts, body) = request.into_parts();
    let body = runtime.block_on(super::body(body, LIMIT_BYTES))?;
    let Place { version, path } = place(parts.uri.path())?;
    read(Unread {
        base: "https://localhost:8444",
        version,
        path,
        query: parts.uri.query().unwrap_or_default(),
        method: parts.method,
        headers: &parts.headers,
        body,
    })
}

#[track_caller]
fn refused(headers: &[(&str, &str)], expected: &str) {
    let mut request = http::Request::get("/api/data/v9.2/accounts");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let error = run(request.body(Body::empty()).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn headers_that_would_change_the_outcome_are_refused() {
    refused(
        &[("MSCRM.SolutionUniqueName", "x")],
        "the header `mscrm.solutionuniquename` is not supported",
    );
    refused(
        &[("MSCRM.SuppressDuplicateDetection", "false")],
        "the header `mscrm.suppressduplicatedetection` is not supported",
    );
    refused(
        &[("X-HTTP-Method-Override", "DELETE")],
        "the header `x-http-method-override` is not supported",
    );
    refused(
        &[("Prefer", "respond-async")],
        "the preference `respond-async` is not supported",
    );
    refused(
        &[("Prefer", "odata.track-changes")],
        "the preference `odata.track-changes` is not supported",
    );
    refused(
        &[("OData-MaxVersion", "3.0")],
        "the version `3.0` in `odata-maxversion` is not supported: this service speaks `4.0`",
    );
    refused(
        &[("Accept", "application/atom+xml")],
        "none of the formats `application/atom+xml` is supported: accept `application/json`",
    );
    refused(
        &[("Accept", "application/json;odata.metadata=full")],
        "none of the formats `application/json;odata.metadata=full` is supported: accept `application/json`",
    );
    refused(
        &[("If-Match", "*"), ("If-Match", "*")],
        "the header `if-match` is sent more than once",
    );
    refused(
        &[("If-Match", "1")],
        "the value `1` of `If-Match` is not an entity tag like W/\"123\"",
    );
}

#[test]
fn bodies_are_json_of_a_limited_size() {
    let post = |content_type: &str, body: &'static str| {
        run(http::Request::post("/api/data/v9.2/accounts")
            .header("Content-Type", content_type)
            .body(Body::from(body))
            .unwrap())
    };
    assert!(matches!(post("text/xml", "<a/>"), Err(Error::ContentType { .. })));
    assert!(matches!(
        post(
            "application/json",
            "01234567890123456789012345678901234567890123456789012345678901234"
        ),
        Err(Error::TooLarge { limit_bytes: 64 })
    ));
    assert_eq!(post("Application/JSON; charset=utf-8", "{}").unwrap().body, "{}");
}

#[test]
fn only_versions_of_the_service_are_places() {
    for path in [
        "/",
        "/api",
        "/api/data",
        "/api/data/",
        "/api/data/v8.2/accounts",
        "/api/data/v9.3",
        "/env/x",
        "/API/data/v9.2/",
    ] {
        assert!(place(path).is_err(), "{path}");
    }
    assert_eq!(
        place("/api/data/v9.1").unwrap(),
        Place {
            version: "v9.1",
            path: ""
        }
    );
    assert_eq!(
        place("/api/data/v9.2/accounts(1)/name").unwrap(),
        Place {
            version: "v9.2",
            path: "accounts(1)/name"
        }
    );
}

#[test]
fn habits_of_clients_are_taken() {
    let request = http::Request::get("/api/data/v9.2/accounts?$select=name")
        .header("If-None-Match", "null")
        .header("OData-Version", "4.0")
        .header("OData-MaxVersion", "4.0")
        .header("Accept", "application/json")
        .header("MSCRM.SuppressDuplicateDetection", "true")
        .header("Prefer", "odata.maxpagesize=7")
        .body(Body::empty())
        .unwrap();
    let asked = run(request).unwrap();
    assert_eq!(asked.if_none_match, None);
    assert_eq!(asked.preferences.max_page_size, Some(7));
    assert_eq!(asked.root, "https://localhost:8444/api/data/v9.2");
    assert_eq!(
        (asked.path_text.as_str(), asked.query_text.as_str()),
        ("accounts", "$select=name")
    );
}
