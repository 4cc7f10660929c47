//! Which addresses are taken, and what leads out of them.

use super::*;

const CONTOSO: &str = "https://contoso.example/env/contoso";

fn contoso() -> EnvironmentAddress {
    EnvironmentAddress::parse(CONTOSO, PlainHttp::Loopback).unwrap()
}

#[test]
fn what_a_token_must_not_be_sent_to_is_refused() {
    for bad in [
        "contoso.example",
        "http://contoso.example",
        "ftp://localhost/",
        "https://user@contoso.example",
        "https://contoso.example/?a=b",
        "https://contoso.example/#a",
        "mailto:a@b",
    ] {
        let refused = EnvironmentAddress::parse(bad, PlainHttp::Loopback);
        assert!(matches!(refused, Err(Error::Url { .. })), "{bad}");
    }
    for good in [
        "http://localhost:8444",
        "http://127.0.0.1:1/",
        "http://[::1]/env/x",
        CONTOSO,
    ] {
        EnvironmentAddress::parse(good, PlainHttp::Loopback).unwrap();
    }
    EnvironmentAddress::parse("http://contoso.example", PlainHttp::DangerouslyEverywhere).unwrap();
}

#[test]
fn what_leads_out_is_refused() {
    let bad = [
        "//evil.example/accounts",
        "https://evil.example/env/contoso/api/data/v9.2/accounts",
        "http://contoso.example/env/contoso/api/data/v9.2/accounts",
        "../../../secret",
        "%2e%2e/x",
        "/api/data/v9.2/accounts",
        "accounts#x",
    ];
    for path in bad {
        assert!(matches!(contoso().within(path), Err(Error::Url { .. })), "{path}");
    }
    let url = contoso().within("accounts?$top=3").unwrap();
    assert_eq!(
        url.as_str(),
        "https://contoso.example/env/contoso/api/data/v9.2/accounts?$top=3"
    );
}

#[test]
fn only_the_service_is_forwarded_to() {
    let bad = [
        "/",
        "accounts",
        "/api/data/v9.2",
        "/api/data/v8.2/accounts",
        "/api/data/v9.21/accounts",
        "/api/data/v9.x/accounts",
        "/api/data/v9.2/../../admin",
        "/api/data/v9.2/%2e%2e/%2e%2e/%2e%2e/admin",
        "//evil.example/api/data/v9.2/accounts",
        "/\\evil.example/api/data/v9.2/accounts",
        "/https://evil.example/",
    ];
    for path in bad {
        assert!(matches!(contoso().forwarded(path), Err(Error::Url { .. })), "{path}");
    }
    let url = contoso().forwarded("/api/data/v9.1/accounts?$top=3").unwrap();
    assert_eq!(
        url.as_str(),
        "https://contoso.example/env/contoso/api/data/v9.1/accounts?$top=3"
    );
}
