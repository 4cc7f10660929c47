//! Answers to the byte as Entra writes them, and read back with the liberty that clients take.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a case is one line when its expectation is a value"
)]

use super::*;

fn token() -> Secret<String> {
    Secret::new("eyJ".to_owned())
}

fn response(ext_expires_in: Option<i64>) -> TokenResponse {
    TokenResponse {
        token_type: "Bearer".to_owned(),
        scope: None,
        expires_in: 3599,
        ext_expires_in,
        refresh_in: None,
        access_token: token(),
        refresh_token: None,
        id_token: None,
        client_info: None,
    }
}

fn check(json: &str, expected: Option<TokenResponse>) {
    assert_eq!(serde_json::from_str(json).ok(), expected, "{json}");
}

#[test]
fn answers_without_token_or_lifetime_are_refused() {
    check("{}", None);
    check(r#"{"token_type":"Bearer","expires_in":3599}"#, None);
    check(r#"{"token_type":"Bearer","access_token":"eyJ"}"#, None);
    check(
        r#"{"token_type":"Bearer","expires_in":"soon","access_token":"eyJ"}"#,
        None,
    );
    check(
        r#"{"token_type":"Bearer","expires_in":null,"access_token":"eyJ"}"#,
        None,
    );
    check(r#"{"token_type":"Bearer","expires_in":1.5,"access_token":"eyJ"}"#, None);
}

#[test]
fn numbers_may_be_strings_when_read() {
    check(
        r#"{"token_type":"Bearer","expires_in":3599,"access_token":"eyJ"}"#,
        Some(response(None)),
    );
    let strings = r#"{"token_type":"Bearer","expires_in":"3599","ext_expires_in":"7","access_token":"eyJ","x":1}"#;
    check(strings, Some(response(Some(7))));
}

#[test]
fn v2_answers_are_written_to_the_byte() {
    let expected = r#"{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ"}"#;
    assert_eq!(serde_json::to_string(&response(Some(3599))).unwrap(), expected);
    check(expected, Some(response(Some(3599))));
}

#[test]
fn v1_answers_are_written_to_the_byte() {
    let answer = TokenResponseV1 {
        token_type: "Bearer".to_owned(),
        scope: None,
        expires_in: "3599".to_owned(),
        ext_expires_in: "3599".to_owned(),
        expires_on: "1760003600".to_owned(),
        not_before: "1759999700".to_owned(),
        resource: "https://fabrikam.crm.example.test".to_owned(),
        access_token: token(),
        refresh_token: None,
        id_token: None,
        client_info: None,
    };
    let expected = concat!(
        r#"{"token_type":"Bearer","expires_in":"3599","ext_expires_in":"3599","expires_on":"1760003600","#,
        r#""not_before":"1759999700","resource":"https://fabrikam.crm.example.test","access_token":"eyJ"}"#
    );
    assert_eq!(serde_json::to_string(&answer).unwrap(), expected);
    assert_eq!(serde_json::from_str::<TokenResponseV1>(expected).unwrap(), answer);
}

#[test]
fn answers_for_a_person_are_written_to_the_byte() {
    let text = |text: &str| Some(text.to_owned());
    let secret = |text: &str| Some(Secret::new(text.to_owned()));
    let answer = TokenResponse {
        scope: text("api://x/Read openid"),
        refresh_token: secret("1.AXk"),
        id_token: secret("eyI"),
        client_info: text("eyJ1"),
        ..response(Some(3599))
    };
    let expected = concat!(
        r#"{"token_type":"Bearer","scope":"api://x/Read openid","expires_in":3599,"ext_expires_in":3599,"#,
        r#""access_token":"eyJ","refresh_token":"1.AXk","id_token":"eyI","client_info":"eyJ1"}"#
    );
    assert_eq!(serde_json::to_string(&answer).unwrap(), expected);
    check(expected, Some(answer));
    let nulls =
        r#"{"token_type":"Bearer","expires_in":3599,"access_token":"eyJ","refresh_token":null,"id_token":null}"#;
    check(nulls, Some(response(None)));
    let number = r#"{"token_type":"Bearer","expires_in":3599,"access_token":"eyJ","refresh_token":7}"#;
    check(number, None);
}

#[test]
fn refusals_are_written_to_the_byte_and_read_in_part() {
    let refusal = ErrorResponse {
        error: "invalid_client".to_owned(),
        error_description: "AADSTS7000215: no".to_owned(),
        error_codes: vec![7_000_215],
        timestamp: "2026-03-01 09:12:44Z".to_owned(),
        trace_id: "t".to_owned(),
        correlation_id: "c".to_owned(),
        ..ErrorResponse::default()
    };
    let expected = concat!(
        r#"{"error":"invalid_client","error_description":"AADSTS7000215: no","error_codes":[7000215],"#,
        r#""timestamp":"2026-03-01 09:12:44Z","trace_id":"t","correlation_id":"c"}"#
    );
    assert_eq!(serde_json::to_string(&refusal).unwrap(), expected);
    assert_eq!(serde_json::from_str::<ErrorResponse>(expected).unwrap(), refusal);
    let short: ErrorResponse = serde_json::from_str(r#"{"error":"server_error"}"#).unwrap();
    assert_eq!(
        short,
        ErrorResponse {
            error: "server_error".to_owned(),
            ..ErrorResponse::default()
        }
    );
    assert!(serde_json::from_str::<ErrorResponse>("{}").is_err());
}

#[test]
fn moments_are_whole_seconds_with_a_space() {
    let text = ErrorResponse::timestamp_text(Timestamp::from_millis(1_772_356_364_999));
    assert_eq!(text, "2026-03-01 09:12:44Z");
}

#[test]
fn debug_shows_no_token() {
    let mut response = response(None);
    response.refresh_token = Some(token());
    response.id_token = Some(token());
    assert!(!format!("{response:?}").contains("eyJ"));
}

proptest::proptest! {
    #[test]
    fn no_text_panics(json: String) {
        let _ = serde_json::from_str::<TokenResponse>(&json);
        let _ = serde_json::from_str::<ErrorResponse>(&json);
    }
}
