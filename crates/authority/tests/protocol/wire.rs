//! Requests to the router and what is read out of its answers.

use axum::body::Body;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::world::World;

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// An answer, its body read as JSON.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
}

impl World {
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.authority.router().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let content_type = head.headers.get(header::CONTENT_TYPE).map(http::HeaderValue::as_bytes);
        let json = if body.is_empty() || content_type.is_some_and(|content_type| content_type.starts_with(b"text/html"))
        {
            Value::Null
        } else {
            serde_json::from_slice(&body).unwrap()
        };
        Answer {
            status: head.status,
            headers: head.headers,
            json,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(posted(path, form)).await
    }

    /// Asks the v2.0 endpoint of contoso for a token of the reader for contoso's environment.
    pub(crate) async fn reader_token(&self) -> Answer {
        self.post(&self.v2(), &self.reader_form()).await
    }

    /// The form of that request, for tests that change a part of it.
    pub(crate) fn reader_form(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("client_id", self.reader.client_id.as_str()),
            ("client_secret", self.reader.secret()),
            ("grant_type", "client_credentials"),
            ("scope", "https://contoso.data.example.test/.default"),
        ]
    }

    pub(crate) fn v2(&self) -> String {
        format!("/{}/oauth2/v2.0/token", self.contoso)
    }

    pub(crate) fn v1(&self) -> String {
        format!("/{}/oauth2/token", self.contoso)
    }
}

pub(crate) fn posted(path: &str, form: &[(&str, &str)]) -> Request<Body> {
    Request::post(path)
        .header(header::CONTENT_TYPE, FORM)
        .body(Body::from(encoded(form)))
        .unwrap()
}

/// A form with one value changed, or added.
pub(crate) fn with<'a>(
    form: &[(&'static str, &'a str)],
    name: &'static str,
    value: &'a str,
) -> Vec<(&'static str, &'a str)> {
    let mut changed = without(form, name);
    changed.push((name, value));
    changed
}

/// A form with one value left out.
pub(crate) fn without<'a>(form: &[(&'static str, &'a str)], name: &'static str) -> Vec<(&'static str, &'a str)> {
    form.iter().copied().filter(|(key, _)| *key != name).collect()
}

fn encoded(form: &[(&str, &str)]) -> String {
    let part = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    form.iter()
        .map(|(name, value)| format!("{}={}", part(name), part(value)))
        .collect::<Vec<_>>()
        .join("&")
}

impl Answer {
    /// Asserts a refusal in the shape that MSAL parses, and that it names what it should.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, error: &str, number: u32, names: &str) {
        let json = &self.json;
        assert_eq!(self.status.as_u16(), status, "{json}");
        assert_eq!(json["error"], error, "{json}");
        assert_eq!(json["error_codes"], serde_json::json!([number]), "{json}");
        let description = json["error_description"].as_str().unwrap();
        assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
        assert!(description.contains(names), "{description} does not name {names}");
        let (trace, correlation) = (
            json["trace_id"].as_str().unwrap(),
            json["correlation_id"].as_str().unwrap(),
        );
        let timestamp = json["timestamp"].as_str().unwrap();
        let end = format!(" Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}");
        assert!(description.ends_with(&end), "{description}");
        assert_eq!(self.headers["x-ms-request-id"], trace);
        assert_eq!(
            json["error_uri"],
            format!("{}/error?code={number}", crate::world::ORIGIN)
        );
    }

    /// The access token of an answer that has one.
    #[track_caller]
    pub(crate) fn token(&self) -> &str {
        assert_eq!(self.status, StatusCode::OK, "{}", self.json);
        self.json["access_token"].as_str().unwrap()
    }

    /// One half of the token: header or claims.
    #[track_caller]
    fn part(&self, at: usize) -> Value {
        let part = self.token().split('.').nth(at).unwrap();
        serde_json::from_slice(
            &base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, part).unwrap(),
        )
        .unwrap()
    }

    #[track_caller]
    pub(crate) fn header(&self) -> Value {
        self.part(0)
    }

    #[track_caller]
    pub(crate) fn claims(&self) -> Value {
        self.part(1)
    }
}
