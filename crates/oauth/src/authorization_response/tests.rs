//! Redirects and forms to the byte.

use super::*;

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn of_code() -> AuthorizationResponse {
    AuthorizationResponse::success(AuthorizationSuccess {
        code: Some(secret("0.AXk")),
        state: Some("s 1&#".to_owned()),
        ..AuthorizationSuccess::default()
    })
}

fn check_location(redirect_uri: &str, mode: ResponseMode, expected: &str) {
    assert_eq!(
        of_code().location(redirect_uri, mode),
        expected,
        "{redirect_uri} {mode:?}"
    );
}

fn check_fields(response: &AuthorizationResponse, expected: &[(&str, &str)]) {
    assert_eq!(response.fields().collect::<Vec<_>>(), expected);
}

#[test]
fn refusals_have_their_parameters_in_order() {
    let failure = AuthorizationFailure {
        error: OAuthError::AccessDenied,
        description: "AADSTS65004: no".to_owned(),
        error_uri: None,
        subcode: None,
        state: None,
        issuer: None,
    };
    check_fields(
        &AuthorizationResponse::failure(failure.clone()),
        &[("error", "access_denied"), ("error_description", "AADSTS65004: no")],
    );
    let full = AuthorizationResponse::failure(AuthorizationFailure {
        error_uri: Some("https://login.example.test/error?code=65004".to_owned()),
        subcode: Some("cancel"),
        state: Some("s".to_owned()),
        issuer: Some("https://login.example.test/t/v2.0".to_owned()),
        ..failure
    });
    check_fields(
        &full,
        &[
            ("error", "access_denied"),
            ("error_subcode", "cancel"),
            ("error_description", "AADSTS65004: no"),
            ("error_uri", "https://login.example.test/error?code=65004"),
            ("state", "s"),
            ("iss", "https://login.example.test/t/v2.0"),
        ],
    );
    assert_eq!(
        full.location("https://c/cb", ResponseMode::Query),
        "https://c/cb?error=access_denied&error_subcode=cancel&error_description=AADSTS65004%3A+no\
         &error_uri=https%3A%2F%2Flogin.example.test%2Ferror%3Fcode%3D65004&state=s\
         &iss=https%3A%2F%2Flogin.example.test%2Ft%2Fv2.0#"
    );
}

#[test]
fn successes_have_their_parameters_in_order() {
    let full = AuthorizationResponse::success(AuthorizationSuccess {
        code: Some(secret("0.AXk")),
        id_token: Some(secret("eyI")),
        access_token: Some(ImplicitToken {
            token: secret("eyJ"),
            token_type: "Bearer".to_owned(),
            expires_in_s: 3599,
            scope: "openid User.Read".to_owned(),
        }),
        client_info: Some("eyJ1".to_owned()),
        state: Some("s".to_owned()),
        session_state: Some("3f7b".to_owned()),
        issuer: Some("i".to_owned()),
    });
    check_fields(
        &full,
        &[
            ("code", "0.AXk"),
            ("id_token", "eyI"),
            ("access_token", "eyJ"),
            ("token_type", "Bearer"),
            ("expires_in", "3599"),
            ("scope", "openid User.Read"),
            ("client_info", "eyJ1"),
            ("state", "s"),
            ("session_state", "3f7b"),
            ("iss", "i"),
        ],
    );
    assert!(!format!("{full:?}").contains("0.AXk"));
}

#[test]
fn a_query_is_added_to() {
    use ResponseMode::Query;
    let sent = "code=0.AXk&state=s+1%26%23#";
    for (redirect_uri, before) in [
        ("https://c/cb", "https://c/cb?"),
        ("https://c", "https://c/?"),
        ("HTTP://localhost:5000", "HTTP://localhost:5000/?"),
        ("https://c/cb?x=1", "https://c/cb?x=1&"),
        ("https://c/cb?x=1&", "https://c/cb?x=1&"),
        ("https://c/cb?", "https://c/cb?"),
        ("https://c?x=/1", "https://c/?x=/1&"),
        ("https://c/cb#old", "https://c/cb?"),
        ("msal0c7a://auth", "msal0c7a://auth?"),
        ("urn:ietf:wg:oauth:2.0:oob", "urn:ietf:wg:oauth:2.0:oob?"),
    ] {
        check_location(redirect_uri, Query, &format!("{before}{sent}"));
    }
}

#[test]
fn a_fragment_is_set_and_a_form_posts_to_the_uri_itself() {
    use ResponseMode::{FormPost, Fragment};
    let sent = "code=0.AXk&state=s+1%26%23";
    check_location("https://c/cb", Fragment, &format!("https://c/cb#{sent}"));
    check_location("https://c?x=1", Fragment, &format!("https://c/?x=1#{sent}"));
    check_location("https://c/cb#old", Fragment, &format!("https://c/cb#{sent}"));
    check_location("https://c", FormPost, "https://c");
    check_fields(&of_code(), &[("code", "0.AXk"), ("state", "s 1&#")]);
}

proptest::proptest! {
    #[test]
    fn no_text_panics(redirect_uri: String, state: String) {
        let response = AuthorizationResponse::success(AuthorizationSuccess {
            state: Some(state),
            ..AuthorizationSuccess::default()
        });
        for mode in [ResponseMode::Query, ResponseMode::Fragment, ResponseMode::FormPost] {
            let _ = response.location(&redirect_uri, mode);
        }
    }

    #[test]
    fn every_state_comes_back(state in ".{1,30}") {
        let response = AuthorizationResponse::success(AuthorizationSuccess {
            state: Some(state.clone()),
            ..AuthorizationSuccess::default()
        });
        let location = response.location("https://c/cb?x=1", ResponseMode::Query);
        let query = location.strip_prefix("https://c/cb?").and_then(|rest| rest.strip_suffix('#')).unwrap();
        let expected = vec![("x".to_owned(), "1".to_owned()), ("state".to_owned(), state)];
        proptest::prop_assert_eq!(form::pairs(query.as_bytes()), Ok(expected));
    }
}
