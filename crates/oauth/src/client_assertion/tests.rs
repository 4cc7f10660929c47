//! Assertions that must be refused, one check at a time, and those that real clients send.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a case is one line when its expectation is a value"
)]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::*;
use crate::algorithm::Algorithm;
use crate::certificate::tests::self_signed;
use crate::jwk::Jwk;
use crate::jws::JwsError;
use crate::signing_key::{JwsHeader, SigningKey};
use crate::test_claims::changed;

const APP: &str = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10";
const TOKEN_URL: &str = "https://login.example.test/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/oauth2/v2.0/token";
const NOW_S: i64 = 1_760_000_000;

struct Client {
    key: SigningKey,
    certificate: Certificate,
}

static RSA: LazyLock<Client> = LazyLock::new(|| Client::new(Algorithm::Rs256));
static PSS: LazyLock<Client> = LazyLock::new(|| Client::new(Algorithm::Ps256));
static ELLIPTIC: LazyLock<Client> = LazyLock::new(|| Client::new(Algorithm::Es256));

impl Client {
    fn new(algorithm: Algorithm) -> Self {
        let key = SigningKey::generate(algorithm).unwrap();
        let certificate = Certificate::from_der(&self_signed(&key)).unwrap();
        Self { key, certificate }
    }
}

/// The claims of a good assertion.
fn good() -> Value {
    json!({
        "aud": TOKEN_URL, "iss": APP, "sub": APP, "jti": "6a0f7a54-30a7-4a0c-8c8e-0b1f2c3d4e5f",
        "nbf": NOW_S, "iat": NOW_S, "exp": NOW_S + 600,
    })
}

/// The good claims with some replaced; `null` takes one out.
fn with(changes: Value) -> Value {
    changed(good(), &changes)
}

fn signed(claims: &Value) -> String {
    RSA.key.sign_under(&JwsHeader::default(), claims).unwrap()
}

/// An assertion with this header; its signature is not worth anything.
fn with_header(header: &Value) -> String {
    let [header, claims] = [header, &good()].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{claims}.c2ln")
}

