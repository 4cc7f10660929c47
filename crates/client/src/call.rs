//! One typed call: sent, judged, sent again where that is right, until there is an answer.
//!
//! In: a [`Call`]. Out: an [`Answer`] with a good status, or an error. Invariant: every request carries the token of its
//! own environment and the impersonation of its own value, and the slot that it was sent under is free when it ends or
//! is dropped.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use oauth::random;
use tracing::Instrument as _;
use url::Url;

use crate::{
    Environment, Error, ServiceRefusal,
    lanes::{Lane, Pause, Slot},
    place::Place,
    retry::{self, Again, History, Outcome, Verdict},
    token::{self, Token},
};

mod answer;

pub(crate) use answer::{Answer, entity_id, refusal};

/// The headers by which a request acts for somebody else.
pub(crate) const IMPERSONATION: [HeaderName; 4] = [
    HeaderName::from_static("callerobjectid"),
    HeaderName::from_static("calleraadobjectid"),
    HeaderName::from_static("mscrmcallerid"),
    HeaderName::from_static("callerid"),
];
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const VERSION: HeaderValue = HeaderValue::from_static("4.0");

/// One request, as often as it is sent. Errors of the HTTP client are kept without its URL, whose keys and filters may
/// be personal.
pub(crate) struct Call {
    /// What is being done, for errors and logs: "creating a row".
    pub(crate) doing: &'static str,
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// Besides those that every call has.
    pub(crate) headers: HeaderMap,
    /// JSON, unless the headers say otherwise.
    pub(crate) body: Bytes,
    pub(crate) again: Again,
}

impl Call {
    pub(crate) fn new(doing: &'static str, method: Method, url: Url, again: Again) -> Self {
        Self {
            doing,
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            again,
        }
    }
}

/// What came of a call.
pub(crate) enum Settled {
    /// By this answer.
    Answered(Answer),
    /// It was done by an attempt whose answer was lost.
    DoneBefore,
}

/// Sends a call until there is an answer, or nothing more to try.
pub(crate) async fn run(environment: &Environment, call: &Call) -> Result<Settled, Error> {
    let place = environment.place();
    let request_id = random::uuid_v4(place.application().options.random.as_ref()).to_string();
    let span = tracing::debug_span!(
        "environment.call",
        doing = call.doing,
        server.address = place.name(),
        http.request.method = call.method.as_str(),
        request.id = request_id,
        http.response.status_code = tracing::field::Empty,
        attempts = tracing::field::Empty,
    );
    attempts(environment, call, &request_id).instrument(span).await
}

async fn attempts(environment: &Environment, call: &Call, request_id: &str) -> Result<Settled, Error> {
    let options = &environment.place().application().options;
    let mut history = History::default();
    loop {
        history.attempts += 1;
        let attempt = attempt(environment, call, request_id).await?;
        let outcome = attempt.outcome();
        match retry::judge(call.again, outcome, history, options.retries) {
            Verdict::After(wait) => {
                let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                tracing::debug!(
                    attempt = history.attempts,
                    wait_ms,
                    ?outcome,
                    "sent again after a while"
                );
                options.timer.wait(wait).await;
                history.is_open |= retry::leaves_open(outcome);
            }
            verdict @ (Verdict::Answer | Verdict::DoneBefore | Verdict::Open | Verdict::NotDone) => {
                tracing::Span::current().record("attempts", history.attempts);
                return conclude(call, attempt, verdict, request_id);
            }
        }
    }
}

fn conclude(call: &Call, attempt: Attempt, verdict: Verdict, request_id: &str) -> Result<Settled, Error> {
    let doing = call.doing;
    match (verdict, attempt) {
        (Verdict::DoneBefore, _) => Ok(Settled::DoneBefore),
        (Verdict::Open, Attempt::Answered(answer)) => Err(Error::AnswerLost {
            doing,
            source: Arc::new(answer.refusal(Some(request_id))),
        }),
        (Verdict::Open, Attempt::NotSent(why) | Attempt::Lost(why)) => Err(Error::AnswerLost {
            doing,
            source: Arc::new(why),
        }),
        (_, Attempt::Answered(answer)) if answer.is_good() => Ok(Settled::Answered(answer)),
        (_, Attempt::Answered(answer)) => Err(Error::Service(Box::new(answer.refusal(Some(request_id))))),
        (_, Attempt::NotSent(why) | Attempt::Lost(why)) => Err(Error::unreachable(doing, why)),
    }
}

/// How one sending fared.
enum Attempt {
    Answered(Answer),
    NotSent(reqwest::Error),
    Lost(reqwest::Error),
}

