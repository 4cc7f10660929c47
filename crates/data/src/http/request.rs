//! What was said: an HTTP request as words of OData, before any name in it is looked up.
//!
//! In: method, path, query text, headers and body. Out: an [`Asked`]. Invariant: a header whose meaning is not built is
//! refused by name, unless its value says what happens anyway.

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, header};
use http_body_util::LengthLimitError;
use odata::{IfMatch, IfNoneMatch, Preferences, SyntaxError};

use crate::error::Error;

/// The one resource that is XML.
const METADATA: &str = "$metadata";

/// Headers of Dataverse, each with the value that asks for what happens anyway.
const NEUTRAL: [(&str, &str); 5] = [
    ("mscrm.suppressduplicatedetection", "true"),
    ("mscrm.bypasscustompluginexecution", "false"),
    ("mscrm.mergelabels", "false"),
    ("mscrm.suppresscallbackregistrationexpanderjob", "false"),
    ("mscrm.mergesolutionlayers", "false"),
];

/// Media ranges that take what this service writes: JSON, and text for single values and counts.
const WRITTEN: [&str; 5] = ["application/json", "*/*", "application/*", "text/plain", "text/*"];

/// Parameters of a media range that ask for another form of it.
const OTHER_FORMS: [&str; 3] = ["odata.metadata=full", "odata.metadata=none", "ieee754compatible=true"];

/// Headers of HTTP that would change the outcome.
const UNSUPPORTED: [&str; 4] = [
    "if-unmodified-since",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];

/// A request of a caller.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The service root as the client addressed it: `https://localhost:8444/api/data/v9.2`, without a slash at its end.
    pub(crate) root: String,
    /// The path behind the root, still encoded, without a leading slash.
    pub(crate) path_text: String,
    /// The query string, still encoded, without its question mark.
    pub(crate) query_text: String,
    /// What path and query string ask for.
    pub(crate) url: odata::Request,
    /// What is done to it.
    pub(crate) method: Method,
    /// `Prefer`
    pub(crate) preferences: Preferences,
    /// `If-Match`
    pub(crate) if_match: Option<IfMatch>,
    /// `If-None-Match`
    pub(crate) if_none_match: Option<IfNoneMatch>,
    /// The body, empty when there is none.
    pub(crate) body: Bytes,
}

/// A request before it is read.
#[derive(Debug)]
pub(super) struct Unread<'a> {
    /// The address by which the environment was reached.
    pub(super) base: &'a str,
    /// `v9.2`
    pub(super) version: &'a str,
    /// The path behind it, still encoded, without a leading slash.
    pub(super) path: &'a str,
    /// The query string, still encoded.
    pub(super) query: &'a str,
    /// What is done.
    pub(super) method: Method,
    /// All of them.
    pub(super) headers: &'a HeaderMap,
    /// All of it.
    pub(super) body: Bytes,
}

/// Where a request points to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    /// `v9.2`
    pub(crate) version: &'a str,
    /// The path behind it, still encoded, without a leading slash.
    pub(crate) path: &'a str,
}

/// Cuts a path into the version of the service and the rest.
pub(crate) fn place(path: &str) -> Result<Place<'_>, Error> {
    let unknown = || Error::UnknownSegment {
        segment: path.trim_start_matches('/').to_owned(),
    };
    let rest = path.strip_prefix("/api/data/").ok_or_else(unknown)?;
    let (version, path) = rest.split_once('/').unwrap_or((rest, ""));
    match version {
        "v9.0" | "v9.1" | "v9.2" => Ok(Place { version, path }),
        _ => Err(unknown()),
    }
}

/// Reads a request whose sender is known.
pub(super) fn read(unread: Unread<'_>) -> Result<Asked, Error> {
    asked(unread, odata::Request::parse)
}

/// Reads a request within a batch, whose URL may be longer.
pub(super) fn read_in_batch(unread: Unread<'_>) -> Result<Asked, Error> {
    asked(unread, odata::Request::parse_in_batch)
}

fn asked(
    unread: Unread<'_>,
    parse: impl FnOnce(&str, &str) -> Result<odata::Request, odata::SyntaxError>,
) -> Result<Asked, Error> {
    let headers = unread.headers;
    refuse_unsupported(headers)?;
    if unread.path != METADATA {
        refuse_other_formats(headers)?;
    }
    let preferences = preferences(headers)?;
    let if_match = one(headers, &header::IF_MATCH)?.map(IfMatch::parse).transpose()?;
    let if_none_match = match one(headers, &header::IF_NONE_MATCH)? {
        None => None,
        Some(text) => IfNoneMatch::parse(text)?,
    };
    let url = parse(unread.path, unread.query)?;
    if url.options.search.is_some() {
        let what = "the query option `$search`".to_owned();
        return Err(SyntaxError::Unsupported { what }.into());
    }
    check_json(&unread.body, headers)?;
    Ok(Asked {
        root: format!("{}/api/data/{}", unread.base, unread.version),
        path_text: unread.path.to_owned(),
        query_text: unread.query.to_owned(),
        url,
        method: unread.method,
        preferences,
        if_match,
        if_none_match,
        body: unread.body,
    })
}

