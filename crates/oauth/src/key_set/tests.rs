//! Sets that cannot be used, keys that are left out, and what a key may sign.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::signing_key::SigningKey;

/// Modulus of 2048 bits: any odd number will do for parsing.
fn modulus() -> String {
    URL_SAFE_NO_PAD.encode([0xA5; 256])
}

fn jwk(kid: &str) -> Jwk {
    Jwk {
        kty: "RSA".to_owned(),
        key_use: Some("sig".to_owned()),
        kid: kid.to_owned(),
        n: modulus(),
        e: "AQAB".to_owned(),
        ..Jwk::default()
    }
}

fn with_alg(kid: &str, alg: &str) -> Jwk {
    Jwk {
        alg: Some(alg.to_owned()),
        ..jwk(kid)
    }
}

fn check(keys: Vec<Jwk>, expected: Result<&[&str], KeySetError>) {
    let names = KeySet::new(keys).map(|set| {
        let mut names: Vec<String> = set.keys.keys().cloned().collect();
        names.sort();
        names
    });
    assert_eq!(
        names,
        expected.map(|names| names.iter().map(|name| (*name).to_owned()).collect())
    );
}

#[test]
fn broken_sets_are_refused() {
    let broken = |n: &str, e: &str| Jwk {
        n: n.to_owned(),
        e: e.to_owned(),
        ..jwk("a")
    };
    let elliptic = Jwk {
        kty: "EC".to_owned(),
        crv: "P-256".to_owned(),
        x: URL_SAFE_NO_PAD.encode([1; 32]),
        y: URL_SAFE_NO_PAD.encode([1; 32]),
        ..jwk("a")
    };
    for key in [
        broken("", "AQAB"),
        broken("!", "AQAB"),
        broken(&modulus(), ""),
        broken("AAAA", "AQAB"),
        broken(&URL_SAFE_NO_PAD.encode([0xA5; 128]), "AQAB"),
        with_alg("a", "ES256"),
        elliptic,
    ] {
        check(vec![key], Err(KeySetError::NotAKey("a".to_owned())));
    }
    check(
        vec![jwk("a"), jwk("b"), jwk("a")],
        Err(KeySetError::Duplicate("a".to_owned())),
    );
}

#[test]
fn keys_for_other_purposes_are_left_out() {
    let other_curve = Jwk {
        kty: "EC".to_owned(),
        crv: "P-384".to_owned(),
        ..jwk("a")
    };
    let symmetric = Jwk {
        kty: "oct".to_owned(),
        ..jwk("a")
    };
    let encrypting = Jwk {
        key_use: Some("enc".to_owned()),
        ..jwk("b")
    };
    let any_purpose = Jwk {
        key_use: None,
        ..jwk("c")
    };
    let other_algorithm = with_alg("e", "RS512");
    let named_algorithm = with_alg("f", "PS256");
    check(
        vec![
            other_curve,
            symmetric,
            encrypting,
            jwk(""),
            any_purpose,
            other_algorithm,
            named_algorithm,
        ],
        Ok(&["c", "f"]),
    );
    check(Vec::new(), Ok(&[]));
}

#[test]
fn a_key_is_for_the_algorithm_it_names_or_those_of_its_type() {
    let check = |jwk: Jwk, expected: &[Algorithm]| {
        let key = PublishedKey::parse(&jwk).unwrap();
        let accepted: Vec<Algorithm> = Algorithm::ALL.into_iter().filter(|one| key.is_for(*one)).collect();
        assert_eq!(accepted, expected, "{jwk:?}");
    };
    check(jwk("a"), &[Algorithm::Rs256, Algorithm::Ps256]);
    check(with_alg("a", "RS256"), &[Algorithm::Rs256]);
    check(with_alg("a", "PS256"), &[Algorithm::Ps256]);
    let elliptic = SigningKey::generate(Algorithm::Es256).unwrap().public_jwk(None);
    check(
        Jwk {
            alg: None,
            ..elliptic.clone()
        },
        &[Algorithm::Es256],
    );
    check(elliptic, &[Algorithm::Es256]);
}

#[test]
fn a_template_stands_for_the_issuers_of_all_tenants() {
    let check = |published: &str, issuer: &str, expected: bool| {
        let key = PublishedKey::parse(&Jwk {
            issuer: Some(published.to_owned()),
            ..jwk("a")
        });
        assert_eq!(key.unwrap().may_sign_for_any(issuer), expected, "{published} {issuer}");
    };
    let template = "https://login.example.test/{tenantid}/v2.0";
    let filled = template.replace("{tenantid}", "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b");
    check(template, "https://login.example.test//v2.0", false);
    check(template, "https://login.example.test/v2.0", false);
    check(template, "https://login.example.test/fabrikam.example/v2.0", false);
    check(template, &filled.replace("login", "evil"), false);
    check(&filled, &filled.replace("5b8e", "0000"), false);
    check(template, &filled, true);
    check(&filled, &filled, true);
}

#[test]
fn only_a_set_of_one_needs_no_name() {
    let only = |keys: Vec<Jwk>| KeySet::new(keys).unwrap().only().is_some();
    assert!(!only(Vec::new()));
    assert!(!only(vec![jwk("a"), jwk("b")]));
    assert!(only(vec![jwk("a")]));
}

#[test]
fn debug_lists_the_names() {
    assert_eq!(
        KeySet::new(vec![jwk("a")]).map(|set| format!("{set:?} {}", set.contains("a"))),
        Ok("{\"a\"} true".to_owned())
    );
}

proptest::proptest! {
    #[test]
    fn no_numbers_panic(kty in "RSA|EC", first: Vec<u8>, second: Vec<u8>) {
        let [first, second] = [first, second].map(|number| URL_SAFE_NO_PAD.encode(number));
        let key = Jwk {
            kty,
            crv: "P-256".to_owned(),
            n: first.clone(),
            e: second.clone(),
            x: first,
            y: second,
            ..jwk("a")
        };
        let _ = KeySet::new(vec![key]);
    }
}
