//! Exact numbers: the digits of a literal to a whole number of a column's smallest unit.
//!
//! In: `-1.50`, `2e3`, as written in a URL or a payload. Out: the number times ten to the scale, and what is lost.
//! Invariant: nothing passes through floating point.

/// Exponents beyond this are as good as infinite for 64 bits.
const EXPONENT_LIMIT: i64 = 10_000;

/// A number as written: its digits times ten to the exponent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

/// Where a number lies among the multiples of a column's smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scaled {
    /// Below all that 64 bits hold.
    Below,
    /// On this multiple.
    Exact(i64),
    /// Above this multiple and below the next.
    Between(i64),
    /// Above all that 64 bits hold.
    Above,
}

impl Decimal {
    /// Reads digits with an optional sign, fraction and exponent; `None` for anything else.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (negative, unsigned) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let fraction_digits = i64::try_from(fraction.len()).ok()?;
        let exponent = exponent.clamp(-EXPONENT_LIMIT, EXPONENT_LIMIT) - fraction_digits;
        Some(Self {
            negative,
            digits,
            exponent,
        })
    }

    /// Its place among the multiples of ten to the minus `scale`.
    #[must_use]
    pub(crate) fn scaled(&self, scale: u32) -> Scaled {
        let parts = self.split(scale);
        let beyond = if self.negative { Scaled::Below } else { Scaled::Above };
        let Some(magnitude) = parts.whole else { return beyond };
        let signed = if self.negative { -magnitude } else { magnitude };
        let floor = if self.negative && parts.inexact {
            signed - 1
        } else {
            signed
        };
        match i64::try_from(floor) {
            Ok(floor) if parts.inexact => Scaled::Between(floor),
            Ok(exact) => Scaled::Exact(exact),
            Err(_) => beyond,
        }
    }

    /// The nearest multiple of ten to the minus `scale`, a half away from zero; `None` beyond 64 bits.
    #[must_use]
    pub(crate) fn rounded(&self, scale: u32) -> Option<i64> {
        let parts = self.split(scale);
        let magnitude = parts.whole? + i128::from(parts.half);
        i64::try_from(if self.negative { -magnitude } else { magnitude }).ok()
    }

    fn split(&self, scale: u32) -> Parts {
        let shift = self.exponent + i64::from(scale);
        let Ok(dropped) = usize::try_from(-shift) else {
            let zeros = usize::try_from(shift).unwrap_or(usize::MAX);
            return Parts {
                whole: whole(&self.digits, zeros),
                inexact: false,
                half: false,
            };
        };
        let kept = self.digits.len().saturating_sub(dropped);
        let (front, rest) = self.digits.split_at(kept);
        let first_dropped = if dropped > self.digits.len() {
            None
        } else {
            rest.first()
        };
        Parts {
            whole: whole(front, 0),
            inexact: rest.iter().any(|digit| *digit != b'0'),
            half: first_dropped.is_some_and(|digit| *digit >= b'5'),
        }
    }
}

struct Parts {
    /// `None` beyond 128 bits.
    whole: Option<i128>,
    inexact: bool,
    half: bool,
}

fn whole(digits: &[u8], zeros: usize) -> Option<i128> {
    let value = digits.iter().try_fold(0_i128, |sum, digit| {
        sum.checked_mul(10)?.checked_add(i128::from(digit.wrapping_sub(b'0')))
    })?;
    if value == 0 {
        return Some(0);
    }
    (0..zeros).try_fold(value, |value, _| value.checked_mul(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, scale: u32, scaled: Scaled, rounded: Option<i64>) {
        let decimal = Decimal::parse(text).unwrap();
        assert_eq!(
            (decimal.scaled(scale), decimal.rounded(scale)),
            (scaled, rounded),
            "{text}"
        );
    }

    #[test]
    fn scales_and_rounds() {
        check("0", 4, Scaled::Exact(0), Some(0));
        check("1.5", 2, Scaled::Exact(150), Some(150));
        check("-1.50", 2, Scaled::Exact(-150), Some(-150));
        check("1.005", 2, Scaled::Between(100), Some(101));
        check("1.0049", 2, Scaled::Between(100), Some(100));
        check("-1.005", 2, Scaled::Between(-101), Some(-101));
        check("-0.001", 2, Scaled::Between(-1), Some(0));
        check("0.005", 2, Scaled::Between(0), Some(1));
        check("0.0005", 2, Scaled::Between(0), Some(0));
        check("2e3", 0, Scaled::Exact(2000), Some(2000));
        check("2.5E-1", 0, Scaled::Between(0), Some(0));
        check("5E-1", 0, Scaled::Between(0), Some(1));
        check("92233720368547758.07", 2, Scaled::Exact(i64::MAX), Some(i64::MAX));
        check("92233720368547758.08", 2, Scaled::Above, None);
        check("-92233720368547758.08", 2, Scaled::Exact(i64::MIN), Some(i64::MIN));
        check("1e999999", 2, Scaled::Above, None);
        check("-1e999999", 2, Scaled::Below, None);
        check("1e-999999", 2, Scaled::Between(0), Some(0));
        check("0e999999", 2, Scaled::Exact(0), Some(0));
    }

    #[test]
    fn refuses() {
        for text in ["", "-", ".", "1a", "1e", "--1", "1.2.3", "0x1"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
