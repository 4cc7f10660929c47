//! Proofs that must be refused, one check at a time, then the two of RFC 9449.

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
use crate::jwk::Jwk;
use crate::jws::JwsError;
use crate::signing_key::{JwsHeader, SigningKey};
use crate::test_claims::changed;
use crate::thumbprint;

const URL: &str = "https://login.example.test/t/oauth2/v2.0/token";
const TOKEN: &str = "access-token";
const NOW_S: i64 = 1_760_000_000;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Es256).unwrap());

/// The claims of a good proof.
fn good() -> Value {
    json!({
        "jti": "-BwC3ESc6acc2lTc", "htm": "POST", "htu": URL, "iat": NOW_S,
        "ath": "Pxa-1wifRlPl7yG_0oJNfzqq7MelmOfonFgOFgapzFI",
    })
}

/// The good claims with some replaced; `null` takes one out.
fn with(changes: Value) -> Value {
    changed(good(), &changes)
}

fn shown(key: &SigningKey) -> Jwk {
    key.public_jwk(None)
}

fn signed(key: &SigningKey, jwk: &Jwk, claims: &Value) -> String {
    let header = JwsHeader {
        typ: Some("dpop+jwt"),
        jwk: Some(jwk),
        ..JwsHeader::default()
    };
    key.sign_under(&header, claims).unwrap()
}

/// A proof with this header; its signature is not worth anything.
fn with_header(header: Value) -> String {
    let parts = [header, good()].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{}.c2ln", parts.join("."))
}

fn expected() -> ExpectedProof<'static> {
    ExpectedProof {
        method: "POST",
        url: URL,
        now: Timestamp::from_seconds(NOW_S),
        access_token: None,
        max_age_s: 300,
    }
}

fn check_proof(proof: &str, wanted: Result<(), DpopError>) {
    assert_eq!(verify_dpop(proof, &expected()).map(|_| ()), wanted, "{proof}");
}

fn check(changes: Value, wanted: Result<(), DpopError>) {
    check_proof(&signed(&KEY, &shown(&KEY), &with(changes)), wanted);
}

#[test]
fn the_form_is_checked_first() {
    let malformed = |error: JwsError| Err(DpopError::Malformed(error));
    check_proof("", malformed(JwsError::NotThreeParts));
    check_proof("a.b.c, a.b.c", malformed(JwsError::NotThreeParts));
    check_proof(&"a".repeat(16 * 1024 + 1), malformed(JwsError::TooLong));
    check_proof("!.e30.c2ln", malformed(JwsError::NotBase64Url));
    check_proof("..", malformed(JwsError::HeaderNotJson));
    check_proof("e30.W10.c2ln", malformed(JwsError::ClaimsNotJson));
    check_proof(
        &with_header(json!({"crit": ["b64"]})),
        malformed(JwsError::CriticalExtension),
    );
}

#[test]
fn a_proof_has_a_name() {
    for jti in [json!(null), json!(1), json!(""), json!("j".repeat(257))] {
        check(json!({"jti": jti}), Err(DpopError::Claim { claim: "jti" }));
    }
    check(json!({"jti": "j".repeat(256)}), Ok(()));
}

#[test]
fn type_and_algorithm_are_those_of_proofs() {
    let refused = |typ: &str| Err(DpopError::Type { typ: typ.to_owned() });
    check_proof(&with_header(json!({"alg": "ES256"})), refused(""));
    for typ in ["JWT", "at+jwt", "dpop", "application/dpop+jwt "] {
        check_proof(&with_header(json!({"typ": typ})), refused(typ));
    }
    let refused = |name: &str| {
        Err(DpopError::Algorithm {
            algorithm: name.to_owned(),
        })
    };
    check_proof(&with_header(json!({"typ": "dpop+jwt"})), refused(""));
    for name in ["none", "HS256", "ES384", "EdDSA"] {
        check_proof(&with_header(json!({"typ": "dpop+jwt", "alg": name})), refused(name));
    }
    let of_other_type = json!({"typ": "dpop+jwt", "alg": "RS256", "jwk": shown(&KEY)});
    check_proof(&with_header(of_other_type), refused("RS256"));
}

