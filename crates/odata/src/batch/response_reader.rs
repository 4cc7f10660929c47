//! The answer of a batch, as a client reads it.
//!
//! In: its content type and body. Out: the answers of its requests, in their order, borrowed from the body. Invariant: an
//! answer that is cut off is refused whole, so that no request counts as answered that is not.

use crate::batch::fields::{HeaderFields, shown};
use crate::batch::{BatchError, MAX_REQUESTS, multipart};

/// What one item of a batch was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseItem<'a> {
    /// A request by itself, or a change set that failed.
    Answer(PartAnswer<'a>),
    /// The requests of a change set.
    ChangeSet(Vec<PartAnswer<'a>>),
}

/// The answer of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartAnswer<'a> {
    /// The content id of the request, where it is repeated.
    pub content_id: Option<&'a str>,
    /// The status: three digits.
    pub status: u16,
    /// Headers of the answer, not of the part.
    pub headers: HeaderFields<'a>,
    /// Empty where there is nothing but white space.
    pub body: &'a [u8],
}

/// Reads the body of a batch's answer.
pub fn read_answers<'a>(
    unverified_content_type: &str,
    unverified_body: &'a [u8],
) -> Result<Vec<ResponseItem<'a>>, BatchError> {
    let boundary = multipart::boundary(unverified_content_type)?;
    let parts = multipart::parts(unverified_body, boundary, MAX_REQUESTS)?;
    parts.into_iter().map(item).collect()
}

fn item(part: &[u8]) -> Result<ResponseItem<'_>, BatchError> {
    let (headers, content) = HeaderFields::read(part)?;
    let content_type = headers.one("content-type")?.unwrap_or_default();
    if !multipart::is_multipart(content_type) {
        return answer(&headers, content).map(ResponseItem::Answer);
    }
    let parts = multipart::parts(content, multipart::boundary(content_type)?, MAX_REQUESTS)?;
    let answers = parts.into_iter().map(|part| {
        let (headers, content) = HeaderFields::read(part)?;
        answer(&headers, content)
    });
    answers.collect::<Result<_, _>>().map(ResponseItem::ChangeSet)
}

fn answer<'a>(part: &HeaderFields<'a>, message: &'a [u8]) -> Result<PartAnswer<'a>, BatchError> {
    let (first, rest) = multipart::line(message.trim_ascii_start());
    let status = status(first).ok_or_else(|| BatchError::StatusLine { line: shown(first) })?;
    let (headers, body) = HeaderFields::read(rest)?;
    Ok(PartAnswer {
        content_id: part.one("content-id")?,
        status,
        headers,
        body: if body.trim_ascii().is_empty() { &[] } else { body },
    })
}

/// `HTTP/1.1 204 No Content`; the words may be missing.
fn status(line: &[u8]) -> Option<u16> {
    let line = str::from_utf8(line).ok()?;
    let digits = line.strip_prefix("HTTP/")?.split(' ').nth(1)?;
    (digits.len() == 3).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{BatchAnswer, BatchWriter};

    fn written() -> (String, bytes::Bytes) {
        let mut writer = BatchWriter::new("batchresponse_1".to_owned());
        let made = BatchAnswer {
            content_id: Some("1"),
            status: 204,
            reason: "No Content",
            headers: &[("OData-EntityId", "https://x.example/accounts(1)")],
            body: b"",
        };
        writer.change_set("changesetresponse_2", &[made]);
        writer.answer(&BatchAnswer {
            content_id: None,
            status: 404,
            reason: "Not Found",
            headers: &[("Content-Type", "application/json")],
            body: br#"{"error":{"code":"0x80040217","message":"no"}}"#,
        });
        writer.finish()
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let (content_type, body) = written();
        let whole = body.len() - "--batchresponse_1--\r\n".len();
        for length in [whole, whole / 2, 0] {
            let cut = read_answers(&content_type, &body[..length]);
            assert!(matches!(cut, Err(BatchError::Unclosed { .. })), "{cut:?}");
        }
        assert!(matches!(
            read_answers("application/json", &body),
            Err(BatchError::ContentType { .. })
        ));
    }

    #[test]
    fn a_part_without_status_is_refused() {
        for first in [
            "HTTP/1.1",
            "HTTP/1.1 20 OK",
            "HTTP/1.1 2000",
            "GET / HTTP/1.1",
            "200 OK",
        ] {
            let body = format!("--b\r\nContent-Type: application/http\r\n\r\n{first}\r\n\r\n\r\n--b--\r\n");
            let refused = read_answers("multipart/mixed; boundary=b", body.as_bytes());
            assert!(
                matches!(refused, Err(BatchError::StatusLine { .. })),
                "{first}: {refused:?}"
            );
        }
    }

    #[test]
    fn what_the_service_prints_is_read() {
        let (content_type, body) = written();
        let answers = read_answers(&content_type, &body).unwrap();
        let [ResponseItem::ChangeSet(changes), ResponseItem::Answer(refused)] = answers.as_slice() else {
            panic!("{answers:?}")
        };
        assert_eq!(
            (changes[0].content_id, changes[0].status, changes[0].body),
            (Some("1"), 204, &b""[..])
        );
        let id: Vec<_> = changes[0].headers.iter().collect();
        assert_eq!(id, [("OData-EntityId", "https://x.example/accounts(1)")]);
        assert_eq!(refused.status, 404);
        assert!(refused.body.starts_with(b"{\"error\""));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = read_answers("multipart/mixed; boundary=b", &bytes);
            let part = [b"--b\r\nContent-Type: application/http\r\n\r\n", bytes.as_slice(), b"\r\n--b--\r\n"].concat();
            let _ = read_answers("multipart/mixed; boundary=b", &part);
        }
    }
}