pub(super) fn refuse_unsupported(headers: &HeaderMap) -> Result<(), Error> {
    for (name, value) in headers {
        let name = name.as_str();
        let unsupported = UNSUPPORTED.contains(&name)
            || name.starts_with("mscrm.") && !is_neutral(name, &String::from_utf8_lossy(value.as_bytes()));
        if unsupported {
            return Err(Error::NotSupported {
                what: format!("the header `{name}` is not supported"),
            });
        }
    }
    for name in ["odata-version", "odata-maxversion"] {
        match one(headers, &HeaderName::from_static(name))? {
            None | Some("4.0" | "4.01") => {}
            Some(other) => {
                let what = format!("the version `{other}` in `{name}` is not supported: this service speaks `4.0`");
                return Err(Error::NotSupported { what });
            }
        }
    }
    Ok(())
}

fn is_neutral(name: &str, value: &str) -> bool {
    NEUTRAL
        .iter()
        .any(|(neutral, default)| *neutral == name && value.trim().eq_ignore_ascii_case(default))
}

/// JSON with minimal metadata is what is written; a client that asks for other forms must not get it unawares.
fn refuse_other_formats(headers: &HeaderMap) -> Result<(), Error> {
    let lines = || {
        headers
            .get_all(header::ACCEPT)
            .iter()
            .map(|value| value.to_str().unwrap_or_default())
    };
    if headers.get(header::ACCEPT).is_none() || lines().flat_map(|line| line.split(',')).any(is_written) {
        return Ok(());
    }
    let asked = lines().collect::<Vec<_>>().join(",");
    let what = format!("none of the formats `{asked}` is supported: accept `application/json`");
    Err(Error::NotSupported { what })
}

/// Whether a media range of `Accept` takes what this service writes.
fn is_written(range: &str) -> bool {
    let is_one_of = |part: &str, words: &[&str]| words.iter().any(|word| part.eq_ignore_ascii_case(word));
    let mut parts = range.split(';').map(str::trim);
    is_one_of(parts.next().unwrap_or_default(), &WRITTEN) && !parts.any(|parameter| is_one_of(parameter, &OTHER_FORMS))
}

pub(super) fn preferences(headers: &HeaderMap) -> Result<Preferences, Error> {
    let lines = headers.get_all("prefer").iter().map(|value| value.to_str());
    let lines = lines.collect::<Result<Vec<_>, _>>();
    let lines = lines.map_err(|_not_ascii| Error::InvalidArgument {
        what: not_text("prefer"),
    })?;
    let preferences = Preferences::parse(lines)?;
    for (asked, name) in [
        (preferences.track_changes, "odata.track-changes"),
        (preferences.respond_async, "respond-async"),
    ] {
        if asked {
            return Err(Error::NotSupported {
                what: format!("the preference `{name}` is not supported"),
            });
        }
    }
    Ok(preferences)
}

/// The value of a header that may be sent once.
pub(super) fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Error> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Error::InvalidArgument {
            what: format!("the header `{name}` is sent more than once"),
        });
    }
    value.to_str().map(Some).map_err(|_not_ascii| Error::InvalidArgument {
        what: not_text(name.as_str()),
    })
}

fn not_text(name: &str) -> String {
    format!("the header `{name}` is not visible ASCII text")
}

/// The whole body of a request, before anything of it is looked at.
pub(super) async fn body(body: Body, limit_bytes: usize) -> Result<Bytes, Error> {
    to_bytes(body, limit_bytes).await.map_err(|error| {
        let source = error.into_inner();
        if source.is::<LengthLimitError>() {
            Error::TooLarge { limit_bytes }
        } else {
            Error::BodyBroken { source }
        }
    })
}

fn check_json(body: &Bytes, headers: &HeaderMap) -> Result<(), Error> {
    let content_type = one(headers, &header::CONTENT_TYPE)?.unwrap_or_default();
    let media = content_type.split(';').next().unwrap_or_default().trim();
    if body.is_empty() || media.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Error::ContentType {
        content_type: content_type.to_owned(),
    })
}

#[cfg(test)]
mod tests;
