//! A request URL as a whole: the path behind the service root with its query options.
//!
//! Invariant: the query string is read first, since the path may name its parameter aliases.

use crate::path::parse::path;
use crate::query::options;
use crate::{Path, QueryOptions, SyntaxError, encoding};

/// What a URL asks for, before any name in it is looked up.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The resource.
    pub path: Path,
    /// The options.
    pub options: QueryOptions,
}

impl Request {
    /// Reads the path behind the service root (`accounts(…)/name`, still percent-encoded, without a leading slash)
    /// and the raw query string (without `?`; empty when there is none).
    pub fn parse(unverified_path: &str, unverified_query: &str) -> Result<Self, SyntaxError> {
        Self::within(encoding::MAX_URL_BYTES, unverified_path, unverified_query)
    }

    /// As [`Self::parse`], for a request within a batch, whose URL may be longer.
    pub fn parse_in_batch(unverified_path: &str, unverified_query: &str) -> Result<Self, SyntaxError> {
        Self::within(encoding::MAX_URL_BYTES_IN_BATCH, unverified_path, unverified_query)
    }

    fn within(limit: usize, unverified_path: &str, unverified_query: &str) -> Result<Self, SyntaxError> {
        encoding::check_length(unverified_path.len() + unverified_query.len(), limit)?;
        let (options, aliases) = options::parse(unverified_query)?;
        let path = path(unverified_path, &aliases)?;
        aliases.check_used()?;
        Ok(Self { path, options })
    }
}
