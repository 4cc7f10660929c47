//! Challenges and verifiers that must be refused, then the vectors.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a case is one line when its expectation is a value"
)]

use super::*;

const VERIFIER: &str = "Fj3k-Commonhold_demo.verifier~0123456789abcdefg";
const CHALLENGE: &str = "7pRkGRyqAw08g-Iiuk1rTFzPgFWuQI3sxttymNQaVhg";

fn check(challenge: &str, method: Option<&str>, verifier: &str, expected: Result<(), PkceError>) {
    let matched = CodeChallenge::parse(challenge, method).and_then(|challenge| challenge.matches(verifier));
    assert_eq!(matched, expected, "{challenge} {method:?} {verifier}");
}

#[test]
fn malformed_challenges_are_refused() {
    let unknown = |name: &str| Err(PkceError::Method(name.to_owned()));
    check(CHALLENGE, Some("S512"), VERIFIER, unknown("S512"));
    check(CHALLENGE, Some("s256"), VERIFIER, unknown("s256"));
    check(CHALLENGE, Some(""), VERIFIER, unknown(""));
    check("", Some("S256"), VERIFIER, Err(PkceError::Challenge));
    check(VERIFIER, Some("S256"), VERIFIER, Err(PkceError::Challenge));
    check(
        &format!("{CHALLENGE}="),
        Some("S256"),
        VERIFIER,
        Err(PkceError::Challenge),
    );
    check(
        &CHALLENGE.replace('-', "+"),
        Some("S256"),
        VERIFIER,
        Err(PkceError::Challenge),
    );
    check(&"a".repeat(42), None, &"a".repeat(42), Err(PkceError::Challenge));
    check(&"a".repeat(129), None, &"a".repeat(129), Err(PkceError::Challenge));
    check(&"ä".repeat(43), None, &"ä".repeat(43), Err(PkceError::Challenge));
}

#[test]
fn other_verifiers_are_refused() {
    check(CHALLENGE, Some("S256"), "", Err(PkceError::Verifier));
    check(CHALLENGE, Some("S256"), &"a".repeat(42), Err(PkceError::Verifier));
    check(CHALLENGE, Some("S256"), &"a".repeat(129), Err(PkceError::Verifier));
    check(
        CHALLENGE,
        Some("S256"),
        &format!("{VERIFIER} "),
        Err(PkceError::Verifier),
    );
    check(CHALLENGE, Some("S256"), CHALLENGE, Err(PkceError::Mismatch));
    check(
        CHALLENGE,
        Some("S256"),
        &VERIFIER.to_lowercase(),
        Err(PkceError::Mismatch),
    );
    check(CHALLENGE, None, VERIFIER, Err(PkceError::Mismatch));
    check(VERIFIER, None, &format!("{VERIFIER}h"), Err(PkceError::Mismatch));
}

#[test]
fn the_vectors_match() {
    check(CHALLENGE, Some("S256"), VERIFIER, Ok(()));
    // RFC 7636 appendix B.
    let (challenge, verifier) = (
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    );
    check(challenge, Some("S256"), verifier, Ok(()));
    check(VERIFIER, None, VERIFIER, Ok(()));
    check(VERIFIER, Some("plain"), VERIFIER, Ok(()));
    check(&"a".repeat(43), None, &"a".repeat(43), Ok(()));
    check(&"a".repeat(128), None, &"a".repeat(128), Ok(()));
}

#[test]
fn stored_text_is_read_back_or_refused() {
    let challenge = CodeChallenge::parse(CHALLENGE, Some("S256")).unwrap();
    assert_eq!(challenge.to_text(), format!("S256:{CHALLENGE}"));
    assert_eq!(CodeChallenge::from_text(&challenge.to_text()), Ok(challenge));
    for bad in [
        "",
        CHALLENGE,
        "S256:",
        &format!(":{CHALLENGE}"),
        &format!("S384:{CHALLENGE}"),
    ] {
        assert_eq!(CodeChallenge::from_text(bad), Err(PkceError::Stored), "{bad}");
    }
}

#[test]
fn debug_shows_no_verifier() {
    let plain = CodeChallenge::parse(VERIFIER, None).unwrap();
    assert!(!format!("{plain:?}").contains(VERIFIER));
}

proptest::proptest! {
    #[test]
    fn a_verifier_matches_its_own_challenge_alone(
        verifier in "[A-Za-z0-9._~-]{43,128}",
        other in "[A-Za-z0-9._~-]{43,128}",
    ) {
        let hash = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
        for (challenge, method) in [(hash.as_str(), "S256"), (verifier.as_str(), "plain")] {
            let challenge = CodeChallenge::parse(challenge, Some(method)).unwrap();
            proptest::prop_assert_eq!(challenge.matches(&verifier), Ok(()));
            proptest::prop_assert_eq!(challenge.matches(&other).is_ok(), verifier == other);
            proptest::prop_assert_eq!(CodeChallenge::from_text(&challenge.to_text()), Ok(challenge));
        }
    }

    #[test]
    fn no_text_panics(challenge: String, method: Option<String>, verifier: String) {
        let _ = CodeChallenge::parse(&challenge, method.as_deref());
        let _ = CodeChallenge::from_text(&challenge);
        let _ = CodeChallenge::parse(&"a".repeat(43), None).unwrap().matches(&verifier);
    }
}
