//! The road of every request: who sends it, whether they may now, what they say, done, answered.
//!
//! In: an HTTP request to one environment. Out: an HTTP answer. Invariant: nothing of a request but its place and method
//! is looked at before its sender is known, and every answer, refusals included, carries the headers of the service.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    response::Response,
};
use http::Method;
use oauth::PeerCertificate;

use crate::{
    caller::{self, Credentials, Identity},
    data_service::{BaseUrl, DataService, Door},
    environment::Environment,
    error::Error,
    functions,
    http::{
        Asked, batch, error, headers,
        request::{self, Place, Unread},
        resource::{self, Operation},
        response,
    },
    limits::{Admission, Remaining},
    service,
};

/// The methods that any resource of the service takes.
const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PATCH, Method::PUT, Method::DELETE];

impl DataService {
    /// Everything under one environment: `/api/data/v9.0`, `v9.1` and `v9.2`, and a 404 in the wire's shape elsewhere.
    ///
    /// Mounted at the environment's origin and nested under `/env/{name}`; all routers of one environment share its
    /// limits.
    pub fn router(&self, environment_name: &str) -> Router {
        Router::new().fallback(serve).with_state(self.door(environment_name))
    }
}

async fn serve(State(door): State<Arc<Door>>, request: Request) -> Response {
    let mut remaining = None;
    let mut response = match respond(&door, request, &mut remaining).await {
        Ok(response) => response,
        Err(refused) => error::answer(&refused, door.address().as_deref()),
    };
    let headers = response.headers_mut();
    headers::add_to_all(headers, oauth::random::uuid_v4(door.random()));
    if let Some(remaining) = remaining {
        headers::add_remaining(headers, remaining);
    }
    response
}

/// The steps before and after the conductors. `remaining` is told as soon as it is known, for refusals too.
async fn respond(door: &Door, request: Request, remaining: &mut Option<Remaining>) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    request::place(parts.uri.path())?;
    known(&parts.method)?;
    let environment = door.environment().await?;
    let base = parts.extensions.get::<BaseUrl>().map(|base| base.0.clone());
    let base = base.unwrap_or_else(|| environment.address.urls.first().cloned().unwrap_or_default());
    let credentials = Credentials {
        headers: &parts.headers,
        method: &parts.method,
        url: format!("{base}{}", parts.uri.path()),
        peer_certificate: parts.extensions.get::<PeerCertificate>(),
    };
    let presented = caller::present(&environment, door.tokens(), &credentials)?;
    let identity = caller::identify(&environment, &presented, &parts.headers).await?;
    let admission = door.admit(identity.real().id)?;
    *remaining = admission.as_ref().map(Admission::remaining);
    let body = request::body(body, door.body_limit_bytes()).await?;
    let Place { version, path } = request::place(parts.uri.path())?;
    let query = parts.uri.query().unwrap_or_default();
    let response = if batch::is_batch(&parts.method, path) {
        let whole = batch::Whole {
            door,
            presented: &presented,
            base: &base,
            version,
            headers: &parts.headers,
        };
        batch::answer(&whole, query, &body).await
    } else {
        let asked = request::read(Unread {
            base: &base,
            version,
            path,
            query,
            method: parts.method,
            headers: &parts.headers,
            body,
        })?;
        dispatch(door, &environment, identity, &asked).await
    };
    drop(admission);
    response
}

/// HEAD, OPTIONS and the rest mean nothing here, whatever the resource.
pub(super) fn known(method: &Method) -> Result<(), Error> {
    if METHODS.contains(method) {
        return Ok(());
    }
    Err(Error::MethodNotAllowed {
        what: format!("the method `{method}` is not allowed"),
    })
}

/// From operation to conductor.
pub(super) async fn dispatch(
    door: &Door,
    environment: &Arc<Environment>,
    identity: Identity,
    asked: &Asked,
) -> Result<Response, Error> {
    let operation = resource::operation(&asked.method, &asked.url.path, &environment.catalogue)?;
    let catalogue = &environment.catalogue;
    // Asking who one is needs no role.
    if operation == Operation::Function(functions::WHO_AM_I) {
        return Ok(response::json(functions::who_am_i(environment, &identity, asked)?));
    }
    let caller = identity.with_roles()?;
    match operation {
        Operation::ServiceDocument => Ok(response::service_document(catalogue, &asked.root)),
        Operation::Read => {
            let found = service::read(environment, &caller, asked).await?;
            Ok(response::found(catalogue, asked, &found))
        }
        Operation::Function(name) => Ok(response::json(
            functions::call(environment, &caller, asked, name).await?,
        )),
        Operation::Action(name) => {
            functions::act(door, environment, &caller, asked, name).await?;
            Ok(response::no_content())
        }
        Operation::Batch => Err(Error::NotSupported {
            what: "a batch within a batch is not supported".to_owned(),
        }),
        Operation::Create
        | Operation::Update
        | Operation::Delete
        | Operation::PutProperty
        | Operation::DeleteProperty
        | Operation::AddReference
        | Operation::SetReference
        | Operation::RemoveReference => {
            let written = service::write(door, environment, &caller, asked, operation).await?;
            Ok(response::written(catalogue, asked, &written))
        }
    }
}
