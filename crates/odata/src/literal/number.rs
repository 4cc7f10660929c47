//! Numbers (`decimalValue`, `doubleValue` of the OData ABNF): text to literal.
//!
//! Invariant: nothing is rounded unless it was written with an exponent.

use crate::Literal;

/// Reads a whole word as a number; `None` when it is none.
pub(super) fn number(word: &str) -> Option<Literal> {
    match word {
        "INF" => return Some(Literal::Double(f64::INFINITY)),
        "-INF" => return Some(Literal::Double(f64::NEG_INFINITY)),
        "NaN" => return Some(Literal::Double(f64::NAN)),
        _ => {}
    }
    // A plus says nothing, and databases differ in whether they take it.
    let text = word.strip_prefix('+').unwrap_or(word);
    let unsigned = if text.len() == word.len() {
        text.strip_prefix('-').unwrap_or(text)
    } else {
        text
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let power = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    if !is_digits(whole) || !fraction.is_none_or(is_digits) || !power.is_none_or(is_digits) {
        return None;
    }
    if exponent.is_some() {
        return text
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite())
            .map(Literal::Double);
    }
    match text.parse() {
        Ok(integer) => Some(Literal::Integer(integer)),
        Err(_) => Some(Literal::Decimal(text.to_owned())),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
