//! Challenges that lead nowhere, those seen in the field, and texts that try to break the header.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a case is one line when its expectation is a value"
)]

use super::*;

const AUTHORITY: &str = "https://login.example.test/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/oauth2/authorize";
const RESOURCE: &str = "https://fabrikam.crm.example.test/";

fn challenge(resource_id: Option<&str>, error: Option<&str>, error_description: Option<&str>) -> Challenge {
    Challenge {
        authorization_uri: AUTHORITY.to_owned(),
        resource_id: resource_id.map(str::to_owned),
        error: error.map(str::to_owned),
        error_description: error_description.map(str::to_owned),
    }
}

fn check(header: &str, expected: Result<Challenge, ChallengeError>) {
    assert_eq!(Challenge::parse(header), expected, "{header}");
}

#[test]
fn what_leads_nowhere_is_refused() {
    check("", Err(ChallengeError::NotBearer));
    check("Basic realm=\"x\"", Err(ChallengeError::NotBearer));
    check("Bearerauthorization_uri=x", Err(ChallengeError::NotBearer));
    check("Bearer", Err(ChallengeError::NoAuthorizationUri));
    check("Bearer realm=\"\"", Err(ChallengeError::NoAuthorizationUri));
    check("Bearer authorization_uri=", Err(ChallengeError::NoAuthorizationUri));
    check("Bearer eyJ", Err(ChallengeError::Malformed));
    check("Bearer =x", Err(ChallengeError::Malformed));
    check("Bearer a b=c", Err(ChallengeError::Malformed));
    check("Bearer authorization_uri=\"x", Err(ChallengeError::Malformed));
    check("Bearer authorization_uri=\"x\\", Err(ChallengeError::Malformed));
}

#[test]
fn challenges_of_the_field_are_read() {
    let bare = format!("Bearer authorization_uri={AUTHORITY}, resource_id={RESOURCE}");
    check(&bare, Ok(challenge(Some(RESOURCE), None, None)));
    check(
        &format!("bearer authorization_uri={AUTHORITY}"),
        Ok(challenge(None, None, None)),
    );
    check(
        &format!("Bearer authorization_uri={AUTHORITY},resource_id={RESOURCE}"),
        Ok(challenge(Some(RESOURCE), None, None)),
    );
    let quoted =
        format!("Bearer realm=\"\", Authorization_Uri=\"{AUTHORITY}\", error=\"insufficient_claims\", claims=\"e30=\"");
    check(&quoted, Ok(challenge(None, Some("insufficient_claims"), None)));
    let escaped = format!("Bearer error_description=\"a \\\"b\\\", c=d\", authorization_uri={AUTHORITY}");
    check(&escaped, Ok(challenge(None, None, Some("a \"b\", c=d"))));
    let twice = format!("Bearer authorization_uri={AUTHORITY}, authorization_uri=https://evil.test/, error=a, error=b");
    check(&twice, Ok(challenge(None, Some("a"), None)));
}

#[test]
fn addresses_are_bare_and_errors_quoted() {
    let full = challenge(
        Some(RESOURCE),
        Some("invalid_token"),
        Some("token expired at 2026-03-01T09:12:44Z"),
    );
    let expected = format!(
        "Bearer authorization_uri={AUTHORITY}, resource_id={RESOURCE}, error=\"invalid_token\", \
         error_description=\"token expired at 2026-03-01T09:12:44Z\""
    );
    assert_eq!(full.to_string(), expected);
}

#[test]
fn no_text_breaks_the_header() {
    let nasty = challenge(Some("a, b"), None, Some("x\", error=\"y\r\nSet-Cookie: a\\ é"));
    let expected = format!(
        "Bearer authorization_uri={AUTHORITY}, resource_id=\"a, b\", \
         error_description=\"x', error='y??Set-Cookie: a' ?\""
    );
    assert_eq!(nasty.to_string(), expected);
}

proptest::proptest! {
    #[test]
    fn what_is_printed_is_one_line_and_is_read_again(
        authorization_uri in "\\PC{1,30}",
        resource_id: Option<String>,
        error_description: Option<String>,
    ) {
        let printed = Challenge { authorization_uri, resource_id, error: None, error_description }.to_string();
        proptest::prop_assert!(printed.bytes().all(|byte| matches!(byte, b' '..=b'~')));
        let read = Challenge::parse(&printed).unwrap();
        proptest::prop_assert_eq!(Challenge::parse(&read.to_string()), Ok(read));
    }

    #[test]
    fn allowed_texts_round_trip(resource in "[!#-\\[\\]-~]{1,30}", description in "[ !#-\\[\\]-~]{0,30}") {
        let sent = challenge(Some(&resource), Some("invalid_token"), Some(&description));
        proptest::prop_assert_eq!(Challenge::parse(&sent.to_string()), Ok(sent));
    }

    #[test]
    fn no_text_panics(header: String) {
        let _ = Challenge::parse(&header);
        let _ = Challenge::parse(&format!("Bearer {header}"));
    }
}
