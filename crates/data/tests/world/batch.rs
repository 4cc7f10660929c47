//! Batches: their text, and their answers taken apart.

use http::Method;
use serde_json::Value;
use uuid::Uuid;

use super::{Call, Reply};

/// A request within a batch.
#[derive(Debug, Clone)]
pub(crate) struct Inner {
    line: String,
    headers: String,
    body: String,
    id: Option<String>,
}

/// One item of a batch.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// A request by itself.
    One(Inner),
    /// A change set.
    Set(Vec<Inner>),
}

/// What came back for one request.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// `Content-ID`
    pub id: Option<String>,
    /// The status.
    pub status: u16,
    /// The lines of its headers.
    pub headers: String,
    /// The body.
    pub body: String,
}

impl Inner {
    /// `GET accounts`
    pub(crate) fn new(method: &str, url: &str) -> Self {
        Self {
            line: format!("{method} {url} HTTP/1.1"),
            headers: String::new(),
            body: String::new(),
            id: None,
        }
    }

    /// With a body.
    pub(crate) fn body(mut self, body: &Value) -> Self {
        self.body = body.to_string();
        self.header("Content-Type", "application/json; type=entry")
    }

    /// With a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers = format!("{}{name}: {value}\r\n", self.headers);
        self
    }

    /// With a content id.
    pub(crate) fn id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    fn part(&self) -> String {
        let Self {
            line,
            headers,
            body,
            id,
        } = self;
        let id = id
            .as_ref()
            .map(|id| format!("Content-ID: {id}\r\n"))
            .unwrap_or_default();
        format!(
            "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n{id}\r\n{line}\r\n{headers}\r\n{body}\r\n"
        )
    }
}

/// The body of a batch with the boundary `b`.
pub(crate) fn text(items: &[Item]) -> String {
    let item = |item: &Item| match item {
        Item::One(inner) => format!("--b\r\n{}", inner.part()),
        Item::Set(inner) => {
            let parts: Vec<_> = inner.iter().map(|inner| format!("--c\r\n{}", inner.part())).collect();
            format!(
                "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n{}--c--\r\n",
                parts.concat()
            )
        }
    };
    let items: Vec<_> = items.iter().map(item).collect();
    format!("{}--b--\r\n", items.concat())
}

/// A batch.
pub(crate) fn batch(items: &[Item]) -> Call {
    Call::new(Method::POST, "$batch").typed_body("multipart/mixed; boundary=b", text(items).as_bytes())
}

/// A batch of one change set.
pub(crate) fn change_set(inner: Vec<Inner>) -> Call {
    batch(&[Item::Set(inner)])
}

impl Reply {
    /// The answers of a batch, in their order.
    #[track_caller]
    pub(crate) fn answers(&self) -> Vec<Answer> {
        let text = String::from_utf8(self.body.clone()).unwrap();
        assert!(text.starts_with("--batchresponse_"), "{} {text}", self.status);
        let parts = text.split("\r\n--").filter(|part| part.contains("\r\n\r\nHTTP/1.1 "));
        parts
            .map(|part| {
                let (own, message) = part.split_once("\r\n\r\nHTTP/1.1 ").unwrap();
                let (head, body) = message.split_once("\r\n\r\n").unwrap();
                let (status, headers) = head.split_once("\r\n").unwrap();
                let id = own.split("\r\n").find_map(|line| line.strip_prefix("Content-ID: "));
                Answer {
                    id: id.map(str::to_owned),
                    status: status.get(..3).unwrap().parse().unwrap(),
                    headers: headers.to_owned(),
                    body: body.trim_end().to_owned(),
                }
            })
            .collect()
    }

    /// The statuses of the answers of a batch.
    #[track_caller]
    pub(crate) fn statuses(&self) -> Vec<u16> {
        self.answers().iter().map(|answer| answer.status).collect()
    }

    /// Content id, status, code and message of the only answer of a batch, joined by spaces.
    #[track_caller]
    pub(crate) fn failed(&self) -> String {
        let answers = self.answers();
        let [answer] = answers.as_slice() else {
            panic!("{answers:?}")
        };
        assert_eq!(self.status.as_u16(), answer.status);
        format!("{} {}", answer.id.as_deref().unwrap_or("-"), answer.error())
    }
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not json: {self:?}"))
    }

    /// Status, code and message of an error.
    #[track_caller]
    pub(crate) fn error(&self) -> String {
        let body = self.json();
        let text = |name: &str| body["error"][name].as_str().unwrap().to_owned();
        format!("{} {} {}", self.status, text("code"), text("message"))
    }

    /// The key in `OData-EntityId`.
    #[track_caller]
    pub(crate) fn key(&self) -> Uuid {
        let address = self
            .headers
            .split("\r\n")
            .find_map(|line| line.strip_prefix("OData-EntityId: "));
        let address = address.unwrap_or_else(|| panic!("no address: {self:?}"));
        let (_, key) = address.trim_end_matches(')').rsplit_once('(').unwrap();
        key.parse().unwrap()
    }
}
