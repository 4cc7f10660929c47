//! Environments with their authority, which answer as they are told and remember what reached them.

use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::sync::{mpsc, oneshot};

/// One request that reached an environment.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) request: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What an environment does.
#[derive(Default)]
pub(crate) enum Does {
    /// Answers with one account, and links.
    #[default]
    Answers,
    /// Refuses the application's token.
    RefusesToken,
    /// Its authority refuses the application.
    RefusesSecret,
    /// Says too many.
    Limits,
    /// Breaks the connection off, in the middle of an answer that has begun, when the test says so.
    BreaksOff(oneshot::Receiver<()>),
    /// Waits for the test.
    Waits(oneshot::Receiver<()>),
    /// Sends pieces when the test does.
    Streams(mpsc::Receiver<Bytes>),
}

#[derive(Clone)]
pub(crate) struct Environment {
    pub(crate) name: &'static str,
    pub(crate) origin: String,
    does: Arc<Mutex<Does>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Environment {
    pub(crate) async fn start(name: &'static str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let environment = Self {
            name,
            origin: format!("http://{}", listener.local_addr().unwrap()),
            does: Arc::default(),
            seen: Arc::default(),
        };
        let router = axum::Router::new().fallback(answer).with_state(environment.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        environment
    }

    pub(crate) fn does(&self, does: Does) {
        *self.does.lock().unwrap() = does;
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    #[track_caller]
    pub(crate) fn only_seen(&self) -> Seen {
        match self.seen().as_slice() {
            [one] => one.clone(),
            other => panic!("{other:?}"),
        }
    }
}

async fn answer(State(environment): State<Environment>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let origin = environment.origin.clone();
    let refuses_secret = matches!(*environment.does.lock().unwrap(), Does::RefusesSecret);
    if parts.uri.path().ends_with("/oauth2/v2.0/token") {
        return if refuses_secret {
            let body = r#"{"error":"invalid_client","error_description":"AADSTS7000215: no","error_codes":[7000215]}"#;
            (StatusCode::UNAUTHORIZED, body).into_response()
        } else {
            format!(
                r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"{}"}}"#,
                environment.name
            )
            .into_response()
        };
    }
    if parts.headers.get(header::AUTHORIZATION).is_none() {
        let challenge = format!("Bearer authorization_uri={origin}/tenant/oauth2/authorize, resource_id={origin}/");
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response();
    }
    let seen = Seen {
        request: format!("{} {}", parts.method, parts.uri),
        headers: parts.headers,
        body: axum::body::to_bytes(body, 1 << 20).await.unwrap(),
    };
    environment.seen.lock().unwrap().push(seen.clone());
    let does = std::mem::take(&mut *environment.does.lock().unwrap());
    match does {
        Does::Answers | Does::RefusesSecret => rows(&environment, &seen),
        Does::RefusesToken => StatusCode::UNAUTHORIZED.into_response(),
        Does::Limits => {
            let body = r#"{"error":{"code":"0x80072322","message":"Number of requests exceeded the limit"}}"#;
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "7")], body).into_response()
        }
        Does::BreaksOff(when) => {
            let (sender, pieces) = mpsc::channel(2);
            tokio::spawn(async move {
                let begun = sender.send(Ok(Bytes::from_static(b"{"))).await;
                let _said_or_dropped = when.await;
                let broken = sender.send(Err(std::io::Error::other("broken"))).await;
                begun.and(broken)
            });
            Body::new(Pieces(pieces)).into_response()
        }
        Does::Waits(until) => {
            let _sent_or_dropped = until.await;
            rows(&environment, &seen)
        }
        Does::Streams(mut from) => {
            let (sender, pieces) = mpsc::channel(1);
            tokio::spawn(async move {
                while let Some(piece) = from.recv().await {
                    if sender.send(Ok(piece)).await.is_err() {
                        break;
                    }
                }
            });
            ([(header::CONTENT_TYPE, "application/json")], Body::new(Pieces(pieces))).into_response()
        }
    }
}

fn rows(environment: &Environment, seen: &Seen) -> Response {
    let (name, origin) = (environment.name, &environment.origin);
    let headers = [
        (
            header::CONTENT_TYPE.as_str(),
            "application/json; odata.metadata=minimal".to_owned(),
        ),
        ("odata-version", "4.0".to_owned()),
        ("odata-entityid", format!("{origin}/api/data/v9.2/accounts(1)")),
        (header::SET_COOKIE.as_str(), "ARRAffinity=1".to_owned()),
        (header::CACHE_CONTROL.as_str(), "public, max-age=600".to_owned()),
        ("access-control-allow-origin", "*".to_owned()),
        ("x-internal", "secret".to_owned()),
    ];
    let person = seen
        .headers
        .get("callerobjectid")
        .map_or("application", |it| it.to_str().unwrap());
    let body = format!(
        r#"{{"@odata.context":"{origin}/api/data/v9.2/$metadata#accounts","value":[{{"name":"{name}","for":"{person}"}}],"@odata.nextLink":"{origin}/api/data/v9.2/accounts?$skiptoken=2"}}"#
    );
    (headers, body).into_response()
}

/// A body of pieces as they come.
struct Pieces(mpsc::Receiver<Result<Bytes, std::io::Error>>);

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        self.0
            .poll_recv(context)
            .map(|it| it.map(|it| it.map(http_body::Frame::data)))
    }
}
