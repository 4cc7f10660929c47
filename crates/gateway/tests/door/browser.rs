//! A browser: keeps cookies as it is told, and sends what a page of the application sends.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::provider::Provider;

#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Sent with every request.
    pub(crate) headers: Vec<(&'static str, String)>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// Status and code of a refusal.
    #[track_caller]
    pub(crate) fn refusal(&self) -> (u16, String) {
        (
            self.status.as_u16(),
            self.json()["error"]["code"].as_str().unwrap().to_owned(),
        )
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Browser {
    pub(crate) fn new(router: Router) -> Self {
        Self {
            router,
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// The same cookies, sent by a page that knows nothing else.
    pub(crate) fn without_headers(&self) -> Self {
        Self {
            headers: Vec::new(),
            ..self.clone()
        }
    }

    /// `GET /me`
    pub(crate) fn request(&self, request: &str, body: &str) -> Request<Body> {
        let (method, url) = request.split_once(' ').unwrap();
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut builder = Request::builder()
            .method(method)
            .uri(url)
            .header(header::COOKIE, cookies.join("; "));
        for (name, value) in &self.headers {
            builder = builder.header(*name, value);
        }
        builder.body(Body::from(body.to_owned())).unwrap()
    }

    pub(crate) async fn raw(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn send(&mut self, request: &str, body: &str) -> Answer {
        let response = self.raw(self.request(request, body)).await;
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), "").await
    }

    fn keep(&mut self, cookie: &str) {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for attribute in ["; Path=/;", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        let (name, rest) = cookie.split_once('=').unwrap();
        if cookie.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            let value = rest.split(';').next().unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Goes to the sign-in page and comes back from the provider.
    pub(crate) async fn sign_in(&mut self, provider: &Provider) -> Answer {
        let begun = self.get("/login?return=/orders").await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{begun:?}");
        let query = provider.grant(begun.header("location").unwrap());
        self.get(&format!("/login/callback?{query}")).await
    }

    /// Signs in and keeps the CSRF token, as a page of the application does.
    pub(crate) async fn signed_in(mut self, provider: &Provider) -> Self {
        let answer = self.sign_in(provider).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
        let token = self.get("/me").await.json()["csrf_token"].as_str().unwrap().to_owned();
        self.headers.push(("x-csrf-token", token));
        self
    }
}
