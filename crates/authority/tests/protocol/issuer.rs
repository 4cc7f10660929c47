//! A foreign issuer on this machine: its discovery document and its keys, and how often it was asked for them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use oauth::Jwk;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What an issuer answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Good,
    /// Status 500.
    Broken,
    /// A discovery document of another issuer.
    Stranger,
    /// A redirect to a document that would be good.
    Redirecting,
    /// A document without an end.
    Endless,
    /// No JSON.
    Babbling,
    /// Keys at an address that may not be asked.
    Elsewhere,
}

/// A running issuer.
pub(crate) struct Issuer {
    /// Its name, which is its address.
    pub(crate) url: String,
    inner: Arc<Inner>,
}

struct Inner {
    url: String,
    mood: Mutex<Mood>,
    keys: Mutex<Vec<Jwk>>,
    asked: AtomicUsize,
}

impl Issuer {
    /// Starts one that publishes these keys. It ends with the test's runtime.
    pub(crate) async fn start(keys: Vec<Jwk>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/ci", listener.local_addr().unwrap());
        let inner = Arc::new(Inner {
            url: url.clone(),
            mood: Mutex::new(Mood::Good),
            keys: Mutex::new(keys),
            asked: AtomicUsize::new(0),
        });
        let router = Router::new()
            .route("/ci/.well-known/openid-configuration", get(discovery))
            .route(
                "/ci/other",
                get(async |State(inner): State<Arc<Inner>>| document(&inner)),
            )
            .route(
                "/ci/keys",
                get(async |State(inner): State<Arc<Inner>>| keys_document(&inner)),
            )
            .with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, inner }
    }

    pub(crate) fn set_mood(&self, mood: Mood) {
        *self.inner.mood.lock().unwrap() = mood;
    }

    pub(crate) fn set_keys(&self, keys: Vec<Jwk>) {
        *self.inner.keys.lock().unwrap() = keys;
    }

    /// How often its discovery document was asked for.
    pub(crate) fn asked(&self) -> usize {
        self.inner.asked.load(Ordering::SeqCst)
    }
}

async fn discovery(State(inner): State<Arc<Inner>>) -> Response {
    inner.asked.fetch_add(1, Ordering::SeqCst);
    let mood = *inner.mood.lock().unwrap();
    match mood {
        Mood::Good => document(&inner),
        Mood::Broken => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Stranger => described("https://ci.example.test", &inner.url),
        Mood::Redirecting => Redirect::temporary(&format!("{}/other", inner.url)).into_response(),
        Mood::Endless => " ".repeat(65 * 1024).into_response(),
        Mood::Babbling => "<html>".into_response(),
        Mood::Elsewhere => described(&inner.url, "http://ci.example.test"),
    }
}

fn document(inner: &Inner) -> Response {
    described(&inner.url, &inner.url)
}

fn described(issuer: &str, keys_below: &str) -> Response {
    said(&json!({"issuer": issuer, "jwks_uri": format!("{keys_below}/keys")}))
}

fn keys_document(inner: &Inner) -> Response {
    said(&json!({"keys": *inner.keys.lock().unwrap()}))
}

fn said(document: &Value) -> Response {
    document.to_string().into_response()
}
