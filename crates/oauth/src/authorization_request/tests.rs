//! Requests that must be refused, then those of real clients, then the way back to a query.

use super::*;
use crate::pkce::PkceError;

const APP: &str = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10";
const CHALLENGE: &str = "7pRkGRyqAw08g-Iiuk1rTFzPgFWuQI3sxttymNQaVhg";

fn refuse(query: &str, expected: Reason) {
    let parsed = AuthorizationRequest::parse(query.as_bytes()).map_err(|error| error.reason);
    assert_eq!(parsed, Err(expected), "{query}");
}

fn refuse_beside_code(rest: &str, expected: Reason) {
    refuse(&format!("client_id={APP}&response_type=code&{rest}"), expected);
}

/// Where a refusal may go: client id, redirect URI, response mode, state.
type Address<'a> = (Option<&'a str>, Option<&'a str>, Option<ResponseMode>, Option<&'a str>);

fn check_address(query: &str, expected: Address<'_>) {
    let error = AuthorizationRequest::parse(query.as_bytes()).unwrap_err();
    let address = (
        error.client_id.as_deref(),
        error.redirect_uri.as_deref(),
        error.response_mode,
        error.state.as_deref(),
    );
    assert_eq!(address, expected, "{query}");
}

fn of_code() -> AuthorizationRequest {
    AuthorizationRequest {
        unverified_client_id: APP.to_owned(),
        redirect_uri: None,
        response_type: ResponseType::Code,
        response_mode: None,
        scope: String::new(),
        resource: None,
        state: None,
        nonce: None,
        prompt: None,
        login_hint: None,
        domain_hint: None,
        code_challenge: None,
        max_age_s: None,
        client_info: false,
        claims: None,
        request_uri: None,
        dpop_jkt: None,
        correlation_id: None,
    }
}

fn check(query: &str, expected: AuthorizationRequest) {
    assert_eq!(AuthorizationRequest::parse(query.as_bytes()), Ok(expected), "{query}");
}

#[test]
fn unreadable_requests_are_refused_without_address() {
    for (query, reason) in [
        ("client_id=a&state=s&redirect_uri=%".to_owned(), Reason::Malformed),
        (format!("client_id=a&state={}", "s".repeat(64 * 1024)), Reason::TooLong),
    ] {
        refuse(&query, reason);
        check_address(&query, (None, None, None, None));
    }
}

#[test]
fn what_is_needed_must_be_there_once() {
    refuse("", Reason::Missing("client_id"));
    refuse("response_type=code", Reason::Missing("client_id"));
    refuse("client_id=&response_type=code", Reason::Missing("client_id"));
    refuse("client_id=a", Reason::Missing("response_type"));
    refuse("client_id=a&response_type=", Reason::Missing("response_type"));
    refuse_beside_code("scope=a&scope=a", Reason::Repeated("scope".to_owned()));
    refuse_beside_code("x=1&x=2", Reason::Repeated("x".to_owned()));
    refuse_beside_code("client_id=other", Reason::Repeated("client_id".to_owned()));
    refuse_beside_code("request=eyJ", Reason::RequestObject);
    refuse("client_id=a&response_type=id_token", Reason::Missing("nonce"));
    refuse(
        "client_id=a&response_type=code+id_token&nonce=",
        Reason::Missing("nonce"),
    );
}

#[test]
fn unknown_words_are_refused() {
    refuse(
        "client_id=a&response_type=device",
        Reason::ResponseType("device".to_owned()),
    );
    refuse(
        "client_id=a&request_uri=urn:x&response_type=code+token",
        Reason::ResponseType("code token".to_owned()),
    );
    refuse_beside_code("response_mode=jwt", Reason::ResponseMode("jwt".to_owned()));
    refuse_beside_code("prompt=login+consent", Reason::Prompt("login consent".to_owned()));
    for bad in ["-1", "1.5", "soon", "99999999999999999999", "+-1"] {
        let encoded = form::encode(bad);
        refuse_beside_code(&format!("max_age={encoded}"), Reason::MaxAge(bad.to_owned()));
    }
}

