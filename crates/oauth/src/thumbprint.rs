//! Thumbprints of certificates (RFC 7517 sections 4.8 and 4.9) and of keys (RFC 7638): DER or a JWK comes in,
//! base64url text without padding goes out.
//!
//! INVARIANT: a thumbprint names a thing and proves nothing. SHA-1 is good enough for the name of a certificate; keys
//! that something is bound to are named by SHA-256.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::jwk::Jwk;

/// `x5t`: SHA-1 of the certificate's DER, 27 characters. Entra names its signing keys (`kid`) by it.
#[must_use]
pub fn x5t(certificate_der: &[u8]) -> String {
    text(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, certificate_der).as_ref())
}

/// `x5t#S256`: SHA-256 of the certificate's DER, 43 characters.
#[must_use]
pub fn x5t_s256(certificate_der: &[u8]) -> String {
    text(digest::digest(&digest::SHA256, certificate_der).as_ref())
}

/// `jkt`: SHA-256 of the required members of the key in the order of their names (RFC 7638 section 3), 43 characters.
/// `None` for another type than RSA and EC, or where a member is missing.
#[must_use]
pub fn jwk(key: &Jwk) -> Option<String> {
    let canonical = match key.kty.as_str() {
        "RSA" => serde_json::to_vec(&RsaMembers {
            e: present(&key.e)?,
            kty: "RSA",
            n: present(&key.n)?,
        }),
        "EC" => serde_json::to_vec(&EcMembers {
            crv: present(&key.crv)?,
            kty: "EC",
            x: present(&key.x)?,
            y: present(&key.y)?,
        }),
        _ => return None,
    };
    Some(text(digest::digest(&digest::SHA256, &canonical.ok()?).as_ref()))
}

/// RFC 7638 section 3.2; the order of the members is part of the hash.
#[derive(Serialize)]
struct RsaMembers<'a> {
    e: &'a str,
    kty: &'static str,
    n: &'a str,
}

#[derive(Serialize)]
struct EcMembers<'a> {
    crv: &'a str,
    kty: &'static str,
    x: &'a str,
    y: &'a str,
}

fn present(member: &str) -> Option<&str> {
    (!member.is_empty()).then_some(member)
}

fn text(hash: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_hashes_have_known_texts() {
        let check = |hash: u128, rest: &[u8], expected: &str| {
            assert_eq!(text(&[hash.to_be_bytes().as_slice(), rest].concat()), expected);
        };
        check(
            0x06E8_5400_D1AB_0DD3_725D_0A37_82EF_6E44,
            &0xC19B_3202_u32.to_be_bytes(),
            "BuhUANGrDdNyXQo3gu9uRMGbMgI",
        );
        check(
            0x3a7e_2594_f479_c06b_4a55_5e15_3842_3364,
            &0x8d48_525f_4da2_d8e5_af6a_1e26_7eab_06d6_u128.to_be_bytes(),
            "On4llPR5wGtKVV4VOEIzZI1IUl9Notjlr2oeJn6rBtY",
        );
    }

    #[test]
    fn known_hashes_of_abc() {
        // FIPS 180-4 example message "abc", hexadecimal digests re-encoded.
        assert_eq!(x5t(b"abc"), "qZk-NkcGgWq6PiVxeFDCbJzQ2J0");
        assert_eq!(x5t_s256(b"abc"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    }

    #[test]
    fn what_is_no_whole_key_has_no_thumbprint() {
        let key = |kty: &str, e: &str| Jwk {
            kty: kty.to_owned(),
            n: "AQ".to_owned(),
            e: e.to_owned(),
            x: "AQ".to_owned(),
            ..Jwk::default()
        };
        assert_eq!(jwk(&key("oct", "AQAB")), None);
        assert_eq!(jwk(&key("RSA", "")), None);
        assert_eq!(jwk(&key("EC", "AQAB")), None);
        assert!(jwk(&key("RSA", "AQAB")).is_some());
    }

    #[test]
    fn the_key_of_rfc_7638_has_the_thumbprint_given_there() {
        // Section 3.1; `alg` and `kid` do not count.
        let n = concat!(
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3",
            "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA",
            "ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-",
            "kEgU8awapJzKnqDKgw",
        );
        let key = Jwk {
            kty: "RSA".to_owned(),
            alg: Some("RS256".to_owned()),
            kid: "2011-04-29".to_owned(),
            n: n.to_owned(),
            e: "AQAB".to_owned(),
            ..Jwk::default()
        };
        assert_eq!(
            jwk(&key).as_deref(),
            Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        );
    }
}
