//! Numbers to JSON digits.
//!
//! Invariant: decimals are exact and keep their scale; nothing goes through a floating-point number but a double.

use std::fmt::Write as _;

use bytes::{BufMut, BytesMut};

/// Most digits of a 64-bit number.
const DIGITS: usize = 20;

/// Appends `-12`.
pub(super) fn integer(out: &mut BytesMut, value: i64) {
    decimal(out, value, 0);
}

/// Appends `scaled` with so many of its digits behind the point.
pub(super) fn decimal(out: &mut BytesMut, scaled: i64, scale: u32) {
    let mut buffer = [b'0'; DIGITS];
    let mut rest = scaled.unsigned_abs();
    let mut used = 0;
    for digit in buffer.iter_mut().rev() {
        *digit = ascii_digit(rest % 10);
        rest /= 10;
        used += 1;
        if rest == 0 {
            break;
        }
    }
    if scaled < 0 {
        out.put_u8(b'-');
    }
    let digits = buffer.get(DIGITS - used..).unwrap_or_default();
    let scale = usize::try_from(scale).unwrap_or(usize::MAX);
    match used.checked_sub(scale).and_then(|whole| digits.split_at_checked(whole)) {
        Some((whole, [])) => out.put_slice(whole),
        Some((whole, fraction)) => {
            out.put_slice(if whole.is_empty() { b"0" } else { whole });
            out.put_u8(b'.');
            out.put_slice(fraction);
        }
        None => {
            out.put_slice(b"0.");
            out.put_bytes(b'0', scale - used);
            out.put_slice(digits);
        }
    }
}

/// Appends the shortest digits that read back as the same number.
pub(super) fn double(out: &mut BytesMut, value: f64) {
    let written = if value.is_nan() {
        out.write_str("\"NaN\"")
    } else if value.is_infinite() {
        out.write_str(if value > 0.0 { "\"INF\"" } else { "\"-INF\"" })
    } else {
        write!(out, "{value:?}")
    };
    // A growing buffer takes any text; only a fixed one could refuse.
    debug_assert!(written.is_ok());
}

#[expect(clippy::cast_possible_truncation, reason = "callers pass a remainder below ten")]
const fn ascii_digit(value: u64) -> u8 {
    b'0' + value as u8
}