#[test]
fn a_token_does_not_travel_in_a_query() {
    for kind in ["id_token", "code+id_token", "id_token+token", "token"] {
        let query = format!("client_id=a&nonce=n&response_mode=query&state=s&response_type={kind}");
        refuse(&query, Reason::TokenInQuery);
        check_address(&query, (Some("a"), None, Some(ResponseMode::Fragment), Some("s")));
    }
}

#[test]
fn broken_challenges_are_refused() {
    let refused = Reason::CodeChallenge;
    refuse_beside_code("code_challenge=short", refused(PkceError::Challenge));
    refuse_beside_code(
        &format!("code_challenge={CHALLENGE}&code_challenge_method=S1"),
        refused(PkceError::Method("S1".to_owned())),
    );
    refuse_beside_code("code_challenge_method=S256", Reason::Missing("code_challenge"));
}

#[test]
fn a_refusal_knows_where_it_may_go() {
    use ResponseMode::{FormPost, Fragment, Query};
    let (client, uri, state) = (Some("a"), Some("https://c/cb"), Some("s 1"));
    let all = "client_id=a&redirect_uri=https%3A%2F%2Fc%2Fcb&state=s+1";
    check_address(all, (client, uri, None, state));
    check_address(&format!("{all}&response_type=x"), (client, uri, None, state));
    check_address(
        &format!("{all}&response_type=x&response_mode=form_post"),
        (client, uri, Some(FormPost), state),
    );
    check_address(
        &format!("{all}&response_type=id_token"),
        (client, uri, Some(Fragment), state),
    );
    check_address(
        &format!("{all}&response_type=code&response_mode=x"),
        (client, uri, Some(Query), state),
    );
    check_address(
        &format!("{all}&response_type=code&redirect_uri=https%3A%2F%2Fevil"),
        (client, None, Some(Query), state),
    );
    check_address(&format!("{all}&client_id=b&state=t"), (None, uri, None, None));
    check_address("response_type=code&state=s+1", (None, None, Some(Query), state));
}

#[test]
fn msal_python_is_understood() {
    let query = format!(
        "client_id={APP}&response_type=code&redirect_uri=http%3A%2F%2Flocalhost%3A5000%2Fcb\
         &scope=https%3A%2F%2Fx.example.test%2FRead+offline_access+openid+profile&state=s1\
         &code_challenge={CHALLENGE}&code_challenge_method=S256&nonce=n1&client_info=1"
    );
    let text = |text: &str| Some(text.to_owned());
    let expected = AuthorizationRequest {
        redirect_uri: text("http://localhost:5000/cb"),
        scope: "https://x.example.test/Read offline_access openid profile".to_owned(),
        state: text("s1"),
        nonce: text("n1"),
        code_challenge: CodeChallenge::parse(CHALLENGE, Some("S256")).ok(),
        client_info: true,
        ..of_code()
    };
    assert_eq!(expected.answer_mode(), ResponseMode::Query);
    check(&query, expected);
}

#[test]
fn msal_node_is_understood() {
    let query = format!(
        "client_id={APP}&response_type=id_token+code&response_mode=form_post&nonce=n&prompt=select_account\
         &login_hint=ina%40fabrikam.example&domain_hint=fabrikam.example&max_age=0&claims=%7B%7D&clidata=1\
         &x-client-SKU=msal.js.node&client-request-id=6a0f7a54-30a7-4a0c-8c8e-0b1f2c3d4e5f&resource=api%3A%2F%2Fx\
         &dpop_jkt=0ZcO&state="
    );
    let text = |text: &str| Some(text.to_owned());
    let expected = AuthorizationRequest {
        response_type: ResponseType::CodeIdToken,
        response_mode: Some(ResponseMode::FormPost),
        nonce: text("n"),
        prompt: Some(Prompt::SelectAccount),
        login_hint: text("ina@fabrikam.example"),
        domain_hint: text("fabrikam.example"),
        max_age_s: Some(0),
        claims: text("{}"),
        resource: text("api://x"),
        dpop_jkt: text("0ZcO"),
        correlation_id: "6a0f7a54-30a7-4a0c-8c8e-0b1f2c3d4e5f".parse().ok(),
        ..of_code()
    };
    assert_eq!(expected.answer_mode(), ResponseMode::FormPost);
    check(&query, expected);
}