fn verify(
    jwt: &str,
    by: impl FnOnce(&UnverifiedAssertion, &ExpectedAssertion<'_>) -> Result<VerifiedAssertion, AssertionError>,
) -> Result<VerifiedAssertion, AssertionError> {
    let audiences = [TOKEN_URL.to_owned(), "https://login.example.test/t/v2.0".to_owned()];
    let expected = ExpectedAssertion {
        issuer: APP,
        subject: Some(APP),
        audiences: &audiences,
        now: Timestamp::from_seconds(NOW_S),
        longest_life_s: Some(86_400),
    };
    by(&UnverifiedAssertion::parse(jwt)?, &expected)
}

fn by_certificate(jwt: &str, certificate: &Certificate) -> Result<VerifiedAssertion, AssertionError> {
    verify(jwt, |assertion, expected| {
        verify_with_certificate(assertion, certificate, expected)
    })
}

fn by_keys(jwt: &str, keys: Vec<Jwk>) -> Result<VerifiedAssertion, AssertionError> {
    let keys = KeySet::new(keys).unwrap();
    verify(jwt, |assertion, expected| verify_with_keys(assertion, &keys, expected))
}

fn check_jwt(jwt: &str, expected: Result<(), AssertionError>) {
    assert_eq!(by_certificate(jwt, &RSA.certificate).map(|_| ()), expected, "{jwt}");
}

fn check(changes: Value, expected: Result<(), AssertionError>) {
    check_jwt(&signed(&with(changes)), expected);
}

#[test]
fn the_form_is_checked_first() {
    let malformed = |error: JwsError| Err(AssertionError::Malformed(error));
    let mistyped = |member: &'static str| malformed(JwsError::Mistyped { member });
    check_jwt("", malformed(JwsError::NotThreeParts));
    check_jwt(&"a".repeat(16 * 1024 + 1), malformed(JwsError::TooLong));
    check_jwt("!.e30.c2ln", malformed(JwsError::NotBase64Url));
    check_jwt("..", malformed(JwsError::HeaderNotJson));
    check_jwt("e30.W10.c2ln", malformed(JwsError::ClaimsNotJson));
    check_jwt(
        &with_header(&json!({"alg": "RS256", "crit": ["exp"]})),
        malformed(JwsError::CriticalExtension),
    );
    check_jwt(&with_header(&json!({"kid": 1})), mistyped("kid"));
    check_jwt(&with_header(&json!({"x5t": null})), mistyped("x5t"));
    check_jwt(&with_header(&json!({"x5t#S256": []})), mistyped("x5t#S256"));
    check(json!({"iss": [APP]}), mistyped("iss"));
    check(json!({"sub": 1}), mistyped("sub"));
    check(json!({"jti": 1}), mistyped("jti"));
    check(json!({"aud": 1}), mistyped("aud"));
    check(json!({"aud": [TOKEN_URL, 1]}), mistyped("aud"));
}

#[test]
fn the_algorithm_is_of_the_list_and_of_the_key() {
    let refused = |name: &str| {
        Err(AssertionError::Algorithm {
            algorithm: name.to_owned(),
        })
    };
    check_jwt(&with_header(&json!({})), refused(""));
    check_jwt(&with_header(&json!({"alg": ["RS256"]})), refused(""));
    for name in ["none", "HS256", "RS512"] {
        check_jwt(&with_header(&json!({"alg": name})), refused(name));
    }
    check_jwt(&with_header(&json!({"alg": "ES256"})), refused("ES256"));
    check_jwt(&with_header(&json!({"alg": "RS256"})), Err(AssertionError::Signature));
    check_jwt(&with_header(&json!({"alg": "PS256"})), Err(AssertionError::Signature));
}

#[test]
fn the_header_names_this_certificate_or_none() {
    let check = |x5t: Option<&str>, x5t_s256: Option<&str>, expected: Result<(), AssertionError>| {
        let header = JwsHeader {
            x5t,
            x5t_s256,
            ..JwsHeader::default()
        };
        check_jwt(&RSA.key.sign_under(&header, &good()).unwrap(), expected);
    };
    let (sha1, sha256) = (RSA.certificate.sha1_thumbprint(), RSA.certificate.sha256_thumbprint());
    check(Some(""), None, Err(AssertionError::NoKey));
    check(
        Some(PSS.certificate.sha1_thumbprint()),
        None,
        Err(AssertionError::NoKey),
    );
    check(
        None,
        Some(PSS.certificate.sha256_thumbprint()),
        Err(AssertionError::NoKey),
    );
    check(Some(sha1), Some(sha1), Err(AssertionError::NoKey));
    check(Some(sha256), Some(sha256), Err(AssertionError::NoKey));
    check(None, None, Ok(()));
    check(Some(sha1), Some(sha256), Ok(()));
    check(Some(&format!("{sha1}=")), Some(&format!("{sha256}=")), Ok(()));
}

#[test]
fn the_signature_covers_everything_and_is_the_certificates() {
    let jwt = signed(&good());
    let (front, signature) = jwt.rsplit_once('.').unwrap();
    let (header, _) = front.split_once('.').unwrap();
    let other = URL_SAFE_NO_PAD.encode(with(json!({"sub": "other"})).to_string());
    check_jwt(&format!("{header}.{other}.{signature}"), Err(AssertionError::Signature));
    check_jwt(&format!("{front}."), Err(AssertionError::Signature));
    let stranger = PSS.key.sign_under(&JwsHeader::default(), &good()).unwrap();
    check_jwt(&stranger, Err(AssertionError::Signature));
    check_jwt(&jwt, Ok(()));
}

#[test]
fn a_subject_that_is_the_issuer_may_be_missing_and_is_nobody_else() {
    let check = |changed: Value, expected: Result<&str, AssertionError>| {
        let jwt = signed(&with(changed));
        let verified = verify(&jwt, |assertion, expected| {
            let expected = ExpectedAssertion {
                subject: None,
                ..*expected
            };
            verify_with_certificate(assertion, &RSA.certificate, &expected)
        });
        let subject = verified.as_ref().map(VerifiedAssertion::subject);
        assert_eq!(subject.map_err(Clone::clone), expected, "{jwt}");
    };
    let refused = |subject: &str| {
        Err(AssertionError::Subject {
            subject: subject.to_owned(),
        })
    };
    check(json!({"sub": "other"}), refused("other"));
    check(json!({"sub": ""}), refused(""));
    check(json!({"sub": null}), Ok(APP));
    check(json!({}), Ok(APP));
}

#[test]
fn issuer_subject_and_audience_are_as_registered() {
    let issuer = |text: &str| {
        Err(AssertionError::Issuer {
            issuer: text.to_owned(),
        })
    };
    check(json!({"iss": null}), issuer(""));
    check(json!({"iss": "other"}), issuer("other"));
    check(json!({"iss": APP.to_uppercase()}), issuer(&APP.to_uppercase()));
    let subject = |text: &str| {
        Err(AssertionError::Subject {
            subject: text.to_owned(),
        })
    };
    check(json!({"sub": null}), subject(""));
    check(json!({"sub": format!("{APP} ")}), subject(&format!("{APP} ")));
    let audience = |text: &str| {
        Err(AssertionError::Audience {
            audience: text.to_owned(),
        })
    };
    check(json!({"aud": null}), audience(""));
    check(json!({"aud": []}), audience(""));
    check(
        json!({"aud": "https://login.example.test"}),
        audience("https://login.example.test"),
    );
    check(
        json!({"aud": format!("{TOKEN_URL}/")}),
        audience(&format!("{TOKEN_URL}/")),
    );
    check(json!({"aud": ["a", "b"]}), audience("a b"));
    let excerpt: String = format!("{TOKEN_URL} https://other.test").chars().take(100).collect();
    check(json!({"aud": [TOKEN_URL, "https://other.test"]}), audience(&excerpt));
    check(json!({"aud": [TOKEN_URL]}), Ok(()));
    check(json!({"aud": "https://login.example.test/t/v2.0"}), Ok(()));
}

#[test]
fn the_time_is_now() {
    for claim in ["exp", "nbf", "iat"] {
        check(json!({claim: "1760000000"}), Err(AssertionError::Time { claim }));
    }
    check(json!({"exp": null}), Err(AssertionError::Time { claim: "exp" }));
    let early = |seconds: i64| {
        Err(AssertionError::NotYetValid {
            not_before: Timestamp::from_seconds(seconds),
        })
    };
    check(json!({"nbf": NOW_S + 301}), early(NOW_S + 301));
    check(json!({"nbf": null, "iat": NOW_S + 301}), early(NOW_S + 301));
    let expired = |seconds: i64| {
        Err(AssertionError::Expired {
            expired: Timestamp::from_seconds(seconds),
        })
    };
    check(json!({"exp": NOW_S - 300}), expired(NOW_S - 300));
    check(json!({"exp": 0}), expired(0));
    let late = AssertionError::LivesTooLong {
        expires: Timestamp::from_seconds(NOW_S + 86_701),
        longest_s: 86_400,
    };
    check(json!({"exp": NOW_S + 86_701}), Err(late));
    check(json!({"exp": NOW_S + 86_700}), Ok(()));
    check(json!({"exp": NOW_S - 299}), Ok(()));
    check(json!({"nbf": NOW_S + 300, "iat": NOW_S + 300}), Ok(()));
    check(json!({"nbf": null, "iat": null}), Ok(()));
    check(
        json!({"exp": 1_760_000_600.25, "iat": 1_760_000_000.5, "nbf": null}),
        Ok(()),
    );
}

#[test]
fn without_a_longest_life_the_end_is_the_clients() {
    let jwt = signed(&with(json!({"exp": u64::MAX})));
    let endless = verify(&jwt, |assertion, expected| {
        let expected = ExpectedAssertion {
            longest_life_s: None,
            ..*expected
        };
        verify_with_certificate(assertion, &RSA.certificate, &expected)
    });
    assert!(endless.is_ok());
}

#[test]
fn published_keys_are_picked_by_name_where_there_are_several() {
    let (rsa, elliptic) = (RSA.key.public_jwk(None), ELLIPTIC.key.public_jwk(None));
    let named = |kid: Option<&str>| {
        let header = JwsHeader {
            kid,
            ..JwsHeader::default()
        };
        RSA.key.sign_under(&header, &good()).unwrap()
    };
    let check = |jwt: &str, keys: Vec<Jwk>, expected: Result<(), AssertionError>| {
        assert_eq!(by_keys(jwt, keys).map(|_| ()), expected, "{jwt}");
    };
    check(&named(None), Vec::new(), Err(AssertionError::NoKey));
    check(
        &named(None),
        vec![rsa.clone(), elliptic.clone()],
        Err(AssertionError::NoKey),
    );
    check(&named(Some("other")), vec![rsa.clone()], Err(AssertionError::NoKey));
    check(&named(Some("")), vec![rsa.clone()], Err(AssertionError::NoKey));
    let algorithm = AssertionError::Algorithm {
        algorithm: "RS256".to_owned(),
    };
    check(
        &named(Some(ELLIPTIC.key.kid())),
        vec![rsa.clone(), elliptic],
        Err(algorithm),
    );
    let for_another = Jwk {
        issuer: Some("https://other.test".to_owned()),
        ..rsa.clone()
    };
    check(
        &named(None),
        vec![for_another],
        Err(AssertionError::Issuer { issuer: APP.to_owned() }),
    );
    let forged = PSS.key.public_jwk(None);
    let forged = Jwk { alg: None, ..forged };
    check(&named(None), vec![forged], Err(AssertionError::Signature));
    check(&named(None), vec![rsa.clone()], Ok(()));
    check(&named(Some(RSA.key.kid())), vec![rsa, PSS.key.public_jwk(None)], Ok(()));
}

#[test]
fn every_algorithm_proves_a_client() {
    for client in [&*RSA, &*PSS, &*ELLIPTIC] {
        let thumbprint = client.certificate.sha256_thumbprint();
        let header = JwsHeader {
            typ: Some("JWT"),
            x5t_s256: Some(thumbprint),
            ..JwsHeader::default()
        };
        let jwt = client.key.sign_under(&header, &good()).unwrap();
        let assertion = UnverifiedAssertion::parse(&jwt).unwrap();
        assert_eq!(assertion.algorithm(), Some(client.key.algorithm()));
        assert_eq!((assertion.issuer(), assertion.subject()), (Some(APP), Some(APP)));
        assert_eq!(assertion.audiences(), [TOKEN_URL]);
        assert_eq!((assertion.x5t(), assertion.x5t_s256()), (None, Some(thumbprint)));
        assert_eq!(assertion.key_id(), None);
        assert!(by_keys(&jwt, vec![client.key.public_jwk(None)]).is_ok());
        let verified = by_certificate(&jwt, &client.certificate).unwrap();
        assert_eq!((verified.issuer(), verified.subject()), (APP, APP));
        assert_eq!(verified.audience(), TOKEN_URL);
        assert_eq!(verified.jti(), Some("6a0f7a54-30a7-4a0c-8c8e-0b1f2c3d4e5f"));
        assert_eq!(verified.expires(), Timestamp::from_seconds(NOW_S + 600));
        assert_eq!(verified.acceptable_until(), Timestamp::from_seconds(NOW_S + 900));
    }
}

/// What the table of clients in Entra's wire reference says that msal for Python sends: the thumbprint padded, times
/// with a fraction, no `nbf`, the certificate with line breaks.
#[test]
fn an_assertion_of_msal_python_passes() {
    let sha1 = URL_SAFE_NO_PAD.decode(RSA.certificate.sha1_thumbprint()).unwrap();
    let header = json!({"alg": "RS256", "typ": "JWT", "x5t": URL_SAFE.encode(sha1), "x5c": "MIIB\nAAAA"});
    let claims = with(json!({"nbf": null, "iat": 1_760_000_000.123_456, "exp": 1_760_000_600.123_456}));
    let parts = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let assertion = UnverifiedAssertion::parse(&format!("{}.c2ln", parts.join("."))).unwrap();
    assert_eq!(assertion.x5t(), Some(RSA.certificate.sha1_thumbprint()));
    let x5t = format!("{}=", RSA.certificate.sha1_thumbprint());
    let header = JwsHeader {
        typ: Some("JWT"),
        x5t: Some(&x5t),
        ..JwsHeader::default()
    };
    let claims = with(json!({"nbf": null, "iat": 1_760_000_000.123_456, "exp": 1_760_000_600.123_456}));
    check_jwt(&RSA.key.sign_under(&header, &claims).unwrap(), Ok(()));
}

#[test]
fn debug_shows_no_signature() {
    let assertion = UnverifiedAssertion::parse(&signed(&good())).unwrap();
    let shown = format!("{assertion:?}");
    assert!(shown.contains(APP) && shown.len() < 400, "{shown}");
}

proptest::proptest! {
    #[test]
    fn no_text_panics(jwt: String) {
        proptest::prop_assert!(UnverifiedAssertion::parse(&jwt).is_err());
    }

    #[test]
    fn no_changed_character_survives(at: proptest::sample::Index, replacement in "[A-Za-z0-9._-]") {
        let jwt = signed(&good());
        let mut bytes = jwt.clone().into_bytes();
        let at = at.index(bytes.len());
        *bytes.get_mut(at).unwrap() = *replacement.as_bytes().first().unwrap();
        let changed = String::from_utf8(bytes).unwrap();
        proptest::prop_assert_eq!(by_certificate(&changed, &RSA.certificate).is_ok(), changed == jwt);
    }
}
