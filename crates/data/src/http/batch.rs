//! `$batch`: several requests in one.
//!
//! In: the body of a batch. Out: the answers of its requests, in their order. Invariant: each request goes the whole road
//! of a request sent alone, with the token of the batch; the whole body is there before the first one begins, so that no
//! client holds a transaction open.

mod change_set;
mod part;
mod print;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use odata::{Batch, BatchItem, BatchRequest, BatchWriter, Preferences};

use crate::{
    caller::{self, Presented},
    data_service::Door,
    error::Error,
    http::{error, request, routes},
    plan::NO_REFERENCES,
};

use print::Answered;

/// What the answers of one batch may take together, in bytes: what Dataverse lets through of one message.
const MAX_ANSWER_BYTES: usize = 122_526_105;

/// What all requests of a batch have in common.
pub(super) struct Whole<'a> {
    /// The environment's.
    pub(super) door: &'a Door,
    /// The token of the batch.
    pub(super) presented: &'a Presented,
    /// The address by which the environment was reached.
    pub(super) base: &'a str,
    /// The version of the service in the address of the batch.
    pub(super) version: &'a str,
    /// The headers of the batch.
    pub(super) headers: &'a HeaderMap,
}

/// What happens behind a request that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnError {
    Stop,
    Continue,
}

/// Whether a request is a batch; `path` is behind the service root.
pub(super) fn is_batch(method: &Method, path: &str) -> bool {
    *method == Method::POST && matches!(path, "$batch" | "%24batch")
}

/// Answers a batch. An error means that no request of it was made.
pub(super) async fn answer(whole: &Whole<'_>, query: &str, body: &Bytes) -> Result<Response, Error> {
    let on_error = check(whole.headers, query)?;
    let content_type = request::one(whole.headers, &header::CONTENT_TYPE)?.unwrap_or_default();
    let batch = Batch::parse(content_type, body)?;
    let mut writer = BatchWriter::new(whole.boundary("batchresponse"));
    let mut failed = None;
    for item in &batch.items {
        let failing = if writer.len() > MAX_ANSWER_BYTES {
            let refused = whole.refused(too_much()).await?;
            print::one(&mut writer, whole, None, &refused);
            Some(refused)
        } else {
            run(whole, item, body, &mut writer).await?
        };
        failed = failed.or(failing);
        if failed.is_some() && on_error == OnError::Stop {
            break;
        }
    }
    let (content_type, printed) = writer.finish();
    let mut response = Response::new(Body::from(printed));
    if let Ok(value) = HeaderValue::try_from(content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    if let (OnError::Stop, Some(failed)) = (on_error, failed) {
        stopped(&mut response, &failed);
    }
    Ok(response)
}

/// The answer of a batch that was not done to its end has the status of the request that failed.
fn stopped(response: &mut Response, failed: &Answered) {
    *response.status_mut() = failed.status;
    for name in [header::WWW_AUTHENTICATE, header::RETRY_AFTER] {
        for value in failed.headers.get_all(&name) {
            response.headers_mut().append(&name, value.clone());
        }
    }
}

/// Runs one item and prints what came of it; the answer that failed, where one did.
async fn run(
    whole: &Whole<'_>,
    item: &BatchItem<'_>,
    body: &Bytes,
    writer: &mut BatchWriter,
) -> Result<Option<Answered>, Error> {
    let (id, answered) = match item {
        BatchItem::Request(request) => (request.content_id, whole.single(request, body).await?),
        BatchItem::ChangeSet(requests) => match change_set::run(whole, requests, body).await? {
            change_set::Outcome::Done(answers) => {
                let ids = requests.iter().map(|request| request.content_id);
                print::change_set(writer, whole, &ids.zip(&answers).collect::<Vec<_>>());
                return Ok(None);
            }
            change_set::Outcome::Failed { content_id, answered } => (content_id, answered),
        },
    };
    print::one(writer, whole, id, &answered);
    let is_failed = answered.status.is_client_error() || answered.status.is_server_error();
    Ok(is_failed.then_some(answered))
}

impl Whole<'_> {
    /// A request by itself.
    async fn single(&self, request: &BatchRequest<'_>, body: &Bytes) -> Result<Answered, Error> {
        match self.outcome(request, body).await {
            Ok(response) if request.method == Method::GET.as_str() => Ok(Answered::of(response).await?.streamed()),
            Ok(response) => Answered::of(response).await,
            Err(error) => self.refused(error).await,
        }
    }

    async fn outcome(&self, request: &BatchRequest<'_>, body: &Bytes) -> Result<Response, Error> {
        // As it is now: requests before this one may have changed who may do what.
        let environment = self.door.environment().await?;
        let part = part::read(self, &environment, (request, body), &NO_REFERENCES)?;
        let identity = caller::identify_within(&environment, self.presented, (self.headers, &part.headers)).await?;
        routes::dispatch(self.door, &environment, identity, &part.asked).await
    }

    async fn refused(&self, refused: Error) -> Result<Answered, Error> {
        Answered::of(error::answer(&refused, self.door.address().as_deref())).await
    }

    /// A name that no body holds, for nobody can guess it.
    fn boundary(&self, kind: &str) -> String {
        format!("{kind}_{}", self.request_id())
    }

    fn request_id(&self) -> String {
        oauth::random::uuid_v4(self.door.random()).to_string()
    }
}

/// Headers of a batch that would mean something for its requests stand there, not here.
fn check(headers: &HeaderMap, query: &str) -> Result<OnError, Error> {
    if !query.is_empty() {
        return Err(Error::NotSupported {
            what: "query options of `$batch` are not supported; they belong to the requests within it".to_owned(),
        });
    }
    request::refuse_unsupported(headers)?;
    for name in [header::IF_MATCH, header::IF_NONE_MATCH] {
        // Sent with everything by many clients: as no condition at all.
        let is_habit = request::one(headers, &name)?.is_none_or(|value| value == "null");
        if !is_habit {
            return Err(belongs_within(&format!("the header `{name}`")));
        }
    }
    let given = request::preferences(headers)?;
    let continuing = given.continue_on_error;
    let known = Preferences {
        continue_on_error: continuing,
        ..Preferences::default()
    };
    match given {
        other if other != known => Err(belongs_within(
            "the header `prefer`, but for `odata.continue-on-error`,",
        )),
        _ if continuing => Ok(OnError::Continue),
        _ => Ok(OnError::Stop),
    }
}

fn belongs_within(what: &str) -> Error {
    Error::NotSupported {
        what: format!("{what} belongs to the requests within the batch"),
    }
}

fn too_much() -> Error {
    Error::InvalidArgument {
        what: format!("the answers before this one take more than {MAX_ANSWER_BYTES} bytes; send it in another batch"),
    }
}
