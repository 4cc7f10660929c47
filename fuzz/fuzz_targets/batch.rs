//! Batches from strangers.
//!
//! In: a content type in the first line, and a body in the rest. Invariant: nothing panics; no more requests than are
//! allowed, each with what a request must have; what was read is printed so that it is read as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use odata::{Batch, BatchItem, BatchRequest};

/// Boundaries of what is printed; an input that holds their beginning is left alone.
const OUTER: &str = "printed_outer";
const INNER: &str = "printed_inner";

fuzz_target!(|bytes: &[u8]| {
    let line_end = bytes.iter().position(|&byte| byte == b'\n');
    let Some((content_type, body)) = line_end.map(|at| (&bytes[..at], &bytes[at + 1..])) else {
        return;
    };
    let Some((content_type, batch)) = std::str::from_utf8(content_type)
        .ok()
        .and_then(|text| Some((text, Batch::parse(text, body).ok()?)))
    else {
        return;
    };
    let requests = batch.items.iter().flat_map(BatchItem::requests);
    assert!((1..=1000).contains(&requests.clone().count()), "{content_type}");
    for request in requests {
        assert!(!request.method.is_empty() && !request.url.is_empty());
        assert!(request.headers.iter().all(|(name, _)| !name.is_empty()));
    }
    if body.windows(8).any(|window| window == b"printed_") {
        return;
    }
    let printed = print(&batch);
    let again = Batch::parse(&format!("multipart/mixed; boundary={OUTER}"), &printed);
    assert_eq!(again.as_ref(), Ok(&batch));
});

fn print(batch: &Batch<'_>) -> Vec<u8> {
    let mut printed = Vec::new();
    for item in &batch.items {
        printed.extend_from_slice(format!("--{OUTER}\r\n").as_bytes());
        match item {
            BatchItem::Request(request) => part(&mut printed, request),
            BatchItem::ChangeSet(requests) => {
                let head = format!("Content-Type: multipart/mixed; boundary={INNER}\r\n\r\n");
                printed.extend_from_slice(head.as_bytes());
                for request in requests {
                    printed.extend_from_slice(format!("--{INNER}\r\n").as_bytes());
                    part(&mut printed, request);
                }
                printed.extend_from_slice(format!("--{INNER}--\r\n").as_bytes());
            }
        }
    }
    printed.extend_from_slice(format!("--{OUTER}--").as_bytes());
    printed
}

fn part(printed: &mut Vec<u8>, request: &BatchRequest<'_>) {
    let mut head = "Content-Type: application/http\r\n".to_owned();
    if let Some(id) = request.content_id {
        head += &format!("Content-ID: {id}\r\n");
    }
    head += &format!("\r\n{} {} HTTP/1.1\r\n", request.method, request.url);
    for (name, value) in request.headers.iter() {
        head += &format!("{name}: {value}\r\n");
    }
    printed.extend_from_slice(head.as_bytes());
    printed.extend_from_slice(b"\r\n");
    printed.extend_from_slice(request.body);
    printed.extend_from_slice(b"\r\n");
}
