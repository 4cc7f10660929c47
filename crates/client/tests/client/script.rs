//! A service with its authority on this machine, which answers as it is told to.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use commonhold_client::{AppId, Application, Clock, Credential, Environment, Options, Secret, ServiceRefusal, Timer};
use futures_util::stream;
use oauth::{SeededRandom, TestClock, Timestamp};
use uuid::Uuid;

pub(crate) const TENANT: &str = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b";
pub(crate) const APP_ID: AppId = AppId::from_uuid(Uuid::from_u128(1));

/// What one request was.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// How a request is answered.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    /// The connection breaks off behind the body.
    is_cut: bool,
}

impl Reply {
    pub(crate) fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: String::new(),
            is_cut: false,
        }
    }

    /// Half an answer.
    pub(crate) fn cut() -> Self {
        Self {
            is_cut: true,
            ..Self::status(200).body(r#"{"value":["#)
        }
    }

    pub(crate) fn refused(status: u16, code: &str) -> Self {
        Self::status(status).body(&format!(r#"{{"error":{{"code":"{code}","message":"scripted"}}}}"#))
    }

    pub(crate) fn body(self, body: &str) -> Self {
        Self {
            body: body.to_owned(),
            ..self
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        if !self.is_cut {
            return response.body(Body::from(self.body)).unwrap();
        }
        let broken = Err(std::io::Error::other("cut off as the script says"));
        let body = Body::from_stream(stream::iter([Ok(Bytes::from(self.body)), broken]));
        response.body(body).unwrap()
    }
}

/// The service, its clock, and what it has seen.
pub(crate) struct Script {
    origin: String,
    pub(crate) clock: Arc<TestClock>,
    waited: Mutex<Vec<Duration>>,
    seen: Mutex<Vec<Seen>>,
    replies: Mutex<VecDeque<Reply>>,
    token_replies: Mutex<VecDeque<Reply>>,
    tokens_given: Mutex<usize>,
    /// The only token that rows are given for; `None` for the last one given.
    good_token: Mutex<Option<String>>,
    authority: Mutex<Option<String>>,
}

impl Script {
    /// A service that knows nothing yet to say: every request is answered with an empty collection.
    pub(crate) async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let script = Arc::new(Self {
            origin: format!("http://{address}"),
            clock: Arc::new(TestClock::new(Timestamp::from_seconds(1_800_000_000))),
            waited: Mutex::default(),
            seen: Mutex::default(),
            replies: Mutex::default(),
            token_replies: Mutex::default(),
            tokens_given: Mutex::default(),
            good_token: Mutex::default(),
            authority: Mutex::default(),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&script));
        tokio::spawn(async move { axum::serve(listener, router).await });
        script
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// What the service answers next, one after the other.
    pub(crate) fn replies(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().extend(replies);
    }

    /// What the authority answers next.
    pub(crate) fn token_replies(&self, replies: impl IntoIterator<Item = Reply>) {
        self.token_replies.lock().unwrap().extend(replies);
    }

    /// From now on only this token is taken.
    pub(crate) fn takes_only(&self, token: &str) {
        *self.good_token.lock().unwrap() = Some(token.to_owned());
    }

    /// Another authority in the challenge.
    pub(crate) fn names_authority(&self, origin: &str) {
        *self.authority.lock().unwrap() = Some(origin.to_owned());
    }

    pub(crate) fn tokens_given(&self) -> usize {
        *self.tokens_given.lock().unwrap()
    }

    /// Waits before a request was sent again, in seconds.
    pub(crate) fn waited(&self) -> Vec<f64> {
        self.waited.lock().unwrap().iter().map(Duration::as_secs_f64).collect()
    }

    /// Requests with a token.
    pub(crate) fn calls(&self) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap();
        let with_token = seen.iter().filter(|it| it.header("authorization").is_some());
        with_token.cloned().collect()
    }

    /// Requests for a token.
    pub(crate) fn token_requests(&self) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|it| it.path.ends_with("/token")).cloned().collect()
    }

    /// Methods and paths of everything that was sent.
    pub(crate) fn paths(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter().map(|it| format!("{} {}", it.method, it.path)).collect()
    }

    pub(crate) fn options(self: &Arc<Self>) -> Options {
        Options {
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            timer: Arc::new(Waits(Arc::clone(self))),
            random: Arc::new(SeededRandom::new(1)),
            ..Options::default()
        }
    }

    pub(crate) fn application(self: &Arc<Self>, credential: Credential) -> Application {
        Application::new(APP_ID, credential, self.options()).unwrap()
    }

    /// The environment as one application sees it.
    pub(crate) fn environment(self: &Arc<Self>) -> Environment {
        self.application(secret()).environment(&self.origin).unwrap()
    }

    fn token(&self) -> Reply {
        if let Some(reply) = self.token_replies.lock().unwrap().pop_front() {
            return reply;
        }
        let mut given = self.tokens_given.lock().unwrap();
        *given += 1;
        Reply::status(200).body(&format!(
            r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"token-{given}"}}"#
        ))
    }

    fn takes(&self, seen: &Seen) -> bool {
        let good = self.good_token.lock().unwrap().clone();
        let good = good.unwrap_or_else(|| format!("token-{}", self.tokens_given()));
        seen.header("authorization") == Some(&format!("Bearer {good}"))
    }

    fn challenge(&self) -> Reply {
        let authority = self.authority.lock().unwrap().clone();
        let authority = authority.unwrap_or_else(|| self.origin.clone());
        let challenge = format!("Bearer authorization_uri={authority}/{TENANT}/oauth2/authorize");
        Reply::status(401).header(header::WWW_AUTHENTICATE.as_str(), &challenge)
    }
}

/// Waiting takes no time, and moves the clock.
struct Waits(Arc<Script>);

impl Timer for Waits {
    fn wait(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            self.0.waited.lock().unwrap().push(duration);
            let millis = i64::try_from(duration.as_millis()).unwrap();
            self.0.clock.set(self.0.clock.now().plus_millis(millis));
        })
    }
}

async fn answer(State(script): State<Arc<Script>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, 1 << 24).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let seen = Seen {
        method: parts.method,
        path: parts.uri.to_string(),
        headers: parts.headers,
        body,
    };
    script.seen.lock().unwrap().push(seen.clone());
    if seen.path.ends_with("/oauth2/v2.0/token") {
        return script.token().into_response();
    }
    if !script.takes(&seen) {
        return script.challenge().into_response();
    }
    let reply = script.replies.lock().unwrap().pop_front();
    let nothing = || Reply::status(StatusCode::OK.as_u16()).body(r#"{"value":[]}"#);
    reply.unwrap_or_else(nothing).into_response()
}

pub(crate) fn secret() -> Credential {
    Credential::secret(Secret::new("p~8Q+x/%=: Z".to_owned()))
}

/// The environment's refusal.
#[track_caller]
pub(crate) fn refusal<T: std::fmt::Debug>(answer: Result<T, commonhold_client::Error>) -> ServiceRefusal {
    match answer {
        Err(commonhold_client::Error::Service(refusal)) => *refusal,
        other => panic!("{other:?}"),
    }
}
