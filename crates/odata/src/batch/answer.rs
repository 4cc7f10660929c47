//! The answer of a batch, printed as Dataverse prints it.
//!
//! In: the answers of its requests, in their order. Out: the body and its content type. Invariant: the first bytes are a
//! delimiter, and the part of a change set has one header line: clients of Dataverse look for both.

use bytes::Bytes;

/// The answer of one request.
#[derive(Debug, Clone, Copy)]
pub struct BatchAnswer<'a> {
    /// The content id of the request, where it had one.
    pub content_id: Option<&'a str>,
    /// The status.
    pub status: u16,
    /// Its words: letters and spaces.
    pub reason: &'a str,
    /// Headers as they shall be spelt, without line ends in them.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body; empty when there is none.
    pub body: &'a [u8],
}

/// Prints answers one behind the other.
#[derive(Debug)]
pub struct BatchWriter {
    boundary: String,
    printed: Vec<u8>,
}

impl BatchWriter {
    /// Begins an answer. The boundary must not occur in any body: it holds something that nobody can guess.
    #[must_use]
    pub fn new(boundary: String) -> Self {
        Self {
            boundary,
            printed: Vec::new(),
        }
    }

    /// Adds the answer of a request, or of a change set that failed.
    pub fn answer(&mut self, answer: &BatchAnswer<'_>) {
        delimiter(&mut self.printed, &self.boundary);
        print(&mut self.printed, answer);
    }

    /// Adds the answers of a change set.
    pub fn change_set(&mut self, boundary: &str, answers: &[BatchAnswer<'_>]) {
        delimiter(&mut self.printed, &self.boundary);
        line(&mut self.printed, &["Content-Type: ", &content_type(boundary)]);
        line(&mut self.printed, &[]);
        for answer in answers {
            delimiter(&mut self.printed, boundary);
            print(&mut self.printed, answer);
        }
        line(&mut self.printed, &["--", boundary, "--"]);
    }

    /// Bytes printed so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.printed.len()
    }

    /// Nothing is printed yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.printed.is_empty()
    }

    /// Ends it: the content type and the body.
    #[must_use]
    pub fn finish(mut self) -> (String, Bytes) {
        line(&mut self.printed, &["--", &self.boundary, "--"]);
        (content_type(&self.boundary), self.printed.into())
    }
}

fn content_type(boundary: &str) -> String {
    format!("multipart/mixed; boundary={boundary}")
}

fn delimiter(printed: &mut Vec<u8>, boundary: &str) {
    line(printed, &["--", boundary]);
}

fn print(printed: &mut Vec<u8>, answer: &BatchAnswer<'_>) {
    line(printed, &["Content-Type: application/http"]);
    line(printed, &["Content-Transfer-Encoding: binary"]);
    if let Some(id) = answer.content_id {
        line(printed, &["Content-ID: ", id]);
    }
    line(printed, &[]);
    line(printed, &["HTTP/1.1 ", &answer.status.to_string(), " ", answer.reason]);
    for (name, value) in answer.headers {
        line(printed, &[name, ": ", value]);
    }
    line(printed, &[]);
    printed.extend_from_slice(answer.body);
    line(printed, &[]);
}

fn line(printed: &mut Vec<u8>, pieces: &[&str]) {
    for piece in pieces {
        printed.extend_from_slice(piece.as_bytes());
    }
    printed.extend_from_slice(b"\r\n");
}
