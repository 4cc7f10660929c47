//! One request within a batch.
//!
//! In: its words as they stand in the body. Out: what any other request is read to, and its own headers.
//! Invariant: it addresses this environment, and its body is a piece of the batch's, not a copy.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use odata::BatchRequest;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::Whole;
use crate::{
    environment::Environment,
    error::Error,
    http::{
        Asked,
        request::{self, Place, Unread},
        routes,
    },
    plan::References,
};

/// What clients write as it is in the URLs of a batch, and what no URL may hold.
const NOT_IN_URLS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A request within a batch.
pub(super) struct Part {
    /// What it asks for.
    pub(super) asked: Asked,
    /// Its own headers.
    pub(super) headers: HeaderMap,
}

/// Reads it. `references`: rows that requests before it have named.
pub(super) fn read(
    whole: &Whole<'_>,
    environment: &Environment,
    (request, body): (&BatchRequest<'_>, &Bytes),
    references: &References,
) -> Result<Part, Error> {
    let method = Method::from_bytes(request.method.as_bytes());
    let method = method.map_err(|_no_method| Error::MethodNotAllowed {
        what: format!("the method `{}` is not allowed", request.method),
    })?;
    routes::known(&method)?;
    let headers = headers(request)?;
    let named = if is_reference(request.url) {
        references.resolve(request.url)?
    } else {
        Cow::Borrowed(request.url)
    };
    let url: Cow<'_, str> = utf8_percent_encode(&named, NOT_IN_URLS).into();
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let urls = environment.address.urls.iter().map(String::as_str);
    let Place { version, path } = place(path, whole.version, std::iter::once(whole.base).chain(urls))?;
    let asked = request::read_in_batch(Unread {
        base: whole.base,
        version,
        path,
        query,
        method,
        headers: &headers,
        body: piece(body, request.body),
    })?;
    Ok(Part { asked, headers })
}

/// Whether a URL begins with a content id.
fn is_reference(url: &str) -> bool {
    let head = url.split(['/', '?']).next().unwrap_or_default();
    head.starts_with('$') && !matches!(head, "$metadata" | "$batch")
}

/// Where a path leads that is absolute, begins at the host, or is relative to the batch. `bases`: the addresses by which
/// the environment is reached.
fn place<'a>(path: &'a str, version: &'a str, mut bases: impl Iterator<Item = &'a str>) -> Result<Place<'a>, Error> {
    let local = if path.contains("://") {
        bases.find_map(|base| behind(path, base))
    } else if path.starts_with('/') {
        bases.find_map(|base| behind(path, path_of(base)))
    } else {
        return Ok(Place { version, path });
    };
    let local = local.ok_or_else(|| Error::InvalidArgument {
        what: format!("`{path}` is not an address of this environment"),
    })?;
    request::place(local)
}

/// What stands behind a base, with its slash.
fn behind<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    let (head, rest) = path.split_at_checked(base.len())?;
    (head.eq_ignore_ascii_case(base) && rest.starts_with('/')).then_some(rest)
}

/// `/env/contoso` of `https://localhost:8443/env/contoso`; empty where the base is an origin.
fn path_of(base: &str) -> &str {
    let behind_scheme = base.split_once("://").map_or(base, |(_, rest)| rest);
    let slash = behind_scheme.find('/').unwrap_or(behind_scheme.len());
    behind_scheme.get(slash..).unwrap_or_default()
}

fn headers(request: &BatchRequest<'_>) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers.iter() {
        let refused = || Error::InvalidArgument {
            what: format!("the header `{name}` of a request within the batch is not one of HTTP"),
        };
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_no_name| refused())?;
        let value = HeaderValue::from_str(value).map_err(|_no_value| refused())?;
        headers.append(header, value);
    }
    Ok(headers)
}

/// The bytes of a piece, shared with the whole.
fn piece(whole: &Bytes, piece: &[u8]) -> Bytes {
    // The parser gives pieces of the whole, and an empty one for none.
    if piece.is_empty() {
        Bytes::new()
    } else {
        whole.slice_ref(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASES: [&str; 2] = ["https://localhost:8443/env/contoso", "https://contoso.test"];

    #[track_caller]
    fn check(path: &str, expected: Option<(&str, &str)>) {
        let found = place(path, "v9.2", BASES.into_iter()).ok();
        assert_eq!(found.map(|place| (place.version, place.path)), expected, "{path}");
    }

    #[test]
    fn other_places_are_refused() {
        check("https://contoso.test.evil.test/api/data/v9.2/accounts", None);
        check("https://evil.test/api/data/v9.2/accounts", None);
        check("http://contoso.test/api/data/v9.2/accounts", None);
        check("https://localhost:8443/env/fabrikam/api/data/v9.2/accounts", None);
        check("/env/fabrikam/api/data/v9.2/accounts", None);
        check("https://contoso.test/accounts", None);
        check("/accounts", None);
        check("//contoso.test/api/data/v9.2/accounts", None);
    }

    #[test]
    fn an_address_is_absolute_or_begins_at_the_host_or_at_the_batch() {
        let expected = Some(("v9.1", "accounts"));
        check("https://contoso.test/api/data/v9.1/accounts", expected);
        check("HTTPS://Contoso.Test/api/data/v9.1/accounts", expected);
        check("https://localhost:8443/env/contoso/api/data/v9.1/accounts", expected);
        check("/env/contoso/api/data/v9.1/accounts", expected);
        check("/api/data/v9.1/accounts", expected);
        check("accounts", Some(("v9.2", "accounts")));
    }

    #[test]
    fn content_ids_are_told_from_resources() {
        let words = [
            "$1",
            "$1/name",
            "$a-b?$select=name",
            "$metadata",
            "$batch",
            "accounts",
            "/$1",
        ];
        assert_eq!(words.map(is_reference), [true, true, true, false, false, false, false]);
    }
}
