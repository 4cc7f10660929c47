//! A change set: requests that are done all or none.
//!
//! In: its requests. Out: an answer for each, or the one that failed. Invariant: all are read and planned before the first
//! one is done, and a request names only rows that those before it write.

use bytes::Bytes;
use http::Method;
use odata::BatchRequest;

use super::{Whole, part, print::Answered};
use crate::{
    caller,
    environment::Environment,
    error::{Error, Failure},
    http::{Asked, Operation, resource, response},
    plan::References,
    service::{self, Intended},
};

/// What came of a change set.
pub(super) enum Outcome<'a> {
    /// It is done.
    Done(Vec<Answered>),
    /// Nothing of it was done.
    Failed {
        /// The request that failed, where it had a name.
        content_id: Option<&'a str>,
        /// Its answer.
        answered: Answered,
    },
}

/// Runs a change set.
pub(super) async fn run<'a>(
    whole: &Whole<'_>,
    requests: &[BatchRequest<'a>],
    body: &Bytes,
) -> Result<Outcome<'a>, Error> {
    let outcome = match requests {
        // One alone is all or none by itself.
        [request] if request.method != Method::GET.as_str() => {
            let answered = whole.single(request, body).await?;
            if answered.status.is_success() {
                return Ok(Outcome::Done(vec![answered]));
            }
            return Ok(Outcome::Failed {
                content_id: request.content_id,
                answered,
            });
        }
        requests => together(whole, requests, body).await,
    };
    match outcome {
        Ok(answers) => Ok(Outcome::Done(answers)),
        Err(Failure { at, error }) => Ok(Outcome::Failed {
            content_id: at
                .and_then(|at| requests.get(at))
                .and_then(|request| request.content_id),
            answered: whole.refused(*error).await?,
        }),
    }
}

async fn together(whole: &Whole<'_>, requests: &[BatchRequest<'_>], body: &Bytes) -> Result<Vec<Answered>, Failure> {
    let environment = whole.door.environment().await?;
    let mut references = References::default();
    let mut set = Vec::with_capacity(requests.len());
    let mut said = Vec::with_capacity(requests.len());
    for (at, request) in requests.iter().enumerate() {
        let failed = |error| Failure::at(at, error);
        let planned = plan(whole, &environment, (request, body), &references).await;
        let (asked, intended, address) = planned.map_err(failed)?;
        if let (Some(id), Some(address)) = (request.content_id, address) {
            references.name(id, address);
        }
        said.push(asked);
        set.push(intended);
    }
    let written = service::change(whole.door, &environment, &set).await?;
    let mut answers = Vec::with_capacity(written.len());
    for (asked, written) in said.iter().zip(&written) {
        answers.push(Answered::of(response::written(&environment.catalogue, asked, written)).await?);
    }
    Ok(answers)
}

/// Reads one request and plans it; with the address of the row that it writes, where requests behind it may name it.
async fn plan(
    whole: &Whole<'_>,
    environment: &Environment,
    (request, body): (&BatchRequest<'_>, &Bytes),
    references: &References,
) -> Result<(Asked, Intended, Option<String>), Error> {
    let part = part::read(whole, environment, (request, body), references)?;
    let identity = caller::identify_within(environment, whole.presented, (whole.headers, &part.headers)).await?;
    let operation = resource::operation(&part.asked.method, &part.asked.url.path, &environment.catalogue)?;
    check(&part.asked.method, operation)?;
    let caller = identity.with_roles()?;
    let intended = service::intend(environment, &caller, &part.asked, (operation, references))?;
    let address = intended.address(environment, &part.asked, operation);
    Ok((part.asked, intended, address))
}

/// That a request changes rows, and nothing else.
fn check(method: &Method, operation: Operation<'_>) -> Result<(), Error> {
    if *method == Method::GET {
        return Err(Error::NotSupported {
            what:
                "An invalid HTTP method 'GET' was detected for a request in a change set. Requests in change sets only \
                   support the HTTP methods 'POST', 'PUT', 'DELETE', and 'PATCH'."
                    .to_owned(),
        });
    }
    if let Operation::Action(name) = operation {
        return Err(Error::NotSupported {
            what: format!(
                "the action `{name}` in a change set with other requests is not supported; send it by itself"
            ),
        });
    }
    Ok(())
}
