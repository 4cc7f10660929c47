//! Id tokens and logout tokens that must be refused, one check at a time, and the few that pass.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a case is one line when its expectation is a value"
)]

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::*;
use crate::algorithm::Algorithm;
use crate::signing_key::SigningKey;
use crate::token_error::TokenError;

const TENANT: &str = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b";
const OTHER_TENANT: &str = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10";
const CLIENT: &str = "orders";
const ISSUER: &str = "https://id.example.test/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/v2.0";
const TEMPLATE: &str = "https://id.example.test/{tenantid}/v2.0";
const NOW_S: i64 = 1_760_000_000;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Es256).unwrap());
static OTHER_KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Es256).unwrap());

fn good_id() -> Value {
    json!({
        "iss": ISSUER, "sub": "ina", "aud": CLIENT, "iat": NOW_S, "exp": NOW_S + 3600, "nonce": "n-1", "sid": "s-1",
        "tid": TENANT, "roles": ["sales"],
    })
}

fn good_logout() -> Value {
    json!({
        "iss": ISSUER, "sub": "ina", "aud": CLIENT, "iat": NOW_S, "exp": NOW_S + 120, "jti": "j-1", "sid": "s-1",
        "tid": TENANT, "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    })
}

/// Claims with some replaced; `null` takes one out.
fn with(mut claims: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        let members = claims.as_object_mut().unwrap();
        members.remove(name);
        if !value.is_null() {
            members.insert(name.clone(), value.clone());
        }
    }
    claims
}

fn keys(issuer: Option<&str>) -> KeySet {
    let mut jwk = KEY.public_jwk(None);
    jwk.issuer = issuer.map(str::to_owned);
    KeySet::new(vec![jwk]).unwrap()
}

fn id(token: &str, keys: &KeySet, issuer: &str) -> Result<VerifiedIdToken, ProviderTokenError> {
    let expected = ExpectedIdToken {
        issuer: &ExpectedIssuer::published(issuer),
        client_id: CLIENT,
        nonce: "n-1",
        now: Timestamp::from_seconds(NOW_S),
    };
    verify_id_token(token, keys, &expected)
}

fn logout(token: &str) -> Result<VerifiedLogoutToken, ProviderTokenError> {
    let expected = ExpectedLogoutToken {
        issuer: &ExpectedIssuer::published(TEMPLATE),
        client_id: CLIENT,
        now: Timestamp::from_seconds(NOW_S),
    };
    verify_logout_token(token, &keys(None), &expected)
}

#[track_caller]
fn check_id(changes: Value, expected: impl Into<Option<ProviderTokenError>>) {
    let token = KEY.sign_as("JWT", &with(good_id(), changes.clone())).unwrap();
    assert_eq!(id(&token, &keys(None), TEMPLATE).err(), expected.into(), "{changes}");
}

#[track_caller]
fn check_logout(changes: Value, expected: impl Into<Option<ProviderTokenError>>) {
    let token = KEY
        .sign_as("logout+jwt", &with(good_logout(), changes.clone()))
        .unwrap();
    assert_eq!(logout(&token).err(), expected.into(), "{changes}");
}

fn issuer(text: &str) -> ProviderTokenError {
    let issuer = text.to_owned();
    TokenError::Issuer { issuer }.into()
}

fn audience(text: &str) -> ProviderTokenError {
    let audience = text.to_owned();
    TokenError::Audience { audience }.into()
}

#[test]
fn an_id_token_of_another_issuer_or_tenant_is_refused() {
    check_id(
        json!({ "iss": "https://id.example.test/" }),
        issuer("https://id.example.test/"),
    );
    check_id(json!({ "iss": TEMPLATE }), issuer(TEMPLATE));
    check_id(json!({ "iss": null }), issuer(""));
    check_id(json!({ "tid": OTHER_TENANT }), issuer(ISSUER));
    check_id(json!({ "tid": null }), issuer(ISSUER));
    check_id(json!({ "tid": "{tenantid}", "iss": TEMPLATE }), issuer(TEMPLATE));
    check_id(
        json!({ "tid": "contoso", "iss": "https://id.example.test/contoso/v2.0" }),
        issuer("https://id.example.test/contoso/v2.0"),
    );
}

#[test]
fn a_key_of_another_tenant_or_another_provider_is_refused() {
    let token = KEY.sign_as("JWT", &good_id()).unwrap();
    let of_other = format!("https://id.example.test/{OTHER_TENANT}/v2.0");
    assert_eq!(
        id(&token, &keys(Some(&of_other)), TEMPLATE).err(),
        Some(TokenError::KeyOfOtherIssuer.into())
    );
    assert!(id(&token, &keys(Some(TEMPLATE)), TEMPLATE).is_ok());
    let forged = OTHER_KEY.sign_as("JWT", &good_id()).unwrap();
    assert!(matches!(
        id(&forged, &keys(None), TEMPLATE),
        Err(ProviderTokenError::Token(TokenError::UnknownKey { .. }))
    ));
}

#[test]
fn an_id_token_for_somebody_else_is_refused() {
    check_id(json!({ "aud": "billing" }), audience("billing"));
    check_id(json!({ "aud": null }), audience(""));
    check_id(json!({ "aud": 7 }), audience(""));
    check_id(
        json!({ "aud": [CLIENT, "billing"] }),
        Some(ProviderTokenError::AuthorizedParty),
    );
    check_id(json!({ "azp": "billing" }), Some(ProviderTokenError::AuthorizedParty));
    check_id(json!({ "aud": [CLIENT, "billing"], "azp": CLIENT }), None);
}

#[test]
fn an_id_token_for_another_request_or_time_is_refused() {
    check_id(json!({ "nonce": "n-2" }), Some(ProviderTokenError::Nonce));
    check_id(json!({ "nonce": null }), Some(ProviderTokenError::Nonce));
    check_id(json!({ "sub": null }), Some(ProviderTokenError::Subject));
    check_id(json!({ "sub": "" }), Some(ProviderTokenError::Subject));
    let expired = Timestamp::from_seconds(NOW_S - 300);
    check_id(
        json!({ "exp": NOW_S - 300 }),
        Some(TokenError::Expired { expired }.into()),
    );
    check_id(json!({ "exp": null }), Some(TokenError::Time { claim: "exp" }.into()));
    check_id(json!({ "iat": null }), Some(TokenError::Time { claim: "iat" }.into()));
    let not_before = Timestamp::from_seconds(NOW_S + 301);
    check_id(
        json!({ "iat": NOW_S + 301 }),
        Some(TokenError::NotYetValid { not_before }.into()),
    );
}

#[test]
fn one_kind_of_token_does_not_pass_for_another() {
    let as_logout = KEY.sign_as("logout+jwt", &good_id()).unwrap();
    assert!(matches!(
        id(&as_logout, &keys(None), ISSUER),
        Err(ProviderTokenError::Token(TokenError::Type { .. }))
    ));
    check_logout(json!({ "events": null }), Some(ProviderTokenError::Event));
    check_logout(json!({ "events": { "logout": {} } }), Some(ProviderTokenError::Event));
    check_logout(json!({ "nonce": "n-1" }), Some(ProviderTokenError::NonceInLogout));
}

#[test]
fn a_logout_token_is_refused_like_any_other() {
    check_logout(
        json!({ "iss": "https://evil.example.test/" }),
        issuer("https://evil.example.test/"),
    );
    check_logout(json!({ "aud": "billing" }), audience("billing"));
    check_logout(json!({ "sub": null, "sid": null }), Some(ProviderTokenError::Subject));
    let expired = Timestamp::from_seconds(NOW_S - 300);
    check_logout(
        json!({ "exp": NOW_S - 300 }),
        Some(TokenError::Expired { expired }.into()),
    );
    let expired = Timestamp::from_seconds(NOW_S - 420 + 120);
    check_logout(
        json!({ "exp": null, "iat": NOW_S - 420 }),
        Some(TokenError::Expired { expired }.into()),
    );
    check_logout(json!({ "exp": null }), None);
    check_logout(json!({ "sid": null }), None);
}

#[test]
fn what_is_proved_can_be_asked() {
    let token = KEY.sign_as("JWT", &good_id()).unwrap();
    let verified = id(&token, &keys(None), TEMPLATE).unwrap();
    assert_eq!((verified.issuer(), verified.subject()), (ISSUER, "ina"));
    assert_eq!(verified.tenant(), TENANT.parse().ok());
    assert_eq!(verified.session_id(), Some("s-1"));
    assert_eq!(verified.claim("roles"), Some(&json!(["sales"])));
    let ended = logout(&KEY.sign_as("logout+jwt", &good_logout()).unwrap()).unwrap();
    assert_eq!((ended.subject(), ended.session_id()), (Some("ina"), Some("s-1")));
    assert_eq!(ended.issued_at().seconds(), NOW_S);
}

#[test]
fn an_answer_of_a_tenant_is_the_template_s() {
    let check = |published: &str, issuer: &str, expected: bool| {
        assert_eq!(
            ExpectedIssuer::published(published).admits(issuer),
            expected,
            "{issuer}"
        );
    };
    check(ISSUER, ISSUER, true);
    check(ISSUER, "https://id.example.test/", false);
    check(TEMPLATE, ISSUER, true);
    check(TEMPLATE, TEMPLATE, false);
    check(TEMPLATE, "https://id.example.test/x/v2.0", false);
    check(
        TEMPLATE,
        "https://evil.example.test/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/v2.0",
        false,
    );
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text: String) {
        proptest::prop_assert!(id(&text, &keys(None), TEMPLATE).is_err());
        proptest::prop_assert!(logout(&text).is_err());
    }
}
