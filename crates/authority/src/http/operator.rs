//! `/api/`: what the operator of the running program asks of it: tenants, their settings, who administers them, keys, the
//! logs of what concerns no tenant, and a token to administer a tenant by the directory API.
//!
//! In: any request below that path. Out: JSON; refusals in the shape of Microsoft Graph. INVARIANT: nothing is looked at
//! before the operator's key has been; without a configured key the path is not served.

mod audit;
mod key;
mod person;
mod tenant;

use axum::extract::{Request, State};
use axum::response::Response;
use http::{Method, StatusCode, Uri};
use serde_json::Value;

use super::graph::body::Body;
use super::graph::exchange::GraphExchange;
use super::graph::reply::{Content, Reply};
use super::graph::{bearer, read, routes};
use super::unserved;
use crate::authority::Authority;
use crate::graph::GraphRefusal;
use crate::manage::Mandate;
use crate::operator;

/// Where the API begins.
const ROOT: &str = "/api/";

/// What a call does; the text is a tenant as the operator names it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Operation {
    ListTenants,
    CreateTenant,
    MakeToken(String),
    ReadSettings(String),
    ChangeSettings(String),
    /// Of a tenant, a person.
    ChangeRole(String, String),
    ListKeys,
    RollKeys,
    ListAudits,
    ListSignIns,
}

impl Operation {
    /// Its name in the log.
    fn as_str(&self) -> &'static str {
        match self {
            Self::ListTenants => "list tenants",
            Self::CreateTenant => "create tenant",
            Self::MakeToken(_) => "make token",
            Self::ReadSettings(_) => "read settings",
            Self::ChangeSettings(_) => "change settings",
            Self::ChangeRole(..) => "change directory role",
            Self::ListKeys => "list signing keys",
            Self::RollKeys => "roll signing keys",
            Self::ListAudits => "list audits",
            Self::ListSignIns => "list sign-ins",
        }
    }
}

/// Any request below `/api/`.
pub(crate) async fn call(State(authority): State<Authority>, request: Request) -> Response {
    if authority.operator_key().is_none() {
        return unserved::path(State(authority), request).await;
    }
    let (head, body) = request.into_parts();
    let exchange = GraphExchange::begin(&authority, &head);
    let outcome = match operator::identify(&authority, bearer(&head.headers)) {
        Ok(mandate) => match find(&head.method, head.uri.path()) {
            Ok(operation) => {
                let answered = match read(body).await {
                    Ok(body) => Box::pin(answer(&authority, &mandate, &operation, (&head.uri, &body))).await,
                    Err(refusal) => Err(refusal),
                };
                log(&exchange, &operation, &answered);
                answered
            }
            Err(refusal) => Err(refusal),
        },
        Err(refusal) => Err(refusal),
    };
    let (status, content) = exchange.settle(outcome);
    exchange.respond(status, content)
}

async fn answer(
    authority: &Authority,
    mandate: &Mandate,
    operation: &Operation,
    (uri, unverified_body): (&Uri, &[u8]),
) -> Result<Reply, GraphRefusal> {
    let body = || Body::parse(unverified_body);
    match operation {
        Operation::ListTenants => tenant::list(authority, mandate).await,
        Operation::CreateTenant => tenant::create(authority, mandate, body()?).await,
        Operation::MakeToken(name) => tenant::token(authority, mandate, name).await,
        Operation::ReadSettings(name) => tenant::settings(authority, mandate, name).await,
        Operation::ChangeSettings(name) => tenant::change_settings(authority, mandate, name, body()?).await,
        Operation::ChangeRole(tenant, name) => person::change_role(authority, mandate, (tenant, name), body()?).await,
        Operation::ListKeys => key::list(authority, mandate).await,
        Operation::RollKeys => key::roll(authority, mandate, body()?).await,
        Operation::ListAudits => audit::changes(authority, mandate, uri).await,
        Operation::ListSignIns => audit::sign_ins(authority, mandate, uri).await,
    }
}

