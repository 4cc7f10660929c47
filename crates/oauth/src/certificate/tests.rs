//! Certificates with every kind of key, and what is none.

use std::sync::LazyLock;

use rcgen::{CertificateParams, DnType, KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, date_time_ymd};

use super::*;
use crate::algorithm::Algorithm;
use crate::signing_key::SigningKey;

/// RSA of 1024 bits, made with `openssl req -x509 -newkey rsa:1024 -subj /CN=weak`.
const WEAK: &str = "-----BEGIN CERTIFICATE-----
MIIB/DCCAWWgAwIBAgIULiYi9Bp+NfL3mn4JX9GyJ6W5ETswDQYJKoZIhvcNAQELBQAwDzENMAsG
A1UEAwwEd2VhazAgFw0yNjExMjIxOTQwNDhaGA8yMTI2MTAyOTE5NDA0OFowDzENMAsGA1UEAwwE
d2VhazCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEAuyEbP5u0znBNimnQp6bQoIZwLtL+JJaM
4FtA3ap8n1ongWqaa4EFawL7b1XS4AHFxx7XGzlsnrO1atnWpFhoDtlZVaw0VE1JaJaxVAc5cfOT
mC5SEcxAL72+7UegLMEDzCyp5fQERvqxQ1SzKikHSa8+MVx9IVushvJ2tB7+XrUCAwEAAaNTMFEw
HQYDVR0OBBYEFO4+BZrpbWf6BH/B3kjvDXlH1yVzMB8GA1UdIwQYMBaAFO4+BZrpbWf6BH/B3kjv
DXlH1yVzMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADgYEAurNDIIzVkVKxj/bXQXqx
SJrUdTxTvVx/9DVBw16lVuMfLtrSqGgVO+duicw8qsb3WwET7QBzsn5BApMN2sQJ6z5ccUF0NnII
t1sk+PIgLCnEvbYsrYDB73KbMvWnLzWSBcp0v4wREnE/xkVsXo/fbtLbAWUsKnyWUtexHgcXv/E=
-----END CERTIFICATE-----
";

static ELLIPTIC: LazyLock<Vec<u8>> = LazyLock::new(|| self_signed(&SigningKey::generate(Algorithm::Es256).unwrap()));

/// A certificate around a key, as a client makes one for itself.
pub(crate) fn self_signed(key: &SigningKey) -> Vec<u8> {
    let pair = KeyPair::try_from(key.to_pkcs8().unwrap().expose().as_slice()).unwrap();
    signed_by(&pair).der().to_vec()
}

fn signed_by(pair: &KeyPair) -> rcgen::Certificate {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Nightly sync");
    params.distinguished_name.push(DnType::OrganizationName, "Contoso");
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2027, 1, 1);
    params.self_signed(pair).unwrap()
}

fn check_der(der: &[u8], expected: CertificateError) {
    assert_eq!(Certificate::from_der(der).map(|_| ()), Err(expected));
}

fn check_pem(pem: &str, expected: CertificateError) {
    assert_eq!(Certificate::from_pem(pem).map(|_| ()), Err(expected), "{pem}");
}

#[test]
fn what_is_no_certificate_is_refused() {
    let der = &*ELLIPTIC;
    check_der(b"", CertificateError::Der);
    check_der(b"-----BEGIN CERTIFICATE-----", CertificateError::Der);
    check_der(&der[..der.len() - 1], CertificateError::Der);
    check_der(&[der.as_slice(), &[0]].concat(), CertificateError::Der);
    check_pem("", CertificateError::Pem);
    check_pem("-----BEGIN CERTIFICATE-----", CertificateError::Pem);
    check_pem(
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
        CertificateError::Pem,
    );
    check_pem(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        CertificateError::Der,
    );
    check_pem(&KeyPair::generate().unwrap().serialize_pem(), CertificateError::Pem);
}

#[test]
fn other_keys_are_refused() {
    check_pem(WEAK, CertificateError::KeyType);
    for algorithm in [&PKCS_ECDSA_P384_SHA384, &PKCS_ED25519] {
        let certificate = signed_by(&KeyPair::generate_for(algorithm).unwrap());
        check_pem(&certificate.pem(), CertificateError::KeyType);
    }
}

#[test]
fn the_key_in_a_certificate_is_the_one_it_was_made_with() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        let certificate = Certificate::from_der(&self_signed(&key)).unwrap();
        let token = key.sign_as("JWT", &()).unwrap();
        let jws = crate::jws::read(&token).unwrap();
        let verdict = certificate
            .public_key()
            .verify(algorithm, jws.signed.as_bytes(), &jws.signature);
        assert_eq!(verdict, Ok(()), "{algorithm:?}");
    }
}

#[test]
fn names_dates_and_thumbprints_are_read() {
    let pair = KeyPair::generate().unwrap();
    let made = signed_by(&pair);
    let other = signed_by(&KeyPair::generate().unwrap());
    let pem = pair.serialize_pem() + &made.pem() + &other.pem();
    let certificate = Certificate::from_pem(&pem).unwrap();
    assert_eq!(certificate.der(), made.der().as_ref());
    assert_eq!(certificate.subject(), "CN=Nightly sync, O=Contoso");
    assert_eq!(certificate.not_before().to_string(), "2025-01-01T00:00:00Z");
    assert_eq!(certificate.not_after().to_string(), "2027-01-01T00:00:00Z");
    assert_eq!(certificate.sha1_thumbprint(), thumbprint::x5t(made.der()));
    assert_eq!(certificate.sha256_thumbprint(), thumbprint::x5t_s256(made.der()));
    assert_eq!(
        (
            certificate.sha1_thumbprint().len(),
            certificate.sha256_thumbprint().len()
        ),
        (27, 43)
    );
    assert!(Certificate::from_pem(&made.pem().replace('\n', "\r\n")).is_ok());
    assert_eq!(
        format!("{certificate:?}"),
        format!(
            "Certificate {{ subject: \"CN=Nightly sync, O=Contoso\", x5t: {:?}, .. }}",
            certificate.sha1_thumbprint()
        )
    );
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(der: Vec<u8>, text: String) {
        let _ = Certificate::from_der(&der);
        let _ = Certificate::from_pem(&text);
        let _ = Certificate::from_pem(&format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"));
    }

    #[test]
    fn no_changed_byte_panics(at: proptest::sample::Index, replacement: u8) {
        let mut der = ELLIPTIC.clone();
        let at = at.index(der.len());
        *der.get_mut(at).unwrap() = replacement;
        let _ = Certificate::from_der(&der);
    }
}
