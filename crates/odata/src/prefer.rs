//! The `Prefer` header (RFC 7240) with the preferences of OData and Dataverse.
//!
//! In: the header's lines. Out: what the client would like, and the text of `Preference-Applied`.
//! Invariant: unknown preferences are passed over, as RFC 7240 section 2 demands; a known one with a bad value is refused.

use crate::SyntaxError;

mod annotations;

pub use annotations::Annotations;

/// Rows of a page: at most, and unless the client asks for fewer.
const MAX_PAGE_SIZE: u32 = 5000;

/// What a client would like; also what a service did of it, to print `Preference-Applied`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preferences {
    /// `return=…`
    pub returning: Option<Return>,
    /// `odata.maxpagesize=…`, 1 to 5000.
    pub max_page_size: Option<u32>,
    /// `odata.include-annotations="…"`
    pub annotations: Option<Annotations>,
    /// `odata.track-changes`
    pub track_changes: bool,
    /// `respond-async`
    pub respond_async: bool,
    /// `odata.continue-on-error`
    pub continue_on_error: bool,
}

/// What a write answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    /// The row.
    Representation,
    /// No body.
    Minimal,
}

impl Preferences {
    /// Reads the values of all `Prefer` lines of a request. Of a preference given twice the first one counts
    /// (RFC 7240, section 2).
    pub fn parse<'a>(unverified_values: impl IntoIterator<Item = &'a str>) -> Result<Self, SyntaxError> {
        let mut preferences = Self::default();
        for unverified_value in unverified_values {
            for item in split(unverified_value, ',') {
                preferences.read(item)?;
            }
        }
        Ok(preferences)
    }

    /// Prints these preferences as the value of `Preference-Applied`; `None` when there are none.
    ///
    /// The service fills a `Preferences` with what it honoured and prints that.
    #[must_use]
    pub fn applied(&self) -> Option<String> {
        let mut items = Vec::new();
        match self.returning {
            Some(Return::Representation) => items.push("return=representation".to_owned()),
            Some(Return::Minimal) => items.push("return=minimal".to_owned()),
            None => {}
        }
        if let Some(size) = self.max_page_size {
            items.push(format!("odata.maxpagesize={size}"));
        }
        if let Some(annotations) = &self.annotations {
            items.push(format!("odata.include-annotations=\"{}\"", annotations.as_str()));
        }
        if self.track_changes {
            items.push("odata.track-changes".to_owned());
        }
        if self.respond_async {
            items.push("respond-async".to_owned());
        }
        if self.continue_on_error {
            items.push("odata.continue-on-error".to_owned());
        }
        (!items.is_empty()).then(|| items.join(","))
    }

    fn read(&mut self, item: &str) -> Result<(), SyntaxError> {
        // Parameters behind `;` belong to preferences that are not known here (`odata.callback;url="…"`).
        let preference = split(item, ';').into_iter().next().unwrap_or_default();
        let (name, value) = match preference.split_once('=') {
            Some((name, value)) => (name.trim(), Some(unquote(value.trim()))),
            None => (preference.trim(), None),
        };
        let name = name.to_ascii_lowercase();
        match name.strip_prefix("odata.").unwrap_or(&name) {
            "return" if self.returning.is_none() => self.returning = Some(returning(value)?),
            "maxpagesize" if self.max_page_size.is_none() => self.max_page_size = Some(page_size(value)?),
            "include-annotations" if self.annotations.is_none() => self.annotations = Some(annotations(value)?),
            "track-changes" => self.track_changes = flag("odata.track-changes", value)?,
            "respond-async" => self.respond_async = flag("respond-async", value)?,
            // OData 4.01 writes `=false` for the default; the first one counts.
            "continue-on-error" => self.continue_on_error |= flag("odata.continue-on-error", value)?,
            _ => {}
        }
        Ok(())
    }
}

fn returning(value: Option<&str>) -> Result<Return, SyntaxError> {
    match value {
        Some("representation") => Ok(Return::Representation),
        Some("minimal") => Ok(Return::Minimal),
        other => Err(invalid("return", other, "representation or minimal")),
    }
}

fn page_size(value: Option<&str>) -> Result<u32, SyntaxError> {
    value
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .filter(|size| (1..=MAX_PAGE_SIZE).contains(size))
        .ok_or_else(|| invalid("odata.maxpagesize", value, "a whole number from 1 to 5000"))
}

fn annotations(value: Option<&str>) -> Result<Annotations, SyntaxError> {
    value
        .and_then(Annotations::parse)
        .ok_or_else(|| invalid("odata.include-annotations", value, "a list of annotation names"))
}

fn flag(name: &'static str, value: Option<&str>) -> Result<bool, SyntaxError> {
    match value {
        None | Some("true" | "") => Ok(true),
        Some("false") => Ok(false),
        other => Err(invalid(name, other, "true or false")),
    }
}

fn invalid(name: &'static str, value: Option<&str>, expected: &'static str) -> SyntaxError {
    SyntaxError::InvalidValue {
        name,
        value: value.unwrap_or_default().to_owned(),
        expected,
    }
}

fn unquote(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value)
}

/// Splits outside double quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(move |character| {
        quoted ^= character == '"';
        character == separator && !quoted
    })
    .collect()
}

#[cfg(test)]
mod tests;
