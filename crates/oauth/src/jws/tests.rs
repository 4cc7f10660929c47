//! The form of a token: what is refused before anybody looks at a claim.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a case is one line when its expectation is a value"
)]

use serde_json::json;

use super::*;

fn check(token: &str, expected: Result<&str, JwsError>) {
    assert_eq!(read(token).map(|jws| jws.signed), expected, "{token}");
}

/// A token with this header, empty claims and a signature of three bytes.
fn with_header(header: &str) -> String {
    format!("{}.e30.c2ln", URL_SAFE_NO_PAD.encode(header))
}

#[test]
fn three_parts_of_base64url() {
    check("", Err(JwsError::NotThreeParts));
    check("a.b", Err(JwsError::NotThreeParts));
    check("a.b.c.d", Err(JwsError::NotThreeParts));
    check("a.b.c.d.e", Err(JwsError::NotThreeParts));
    check(&"a".repeat(MAX_BYTES), Err(JwsError::NotThreeParts));
    check(&"a".repeat(MAX_BYTES + 1), Err(JwsError::TooLong));
    check("!.e30.c2ln", Err(JwsError::NotBase64Url));
    check("e30=.e30.c2ln", Err(JwsError::NotBase64Url));
    check("e30.e30.c2ln=", Err(JwsError::NotBase64Url));
    check("e30.e30.+2ln", Err(JwsError::NotBase64Url));
    check("e30.e30.c2ln", Ok("e30.e30"));
    check("e30.e30.", Ok("e30.e30"));
}

#[test]
fn the_header_is_one_object_without_critical_extensions() {
    check("..", Err(JwsError::HeaderNotJson));
    for header in ["alg", "{", r#"["RS256","kid",null]"#, r#"{"alg":"none","alg":"RS256"}"#] {
        check(&with_header(header), Err(JwsError::HeaderNotJson));
    }
    for header in [r#"{"crit":["exp"]}"#, r#"{"crit":[]}"#, r#"{"crit":null}"#] {
        check(&with_header(header), Err(JwsError::CriticalExtension));
    }
}

#[test]
fn the_algorithm_is_of_the_list() {
    let check = |header: &str, expected: Result<Algorithm, &str>| {
        let algorithm = read(&with_header(header)).unwrap().header.algorithm();
        assert_eq!(algorithm, expected.map_err(str::to_owned), "{header}");
    };
    check("{}", Err(""));
    check(r#"{"alg":null}"#, Err(""));
    check(r#"{"alg":["RS256"]}"#, Err(""));
    check(r#"{"alg":"none"}"#, Err("none"));
    check(r#"{"alg":"HS256"}"#, Err("HS256"));
    check(r#"{"alg":"ES256"}"#, Ok(Algorithm::Es256));
}

#[test]
fn claims_are_one_object() {
    let check = |claims: Value, expected: Result<Value, JwsError>| {
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        assert_eq!(read(&token).and_then(|jws| jws.claims::<Value>()), expected, "{claims}");
    };
    check(json!([]), Err(JwsError::ClaimsNotJson));
    check(json!("claims"), Err(JwsError::ClaimsNotJson));
    check(json!([1, 2]), Err(JwsError::ClaimsNotJson));
    check(json!({"a": null}), Ok(json!({"a": null})));
}

#[test]
fn times_may_have_a_fraction() {
    let check = |value: Value, expected: Option<i64>| assert_eq!(seconds(Some(&value)), expected, "{value}");
    check(json!(null), None);
    check(json!("1760000000"), None);
    check(json!([1]), None);
    check(json!(1_760_000_000), Some(1_760_000_000));
    check(json!(1_760_000_000.9), Some(1_760_000_000));
    check(json!(-0.5), Some(-1));
    check(json!(u64::MAX), Some(i64::MAX));
    assert_eq!(seconds(None), None);
}

#[test]
fn an_optional_text_is_a_text() {
    let mistyped = Err(JwsError::Mistyped { member: "jti" });
    assert_eq!(optional_text(Some(&json!(1)), "jti"), mistyped);
    assert_eq!(optional_text(Some(&json!(null)), "jti"), mistyped);
    assert_eq!(optional_text(Some(&json!("a")), "jti"), Ok(Some("a".to_owned())));
    assert_eq!(optional_text(None, "jti"), Ok(None));
}

proptest::proptest! {
    #[test]
    fn no_text_panics(token: String) {
        let _ = read(&token);
    }

    #[test]
    fn no_parts_panic(header: Vec<u8>, claims: Vec<u8>, signature: Vec<u8>) {
        let parts = [header, claims, signature].map(|part| URL_SAFE_NO_PAD.encode(part));
        let _ = read(&parts.join(".")).map(|jws| jws.claims::<Value>());
    }
}
