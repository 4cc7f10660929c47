//! QR codes as the path of an SVG picture.
//!
//! In: a text. Out: a path of dark squares with the light border that scanners need. Invariant: the path is made of
//! numbers and letters of our own; nothing of the text is in it.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// Squares of the light border (ISO/IEC 18004 section 6.3.8).
const BORDER: i32 = 4;

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct QrPicture {
    /// Squares of a side, border included.
    pub(super) side: i32,
    /// The dark squares.
    pub(super) path: String,
}

/// The picture of a text; `None` for one that is too long for any.
pub(super) fn picture(text: &str) -> Option<QrPicture> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            let run = i32::try_from(run).ok()?;
            if run > 0 {
                write!(path, "M{} {}h{run}v1h-{run}z", x + BORDER, y + BORDER).ok()?;
            }
            x += run + 1;
        }
    }
    Some(QrPicture {
        side: code.size() + 2 * BORDER,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_the_three_corners_and_a_border() {
        let picture = picture("otpauth://totp/a").unwrap();
        assert_eq!(picture.side, 25 + 8);
        // The upper corners are seven dark squares wide, and so is the first line of the lower one.
        for corner in ["M4 4h7v1h-7z", "M22 4h7v1h-7z", "M4 22h7v1h-7z"] {
            assert!(picture.path.contains(corner), "{corner} in {}", picture.path);
        }
        assert!(
            picture
                .path
                .chars()
                .all(|char| char.is_ascii_digit() || "Mhvz- ".contains(char))
        );
    }

    #[test]
    fn a_text_that_is_too_long_has_none() {
        assert_eq!(picture(&"x".repeat(3_000)), None);
    }
}
