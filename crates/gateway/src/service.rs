//! The road of a request to the data: who asks, where, what is said, whether they may, within their budget, called.
//!
//! In: a session and a request. Out: the environment's answer, or a refusal. Invariant: [`call`] takes nothing but what
//! [`policy::permit`] has let through, with the URL that it was asked about.

use ::http::{HeaderMap, Method, Request, Response};
use bytes::Bytes;
use client::{Body, Environment};
use http_body_util::BodyExt as _;
use url::Url;

use crate::act::Asked;
use crate::budget::Spent;
use crate::gateway::Inner;
use crate::person::Person;
use crate::policy::{self, Permitted};
use crate::refusal::Refusal;
use crate::said::{self, BodyRule, Said, SaidError, Understood};
use crate::sign_in::SpeaksFor;

/// The path of the service on every origin.
const SERVICE: &str = "/api/data/";

/// A request of somebody who is signed in, as it came.
pub(crate) struct Incoming<B> {
    pub(crate) method: Method,
    /// Path and query, as they came.
    pub(crate) path_and_query: String,
    /// Those of the list that is sent on.
    pub(crate) headers: HeaderMap,
    pub(crate) facts: HeaderFacts,
    pub(crate) body: B,
}

/// What the headers say that bears on what is done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeaderFacts {
    pub(crate) conditions: said::Conditions,
    pub(crate) answer: said::Answer,
    pub(crate) is_json: bool,
}

/// An answer with what it costs as long as it streams.
pub(crate) struct Answered {
    pub(crate) response: Response<Body>,
    pub(crate) spent: Spent,
    /// The address of the environment, which the answer's links begin with.
    pub(crate) environment: Url,
}

/// A body that is either held, because it was looked at, or streams.
type Outgoing = http_body_util::combinators::UnsyncBoxBody<Bytes, BoxError>;
/// Whatever a foreign body fails with.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The conductor.
pub(crate) async fn serve<B>(gateway: &Inner, person: &Person, incoming: Incoming<B>) -> Result<Answered, Refusal>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let environment = environment(gateway, person)?;
    let url = url(&gateway.origin, &incoming.path_and_query)?;
    let Understood { asked, body: rule } = understood(gateway, &incoming, &url)?;
    // Before the body is read: who may not do it in any case does not make the gateway hold it.
    let permitted = policy::permit(&gateway.policy, person, asked)?;
    let mut further = Asked::default();
    let body = body(gateway, &rule, incoming.facts, incoming.body, &mut further).await?;
    let permitted = permitted.and(policy::permit(&gateway.policy, person, further)?);
    let spent = gateway.budgets.spend(person)?;
    let mut request = Request::new(body);
    *request.method_mut() = incoming.method;
    *request.headers_mut() = incoming.headers;
    let address = environment.url().clone();
    let response = call(gateway, &environment, &permitted, (url, request)).await?;
    Ok(Answered {
        response,
        spent,
        environment: address,
    })
}

/// Where: the environment of the person's tenant, in whose name it is asked.
pub(crate) fn environment(gateway: &Inner, person: &Person) -> Result<Environment, Refusal> {
    let environment = gateway
        .subscribers
        .environment(person.tenant())
        .ok_or(Refusal::NotSubscribed)?;
    match gateway.speaks_for {
        SpeaksFor::Application => Ok(environment),
        SpeaksFor::Person => {
            let person = person.object_id().ok_or(Refusal::NoObjectId)?;
            Ok(environment.on_behalf_of(person))
        }
    }
}

/// The URL in the form in which it is sent: dots resolved, odd characters encoded. What is judged is this text.
fn url(origin: &str, path_and_query: &str) -> Result<Url, Refusal> {
    let wrong = || {
        Refusal::Said(SaidError::Path {
            path: path_and_query.to_owned(),
        })
    };
    let url = Url::parse(&format!("{origin}{path_and_query}")).map_err(|_invalid| wrong())?;
    if url.origin().ascii_serialization() == origin && url.fragment().is_none() {
        Ok(url)
    } else {
        Err(wrong())
    }
}

/// Said: everything but the body.
fn understood<B>(gateway: &Inner, incoming: &Incoming<B>, url: &Url) -> Result<Understood, Refusal> {
    let wrong = || SaidError::Path {
        path: url.path().to_owned(),
    };
    let rest = url.path().strip_prefix(SERVICE).ok_or_else(wrong)?;
    let (version, path) = rest.split_once('/').unwrap_or((rest, ""));
    if !matches!(version, "v9.0" | "v9.1" | "v9.2") {
        return Err(wrong().into());
    }
    let said = Said {
        method: &incoming.method,
        path,
        query: url.query().unwrap_or_default(),
        conditions: incoming.facts.conditions,
        answer: incoming.facts.answer,
    };
    Ok(said::read(&gateway.surface, &said)?)
}

/// A row is held and looked at; what names nothing streams through.
async fn body<B>(
    gateway: &Inner,
    rule: &BodyRule,
    facts: HeaderFacts,
    body: B,
    asked: &mut Asked,
) -> Result<Outgoing, Refusal>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    match rule {
        BodyRule::Opaque => return Ok(body.map_err(Into::into).boxed_unsync()),
        BodyRule::Row(_) | BodyRule::Reference(_) if !facts.is_json => return Err(Refusal::MediaType),
        BodyRule::Row(_) | BodyRule::Reference(_) | BodyRule::Absent => {}
    }
    let limit_bytes = gateway.body_limit_bytes;
    let held = http_body_util::Limited::new(body, limit_bytes).collect().await;
    let held = held.map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() {
            Refusal::TooLong { limit_bytes }
        } else {
            Refusal::BodyLost
        }
    })?;
    let held = held.to_bytes();
    said::read_body(&gateway.surface, rule, &held, asked)?;
    Ok(http_body_util::Full::new(held)
        .map_err(|never| match never {})
        .boxed_unsync())
}

/// Called: the one place that asks an environment.
async fn call(
    gateway: &Inner,
    environment: &Environment,
    _permitted: &Permitted,
    (url, mut request): (Url, Request<Outgoing>),
) -> Result<Response<Body>, Refusal> {
    let unsendable = |_bad| {
        Refusal::Said(SaidError::Path {
            path: url.path().to_owned(),
        })
    };
    let path_and_query = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    *request.uri_mut() = path_and_query.parse().map_err(unsendable)?;
    let answering = tokio::time::timeout(gateway.answer_timeout, environment.forward(request));
    let response = answering.await.map_err(|_elapsed| Refusal::Slow)??;
    if response.status() == ::http::StatusCode::UNAUTHORIZED {
        return Err(Refusal::ApplicationRefused);
    }
    Ok(response)
}
