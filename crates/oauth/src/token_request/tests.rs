//! Requests that must be refused, then those of real clients.

use super::*;

const APP: &str = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10";
const BASIC: &str = "Basic MGM3YTlkNTItM2IxZS00YzhmLThmMjctNmE1ZDRlM2IyYzEwOnB+OFElMkJ4JTJGJTI1JTNEJTNBK1o=";
const GRANT: &str = "grant_type=client_credentials";

fn refuse(body: &str, authorization: Option<&str>, expected: TokenRequestError) {
    let parsed = TokenRequest::parse(body.as_bytes(), authorization.map(str::as_bytes));
    assert_eq!(parsed, Err(expected), "{body} {authorization:?}");
}

fn check(body: &str, authorization: Option<&str>, expected: ClientCredential) {
    let parsed = TokenRequest::parse(body.as_bytes(), authorization.map(str::as_bytes)).unwrap();
    assert_eq!(
        (parsed.unverified_client_id.as_str(), parsed.credential),
        (APP, expected),
        "{body}"
    );
}

fn secret(text: &str) -> ClientCredential {
    ClientCredential::Secret(Secret::new(text.to_owned()))
}

#[test]
fn broken_bodies_are_refused() {
    refuse("grant_type=%", None, TokenRequestError::Malformed);
    refuse("grant_type=%ff", None, TokenRequestError::Malformed);
    refuse(&"a".repeat(64 * 1024 + 1), None, TokenRequestError::TooLong);
    refuse(&"a".repeat(64 * 1024), None, TokenRequestError::Missing("grant_type"));
    refuse(
        r#"{"grant_type":"client_credentials"}"#,
        None,
        TokenRequestError::Missing("grant_type"),
    );
    refuse("", None, TokenRequestError::Missing("grant_type"));
    refuse("grant_type=", None, TokenRequestError::Missing("grant_type"));
    refuse(
        "grant_type=a&grant_type=a",
        None,
        TokenRequestError::Repeated("grant_type".to_owned()),
    );
    refuse(
        "grant_type=a&grant%5Ftype=",
        None,
        TokenRequestError::Repeated("grant_type".to_owned()),
    );
    refuse("x=1&x=2", None, TokenRequestError::Repeated("x".to_owned()));
}

#[test]
fn unclear_clients_are_refused() {
    refuse(GRANT, None, TokenRequestError::Missing("client_id"));
    refuse(
        &format!("{GRANT}&client_id="),
        None,
        TokenRequestError::Missing("client_id"),
    );
    refuse(GRANT, Some("Basic OmI="), TokenRequestError::Missing("client_id"));
    refuse(
        GRANT,
        Some("Bearer eyJ"),
        TokenRequestError::Authorization(BasicError::Scheme),
    );
    refuse(
        GRANT,
        Some("Basic !"),
        TokenRequestError::Authorization(BasicError::NotBase64),
    );
    refuse(
        &format!("{GRANT}&client_id=other"),
        Some(BASIC),
        TokenRequestError::ClientIdsDiffer,
    );
}

#[test]
fn one_credential_and_no_more() {
    let client = format!("{GRANT}&client_id={APP}");
    let jwt = format!("client_assertion=a.b.c&client_assertion_type={JWT_BEARER}");
    refuse(
        &format!("{client}&client_secret=s"),
        Some(BASIC),
        TokenRequestError::SeveralCredentials,
    );
    refuse(
        &format!("{client}&{jwt}"),
        Some(BASIC),
        TokenRequestError::SeveralCredentials,
    );
    refuse(
        &format!("{client}&{jwt}&client_secret=s"),
        None,
        TokenRequestError::SeveralCredentials,
    );
    refuse(
        &format!("{client}&client_assertion=a"),
        None,
        TokenRequestError::Missing("client_assertion_type"),
    );
    refuse(
        &format!("{client}&client_assertion_type=a"),
        None,
        TokenRequestError::Missing("client_assertion"),
    );
    refuse(
        &format!("{client}&client_assertion=a&client_assertion_type=b"),
        None,
        TokenRequestError::AssertionType,
    );
}

#[test]
fn each_credential_is_read() {
    let client = format!("{GRANT}&client_id={APP}");
    check(&client, None, ClientCredential::None);
    check(&format!("{client}&client_secret="), None, ClientCredential::None);
    check(
        &format!("{client}&client_secret=p~8Q%2Bx%2F%25%3D%3A+Z"),
        None,
        secret("p~8Q+x/%=: Z"),
    );
    check(GRANT, Some(BASIC), secret("p~8Q+x/%=: Z"));
    check(&client, Some(BASIC), secret("p~8Q+x/%=: Z"));
    let unverified_jwt = Secret::new("a.b.c".to_owned());
    check(
        &format!("{client}&client_assertion=a.b.c&client_assertion_type={JWT_BEARER}"),
        None,
        ClientCredential::Assertion { unverified_jwt },
    );
}

#[test]
fn msal_python_is_understood() {
    let body = format!(
        "client_id={APP}&grant_type=client_credentials&client_info=1&client_secret=s3cr3t\
         &scope=https%3A%2F%2Ffabrikam.crm.example.test%2F.default"
    );
    let expected = TokenRequest {
        grant_type: GrantType::ClientCredentials,
        unverified_client_id: APP.to_owned(),
        credential: secret("s3cr3t"),
        scope: Some("https://fabrikam.crm.example.test/.default".to_owned()),
        resource: None,
        client_info: true,
        correlation_id: None,
    };
    assert_eq!(TokenRequest::parse(body.as_bytes(), None), Ok(expected));
}

#[test]
fn v1_and_what_node_sends_beside_it() {
    let body = format!(
        "client_id={APP}&grant_type=password&resource=https%3A%2F%2Fx.example.test%2F&client_info=true\
         &x-client-SKU=msal.js.node&client-request-id=6a0f7a54-30a7-4a0c-8c8e-0b1f2c3d4e5f"
    );
    let request = TokenRequest::parse(body.as_bytes(), None).unwrap();
    assert_eq!(request.grant_type, GrantType::Unsupported("password".to_owned()));
    assert_eq!(request.resource.as_deref(), Some("https://x.example.test/"));
    assert_eq!(
        request.correlation_id,
        "6a0f7a54-30a7-4a0c-8c8e-0b1f2c3d4e5f".parse().ok()
    );
    assert!(!request.client_info);
}

#[test]
fn debug_shows_no_secret() {
    let body = format!("{GRANT}&client_id={APP}&client_secret=hunter2");
    let request = TokenRequest::parse(body.as_bytes(), None).unwrap();
    assert!(!format!("{request:?}").contains("hunter2"));
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(body: Vec<u8>, authorization: Option<Vec<u8>>) {
        let _ = TokenRequest::parse(&body, authorization.as_deref());
    }

    #[test]
    fn every_secret_arrives(text in "\\PC{1,40}") {
        let body = format!("{GRANT}&client_id={APP}&client_secret={}", form::encode(&text));
        let request = TokenRequest::parse(body.as_bytes(), None).unwrap();
        proptest::prop_assert_eq!(request.credential, secret(&text));
    }
}
