//! The DER of `RSAPublicKey` (RFC 8017 appendix A.1.1) comes in, modulus and exponent go out.
//!
//! INVARIANT: both numbers are positive and without leading zeros, as a JWK wants them (RFC 7518 section 6.3.1).

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
/// In the length byte: the length follows in as many bytes as the low bits say.
const LONG_FORM: u8 = 0x80;

/// The two numbers of a public key, big-endian.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RsaPublicKey {
    pub(super) modulus: Vec<u8>,
    pub(super) exponent: Vec<u8>,
}

impl RsaPublicKey {
    /// Reads `SEQUENCE { INTEGER n, INTEGER e }` and nothing behind it.
    pub(super) fn parse(der: &[u8]) -> Option<Self> {
        let (body, rest) = element(SEQUENCE, der)?;
        let (modulus, body) = element(INTEGER, body)?;
        let (exponent, body) = element(INTEGER, body)?;
        if !rest.is_empty() || !body.is_empty() {
            return None;
        }
        Some(Self {
            modulus: magnitude(modulus)?,
            exponent: magnitude(exponent)?,
        })
    }
}

/// Content of the element at the front, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, der) = der.split_first()?;
    let (first, der) = der.split_first()?;
    if *found != tag {
        return None;
    }
    let (length, der) = if *first < LONG_FORM {
        (usize::from(*first), der)
    } else {
        long_length(usize::from(*first - LONG_FORM), der)?
    };
    der.split_at_checked(length)
}

/// RSA keys up to 8192 bits are shorter than 64 KiB: more than two bytes of length is not one.
fn long_length(bytes: usize, der: &[u8]) -> Option<(usize, &[u8])> {
    let (length, der) = der.split_at_checked(bytes)?;
    match length {
        [low] => Some((usize::from(*low), der)),
        [high, low] => Some((usize::from(u16::from_be_bytes([*high, *low])), der)),
        _ => None,
    }
}

/// DER puts a zero byte before a number whose first bit is set, to keep it positive.
fn magnitude(integer: &[u8]) -> Option<Vec<u8>> {
    let number = integer.strip_prefix(&[0]).unwrap_or(integer);
    (!number.is_empty()).then(|| number.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(der: &[u8], expected: Option<(&[u8], &[u8])>) {
        let parsed = RsaPublicKey::parse(der);
        let numbers = parsed
            .as_ref()
            .map(|key| (key.modulus.as_slice(), key.exponent.as_slice()));
        assert_eq!(numbers, expected, "{der:02x?}");
    }

    #[test]
    fn two_integers_in_a_sequence() {
        check(&[], None);
        check(&[0x30], None);
        check(&[0x30, 0x00], None);
        check(&[0x31, 0x06, 2, 1, 5, 2, 1, 3], None);
        check(&[0x30, 0x06, 2, 1, 5, 4, 1, 3], None);
        check(&[0x30, 0x06, 2, 1, 0, 2, 1, 3], None);
        check(&[0x30, 0x06, 2, 1, 5, 2, 1, 3, 0], None);
        check(&[0x30, 0x07, 2, 1, 5, 2, 1, 3, 0], None);
        check(&[0x30, 0x83, 0, 0, 6, 2, 1, 5, 2, 1, 3], None);
        check(&[0x30, 0x06, 2, 1, 5, 2, 1, 3], Some((&[5], &[3])));
        check(&[0x30, 0x81, 7, 2, 2, 0, 0x85, 2, 1, 3], Some((&[0x85], &[3])));
        check(&[0x30, 0x82, 0, 6, 2, 1, 5, 2, 1, 3], Some((&[5], &[3])));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(der: Vec<u8>) {
            let _ = RsaPublicKey::parse(&der);
        }
    }
}
