//! Client assertions from strangers (RFC 7523): a certificate's, or a foreign issuer's.
//!
//! In: a text, as an assertion as it stands, as header and claims that nobody signed, and as claims that the right key
//! signed. Invariant: nothing panics; nothing passes without a signature; what passes says what was demanded.

#![no_main]

use commonhold_fuzz::{KEY, KEYS, NOW, unsigned};
use libfuzzer_sys::fuzz_target;
use oauth::{ExpectedAssertion, UnverifiedAssertion, verify_with_keys};
use serde_json::Value;

const ISSUER: &str = "https://ci.example.test";
const SUBJECT: &str = "repo:northwind/orders:ref:refs/heads/main";
const AUDIENCE: &str = "api://AzureADTokenExchange";
const LONGEST_LIFE_SECONDS: i64 = 600;
/// By how much clocks may differ.
const SKEW_SECONDS: i64 = 300;

fuzz_target!(|text: &str| {
    let expected = ExpectedAssertion {
        issuer: ISSUER,
        subject: Some(SUBJECT),
        audiences: &[AUDIENCE.to_owned()],
        now: NOW,
        longest_life_s: Some(LONGEST_LIFE_SECONDS),
    };
    for assertion in [text, unsigned(text).as_str()] {
        if let Ok(assertion) = UnverifiedAssertion::parse(assertion) {
            for thumbprint in [assertion.x5t(), assertion.x5t_s256()].into_iter().flatten() {
                assert!(!thumbprint.ends_with('='));
            }
            assert!(verify_with_keys(&assertion, &KEYS, &expected).is_err());
        }
    }
    let Ok(claims) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let signed = KEY.sign_as("JWT", &claims).expect("JSON can be signed");
    let Ok(assertion) = UnverifiedAssertion::parse(&signed) else {
        return;
    };
    if let Ok(verified) = verify_with_keys(&assertion, &KEYS, &expected) {
        assert_eq!(
            (verified.issuer(), verified.subject(), verified.audience()),
            (ISSUER, SUBJECT, AUDIENCE)
        );
        assert!(verified.expires() <= NOW.plus_seconds(LONGEST_LIFE_SECONDS + SKEW_SECONDS));
        assert!(verified.acceptable_until() > NOW);
    }
});