#[test]
fn the_key_is_shown_and_public() {
    let check = |jwk: Value, wanted: DpopError| {
        let header = json!({"typ": "DPoP+JWT", "alg": "ES256", "jwk": jwk});
        check_proof(&with_header(header), Err(wanted));
    };
    let key = serde_json::to_value(shown(&KEY)).unwrap();
    let with_member = |name: &str, value: Value| {
        let mut key = key.clone();
        key.as_object_mut().unwrap().insert(name.to_owned(), value);
        key
    };
    check_proof(
        &with_header(json!({"typ": "dpop+jwt", "alg": "ES256"})),
        Err(DpopError::Key),
    );
    check(json!(null), DpopError::Key);
    check(json!("key"), DpopError::Key);
    check(json!({}), DpopError::Key);
    check(json!({"kty": "EC", "crv": "P-256"}), DpopError::Key);
    check(with_member("x", json!(1)), DpopError::Key);
    check(with_member("crv", json!("P-384")), DpopError::Key);
    check(json!({"kty": "oct", "k": "AAAA"}), DpopError::PrivateKey);
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        check(with_member(member, json!("AAAA")), DpopError::PrivateKey);
        check(with_member(member, json!(null)), DpopError::PrivateKey);
    }
    check(key.clone(), DpopError::Signature);
}

#[test]
fn the_signature_is_by_the_shown_key() {
    let other = SigningKey::generate(Algorithm::Es256).unwrap();
    check_proof(&signed(&other, &shown(&KEY), &good()), Err(DpopError::Signature));
    let proof = signed(&KEY, &shown(&KEY), &good());
    let (front, signature) = proof.rsplit_once('.').unwrap();
    let (header, _) = front.split_once('.').unwrap();
    let claims = URL_SAFE_NO_PAD.encode(with(json!({"htm": "GET"})).to_string());
    check_proof(&format!("{header}.{claims}.{signature}"), Err(DpopError::Signature));
    check_proof(&format!("{front}."), Err(DpopError::Signature));
}

#[test]
fn the_request_is_the_one_that_was_meant() {
    let method = |text: &str| {
        Err(DpopError::Method {
            method: text.to_owned(),
        })
    };
    check(json!({"htm": null}), Err(DpopError::Claim { claim: "htm" }));
    check(json!({"htm": ["POST"]}), Err(DpopError::Claim { claim: "htm" }));
    check(json!({"htm": "GET"}), method("GET"));
    check(json!({"htm": "post"}), method("post"));
    let url = |text: &str| Err(DpopError::Url { url: text.to_owned() });
    check(json!({"htu": null}), Err(DpopError::Claim { claim: "htu" }));
    check(json!({"htu": 1}), Err(DpopError::Claim { claim: "htu" }));
    check(json!({"htu": ""}), url(""));
    check(
        json!({"htu": "https://login.example.test/"}),
        url("https://login.example.test/"),
    );
    check(
        json!({"htu": "HTTPS://Login.Example.Test:443/t/oauth2/v2.0/token?a=b#c"}),
        Ok(()),
    );

    let proof = signed(&KEY, &shown(&KEY), &with(json!({"htu": "/token"})));
    let relative = ExpectedProof {
        url: "/token",
        ..expected()
    };
    assert_eq!(verify_dpop(&proof, &relative).map(|_| ()), url("/token"));
}

