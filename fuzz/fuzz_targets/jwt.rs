//! Bearer tokens and DPoP proofs from strangers.
//!
//! In: a text, as a token as it stands, as header and claims that nobody signed, and as claims that the right key signed.
//! Invariant: nothing panics; nothing passes without a signature; what passes says what was demanded.

#![no_main]

use commonhold_fuzz::{KEY, KEYS, NOW, PUBLIC_KEY, unsigned};
use libfuzzer_sys::fuzz_target;
use oauth::{Expected, ExpectedProof, JwsHeader, TokenVersion, verify, verify_dpop};
use serde_json::Value;

const TENANT: &str = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b";
const AUDIENCE: &str = "https://fabrikam.crm.example.test";
const PROOF: ExpectedProof<'static> = ExpectedProof {
    method: "GET",
    url: "https://fabrikam.crm.example.test/api/data/v9.2/accounts",
    now: NOW,
    access_token: Some("an access token"),
    max_age_s: 300,
};

fuzz_target!(|text: &str| {
    let issuer = format!("https://login.example.test/{TENANT}/v2.0");
    let expected = Expected {
        issuers: &[issuer],
        audiences: &[AUDIENCE.to_owned()],
        tenant: TENANT.parse().expect("a GUID"),
        now: NOW,
    };
    for token in [text, unsigned(text).as_str()] {
        assert!(verify(token, &KEYS, &expected).is_err());
        assert!(verify_dpop(token, &PROOF).is_err());
    }
    let Ok(claims) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let token = KEY.sign(TokenVersion::V2, &claims).expect("JSON can be signed");
    if let Ok(token) = verify(&token, &KEYS, &expected) {
        assert_eq!(token.tenant(), expected.tenant);
        assert_eq!(token.audience().trim_end_matches('/'), AUDIENCE);
        assert!(token.is_live(NOW));
    }
    let header = JwsHeader {
        typ: Some("dpop+jwt"),
        jwk: Some(&PUBLIC_KEY),
        ..JwsHeader::default()
    };
    let proof = KEY.sign_under(&header, &claims).expect("JSON can be signed");
    if let Ok(proof) = verify_dpop(&proof, &PROOF) {
        assert!((1..=256).contains(&proof.jti().len()));
        assert!((NOW.seconds() - proof.issued_at().seconds()).abs() <= PROOF.max_age_s);
    }
});
