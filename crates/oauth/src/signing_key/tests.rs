//! Keys survive storage, headers have Entra's form, signatures verify outside of this crate's own reader.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::json;

use super::*;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());

fn check_header(version: TokenVersion, expected: &str) {
    let key = SigningKey::from_pkcs8(&KEY.to_pkcs8().unwrap())
        .unwrap()
        .with_kid("BuhU")
        .unwrap();
    let token = key.sign(version, &json!({})).unwrap();
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    assert_eq!(String::from_utf8(header).unwrap(), expected);
}

#[test]
fn bytes_that_are_no_rsa_key_are_refused() {
    let check = |der: &[u8]| {
        let refused = SigningKey::from_pkcs8(&Secret::new(der.to_vec())).map(|key| key.kid);
        assert_eq!(refused, Err(SigningKeyError::NotRsa));
    };
    check(b"");
    check(b"-----BEGIN PRIVATE KEY-----");
    let good = KEY.to_pkcs8().unwrap();
    check(good.expose().get(1..).unwrap());
    check(good.expose().get(..100).unwrap());
}

#[test]
fn claims_without_a_json_form_are_refused() {
    let keys_are_no_text = BTreeMap::from([(vec![1_u8], 1)]);
    assert!(matches!(
        KEY.sign(TokenVersion::V1, &keys_are_no_text),
        Err(SigningError::Claims(_))
    ));
}

#[test]
fn headers_have_entras_form() {
    check_header(
        TokenVersion::V1,
        r#"{"typ":"JWT","alg":"RS256","x5t":"BuhU","kid":"BuhU"}"#,
    );
    check_header(TokenVersion::V2, r#"{"typ":"JWT","alg":"RS256","kid":"BuhU"}"#);
}

#[test]
fn a_stored_key_is_the_same_key() {
    let stored = SigningKey::from_pkcs8(&KEY.to_pkcs8().unwrap()).unwrap();
    assert_eq!(stored.public_jwk(None), KEY.public_jwk(None));
    assert_eq!(stored.kid().len(), 27);
    let claims = json!({"sub": "a"});
    assert_eq!(
        stored.sign(TokenVersion::V2, &claims).unwrap(),
        KEY.sign(TokenVersion::V2, &claims).unwrap()
    );
}

#[test]
fn the_published_key_verifies_the_signature() {
    let jwk = KEY.public_jwk(None);
    assert_eq!((jwk.kty.as_str(), jwk.e.as_str(), jwk.n.len()), ("RSA", "AQAB", 342));
    let token = KEY.sign(TokenVersion::V2, &json!({"sub": "a"})).unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let public = RsaPublicKeyComponents {
        n: URL_SAFE_NO_PAD.decode(jwk.n).unwrap(),
        e: URL_SAFE_NO_PAD.decode(jwk.e).unwrap(),
    };
    assert!(
        public
            .verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature)
            .is_ok()
    );
}

#[test]
fn a_certificate_is_published_with_its_thumbprint() {
    let jwk = KEY.public_jwk(Some(b"abc"));
    assert_eq!(jwk.x5c, ["YWJj"]);
    assert_eq!(jwk.x5t.as_deref(), Some("qZk-NkcGgWq6PiVxeFDCbJzQ2J0"));
    assert_eq!(jwk.kid, KEY.kid());
    assert_eq!(KEY.public_jwk(None).x5t.as_deref(), Some(KEY.kid()));
}

#[test]
fn debug_shows_only_the_name() {
    assert_eq!(
        format!("{:?}", *KEY),
        format!("SigningKey {{ kid: {:?}, .. }}", KEY.kid())
    );
}
