//! Time-based one-time passwords (RFC 6238, RFC 4226): six digits of HMAC-SHA-1, a new code each 30 seconds.
//!
//! In: a secret and a time, or a code. Out: the code of a step, or the step of a code. Invariant: authenticator apps
//! understand these parameters and no others, so there is nothing to choose.

use aws_lc_rs::hmac;
use oauth::{Random, Secret, Timestamp, percent_encoded};

use super::base32;

/// Seconds for which a code is shown (RFC 6238 section 5.2).
const STEP_SECONDS: i64 = 30;
/// How many steps a clock may be off, in either direction (RFC 6238 section 5.2: one, for the delay of typing).
const SKEW_STEPS: i64 = 1;
/// Digits of a code.
const DIGITS: usize = 6;
/// What remains of a number of six digits.
const MODULUS: u32 = 1_000_000;
/// Bytes of a secret: the length of the hash (RFC 4226 section 4, R6).
const SECRET_BYTES: usize = 20;

/// A new secret.
pub(crate) fn new_secret(random: &dyn Random) -> Secret<Vec<u8>> {
    let mut bytes = vec![0; SECRET_BYTES];
    random.fill(&mut bytes);
    Secret::new(bytes)
}

/// A secret as people type it: base32 without padding (RFC 4648 section 6).
pub(crate) fn secret_text(secret: &Secret<Vec<u8>>) -> Secret<String> {
    Secret::new(base32::encode(secret.expose()))
}

/// What an authenticator app reads out of the picture that it is shown.
pub(crate) fn uri(issuer: &str, name: &str, secret: &Secret<Vec<u8>>) -> Secret<String> {
    let (issuer, name) = (percent_encoded(issuer), percent_encoded(name));
    let secret = secret_text(secret);
    Secret::new(format!(
        "otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
        secret.expose()
    ))
}

/// Whether a text could be a code.
pub(crate) fn is_code(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The step of a right code: the earliest behind `last_step` that is near enough to `now`. All steps are tried, so the time
/// of the answer does not tell which.
pub(crate) fn step_of(
    unverified_code: &Secret<String>,
    secret: &Secret<Vec<u8>>,
    last_step: i64,
    now: Timestamp,
) -> Option<i64> {
    let present = now.seconds().div_euclid(STEP_SECONDS);
    let steps = present - SKEW_STEPS..=present + SKEW_STEPS;
    let right = steps.filter(|step| code(secret, *step) == *unverified_code);
    right.fold(None, |found, step| found.or((step > last_step).then_some(step)))
}

/// The code of a step.
pub(crate) fn code(secret: &Secret<Vec<u8>>, step: i64) -> Secret<String> {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.expose());
    let tag = hmac::sign(&key, &step.to_be_bytes());
    Secret::new(format!("{:0DIGITS$}", truncated(tag.as_ref()) % MODULUS))
}

/// 31 bits out of a hash, from where its last four bits point (RFC 4226 section 5.3).
fn truncated(hash: &[u8]) -> u32 {
    let offset = hash.last().map_or(0, |byte| usize::from(byte & 0x0f));
    let bytes = hash.iter().skip(offset).take(size_of::<u32>());
    bytes.fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use oauth::SeededRandom;

    use super::*;

    /// The secret of the vectors of RFC 6238 appendix B and RFC 4226 appendix D.
    fn vector() -> Secret<Vec<u8>> {
        Secret::new(b"12345678901234567890".to_vec())
    }

    fn text(code: &str) -> Secret<String> {
        Secret::new(code.to_owned())
    }

    #[test]
    fn vectors_of_rfc_6238() {
        // The appendix shows eight digits; six digits are their end.
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(&vector(), seconds / STEP_SECONDS).expose(), expected, "{seconds}");
        }
    }

    #[test]
    fn vectors_of_rfc_4226() {
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ];
        for (step, expected) in (0..).zip(expected) {
            assert_eq!(code(&vector(), step).expose(), expected, "{step}");
        }
    }

    #[test]
    fn codes_are_taken_one_step_early_or_late_and_once() {
        let check = |step: i64, last_step: i64, expected: Option<i64>| {
            let now = Timestamp::from_seconds(1_000 * STEP_SECONDS + 29);
            let found = step_of(&code(&vector(), step), &vector(), last_step, now);
            assert_eq!(found, expected, "{step} behind {last_step}");
        };
        check(998, 0, None);
        check(1_002, 0, None);
        check(1_000, 1_000, None);
        check(999, 1_000, None);
        check(1_001, i64::MAX, None);
        check(999, 0, Some(999));
        check(1_000, 999, Some(1_000));
        check(1_001, 1_000, Some(1_001));
    }

    #[test]
    fn what_is_no_code_has_no_step() {
        for wrong in ["", "75522", "7552244", " 755224", "755225"] {
            let found = step_of(&text(wrong), &vector(), -2, Timestamp::from_seconds(0));
            assert_eq!(found, None, "{wrong}");
        }
        assert_eq!(
            step_of(&text("755224"), &vector(), -2, Timestamp::from_seconds(0)),
            Some(0)
        );
        for (is, text) in [
            (true, "000000"),
            (false, "00000a"),
            (false, "0000000"),
            (false, "٠٠٠"),
            (false, ""),
        ] {
            assert_eq!(is_code(text), is, "{text}");
        }
    }

    #[test]
    fn the_uri_names_issuer_person_and_secret() {
        let uri = uri("Contoso & Söhne", "alice@contoso.example", &vector());
        assert_eq!(
            uri.expose(),
            "otpauth://totp/Contoso%20%26%20S%C3%B6hne:alice%40contoso.example\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Contoso%20%26%20S%C3%B6hne&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(secret_text(&new_secret(&SeededRandom::new(1))).expose().len(), 32);
    }
}