impl Attempt {
    fn outcome(&self) -> Outcome {
        match self {
            Self::Answered(answer) => Outcome::Answered {
                status: answer.status.as_u16(),
                retry_after: answer.retry_after(),
            },
            Self::NotSent(_) => Outcome::NotSent,
            Self::Lost(_) => Outcome::Lost,
        }
    }
}

/// Sends once; a token that the environment no longer takes is replaced, and that alone is no answer.
async fn attempt(environment: &Environment, call: &Call, request_id: &str) -> Result<Attempt, Error> {
    let place = environment.place();
    let token = token::get(place).await?;
    let first = send(environment, call, &token, request_id).await?;
    match first {
        // Within a batch it is one part that met it, and those before it were done.
        Attempt::Answered(answer) if answer.status == StatusCode::UNAUTHORIZED && !answer.is_good() => {
            let token = token::replace(place, &token).await?;
            send(environment, call, &token, request_id).await
        }
        answered @ Attempt::Answered(_) => Ok(answered),
        failed @ (Attempt::NotSent(_) | Attempt::Lost(_)) => Ok(failed),
    }
}

async fn send(environment: &Environment, call: &Call, token: &Token, request_id: &str) -> Result<Attempt, Error> {
    let place = environment.place();
    let slot = enter(place, environment.lane()).await?;
    let sent = place
        .application()
        .http
        .execute(request(environment, call, token, request_id))
        .await;
    let response = match sent {
        Ok(response) => response,
        Err(why) if why.is_connect() || why.is_builder() => return Ok(Attempt::NotSent(why.without_url())),
        Err(why) => return Ok(Attempt::Lost(why.without_url())),
    };
    let answer = match Answer::read(response).await {
        Ok(answer) => answer,
        Err(why) => return Ok(Attempt::Lost(why.without_url())),
    };
    tracing::Span::current().record("http.response.status_code", answer.status.as_u16());
    if is_overload(answer.status) {
        let pause = answer.retry_after().map(|after| Pause {
            until: place.clock().now().plus_millis(millis(after)),
            refusal: answer.refusal(Some(request_id)),
        });
        slot.refused(pause);
    } else {
        slot.succeeded();
    }
    Ok(Attempt::Answered(answer))
}

/// Leave to send, once the environment no longer asks for a pause. One that is longer than a call may wait is told as
/// the environment told it.
async fn enter(place: &Place, lane: Lane) -> Result<Slot, Error> {
    let options = &place.application().options;
    loop {
        let slot = place.lanes().enter(lane).await;
        let now = place.clock().now();
        let Some(pause) = place.lanes().pause(now) else {
            return Ok(slot);
        };
        drop(slot);
        let left_ms = u64::try_from(pause.until.millis() - now.millis()).unwrap_or(0);
        let left = std::time::Duration::from_millis(left_ms);
        if left > options.retries.longest_wait {
            return Err(Error::Service(Box::new(ServiceRefusal {
                retry_after: Some(left),
                ..pause.refusal
            })));
        }
        options.timer.wait(left).await;
    }
}

fn request(environment: &Environment, call: &Call, token: &Token, request_id: &str) -> reqwest::Request {
    let mut request = reqwest::Request::new(call.method.clone(), call.url.clone());
    *request.timeout_mut() = Some(environment.place().application().options.request_timeout);
    let headers = request.headers_mut();
    headers.insert(header::ACCEPT, JSON);
    headers.insert("odata-maxversion", VERSION);
    headers.insert("odata-version", VERSION);
    if !call.body.is_empty() {
        headers.insert(header::CONTENT_TYPE, JSON);
    }
    headers.extend(call.headers.clone());
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(CLIENT_REQUEST_ID, id);
    }
    headers.insert(header::AUTHORIZATION, token.bearer());
    environment.add_impersonation(headers);
    if !call.body.is_empty() {
        *request.body_mut() = Some(call.body.clone().into());
    }
    request
}

/// Tells the lanes how a forwarded request fared.
pub(crate) fn report(place: &Place, slot: Slot, answer: &reqwest::Response) {
    if !is_overload(answer.status()) {
        slot.succeeded();
        return;
    }
    let pause = answer::retry_after(answer.headers()).map(|after| Pause {
        until: place.clock().now().plus_millis(millis(after)),
        refusal: answer::refusal(answer.status(), answer.headers(), &[]),
    });
    slot.refused(pause);
}

/// What a request that failed on its way means to who sent it once.
pub(crate) fn failed(doing: &'static str, why: reqwest::Error) -> Error {
    if why.is_connect() || why.is_builder() {
        Error::unreachable(doing, why.without_url())
    } else {
        Error::AnswerLost {
            doing,
            source: Arc::new(why.without_url()),
        }
    }
}

fn is_overload(status: StatusCode) -> bool {
    matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
}

fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
