//! Tokens that must be refused, one check at a time, and the few that pass.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a case is one line when its expectation is a value"
)]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;
use crate::algorithm::Algorithm;
use crate::claims::{AppTokenClaims, ClientProof, TokenVersion};
use crate::jws::JwsError;
use crate::signing_key::SigningKey;
use crate::test_claims::changed;

const TENANT: &str = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b";
const APP: &str = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10";
const PRINCIPAL: &str = "e2f1a0b9-8c7d-4e6f-a5b4-c3d2e1f0a9b8";
const ISSUER: &str = "https://login.example.test/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/";
const RESOURCE: &str = "https://fabrikam.crm.example.test";
const NOW_S: i64 = 1_760_000_000;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Rs256).unwrap());
static OTHER_KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Rs256).unwrap());

/// The claims of a good app-only token.
fn good() -> Value {
    json!({
        "aud": RESOURCE, "iss": ISSUER, "tid": TENANT, "iat": NOW_S - 300, "nbf": NOW_S - 300, "exp": NOW_S + 3600,
        "appid": APP, "idtyp": "app", "oid": PRINCIPAL, "sub": PRINCIPAL, "uti": "PXr8pzjFQLiaWSnd1gHQIg", "ver": "1.0",
    })
}

/// The good claims with some replaced; `null` takes one out.
fn with(changes: Value) -> Value {
    changed(good(), &changes)
}

fn signed(claims: &Value) -> String {
    KEY.sign(TokenVersion::V1, claims).unwrap()
}

/// A token with this header; its signature is not worth anything.
fn with_header(header: &str) -> String {
    format!("{}.e30.c2ln", URL_SAFE_NO_PAD.encode(header))
}

fn verify_with(token: &str, keys: Vec<crate::Jwk>) -> Result<VerifiedToken, TokenError> {
    let expected = Expected {
        issuers: &[ISSUER.to_owned(), format!("{ISSUER}v2.0")],
        audiences: &[RESOURCE.to_owned(), "9d1f7c60-52aa-4be1-b0f3-17c4d5e6f708".to_owned()],
        tenant: TENANT.parse().unwrap(),
        now: Timestamp::from_seconds(NOW_S),
    };
    verify(token, &KeySet::new(keys).unwrap(), &expected)
}

fn check_token(token: &str, expected: Result<TokenKind, TokenError>) {
    let verified = verify_with(token, vec![KEY.public_jwk(None)]);
    assert_eq!(verified.map(|token| token.kind), expected, "{token}");
}

fn check(changes: Value, expected: Result<TokenKind, TokenError>) {
    check_token(&signed(&with(changes)), expected);
}

fn algorithm(name: &str) -> Result<TokenKind, TokenError> {
    Err(TokenError::Algorithm {
        algorithm: name.to_owned(),
    })
}

fn person(scopes: &[&str]) -> TokenKind {
    TokenKind::Person {
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
    }
}

#[test]
fn a_good_token_passes() {
    check(json!({}), Ok(TokenKind::App));
}