#[test]
fn a_request_by_reference_needs_no_more_than_its_client() {
    let expected = AuthorizationRequest {
        request_uri: Some("urn:ietf:params:oauth:request_uri:x".to_owned()),
        ..of_code()
    };
    let query = format!("client_id={APP}&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ax");
    check(&query, expected.clone());
    check(&format!("{query}&response_type=code"), expected);
}

#[test]
fn debug_shows_no_plain_challenge() {
    let request = AuthorizationRequest {
        code_challenge: CodeChallenge::parse(CHALLENGE, None).ok(),
        ..of_code()
    };
    assert!(!format!("{request:?}").contains(CHALLENGE));
}

mod round_trip {
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    type Texts = [Option<String>; 8];

    /// A parameter that was not sent, or any text that is not empty.
    fn text() -> impl Strategy<Value = Option<String>> {
        option::of(".{1,12}")
    }

    fn texts() -> impl Strategy<Value = Texts> {
        [text(), text(), text(), text(), text(), text(), text(), text()]
    }

    fn request() -> impl Strategy<Value = AuthorizationRequest> {
        let kinds = vec![
            ResponseType::Code,
            ResponseType::IdToken,
            ResponseType::CodeIdToken,
            ResponseType::IdTokenToken,
            ResponseType::Token,
        ];
        let modes = vec![ResponseMode::Fragment, ResponseMode::FormPost];
        let prompts = vec![Prompt::None, Prompt::Login, Prompt::Create, Prompt::AdminConsent];
        let challenge = ("[A-Za-z0-9._~-]{43}", option::of(select(vec!["S256", "plain"])));
        (
            (".{1,12}", ".{0,40}", ".{1,9}", texts()),
            (select(kinds), option::of(select(modes)), option::of(select(prompts))),
            (
                option::of(challenge),
                option::of(0..i64::MAX),
                any::<bool>(),
                option::of(any::<u128>()),
            ),
        )
            .prop_map(|((client_id, scope, nonce, texts), (kind, mode, prompt), rest)| {
                let (challenge, max_age_s, client_info, correlation_id) = rest;
                let [
                    redirect_uri,
                    resource,
                    state,
                    login_hint,
                    domain_hint,
                    claims,
                    request_uri,
                    dpop_jkt,
                ] = texts;
                AuthorizationRequest {
                    unverified_client_id: client_id,
                    redirect_uri,
                    response_type: kind,
                    response_mode: mode,
                    scope,
                    resource,
                    state,
                    nonce: kind.has_id_token().then_some(nonce),
                    prompt,
                    login_hint,
                    domain_hint,
                    code_challenge: challenge.map(|(text, method)| CodeChallenge::parse(&text, method).unwrap()),
                    max_age_s,
                    client_info,
                    claims,
                    request_uri,
                    dpop_jkt,
                    correlation_id: correlation_id.map(Uuid::from_u128),
                }
            })
    }

    proptest! {
        #[test]
        fn every_request_is_read_back(request in request()) {
            prop_assert_eq!(AuthorizationRequest::parse(request.to_query().as_bytes()), Ok(request));
        }

        #[test]
        fn no_bytes_panic(query: Vec<u8>) {
            let _ = AuthorizationRequest::parse(&query);
        }

        #[test]
        fn no_words_panic(kind: String, mode: String, prompt: String, max_age: String) {
            let pairs = [
                ("client_id", "a"),
                ("response_type", &kind),
                ("response_mode", &mode),
                ("prompt", &prompt),
                ("max_age", &max_age),
            ];
            let _ = AuthorizationRequest::parse(form::print(pairs).as_bytes());
        }
    }
}