#[test]
fn the_proof_is_fresh() {
    let at = Timestamp::from_seconds;
    check(json!({"iat": null}), Err(DpopError::Claim { claim: "iat" }));
    check(json!({"iat": "1760000000"}), Err(DpopError::Claim { claim: "iat" }));
    check(
        json!({"iat": NOW_S + 61}),
        Err(DpopError::Early {
            issued_at: at(NOW_S + 61),
        }),
    );
    check(
        json!({"iat": NOW_S - 300}),
        Err(DpopError::Old {
            issued_at: at(NOW_S - 300),
        }),
    );
    check(json!({"iat": 0}), Err(DpopError::Old { issued_at: at(0) }));
    check(json!({"iat": NOW_S + 60}), Ok(()));
    check(json!({"iat": NOW_S - 299}), Ok(()));
    check(json!({"iat": 1_759_999_999.5}), Ok(()));
}

#[test]
fn with_an_access_token_the_proof_is_for_it() {
    let check = |changes: Value, wanted: Result<(), DpopError>| {
        let with_token = ExpectedProof {
            access_token: Some(TOKEN),
            ..expected()
        };
        let proof = signed(&KEY, &shown(&KEY), &with(changes));
        assert_eq!(verify_dpop(&proof, &with_token).map(|_| ()), wanted);
    };
    check(json!({"ath": null}), Err(DpopError::AccessToken));
    check(json!({"ath": ""}), Err(DpopError::AccessToken));
    check(json!({"ath": TOKEN}), Err(DpopError::AccessToken));
    check(
        json!({"ath": "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"}),
        Err(DpopError::AccessToken),
    );
    check(json!({}), Ok(()));
}

#[test]
fn every_algorithm_proves_a_key() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        let proof = verify_dpop(&signed(&key, &shown(&key), &good()), &expected()).unwrap();
        assert_eq!(Some(proof.thumbprint().to_owned()), thumbprint::jwk(&shown(&key)));
        assert_eq!(proof.jti(), "-BwC3ESc6acc2lTc");
        assert_eq!(proof.issued_at(), Timestamp::from_seconds(NOW_S));
    }
}

/// Sections 4.1 and 7.1; the thumbprint of the key stands in section 6.1.
#[test]
fn the_proofs_of_rfc_9449_pass() {
    let header = concat!(
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJo",
        "RjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19",
    );
    let check = |rest: &str, expected: ExpectedProof<'_>| {
        let proof = verify_dpop(&format!("{header}.{rest}"), &expected);
        let thumbprint = proof.as_ref().map(DpopProof::thumbprint);
        assert_eq!(thumbprint, Ok("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"));
    };
    check(
        concat!(
            "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0",
            "IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg",
        ),
        ExpectedProof {
            method: "POST",
            url: "https://server.example.com/token",
            now: Timestamp::from_seconds(1_562_262_616),
            access_token: None,
            max_age_s: 60,
        },
    );
    check(
        concat!(
            "eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRy",
            "ZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9",
            ".2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA",
        ),
        ExpectedProof {
            method: "GET",
            url: "https://resource.example.org/protectedresource",
            now: Timestamp::from_seconds(1_562_262_618),
            access_token: Some("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"),
            max_age_s: 60,
        },
    );
}

#[test]
fn debug_shows_no_access_token() {
    let with_token = ExpectedProof {
        access_token: Some(TOKEN),
        ..expected()
    };
    assert!(!format!("{with_token:?}").contains(TOKEN));
}

proptest::proptest! {
    #[test]
    fn no_text_panics(proof: String) {
        proptest::prop_assert!(verify_dpop(&proof, &expected()).is_err());
    }

    #[test]
    fn no_changed_character_survives(at: proptest::sample::Index, replacement in "[A-Za-z0-9._-]") {
        let proof = signed(&KEY, &shown(&KEY), &good());
        let mut bytes = proof.clone().into_bytes();
        let at = at.index(bytes.len());
        *bytes.get_mut(at).unwrap() = *replacement.as_bytes().first().unwrap();
        let changed = String::from_utf8(bytes).unwrap();
        proptest::prop_assert_eq!(verify_dpop(&changed, &expected()).is_ok(), changed == proof);
    }
}
