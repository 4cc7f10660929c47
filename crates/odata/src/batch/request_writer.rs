//! A batch, printed as a client sends it.
//!
//! In: requests and change sets, in their order. Out: the body and its content type. Invariant: neither a URL nor a header
//! has a line end in it, so that a part is one request.

use bytes::Bytes;

/// A request to print.
#[derive(Debug, Clone)]
pub struct PartRequest<'a> {
    /// The name by which later requests of the same change set refer to it; demanded there.
    pub content_id: Option<&'a str>,
    /// The method.
    pub method: &'a str,
    /// Absolute, or `$1` and what may follow it; percent-encoded.
    pub url: &'a str,
    /// Headers of the request, without line ends in them.
    pub headers: Vec<(&'a str, &'a str)>,
    /// JSON; empty when there is none.
    pub body: &'a [u8],
}

/// Prints requests one behind the other.
#[derive(Debug)]
pub struct RequestWriter {
    boundary: String,
    printed: Vec<u8>,
}

impl RequestWriter {
    /// Begins a batch. The boundary must not occur in any body: it holds something that nobody can guess.
    #[must_use]
    pub fn new(boundary: String) -> Self {
        Self {
            boundary,
            printed: Vec::new(),
        }
    }

    /// Adds a request by itself.
    pub fn request(&mut self, request: &PartRequest<'_>) {
        line(&mut self.printed, &["--", &self.boundary]);
        print(&mut self.printed, request);
    }

    /// Adds requests that are done all or none.
    pub fn change_set(&mut self, boundary: &str, requests: &[PartRequest<'_>]) {
        line(&mut self.printed, &["--", &self.boundary]);
        line(&mut self.printed, &["Content-Type: ", &content_type(boundary)]);
        line(&mut self.printed, &[]);
        for request in requests {
            line(&mut self.printed, &["--", boundary]);
            print(&mut self.printed, request);
        }
        line(&mut self.printed, &["--", boundary, "--"]);
    }

    /// Ends it: the content type and the body.
    #[must_use]
    pub fn finish(mut self) -> (String, Bytes) {
        line(&mut self.printed, &["--", &self.boundary, "--"]);
        (content_type(&self.boundary), self.printed.into())
    }
}

fn content_type(boundary: &str) -> String {
    format!("multipart/mixed; boundary=\"{boundary}\"")
}

fn print(printed: &mut Vec<u8>, request: &PartRequest<'_>) {
    line(printed, &["Content-Type: application/http"]);
    line(printed, &["Content-Transfer-Encoding: binary"]);
    if let Some(id) = request.content_id {
        line(printed, &["Content-ID: ", id]);
    }
    line(printed, &[]);
    line(printed, &[request.method, " ", request.url, " HTTP/1.1"]);
    for (name, value) in &request.headers {
        line(printed, &[name, ": ", value]);
    }
    if !request.body.is_empty() {
        line(printed, &["Content-Type: application/json; type=entry"]);
    }
    line(printed, &[]);
    printed.extend_from_slice(request.body);
    line(printed, &[]);
}

/// One line; a line end within it would begin another and is left out.
fn line(printed: &mut Vec<u8>, pieces: &[&str]) {
    for piece in pieces {
        printed.extend(piece.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')));
    }
    printed.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{Batch, BatchItem};

    fn part<'a>(content_id: Option<&'a str>, url: &'a str, body: &'a [u8]) -> PartRequest<'a> {
        PartRequest {
            content_id,
            method: if body.is_empty() { "GET" } else { "POST" },
            url,
            headers: vec![("Prefer", "odata.maxpagesize=2")],
            body,
        }
    }

    #[test]
    fn a_line_end_begins_no_header() {
        let mut writer = RequestWriter::new("b".to_owned());
        let mut split = part(None, "/accounts HTTP/1.1\r\nMSCRMCallerID: x", b"");
        split.headers = vec![("Prefer", "a\r\nCallerObjectId: y")];
        writer.request(&split);
        let (content_type, body) = writer.finish();
        let batch = Batch::parse(&content_type, &body).unwrap();
        let requests: Vec<_> = batch.items.iter().flat_map(BatchItem::requests).collect();
        let headers: Vec<_> = requests[0].headers.iter().collect();
        assert_eq!(headers, [("Prefer", "aCallerObjectId: y")]);
    }

    #[test]
    fn what_is_printed_reads_as_the_same() {
        let mut writer = RequestWriter::new("batch_1".to_owned());
        let set = [
            part(Some("1"), "/api/data/v9.2/accounts", b"{\"name\":\"A\"}"),
            part(Some("2"), "$1/contacts", b"{}"),
        ];
        writer.change_set("changeset_2", &set);
        writer.request(&part(None, "/api/data/v9.2/accounts?$top=1", b""));
        let (content_type, body) = writer.finish();
        let batch = Batch::parse(&content_type, &body).unwrap();
        let [BatchItem::ChangeSet(changes), BatchItem::Request(read)] = batch.items.as_slice() else {
            panic!("{batch:?}")
        };
        let told = |index: usize| (changes[index].content_id, changes[index].url, changes[index].body);
        assert_eq!(
            told(0),
            (Some("1"), "/api/data/v9.2/accounts", &b"{\"name\":\"A\"}"[..])
        );
        assert_eq!(told(1), (Some("2"), "$1/contacts", &b"{}"[..]));
        assert_eq!(
            (read.method, read.url, read.body),
            ("GET", "/api/data/v9.2/accounts?$top=1", &b""[..])
        );
    }
}
