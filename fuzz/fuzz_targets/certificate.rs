//! Certificates that somebody registers, or shows while connecting.
//!
//! In: DER, or text with a PEM block. Invariant: nothing panics; a certificate is read from its own bytes as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth::{Certificate, thumbprint};

fuzz_target!(|bytes: &[u8]| {
    let from_pem = std::str::from_utf8(bytes)
        .ok()
        .and_then(|text| Certificate::from_pem(text).ok());
    for certificate in [Certificate::from_der(bytes).ok(), from_pem].into_iter().flatten() {
        assert_eq!(certificate.sha256_thumbprint(), thumbprint::x5t_s256(certificate.der()));
        let again = Certificate::from_der(certificate.der()).expect("it was read before");
        assert_eq!(again.subject(), certificate.subject());
        assert_eq!(again.sha1_thumbprint(), certificate.sha1_thumbprint());
    }
});
