//! One keep-alive connection of HTTP/1.1. In: the bytes of a request. Out: the status and body of its answer.
//!
//! Invariant: one request at a time, so that whatever arrives belongs to it. Only what a load needs of RFC 9112 is read.

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An open connection and what was last read from it.
pub(super) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

/// A whole answer, as long as the connection is not used again.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer<'a> {
    pub(super) status: u16,
    pub(super) body: &'a [u8],
}

impl Connection {
    /// Connects to a port of this machine.
    pub(super) async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))
            .await
            .context("cannot connect")?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            read: Vec::with_capacity(64 * 1024),
        })
    }

    /// Sends a request and reads its answer whole.
    pub(super) async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.read.clear();
        while parse(&self.read)?.is_none() {
            if self.stream.read_buf(&mut self.read).await? == 0 {
                bail!("the server closed the connection");
            }
        }
        parse(&self.read)?.context("the answer is whole")
    }
}

/// The answer in these bytes; None as long as it is not whole.
fn parse(read: &[u8]) -> Result<Option<Answer<'_>>> {
    let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let (head, rest) = read.split_at(end);
    let body = rest.get(4..).unwrap_or_default();
    let head = str::from_utf8(head).context("the head of an answer is no text")?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .context("an answer has no status")?;
    let whole = match (
        status,
        header(head, "content-length"),
        header(head, "transfer-encoding"),
    ) {
        (204 | 304, _, _) => true,
        (_, Some(length), _) => body.len() >= length.parse::<usize>().context("a length is no number")?,
        // The last chunk is empty; JSON cannot hold these bytes, so they stand nowhere else.
        (_, None, Some("chunked")) => body.ends_with(b"\r\n0\r\n\r\n"),
        (_, None, _) => bail!("an answer tells no length"),
    };
    Ok(whole.then_some(Answer { status, body }))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_length_is_there() {
        let text = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(
            parse(text).unwrap(),
            Some(Answer {
                status: 200,
                body: b"{}"
            })
        );
        for shorter in 0..text.len() {
            assert_eq!(parse(&text[..shorter]).unwrap(), None, "{shorter}");
        }
        assert_eq!(
            parse(b"HTTP/1.1 204 No Content\r\nOData-Version: 4.0\r\n\r\n").unwrap(),
            Some(Answer { status: 204, body: b"" })
        );
    }

    #[test]
    fn chunks_end_with_an_empty_one() {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        assert_eq!(parse(format!("{head}2\r\n{{}}\r\n").as_bytes()).unwrap(), None);
        assert!(
            parse(format!("{head}2\r\n{{}}\r\n0\r\n\r\n").as_bytes())
                .unwrap()
                .is_some()
        );
    }

    #[test]
    fn an_answer_without_a_length_is_refused() {
        assert!(parse(b"HTTP/1.1 200 OK\r\n\r\n{}").is_err());
    }
}
