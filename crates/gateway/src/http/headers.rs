//! The headers that cross the gateway, each way by a list.
//!
//! In: the headers of a request or an answer. Out: those that are sent on. Invariant: what is not listed is not sent on,
//! so no cookie, token or impersonation of the browser reaches an environment, and none of its own the browser.

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::refusal::Refusal;
use crate::said::{Answer, Conditions};
use crate::service::HeaderFacts;

/// What a browser says that an environment needs to know.
const REQUEST: [HeaderName; 7] = [
    header::ACCEPT,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    HeaderName::from_static("prefer"),
    HeaderName::from_static("odata-version"),
    HeaderName::from_static("odata-maxversion"),
];
/// What an environment says that a browser needs to know; `OData-EntityId` and `Location` are rewritten before.
const ANSWER: [HeaderName; 10] = [
    header::CONTENT_TYPE,
    header::ETAG,
    header::RETRY_AFTER,
    header::LOCATION,
    HeaderName::from_static("odata-version"),
    HeaderName::from_static("odata-entityid"),
    HeaderName::from_static("preference-applied"),
    HeaderName::from_static("x-ms-service-request-id"),
    HeaderName::from_static("req_id"),
    HeaderName::from_static("mscrm-entityid"),
];
/// What may be done with an answer that somebody opens as a page: nothing.
const CONTENT_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");

/// The headers of a request that are sent on. One that stands twice is refused: readers differ in which they take.
pub(super) fn of_request(headers: &HeaderMap) -> Result<HeaderMap, Refusal> {
    listed(&REQUEST, headers, |name| {
        Refusal::Said(crate::said::SaidError::Refused(match *name {
            header::IF_MATCH => "`If-Match` stands twice",
            header::IF_NONE_MATCH => "`If-None-Match` stands twice",
            _ => "a header stands twice",
        }))
    })
}

/// The headers of an answer that are sent on.
pub(super) fn of_answer(headers: &HeaderMap) -> HeaderMap {
    let mut sent_on = HeaderMap::new();
    for name in &ANSWER {
        if let Some(value) = headers.get(name) {
            sent_on.insert(name, value.clone());
        }
    }
    private(&mut sent_on);
    sent_on
}

/// Every answer is one person's: no cache keeps it, and no page of another origin uses it.
pub(super) fn private(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Cookie"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY);
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
}

/// What the headers say that bears on what is done.
pub(super) fn facts(method: &Method, headers: &HeaderMap) -> Result<HeaderFacts, Refusal> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let conditions = match (headers.get(header::IF_MATCH), text(&header::IF_NONE_MATCH)) {
        (None, None) if headers.get(header::IF_NONE_MATCH).is_none() => Conditions::None,
        (Some(_), None) if headers.get(header::IF_NONE_MATCH).is_none() => Conditions::MustExist,
        (None, Some("*")) => Conditions::MustNotExist,
        // A version that a read has: it changes nothing of what is asked.
        (None, Some(_)) if method == Method::GET => Conditions::None,
        _ => {
            return Err(Refusal::Said(crate::said::SaidError::Refused(
                "a write takes `If-Match`, or `If-None-Match: *`",
            )));
        }
    };
    let prefer = headers.get("prefer").map(HeaderValue::as_bytes).unwrap_or_default();
    // Wide on purpose: a preference that could ask for the row counts as one that does.
    let asks_for_row = String::from_utf8_lossy(prefer)
        .to_ascii_lowercase()
        .contains("representation");
    let media_type = text(&header::CONTENT_TYPE).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    Ok(HeaderFacts {
        conditions,
        answer: if asks_for_row { Answer::Row } else { Answer::Nothing },
        is_json: media_type.eq_ignore_ascii_case("application/json"),
    })
}

fn listed(
    list: &[HeaderName],
    headers: &HeaderMap,
    twice: impl Fn(&HeaderName) -> Refusal,
) -> Result<HeaderMap, Refusal> {
    let mut sent_on = HeaderMap::new();
    for name in list {
        let mut values = headers.get_all(name).iter();
        let (Some(value), further) = (values.next(), values.next()) else {
            continue;
        };
        if further.is_some() {
            return Err(twice(name));
        }
        sent_on.insert(name, value.clone());
    }
    Ok(sent_on)
}
