//! Certificate thumbprints (RFC 7517 sections 4.8 and 4.9): DER comes in, base64url text without padding goes out.
//!
//! INVARIANT: a thumbprint names a certificate and proves nothing; SHA-1 is good enough for a name.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

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
}
