//! Batches of any requests are read as they were printed, and any bytes are read or refused.

use commonhold_odata::{Batch, BatchError, BatchItem};
use proptest::prelude::*;

/// A request: content id, method and URL, headers, body.
type Said = (Option<String>, String, Vec<(String, String)>, String);

fn request() -> impl Strategy<Value = Said> {
    let id = prop::option::of("[A-Za-z0-9._~-]{1,12}");
    let url = "[A-Z]{1,7} [a-z$/(][a-zé'=$&?() ]{0,20}[a-z)]";
    let headers = prop::collection::vec(("[A-Za-z-]{1,12}", "([!-~é][ -~é]{0,12}[!-~é])?"), 0..4);
    // Lines that look like delimiters and headers, but for the boundaries.
    let body = "(\\{[ -~\r\n\t-]{0,40}\\})?(--[a-z]{0,4})?";
    (id, url, headers, body)
}

fn items() -> impl Strategy<Value = Vec<Vec<Said>>> {
    prop::collection::vec(prop::collection::vec(request(), 1..4), 1..6)
}

/// A list of one is a request by itself, a longer one a change set.
fn print(items: &[Vec<Said>], end: &str) -> String {
    let item = |requests: &Vec<Said>| match requests.as_slice() {
        [one] => format!("--outer_1{end}{}", part(one, end)),
        requests => {
            let parts = requests
                .iter()
                .map(|request| format!("--inner_1{end}{}", part(request, end)));
            let parts = parts.collect::<Vec<_>>().concat();
            let head = format!("--outer_1{end}Content-Type: multipart/mixed; boundary=inner_1{end}{end}");
            format!("{head}{parts}--inner_1--{end}")
        }
    };
    let items = items.iter().map(item).collect::<Vec<_>>().concat();
    format!("{items}--outer_1--")
}

fn part((id, line, headers, body): &Said, end: &str) -> String {
    let id = id
        .as_ref()
        .map(|id| format!("Content-ID: {id}{end}"))
        .unwrap_or_default();
    let headers = headers.iter().map(|(name, value)| format!("{name}: {value}{end}"));
    let headers = headers.collect::<Vec<_>>().concat();
    format!("Content-Type: application/http{end}{id}{end}{line} HTTP/1.1{end}{headers}{end}{body}{end}")
}

fn said(item: &BatchItem<'_>) -> Vec<Said> {
    let one = |request: &commonhold_odata::BatchRequest<'_>| {
        let headers = request
            .headers
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        (
            request.content_id.map(str::to_owned),
            format!("{} {}", request.method, request.url),
            headers.collect(),
            String::from_utf8_lossy(request.body).into_owned(),
        )
    };
    item.requests().iter().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn batches_are_read_as_they_were_printed(mut items in items(), crlf: bool) {
        for (position, request) in items.iter_mut().flatten().enumerate() {
            if let (Some(id), ..) = request {
                *id += &position.to_string();
            }
        }
        let text = print(&items, if crlf { "\r\n" } else { "\n" });
        let batch = Batch::parse("multipart/mixed; boundary=outer_1", text.as_bytes());
        let read: Vec<_> = batch.unwrap().items.iter().map(said).collect();
        prop_assert_eq!(read, items);
    }

    #[test]
    fn what_is_cut_off_is_refused(items in items(), part in 0.0..1.0_f64) {
        let text = print(&items, "\r\n");
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a part")]
        let end = (text.len() as f64 * part) as usize;
        let cut = Batch::parse("multipart/mixed; boundary=outer_1", text.as_bytes().get(..end).unwrap());
        prop_assert!(cut.is_err(), "{}", text);
    }

    #[test]
    fn any_bytes_are_read_or_refused(content_type: String, body: Vec<u8>) {
        if let Err(error) = Batch::parse(&content_type, &body) {
            prop_assert!(!error.to_string().is_empty());
        }
        let read = Batch::parse("multipart/mixed; boundary=b", &body);
        let is_unclosed = matches!(read, Err(BatchError::Unclosed { .. }));
        prop_assert!(is_unclosed || body.windows(3).any(|bytes| bytes == b"--b"));
    }
}
