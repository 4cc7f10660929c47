//! The data: `/api/data/v9.2/…`, as the environment has it.
//!
//! In: a browser's request. Out: the environment's answer with its links turned to this origin, streaming. Invariant:
//! the answer is sent to who asked, marked as theirs alone.

use std::pin::Pin;
use std::task::{Context, Poll};

use ::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::relink::Relink;
use super::{client_request_id, error, headers, sign_in, who};
use crate::budget::Spent;
use crate::gateway::{Gateway, Inner};
use crate::metrics::{Metrics, Outcome, UnderWay};
use crate::refusal::Refusal;
use crate::service::{self, Answered, Incoming};

/// Headers with an address of the environment.
const ADDRESSES: [HeaderName; 2] = [header::LOCATION, HeaderName::from_static("odata-entityid")];
/// What is left of the person's budget.
const REMAINING: HeaderName = HeaderName::from_static("x-budget-remaining");

pub(super) async fn serve(State(gateway): State<Gateway>, request: Request) -> Response {
    let gateway = gateway.inner();
    let request_id = client_request_id::of(request.headers(), &*gateway.random);
    let outcome = respond(gateway, request, &request_id).await;
    let code = outcome.as_ref().map_or_else(error::code, |_| "answered");
    gateway.metrics.count(Outcome { part: "data", code });
    let mut response = outcome.unwrap_or_else(|refusal| error::answer(&refusal));
    response.headers_mut().insert(client_request_id::NAME, request_id);
    response
}

async fn respond(gateway: &Inner, request: Request, request_id: &HeaderValue) -> Result<Response, Refusal> {
    let under_way = Metrics::begin(&gateway.metrics);
    let (parts, body) = request.into_parts();
    let session = who::session(gateway, &parts.method, &parts.headers)?;
    let mut sent_on = headers::of_request(&parts.headers)?;
    sent_on.insert(client_request_id::NAME, request_id.clone());
    let incoming = Incoming {
        facts: headers::facts(&parts.method, &sent_on)?,
        method: parts.method,
        path_and_query: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        headers: sent_on,
        body,
    };
    let answered = service::serve(gateway, &session.person, incoming).await?;
    let mut response = answer(gateway, answered, under_way);
    if let Some(renewed) = gateway.sessions.renew(&session) {
        sign_in::keep_session(gateway, response.headers_mut(), &renewed);
    }
    Ok(response)
}

fn answer(gateway: &Inner, answered: Answered, under_way: UnderWay) -> Response {
    let Answered {
        response,
        spent,
        environment,
    } = answered;
    let from = format!("{environment}api/data/");
    let to = format!("{}/api/data/", gateway.origin);
    let (parts, body) = response.into_parts();
    let mut sent_on = headers::of_answer(&parts.headers);
    for name in ADDRESSES {
        relinked(&mut sent_on, &name, &from, &to);
    }
    sent_on.insert(REMAINING, HeaderValue::from(spent.remaining()));
    let is_json = sent_on
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    let body = Streamed {
        body,
        relink: is_json.then(|| Relink::new(&from, &to)),
        _spent: spent,
        _under_way: under_way,
    };
    let mut response = Response::new(Body::new(body));
    *response.status_mut() = parts.status;
    *response.headers_mut() = sent_on;
    response
}

/// An address that leads elsewhere is not the browser's to know.
fn relinked(headers: &mut HeaderMap, name: &HeaderName, from: &str, to: &str) {
    let Some(value) = headers.remove(name) else { return };
    let behind = value.to_str().ok().and_then(|text| text.strip_prefix(from));
    if let Some(Ok(value)) = behind.map(|behind| HeaderValue::try_from(format!("{to}{behind}"))) {
        headers.insert(name, value);
    }
}

/// A body that streams, and holds what the request costs until it has ended.
struct Streamed {
    body: client::Body,
    relink: Option<Relink>,
    _spent: Spent,
    _under_way: UnderWay,
}

impl http_body::Body for Streamed {
    type Data = Bytes;
    type Error = client::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        loop {
            let polled = Pin::new(&mut this.body).poll_frame(context);
            let Some(relink) = &mut this.relink else { return polled };
            let out = match polled {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(chunk) => relink.push(&chunk),
                    // Trailers of an environment say nothing that is on the list.
                    Err(_trailers) => continue,
                },
                Poll::Ready(None) => {
                    let rest = relink.finish();
                    this.relink = None;
                    if rest.is_empty() {
                        return Poll::Ready(None);
                    }
                    rest
                }
            };
            if !out.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(out))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.relink.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match self.relink {
            // Links have another length here.
            Some(_) => SizeHint::default(),
            None => self.body.size_hint(),
        }
    }
}
