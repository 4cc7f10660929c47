//! Text to the inside of a JSON string.
//!
//! Invariant: quotes, backslashes and control characters are escaped; all else is copied in runs.

use bytes::{BufMut, BytesMut};

/// Appends the text, escaped, without the quotes around it.
#[inline]
pub(super) fn escape(out: &mut BytesMut, text: &str) {
    if text.bytes().any(needs_escape) {
        escape_slowly(out, text);
    } else {
        out.put_slice(text.as_bytes());
    }
}

#[inline]
fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cold]
fn escape_slowly(out: &mut BytesMut, text: &str) {
    for run in text.as_bytes().split_inclusive(|&byte| needs_escape(byte)) {
        match run.split_last() {
            Some((&last, plain)) if needs_escape(last) => {
                out.put_slice(plain);
                escape_byte(out, last);
            }
            _ => out.put_slice(run),
        }
    }
}

fn escape_byte(out: &mut BytesMut, byte: u8) {
    match byte {
        b'\n' => out.put_slice(b"\\n"),
        b'\r' => out.put_slice(b"\\r"),
        b'\t' => out.put_slice(b"\\t"),
        0x08 => out.put_slice(b"\\b"),
        0x0c => out.put_slice(b"\\f"),
        control @ 0..0x20 => {
            let low = control & 0x0f;
            let digit = if low < 10 { b'0' + low } else { b'a' + low - 10 };
            out.put_slice(&[b'\\', b'u', b'0', b'0', b'0' + (control >> 4), digit]);
        }
        plain => out.put_slice(&[b'\\', plain]),
    }
}
