//! The writer of answers: cells in, JSON bytes out, with no tree between and no allocation per cell.
//!
//! Invariant: whatever is called in whatever order, the bytes are one well-formed JSON value; the writer sets commas and
//! closes what is open.

use bytes::{BufMut, Bytes, BytesMut};
use uuid::Uuid;

use crate::{Date, DateTime};

mod number;
mod text;

/// Writes one JSON value.
///
/// A name in an array is left out, a value in an object without a name stands under the empty name, a name without a value is
/// `null`, a second value at the top is left out.
#[derive(Debug)]
pub struct Writer {
    out: BytesMut,
    open: Vec<Scope>,
    next: Next,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Object,
    Array,
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The first item of the innermost scope, or the value at the top.
    First,
    /// A further item, after a comma; at the top, nothing more.
    Further,
    /// The value of the name just written.
    Value,
}

impl Default for Writer {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl Writer {
    /// An empty writer with room for so many bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            out: BytesMut::with_capacity(bytes),
            open: Vec::with_capacity(8),
            next: Next::First,
        }
    }

    /// Bytes written so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether nothing has been written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// Opens `{`.
    pub fn begin_object(&mut self) {
        self.begin(Scope::Object, b'{');
    }

    /// Opens `[`.
    pub fn begin_array(&mut self) {
        self.begin(Scope::Array, b'[');
    }

    /// Closes the innermost object or array; without one it does nothing.
    pub fn end(&mut self) {
        if self.next == Next::Value {
            self.null();
        }
        match self.open.pop() {
            Some(Scope::Object) => self.out.put_u8(b'}'),
            Some(Scope::Array) => self.out.put_u8(b']'),
            None => return,
        }
        self.next = Next::Further;
    }

    /// Closes what is open and hands the bytes over; an empty writer gives `null`.
    #[must_use]
    pub fn finish(mut self) -> Bytes {
        while !self.open.is_empty() {
            self.end();
        }
        if self.out.is_empty() {
            self.null();
        }
        self.out.freeze()
    }

    /// A member's name.
    pub fn name(&mut self, name: &str) {
        self.joined_name(name, "");
    }

    /// A member's name in two parts, for annotations: `revenue` and `@OData.Community.Display.V1.FormattedValue`.
    pub fn joined_name(&mut self, property: &str, annotation: &str) {
        if self.open.last() != Some(&Scope::Object) {
            return;
        }
        match self.next {
            Next::First => {}
            Next::Further => self.out.put_u8(b','),
            Next::Value => {
                self.null();
                self.out.put_u8(b',');
            }
        }
        self.out.put_u8(b'"');
        text::escape(&mut self.out, property);
        text::escape(&mut self.out, annotation);
        self.out.put_slice(b"\":");
        self.next = Next::Value;
    }

    /// A string, escaped.
    pub fn string(&mut self, value: &str) {
        if self.separate() {
            self.out.put_u8(b'"');
            text::escape(&mut self.out, value);
            self.out.put_u8(b'"');
        }
    }

    /// A whole number.
    pub fn integer(&mut self, value: i64) {
        if self.separate() {
            number::integer(&mut self.out, value);
        }
    }

    /// `scaled` divided by ten to the power of `scale`, exactly and with all its decimals: (7500000000, 4) is `750000.0000`.
    pub fn decimal(&mut self, scaled: i64, scale: u32) {
        if self.separate() {
            number::decimal(&mut self.out, scaled, scale);
        }
    }

    /// A floating-point number; `"INF"`, `"-INF"` and `"NaN"` are strings (OData JSON format, section 7.1).
    pub fn double(&mut self, value: f64) {
        if self.separate() {
            number::double(&mut self.out, value);
        }
    }

    /// `true` or `false`.
    #[expect(clippy::fn_params_excessive_bools, reason = "the value itself, not a switch")]
    pub fn boolean(&mut self, value: bool) {
        self.raw(if value { b"true" } else { b"false" });
    }

    /// A string of 36 characters, lower case with hyphens.
    pub fn guid(&mut self, value: Uuid) {
        if self.separate() {
            self.out.put_u8(b'"');
            self.out
                .put_slice(value.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes());
            self.out.put_u8(b'"');
        }
    }

    /// `"2025-03-04"`
    pub fn date(&mut self, value: Date) {
        if self.separate() {
            self.out.put_u8(b'"');
            self.out.put_slice(&value.to_ascii());
            self.out.put_u8(b'"');
        }
    }

    /// `"2025-03-04T08:15:31Z"`
    pub fn date_time(&mut self, value: DateTime) {
        if self.separate() {
            self.out.put_u8(b'"');
            self.out.put_slice(&value.to_ascii());
            self.out.put_u8(b'"');
        }
    }

    /// `null`
    pub fn null(&mut self) {
        self.raw(b"null");
    }

    /// One JSON value that is already bytes. The caller vouches that it is well-formed.
    pub fn raw(&mut self, value: &[u8]) {
        if self.separate() {
            self.out.put_slice(value);
        }
    }

    fn begin(&mut self, scope: Scope, bracket: u8) {
        if self.separate() {
            self.out.put_u8(bracket);
            self.open.push(scope);
            self.next = Next::First;
        }
    }

    /// Prepares the place of a value; `false` when there is none left.
    fn separate(&mut self) -> bool {
        match (self.next, self.open.last()) {
            (Next::Value, _) | (Next::First, Some(Scope::Array) | None) => {}
            (Next::Further, Some(Scope::Array)) => self.out.put_u8(b','),
            (Next::Further, None) => return false,
            (Next::First, Some(Scope::Object)) => self.out.put_slice(b"\"\":"),
            (Next::Further, Some(Scope::Object)) => self.out.put_slice(b",\"\":"),
        }
        self.next = Next::Further;
        true
    }
}

#[cfg(test)]
mod tests;
