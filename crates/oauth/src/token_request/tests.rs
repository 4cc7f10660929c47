//! Requests that must be refused, then those of real clients.

use super::*;
use crate::form;
use crate::secret::Secret;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
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
        claims: None,
        client_info: true,
        correlation_id: None,
    };
    assert_eq!(TokenRequest::parse(body.as_bytes(), None), Ok(expected));
}

/// A request with a grant's parameters.
fn refuse_grant(parameters: &str, expected: TokenRequestError) {
    refuse(&format!("client_id={APP}&{parameters}"), None, expected);
}

fn check_grant(parameters: &str, name: &str, expected: GrantType) {
    assert_eq!(expected.name(), name);
    let parsed = TokenRequest::parse(format!("client_id={APP}&{parameters}").as_bytes(), None);
    assert_eq!(parsed.map(|request| request.grant_type), Ok(expected), "{parameters}");
}

fn hidden(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

#[test]
fn grants_without_what_they_stand_on_are_refused() {
    let bearer = "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer";
    refuse_grant("grant_type=authorization_code", TokenRequestError::Missing("code"));
    refuse_grant(
        "grant_type=authorization_code&code=",
        TokenRequestError::Missing("code"),
    );
    refuse_grant("grant_type=refresh_token", TokenRequestError::Missing("refresh_token"));
    refuse_grant(
        &format!("{bearer}&assertion=a"),
        TokenRequestError::Missing("requested_token_use"),
    );
    refuse_grant(
        &format!("{bearer}&requested_token_use=on_behalf_of"),
        TokenRequestError::Missing("assertion"),
    );
    for name in ["device_code", "urn:ietf:params:oauth:grant-type:device_code"] {
        refuse_grant(&format!("grant_type={name}"), TokenRequestError::Missing("device_code"));
    }
}

#[test]
fn other_grants_are_unsupported_by_their_name() {
    let unsupported = |name: &str| GrantType::Unsupported(name.to_owned());
    for name in [
        "password",
        "Authorization_code",
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
    ] {
        check_grant(&format!("grant_type={name}&code=c"), name, unsupported(name));
    }
    let bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    let other_use = format!("grant_type={bearer}&assertion=a&requested_token_use=other");
    check_grant(&other_use, bearer, unsupported(bearer));
}

#[test]
fn a_code_is_read_with_its_proof() {
    check_grant(
        "grant_type=authorization_code&code=0.AXk",
        "authorization_code",
        GrantType::AuthorizationCode {
            code: hidden("0.AXk"),
            redirect_uri: None,
            code_verifier: None,
        },
    );
    check_grant(
        "grant_type=authorization_code&code=0.AXk&redirect_uri=http%3A%2F%2Flocalhost%3A5000%2Fcb&code_verifier=Fj3k",
        "authorization_code",
        GrantType::AuthorizationCode {
            code: hidden("0.AXk"),
            redirect_uri: Some("http://localhost:5000/cb".to_owned()),
            code_verifier: Some(hidden("Fj3k")),
        },
    );
}

#[test]
fn what_a_person_left_behind_is_read() {
    let device_urn = "urn:ietf:params:oauth:grant-type:device_code";
    check_grant(
        "grant_type=refresh_token&refresh_token=1.AXk",
        "refresh_token",
        GrantType::RefreshToken { token: hidden("1.AXk") },
    );
    check_grant(
        "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=a.b.c&requested_token_use=on_behalf_of",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        GrantType::OnBehalfOf {
            assertion: hidden("a.b.c"),
        },
    );
    for sent in [
        &format!("grant_type={device_urn}&code=BAQ&device_code=BAQ"),
        &format!("grant_type={device_urn}&code=BAQ"),
        "grant_type=device_code&device_code=BAQ&code=other",
    ] {
        check_grant(sent, device_urn, GrantType::DeviceCode { code: hidden("BAQ") });
    }
}

#[test]
fn the_client_alone_is_read_from_any_body() {
    let refused = UnverifiedClient::parse(b"response_type=code", None);
    assert_eq!(refused, Err(TokenRequestError::Missing("client_id")));
    let repeated = UnverifiedClient::parse(b"client_id=a&scope=x&scope=y", None);
    assert_eq!(repeated, Err(TokenRequestError::Repeated("scope".to_owned())));
    let client = UnverifiedClient::parse(b"response_type=code&state=s", Some(BASIC.as_bytes())).unwrap();
    assert_eq!(client.unverified_client_id, APP);
    assert_eq!(client.credential, secret("p~8Q+x/%=: Z"));
}

#[test]
fn v1_and_what_node_sends_beside_it() {
    let body = format!(
        "client_id={APP}&grant_type=password&resource=https%3A%2F%2Fx.example.test%2F&client_info=true\
         &claims=%7B%22access_token%22%3A%7B%7D%7D&x-client-SKU=msal.js.node\
         &client-request-id=6a0f7a54-30a7-4a0c-8c8e-0b1f2c3d4e5f"
    );
    let request = TokenRequest::parse(body.as_bytes(), None).unwrap();
    assert_eq!(request.grant_type, GrantType::Unsupported("password".to_owned()));
    assert_eq!(request.resource.as_deref(), Some("https://x.example.test/"));
    assert_eq!(request.claims.as_deref(), Some(r#"{"access_token":{}}"#));
    assert_eq!(
        request.correlation_id,
        "6a0f7a54-30a7-4a0c-8c8e-0b1f2c3d4e5f".parse().ok()
    );
    assert!(!request.client_info);
}

#[test]
fn debug_shows_no_secret() {
    for sent in [
        "client_credentials&client_secret=hunter2",
        "refresh_token&refresh_token=hunter2",
        "authorization_code&code=hunter2&code_verifier=hunter2",
        "device_code&device_code=hunter2",
    ] {
        let body = format!("client_id={APP}&grant_type={sent}");
        let request = TokenRequest::parse(body.as_bytes(), None).unwrap();
        assert!(!format!("{request:?}").contains("hunter2"));
    }
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
