//! Calls of the routes, without a socket.

use axum::body::Body;
use data::DataService;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use oauth::PeerCertificate;
use serde_json::Value;
use tower::ServiceExt;
use uuid::Uuid;

use super::World;

/// A request to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    peer_certificate: Option<PeerCertificate>,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, byte by byte.
    pub body: Vec<u8>,
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a body is written where it is sent, with `json!`"
)]
impl Call {
    /// A request below `/api/data/v9.2/`, or for an absolute URL its path and query.
    pub(crate) fn new(method: Method, path: &str) -> Self {
        let path = match path.strip_prefix("https://") {
            Some(rest) => format!("/{}", rest.split_once('/').unwrap().1),
            None if path.starts_with('/') => path.to_owned(),
            None => format!("/api/data/v9.2/{path}"),
        };
        Self {
            method,
            path: path.replace(' ', "%20"),
            headers: Vec::new(),
            body: None,
            peer_certificate: None,
        }
    }

    /// `GET`
    pub(crate) fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    /// `POST`
    pub(crate) fn post(path: &str, body: Value) -> Self {
        Self::new(Method::POST, path).json(&body)
    }

    /// `PATCH`
    pub(crate) fn patch(path: &str, body: Value) -> Self {
        Self::new(Method::PATCH, path).json(&body)
    }

    /// `PUT`
    pub(crate) fn put(path: &str, body: Value) -> Self {
        Self::new(Method::PUT, path).json(&body)
    }

    /// `DELETE`
    pub(crate) fn delete(path: &str) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// With a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Over a connection that the client opened with this certificate.
    pub(crate) fn over(mut self, certificate: &PeerCertificate) -> Self {
        self.peer_certificate = Some(certificate.clone());
        self
    }

    /// With a body as it stands, JSON by its content type.
    pub(crate) fn body(self, body: &[u8]) -> Self {
        self.typed_body("application/json", body)
    }

    /// With a body of any content type.
    pub(crate) fn typed_body(self, content_type: &str, body: &[u8]) -> Self {
        let mut call = self.header("content-type", content_type);
        call.body = Some(body.to_vec());
        call
    }

    fn json(self, body: &Value) -> Self {
        self.body(body.to_string().as_bytes())
    }
}

impl World {
    /// Sends a call with this bearer token.
    pub(crate) async fn send(&self, token: &str, call: Call) -> Reply {
        self.send_to(&self.service, token, call).await
    }

    /// Sends a call to another node.
    pub(crate) async fn send_to(&self, node: &DataService, token: &str, call: Call) -> Reply {
        self.send_anonymous_to(node, call.header("authorization", &format!("Bearer {token}")))
            .await
    }

    /// Sends a call without a token.
    pub(crate) async fn send_anonymous(&self, call: Call) -> Reply {
        self.send_anonymous_to(&self.service, call).await
    }

    async fn send_anonymous_to(&self, node: &DataService, call: Call) -> Reply {
        let mut request = Request::builder().method(call.method).uri(call.path);
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        if let Some(certificate) = call.peer_certificate {
            request = request.extension(certificate);
        }
        let request = request.body(call.body.map_or_else(Body::empty, Body::from)).unwrap();
        let answer = node.router(&self.address.name).oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Reply {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// Sends a call as the administrator.
    pub(crate) async fn admin(&self, call: Call) -> Reply {
        self.send(&self.token(&self.admin), call).await
    }
}

impl Reply {
    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not json: {self:?}"))
    }

    /// A header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The key in `OData-EntityId`.
    #[track_caller]
    pub(crate) fn id(&self) -> Uuid {
        let address = self
            .header("odata-entityid")
            .unwrap_or_else(|| panic!("no address: {self:?}"));
        let (_, key) = address.trim_end_matches(')').rsplit_once('(').unwrap();
        key.parse().unwrap()
    }

    /// Status, code and message of an error, joined by spaces.
    #[track_caller]
    pub(crate) fn error(&self) -> String {
        let body = self.json();
        let text = |name: &str| {
            body["error"][name]
                .as_str()
                .unwrap_or_else(|| panic!("no error: {body}"))
                .to_owned()
        };
        format!("{} {} {}", self.status.as_u16(), text("code"), text("message"))
    }

    /// Fails unless the status is this one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status.as_u16(), status, "{body}");
        self
    }
}
