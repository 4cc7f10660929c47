//! Keys survive storage, headers have Entra's form, signatures verify outside of this crate's own reader.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::json;

use super::*;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Rs256).unwrap());

fn header_text(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    String::from_utf8(header).unwrap()
}

fn header_of(token: &str) -> serde_json::Value {
    serde_json::from_str(&header_text(token)).unwrap()
}

fn check_header(version: TokenVersion, expected: &str) {
    let key = SigningKey::from_pkcs8(&KEY.to_pkcs8().unwrap(), Algorithm::Rs256)
        .unwrap()
        .with_kid("BuhU")
        .unwrap();
    assert_eq!(header_text(&key.sign(version, &json!({})).unwrap()), expected);
}

#[test]
fn bytes_that_are_no_key_for_the_algorithm_are_refused() {
    let check = |der: &[u8], algorithm: Algorithm| {
        let refused = SigningKey::from_pkcs8(&Secret::new(der.to_vec()), algorithm).map(|key| key.kid);
        assert_eq!(refused, Err(SigningKeyError::NotAKey { algorithm }));
    };
    let rsa = KEY.to_pkcs8().unwrap();
    let elliptic = SigningKey::generate(Algorithm::Es256).unwrap().to_pkcs8().unwrap();
    for algorithm in Algorithm::ALL {
        check(b"", algorithm);
        check(b"-----BEGIN PRIVATE KEY-----", algorithm);
        check(rsa.expose().get(1..).unwrap(), algorithm);
        check(rsa.expose().get(..100).unwrap(), algorithm);
        check(elliptic.expose().get(1..).unwrap(), algorithm);
    }
    check(elliptic.expose(), Algorithm::Rs256);
    check(elliptic.expose(), Algorithm::Ps256);
    check(rsa.expose(), Algorithm::Es256);
    assert_eq!(
        SigningKeyError::NotAKey {
            algorithm: Algorithm::Es256
        }
        .to_string(),
        "not a private key for ES256 in pkcs#8 form"
    );
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
    let stored = SigningKey::from_pkcs8(&KEY.to_pkcs8().unwrap(), Algorithm::Rs256).unwrap();
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
fn the_header_names_what_the_key_signs_by() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap().with_kid("k").unwrap();
        assert_eq!(key.algorithm(), algorithm);
        let jwk = key.public_jwk(None);
        let member = (algorithm != Algorithm::Rs256).then(|| algorithm.as_str().to_owned());
        assert_eq!(jwk.alg, member);
        let header = JwsHeader {
            x5t_s256: Some("t"),
            jwk: Some(&jwk),
            ..JwsHeader::default()
        };
        let tokens = [
            (
                key.sign(TokenVersion::V2, &()),
                json!({"typ": "JWT", "alg": algorithm.as_str(), "kid": "k"}),
            ),
            (
                key.sign_as("logout+jwt", &()),
                json!({"typ": "logout+jwt", "alg": algorithm.as_str(), "kid": "k"}),
            ),
            (
                key.sign_under(&header, &()),
                json!({"alg": algorithm.as_str(), "x5t#S256": "t", "jwk": jwk}),
            ),
        ];
        for (token, expected) in tokens {
            assert_eq!(header_of(&token.unwrap()), expected);
        }
    }
}

#[test]
fn keys_on_the_curve_are_stored_and_published() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let stored = SigningKey::from_pkcs8(&key.to_pkcs8().unwrap(), Algorithm::Es256).unwrap();
    let jwk = stored.public_jwk(None);
    assert_eq!(jwk, key.public_jwk(None));
    assert_eq!((jwk.kty.as_str(), jwk.crv.as_str()), ("EC", "P-256"));
    assert_eq!((jwk.x.len(), jwk.y.len(), jwk.n.len(), jwk.e.len()), (43, 43, 0, 0));
    let token = stored.sign(TokenVersion::V2, &json!({"sub": "a"})).unwrap();
    assert_eq!(token.rsplit_once('.').unwrap().1.len(), 86);
}

#[test]
fn debug_shows_only_name_and_algorithm() {
    assert_eq!(
        format!("{:?}", *KEY),
        format!("SigningKey {{ kid: {:?}, algorithm: Rs256, .. }}", KEY.kid())
    );
}
