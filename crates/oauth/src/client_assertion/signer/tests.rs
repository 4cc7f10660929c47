//! Pairs that do not belong together are refused; what is signed is verified by the certificate.

use super::*;
use crate::certificate::tests::self_signed;
use crate::{ExpectedAssertion, UnverifiedAssertion, verify_with_certificate};

const APP: AppId = AppId::from_uuid(Uuid::from_u128(7));
const ENDPOINT: &str = "https://login.example.test/t/oauth2/v2.0/token";

fn block(label: &str, der: &[u8]) -> String {
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        STANDARD.encode(der)
    )
}

/// A key and a certificate around it, as PEM each.
fn pair(algorithm: Algorithm) -> (String, String) {
    let key = SigningKey::generate(algorithm).unwrap();
    let private = key.to_pkcs8().unwrap();
    (
        block(PRIVATE_KEY, private.expose()),
        block(CERTIFICATE, &self_signed(&key)),
    )
}

fn read(pem: String, algorithm: Algorithm) -> Result<AssertionSigner, AssertionSignerError> {
    AssertionSigner::from_pem(&Secret::new(pem), algorithm)
}

#[test]
fn what_proves_nothing_is_refused() {
    let (key, certificate) = pair(Algorithm::Es256);
    let (other, _) = pair(Algorithm::Es256);
    let refused = |pem: String| read(pem, Algorithm::Es256).err();
    assert_eq!(refused(certificate.clone()), Some(AssertionSignerError::NoKey));
    assert_eq!(
        refused(key.clone()),
        Some(AssertionSignerError::Certificate(CertificateError::Pem))
    );
    assert_eq!(
        refused(format!("{other}{certificate}")),
        Some(AssertionSignerError::NotItsKey)
    );
    let wrong = read(format!("{key}{certificate}"), Algorithm::Ps256).err();
    assert!(matches!(wrong, Some(AssertionSignerError::Key(_))), "{wrong:?}");
}

#[test]
fn an_assertion_is_verified_by_its_certificate() {
    let now = Timestamp::from_seconds(1_760_000_000);
    for algorithm in Algorithm::ALL {
        let (key, certificate) = pair(algorithm);
        let (_, issuer) = pair(Algorithm::Es256);
        let signer = read(format!("{key}{certificate}{issuer}"), algorithm).unwrap();
        let request = AssertionRequest {
            client_id: APP,
            audience: ENDPOINT,
            jti: Uuid::from_u128(1),
            now,
            life_seconds: 600,
        };
        let jwt = signer.sign(&request).unwrap();
        let assertion = UnverifiedAssertion::parse(jwt.expose()).unwrap();
        let has_sha1 = algorithm == Algorithm::Rs256;
        assert_eq!(
            (assertion.x5t().is_some(), assertion.x5t_s256().is_some()),
            (has_sha1, !has_sha1)
        );
        let app = APP.to_string();
        let expected = ExpectedAssertion {
            issuer: &app,
            subject: Some(&app),
            audiences: &[ENDPOINT.to_owned()],
            now,
            longest_life_s: Some(600),
        };
        let verified = verify_with_certificate(&assertion, signer.certificate(), &expected).unwrap();
        assert_eq!(verified.expires(), now.plus_seconds(600));
        assert!(!format!("{signer:?}").contains("PRIVATE"));
    }
}