#[test]
fn the_form_is_checked_first() {
    let malformed = |error: JwsError| Err(TokenError::Malformed(error));
    check_token("", malformed(JwsError::NotThreeParts));
    check_token(&"a".repeat(16 * 1024 + 1), malformed(JwsError::TooLong));
    check_token("!.e30.c2ln", malformed(JwsError::NotBase64Url));
    check_token(&with_header("alg"), malformed(JwsError::HeaderNotJson));
    check_token(
        &with_header(r#"{"alg":"RS256","crit":["exp"]}"#),
        malformed(JwsError::CriticalExtension),
    );
    check_token(&signed(&json!([])), malformed(JwsError::ClaimsNotJson));
    check_token(
        &signed(&json!([ISSUER, TENANT, RESOURCE, 1, 2])),
        malformed(JwsError::ClaimsNotJson),
    );
}

#[test]
fn other_types_of_token_are_refused() {
    let refused = |typ: &str| Err(TokenError::Type { typ: typ.to_owned() });
    let typed = |typ: &str| KEY.sign_as(typ, &good()).unwrap();
    check_token(&with_header(r#"{"typ":null}"#), refused(""));
    check_token(&with_header(r#"{"typ":["JWT"]}"#), refused(""));
    for typ in ["", "logout+jwt", "dpop+jwt", "secevent+jwt", "application/", "JWT "] {
        check_token(&typed(typ), refused(typ));
    }
    for typ in ["JWT", "jwt", "at+jwt", "application/at+jwt"] {
        check_token(&typed(typ), Ok(TokenKind::App));
    }
    let untyped = crate::JwsHeader {
        kid: Some(KEY.kid()),
        ..crate::JwsHeader::default()
    };
    check_token(&KEY.sign_under(&untyped, &good()).unwrap(), Ok(TokenKind::App));
}

#[test]
fn only_listed_algorithms_by_a_known_key() {
    check_token(&with_header("{}"), algorithm(""));
    check_token(&with_header(r#"{"alg":null}"#), algorithm(""));
    check_token(&with_header(r#"{"alg":["RS256"]}"#), algorithm(""));
    for name in ["none", "None", "HS256", "RS384", "ES384", "rs256", "RS256 "] {
        check_token(&with_header(&format!(r#"{{"alg":"{name}"}}"#)), algorithm(name));
    }
    for alg in Algorithm::ALL.map(Algorithm::as_str) {
        let unknown = |rest: &str, kid: &str| {
            let kid = kid.to_owned();
            check_token(
                &with_header(&format!(r#"{{"alg":"{alg}"{rest}}}"#)),
                Err(TokenError::UnknownKey { kid }),
            );
        };
        unknown("", "");
        unknown(r#","kid":7"#, "");
        unknown(r#","kid":"k""#, "k");
        unknown(&format!(r#","kid":"{}""#, "é".repeat(200)), &"é".repeat(100));
    }
}

#[test]
fn each_algorithm_needs_a_key_that_is_for_it() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap().with_kid(KEY.kid()).unwrap();
        let token = key.sign(TokenVersion::V2, &good()).unwrap();
        let with_alg = |alg: Option<&str>| crate::Jwk {
            alg: alg.map(str::to_owned),
            ..key.public_jwk(None)
        };
        let kind = |jwk: crate::Jwk| verify_with(&token, vec![jwk]).map(|token| token.kind);
        assert_eq!(kind(with_alg(None)), Ok(TokenKind::App), "{algorithm:?}");
        assert_eq!(
            kind(with_alg(Some(algorithm.as_str()))),
            Ok(TokenKind::App),
            "{algorithm:?}"
        );
    }
    // An RSA key that was published for one padding, and a name that stands for a key of the other type.
    let named = crate::Jwk {
        alg: Some("PS256".to_owned()),
        ..KEY.public_jwk(None)
    };
    let elliptic = SigningKey::generate(Algorithm::Es256)
        .unwrap()
        .with_kid(KEY.kid())
        .unwrap();
    for jwk in [named, elliptic.public_jwk(None)] {
        let refused = verify_with(&signed(&good()), vec![jwk]).map(|token| token.kind);
        assert_eq!(refused, Err(TokenError::KeyOfOtherAlgorithm));
    }
}

#[test]
fn the_signature_covers_everything_and_comes_from_the_named_key() {
    let token = signed(&good());
    let (front, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = front.split_once('.').unwrap();
    let other_claims = URL_SAFE_NO_PAD.encode(with(json!({"oid": APP})).to_string());
    check_token(
        &format!("{header}.{other_claims}.{signature}"),
        Err(TokenError::Signature),
    );
    check_token(&format!("{front}."), Err(TokenError::Signature));
    check_token(&format!("{front}.c2ln"), Err(TokenError::Signature));
    check_token(
        &format!("{front}.{signature}="),
        Err(TokenError::Malformed(JwsError::NotBase64Url)),
    );
    check_token(
        &format!("{front}.+{signature}"),
        Err(TokenError::Malformed(JwsError::NotBase64Url)),
    );
    let forged = SigningKey::from_pkcs8(&OTHER_KEY.to_pkcs8().unwrap(), Algorithm::Rs256)
        .unwrap()
        .with_kid(KEY.kid())
        .unwrap();
    check_token(
        &forged.sign(TokenVersion::V1, &good()).unwrap(),
        Err(TokenError::Signature),
    );
    let unknown = OTHER_KEY.sign(TokenVersion::V1, &good()).unwrap();
    check_token(
        &unknown,
        Err(TokenError::UnknownKey {
            kid: OTHER_KEY.kid().to_owned(),
        }),
    );
}

#[test]
fn issuer_tenant_and_audience_are_ours() {
    let issuer = |text: &str| {
        Err(TokenError::Issuer {
            issuer: text.to_owned(),
        })
    };
    check(json!({"iss": null}), issuer(""));
    check(json!({"iss": [ISSUER]}), issuer(""));
    check(
        json!({"iss": "https://login.example.test/"}),
        issuer("https://login.example.test/"),
    );
    check(
        json!({"iss": ISSUER.trim_end_matches('/')}),
        issuer(ISSUER.trim_end_matches('/')),
    );
    check(json!({"iss": format!("{ISSUER}v2.0")}), Ok(TokenKind::App));

    let tenant = |text: &str| {
        Err(TokenError::Tenant {
            tenant: text.to_owned(),
        })
    };
    check(json!({"tid": null}), tenant(""));
    check(json!({"tid": APP}), tenant(APP));
    check(json!({"tid": "fabrikam.example"}), tenant("fabrikam.example"));

    let audience = |text: &str| {
        Err(TokenError::Audience {
            audience: text.to_owned(),
        })
    };
    check(json!({"aud": null}), audience(""));
    check(json!({"aud": [RESOURCE]}), audience(""));
    check(
        json!({"aud": "https://contoso.crm.example.test"}),
        audience("https://contoso.crm.example.test"),
    );
    check(
        json!({"aud": format!("{RESOURCE}//")}),
        audience(&format!("{RESOURCE}//")),
    );
    check(
        json!({"aud": format!("{RESOURCE}.evil.test")}),
        audience(&format!("{RESOURCE}.evil.test")),
    );
    check(json!({"aud": format!("{RESOURCE}/")}), Ok(TokenKind::App));
    check(
        json!({"aud": "9d1f7c60-52aa-4be1-b0f3-17c4d5e6f708"}),
        Ok(TokenKind::App),
    );
}

#[test]
fn the_time_is_now() {
    let expired = |seconds: i64| {
        Err(TokenError::Expired {
            expired: Timestamp::from_seconds(seconds),
        })
    };
    check(json!({"nbf": null}), Err(TokenError::Time { claim: "nbf" }));
    check(json!({"nbf": "0"}), Err(TokenError::Time { claim: "nbf" }));
    check(json!({"iat": null}), Err(TokenError::Time { claim: "iat" }));
    check(json!({"iat": "0"}), Err(TokenError::Time { claim: "iat" }));
    check(json!({"exp": null}), Err(TokenError::Time { claim: "exp" }));
    check(json!({"exp": "9999999999"}), Err(TokenError::Time { claim: "exp" }));
    let early = TokenError::NotYetValid {
        not_before: Timestamp::from_seconds(NOW_S + 301),
    };
    check(json!({"nbf": NOW_S + 301}), Err(early));
    check(json!({"exp": NOW_S}), expired(NOW_S));
    check(json!({"exp": NOW_S - 1}), expired(NOW_S - 1));
    check(json!({"exp": -1}), expired(-1));
    check(json!({"nbf": NOW_S + 300, "exp": NOW_S + 1}), Ok(TokenKind::App));
    check(json!({"exp": 1_760_000_001.5}), Ok(TokenKind::App));
    check(json!({"exp": u64::MAX}), Ok(TokenKind::App));
}

#[test]
fn principal_and_application_are_guids() {
    check(json!({"oid": null}), Err(TokenError::ObjectId));
    check(json!({"oid": "me"}), Err(TokenError::ObjectId));
    check(json!({"appid": null}), Err(TokenError::Application));
    check(json!({"appid": "app"}), Err(TokenError::Application));
    check(json!({"appid": 1, "azp": APP}), Err(TokenError::Application));
    check(json!({"azp": PRINCIPAL}), Err(TokenError::Application));
    check(json!({"appid": null, "azp": APP}), Ok(TokenKind::App));
    check(json!({"azp": APP}), Ok(TokenKind::App));
}

#[test]
fn a_token_is_an_applications_or_a_persons() {
    check(json!({"scp": "user_impersonation"}), Err(TokenError::Kind));
    check(json!({"idtyp": null, "sub": "kT3oV9m1"}), Err(TokenError::Kind));
    check(json!({"idtyp": null, "sub": null}), Err(TokenError::Kind));
    check(json!({"idtyp": "user"}), Err(TokenError::Kind));
    check(json!({"idtyp": true}), Err(TokenError::Kind));
    check(json!({"idtyp": null, "scp": ""}), Err(TokenError::Kind));
    check(json!({"idtyp": null, "scp": " "}), Err(TokenError::Kind));
    check(
        json!({"idtyp": null, "scp": ["user_impersonation"]}),
        Err(TokenError::Kind),
    );
    check(json!({"idtyp": null}), Ok(TokenKind::App));
    check(json!({"idtyp": "app", "sub": "other"}), Ok(TokenKind::App));
    check(
        json!({"idtyp": null, "scp": "user_impersonation"}),
        Ok(person(&["user_impersonation"])),
    );
    check(json!({"idtyp": "user", "scp": "a b"}), Ok(person(&["a", "b"])));
}

#[test]
fn what_narrows_a_token_is_understood_or_refused() {
    let with_member = |name: &str, value: Value| {
        let mut claims = good();
        claims.as_object_mut().unwrap().insert(name.to_owned(), value);
        verify_with(&signed(&claims), vec![KEY.public_jwk(None)])
    };
    for cnf in [
        json!(null),
        json!({}),
        json!({"kid": "a"}),
        json!({"jkt": "a", "x5t#S256": "b"}),
    ] {
        assert_eq!(
            with_member("cnf", cnf).map(|token| token.kind),
            Err(TokenError::Confirmation)
        );
    }
    for (name, value) in [
        ("sid", json!(null)),
        ("sid", json!(1)),
        ("roles", json!("a")),
        ("roles", json!([1])),
    ] {
        let refused = with_member(name, value).map(|token| token.kind);
        assert!(
            matches!(refused, Err(TokenError::Malformed(JwsError::Mistyped { member })) if member == name),
            "{refused:?}"
        );
    }
    let plain = verify_with(&signed(&good()), vec![KEY.public_jwk(None)]).unwrap();
    assert_eq!(
        (plain.confirmation(), plain.session_id(), plain.roles()),
        (None, None, &[][..])
    );
    assert_eq!(plain.issued_at(), Timestamp::from_seconds(NOW_S - 300));

    let bound = with_member("cnf", json!({"jkt": "a"})).unwrap();
    assert_eq!(bound.confirmation(), Some(&Confirmation::Jkt("a".to_owned())));
    let bound = with_member("cnf", json!({"x5t#S256": "a"})).unwrap();
    assert_eq!(bound.confirmation(), Some(&Confirmation::X5tS256("a".to_owned())));
    assert_eq!(with_member("sid", json!("s")).unwrap().session_id(), Some("s"));
    assert_eq!(with_member("roles", json!(["a", "b"])).unwrap().roles(), ["a", "b"]);
}

#[test]
fn a_key_signs_for_its_issuer_only() {
    let token = signed(&good());
    let check = |issuer: &str, expected: Result<TokenKind, TokenError>| {
        let mut jwk = KEY.public_jwk(None);
        jwk.issuer = Some(issuer.to_owned());
        assert_eq!(
            verify_with(&token, vec![jwk]).map(|token| token.kind),
            expected,
            "{issuer}"
        );
    };
    check("https://login.example.test/", Err(TokenError::KeyOfOtherIssuer));
    check(
        "https://login.example.test/{tenantid}/v2.0",
        Err(TokenError::KeyOfOtherIssuer),
    );
    check(
        &format!("https://login.example.test/{APP}/"),
        Err(TokenError::KeyOfOtherIssuer),
    );
    check(ISSUER, Ok(TokenKind::App));
    check("https://login.example.test/{tenantid}/", Ok(TokenKind::App));
}

#[test]
fn what_is_made_here_verifies_here() {
    let audience = "9d1f7c60-52aa-4be1-b0f3-17c4d5e6f708";
    let issuer = format!("{ISSUER}v2.0");
    let facts = AppTokenClaims {
        audience,
        issuer: &issuer,
        tenant: TENANT.parse().unwrap(),
        app_id: APP.parse().unwrap(),
        app_display_name: "Nightly sync",
        service_principal: PRINCIPAL.parse().unwrap(),
        proof: ClientProof::Secret,
        roles: &[],
        directory_roles: &[],
        tenant_region: None,
        tenant_created: None,
        token_id: "Qx1b0r8LskG2hY5n3mWzAQ",
        issued: Timestamp::from_seconds(NOW_S),
        lifetime_s: 3600,
        confirmation: None,
    };
    let tokens = [
        KEY.sign(TokenVersion::V1, &facts.v1()).unwrap(),
        KEY.sign(TokenVersion::V2, &facts.v2()).unwrap(),
    ];
    for token in tokens {
        let verified = verify_with(&token, vec![OTHER_KEY.public_jwk(None), KEY.public_jwk(None)]).unwrap();
        assert_eq!(verified.tenant(), facts.tenant);
        assert_eq!(verified.object_id(), facts.service_principal);
        assert_eq!(verified.app_id(), facts.app_id);
        assert_eq!(verified.kind(), &TokenKind::App);
        assert_eq!(verified.audience(), audience);
        assert_eq!(verified.token_id(), Some(facts.token_id));
        assert_eq!(verified.expires(), Timestamp::from_seconds(NOW_S + 3600));
        assert!(verified.is_live(Timestamp::from_seconds(NOW_S + 3600).plus_millis(-1)));
        assert!(!verified.is_live(verified.expires()));
    }
}

proptest::proptest! {
    #[test]
    fn no_text_panics(token: String) {
        proptest::prop_assert!(verify_with(&token, Vec::new()).is_err());
    }

    #[test]
    fn no_parts_panic(header: Vec<u8>, claims: Vec<u8>, signature: Vec<u8>) {
        let parts = [header, claims, signature].map(|part| URL_SAFE_NO_PAD.encode(part));
        proptest::prop_assert!(verify_with(&parts.join("."), Vec::new()).is_err());
    }

    #[test]
    fn no_changed_character_survives(at: proptest::sample::Index, replacement in "[A-Za-z0-9._-]") {
        let token = signed(&good());
        let mut bytes = token.clone().into_bytes();
        let at = at.index(bytes.len());
        *bytes.get_mut(at).unwrap() = *replacement.as_bytes().first().unwrap();
        let changed = String::from_utf8(bytes).unwrap();
        let verified = verify_with(&changed, vec![KEY.public_jwk(None)]);
        proptest::prop_assert_eq!(verified.is_ok(), changed == token);
    }
}

#[test]
fn what_a_token_says_of_its_sign_in_has_its_type_or_is_refused() {
    let person = |changes: Value| {
        let mut all = json!({ "idtyp": null, "scp": "Read", "auth_time": NOW_S - 60, "amr": ["pwd", "mfa"] });
        for (name, value) in changes.as_object().unwrap() {
            all[name] = value.clone();
        }
        verify_with(&signed(&with(all)), vec![KEY.public_jwk(None)])
    };
    for auth_time in [json!("1760000000"), json!([1]), json!(true)] {
        let refused = person(json!({ "auth_time": auth_time }));
        assert_eq!(refused.unwrap_err(), TokenError::Time { claim: "auth_time" });
    }
    for amr in [json!("pwd"), json!(["pwd", 1]), json!({})] {
        let refused = person(json!({ "amr": amr })).unwrap_err();
        assert_eq!(refused, TokenError::Malformed(JwsError::Mistyped { member: "amr" }));
    }
    let silent = person(json!({ "auth_time": null, "amr": null })).unwrap();
    assert_eq!((silent.authenticated_at(), silent.methods().len()), (None, 0));
    let told = person(json!({})).unwrap();
    assert_eq!(told.authenticated_at(), Some(Timestamp::from_seconds(NOW_S - 60)));
    assert_eq!(told.methods(), ["pwd", "mfa"]);
}
