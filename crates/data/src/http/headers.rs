//! The names and forms of the headers that every answer carries.
//!
//! In: the request's own id, what is left of the limits. Out: headers. Invariant: none of them depends on the outcome.

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use crate::limits::Remaining;

/// The content type of JSON answers.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; odata.metadata=minimal");
/// The content type of single values and counts.
pub(crate) const TEXT: HeaderValue = HeaderValue::from_static("text/plain");
/// `OData-EntityId`: the address of the row that was written.
pub(crate) const ENTITY_ID: HeaderName = HeaderName::from_static("odata-entityid");
/// `Preference-Applied`
pub(crate) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-service-request-id");
const REQ_ID: HeaderName = HeaderName::from_static("req_id");
const REMAINING_REQUESTS: HeaderName = HeaderName::from_static("x-ms-ratelimit-burst-remaining-xrm-requests");
const REMAINING_TIME: HeaderName = HeaderName::from_static("x-ms-ratelimit-time-remaining-xrm-requests");

/// Adds what every answer carries, refusals included.
pub(crate) fn add_to_all(headers: &mut HeaderMap, request_id: Uuid) {
    headers.insert(ODATA_VERSION, HeaderValue::from_static("4.0"));
    let mut buffer = Uuid::encode_buffer();
    let text = request_id.hyphenated().encode_lower(&mut buffer);
    // Hexadecimal digits and hyphens are always a header's value.
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(REQUEST_ID, value.clone());
        headers.insert(REQ_ID, value);
    }
}

/// Adds what is left of the caller's limits.
pub(crate) fn add_remaining(headers: &mut HeaderMap, remaining: Remaining) {
    headers.insert(REMAINING_REQUESTS, HeaderValue::from(remaining.requests));
    if let Ok(value) = HeaderValue::try_from(seconds(remaining.execution_ms)) {
        headers.insert(REMAINING_TIME, value);
    }
}

/// `1,200.00`: seconds with two digits behind the point.
fn seconds(milliseconds: u64) -> String {
    format!("{}.{:02}", grouped(milliseconds / 1_000), milliseconds % 1_000 / 10)
}

/// `1,200,000`: digits in groups of three.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups() {
        let texts = [0, 999, 1_000, 536_530, 1_200_000].map(grouped);
        assert_eq!(texts, ["0", "999", "1,000", "536,530", "1,200,000"]);
    }

    #[test]
    fn time_has_two_digits_behind_the_point() {
        let texts = [1_200_000, 1_199_996, 5, 10].map(seconds);
        assert_eq!(texts, ["1,200.00", "1,199.99", "0.00", "0.01"]);
    }
}
