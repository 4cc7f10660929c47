//! The files that pages link to: the style sheet and the mark.
//!
//! In: a file's name. Out: the file, to be kept for ever. INVARIANT: the name changes with the content.

use std::fmt;

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;

use super::error;
use super::exchange::{Caching, Exchange};
use crate::authority::Authority;
use crate::refusal::Refusal;

/// Under a first segment that is no tenant.
const FOLDER: &str = "/common/assets/";

/// The style sheet of all pages.
pub(crate) const STYLE: Asset = Asset::of(
    ["pages", "css", "text/css; charset=utf-8"],
    include_str!("../../templates/pages.css"),
);

/// The picture in a browser's tab.
pub(crate) const MARK: Asset = Asset::of(
    ["mark", "svg", "image/svg+xml"],
    include_str!("../../templates/mark.svg"),
);

/// A file that is part of the program. Its `Display` is its path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asset {
    stem: &'static str,
    ending: &'static str,
    content_type: &'static str,
    text: &'static str,
    digest: u64,
}

impl Asset {
    /// Its name without the digest.
    #[cfg(test)]
    pub(crate) fn stem(&self) -> &'static str {
        self.stem
    }

    const fn of([stem, ending, content_type]: [&'static str; 3], text: &'static str) -> Self {
        let digest = digest(text);
        Self {
            stem,
            ending,
            content_type,
            text,
            digest,
        }
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{FOLDER}{}-{:016x}.{}", self.stem, self.digest, self.ending)
    }
}

/// Answers `GET /common/assets/{name}`.
pub(crate) async fn serve(State(authority): State<Authority>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let exchange = Exchange::begin(&authority, &head);
    let path = head.uri.path();
    match [STYLE, MARK].into_iter().find(|asset| asset.to_string() == path) {
        Some(asset) => exchange.answer_text(StatusCode::OK, Caching::ForEver, asset.content_type, asset.text),
        None => error::answer(&exchange, &Refusal::NoEndpoint { path: path.to_owned() }),
    }
}

/// FNV-1a, while compiling. It tells one build's file from another's; nobody has to be kept from finding a second text
/// for it.
const fn digest(text: &str) -> u64 {
    let mut rest = text.as_bytes();
    let mut digest: u64 = 0xcbf2_9ce4_8422_2325;
    while let [byte, tail @ ..] = rest {
        digest = (digest ^ *byte as u64).wrapping_mul(0x0000_0100_0000_01b3);
        rest = tail;
    }
    digest
}