/// The operation of a method and a path.
fn find(method: &Method, unverified_path: &str) -> Result<Operation, GraphRefusal> {
    let path = unverified_path.strip_prefix(ROOT).unwrap_or_default();
    let unknown = || GraphRefusal::Segment {
        segment: path.to_owned(),
    };
    let segments = routes::segments(path).ok_or_else(unknown)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let operation = match (method.as_str(), segments.as_slice()) {
        ("GET", ["tenants"]) => Operation::ListTenants,
        ("POST", ["tenants"]) => Operation::CreateTenant,
        ("POST", ["tenants", name, "token"]) => Operation::MakeToken((*name).to_owned()),
        ("GET", ["tenants", name, "settings"]) => Operation::ReadSettings((*name).to_owned()),
        ("PATCH", ["tenants", name, "settings"]) => Operation::ChangeSettings((*name).to_owned()),
        ("PUT", ["tenants", tenant, "people", name, "directoryRole"]) => {
            Operation::ChangeRole((*tenant).to_owned(), (*name).to_owned())
        }
        ("GET", ["signingKeys"]) => Operation::ListKeys,
        ("POST", ["signingKeys", "roll"]) => Operation::RollKeys,
        ("GET", ["auditLogs", "directoryAudits"]) => Operation::ListAudits,
        ("GET", ["auditLogs", "signIns"]) => Operation::ListSignIns,
        (
            _,
            ["tenants" | "signingKeys"]
            | ["tenants", _, "token" | "settings"]
            | ["tenants", _, "people", _, "directoryRole"]
            | ["signingKeys", "roll"]
            | ["auditLogs", "directoryAudits" | "signIns"],
        ) => {
            return Err(GraphRefusal::Method {
                received: method.to_string(),
            });
        }
        _ => return Err(unknown()),
    };
    Ok(operation)
}

/// One line for each call that was let in; why one was refused is told where it is settled.
fn log(exchange: &GraphExchange, operation: &Operation, outcome: &Result<Reply, GraphRefusal>) {
    let done = outcome.is_ok();
    let (request, client_request) = (exchange.request_id, exchange.client_request_id);
    tracing::info!(
        operation = operation.as_str(), done, correlation.id = %client_request, trace.id = %request,
        "operator call"
    );
}

fn reply(status: StatusCode, json: Value) -> Reply {
    Reply {
        status,
        body: Content::Json(json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_and_paths_are_operations() {
        let check = |method: Method, path: &str, expected: Option<Operation>| {
            assert_eq!(find(&method, path).ok(), expected, "{method} {path}");
        };
        let contoso = || "contoso.example".to_owned();
        check(Method::GET, "/api/tenants", Some(Operation::ListTenants));
        check(Method::POST, "/api/tenants/", Some(Operation::CreateTenant));
        let token = Some(Operation::MakeToken(contoso()));
        check(Method::POST, "/api/tenants/contoso.example/token", token);
        let change = Some(Operation::ChangeSettings(contoso()));
        check(Method::PATCH, "/api/tenants/contoso.example/settings", change);
        let role = "/api/tenants/contoso.example/people/ada@contoso.example/directoryRole";
        let change = Operation::ChangeRole(contoso(), "ada@contoso.example".to_owned());
        check(Method::PUT, role, Some(change));
        check(Method::POST, "/api/signingKeys/roll", Some(Operation::RollKeys));
        let audits = "/api/auditLogs/directoryAudits";
        check(Method::GET, audits, Some(Operation::ListAudits));
        check(Method::GET, "/api/auditLogs/signIns", Some(Operation::ListSignIns));
        for unknown in [
            "/api/",
            "/api/tenants/x",
            "/api/tenants//token",
            "/api/tenants/%ff/token",
        ] {
            check(Method::GET, unknown, None);
        }
        let refused = find(&Method::DELETE, "/api/tenants");
        assert!(matches!(refused, Err(GraphRefusal::Method { .. })));
    }
}
