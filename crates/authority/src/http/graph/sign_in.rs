//! `signIn`: the log of sign-ins and refused tokens of the caller's tenant, of people and of applications.
//!
//! In: calls. Out: lines of the log in Microsoft Graph's shape, the newest first. Invariant: a name is shown only of what
//! is in the tenant; what a caller merely claimed to be stays an id.

use oauth::{AppId, ObjectId, TenantId, Timestamp};
use odata::{BinaryOp, DateTime, Expr, Literal};
use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::Asked;
use super::list::Rows;
use super::reply::Reply;
use crate::graph::GraphRefusal;
use crate::sign_in_log::{SignInKind, SignInRecord, SignInStatus};
use crate::snapshot::Snapshot;
use crate::store;
use crate::store::narrow::{Narrow, Stretch};
use crate::store::sign_in::{self, Place, SignInFilter};

/// The properties by which the log may be filtered.
pub(crate) const FILTERED: &[&str] = &[
    "id",
    "createdDateTime",
    "userId",
    "userPrincipalName",
    "userDisplayName",
    "appId",
    "appDisplayName",
    "servicePrincipalId",
    "resourceId",
    "resourceDisplayName",
    "ipAddress",
    "clientAppUsed",
    "userAgent",
    "correlationId",
    "conditionalAccessStatus",
    "isInteractive",
    "signInEventTypes",
    "uniqueTokenIdentifier",
    "status",
];

/// One stretch of the log.
pub(crate) async fn rows(asked: &Asked<'_>, stretch: Stretch<'_>) -> Result<Rows, GraphRefusal> {
    let mut wanted = SignInFilter::default();
    if let Some(expr) = &asked.query.filter {
        narrow(expr, &mut wanted);
    }
    if let Some(id) = stretch.narrow.only_id() {
        wanted.only = Some(Place::of(id));
    }
    let after = Some(stretch.after).filter(|id| !id.is_nil()).map(Place::of);
    let database = asked.snapshot.database();
    let lines = sign_in::page(database, Some(asked.tenant()), &wanted, after, stretch.most).await?;
    let mut rows = Rows::default();
    for line in &lines {
        rows.objects
            .push((line.id, shown(&asked.snapshot, Some(asked.tenant()), line).await?));
    }
    let last = lines.last().map(|line| line.id);
    rows.last = last.filter(|_| lines.len() as u64 == stretch.most);
    Ok(rows)
}

/// `GET /auditLogs/signIns/{id}`
pub(crate) async fn read(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let only = Stretch {
        narrow: &Narrow::id(asked.id(0)?),
        after: Uuid::nil(),
        most: 1,
    };
    let line = rows(asked, only).await?.objects.pop();
    let (_, object) = line.ok_or_else(|| asked.not_found(0))?;
    Ok(Reply::entity(asked, "auditLogs/signIns", object))
}

/// What the database can answer by itself: comparisons that all must hold. The whole filter is asked again of what it
/// gives, so one that is not understood here costs time only.
fn narrow(expr: &Expr, wanted: &mut SignInFilter) {
    let Expr::Binary { op, left, right } = expr else { return };
    if *op == BinaryOp::And {
        narrow(left, wanted);
        narrow(right, wanted);
    }
    let (Expr::Path(path), Expr::Literal(literal)) = (left.as_ref(), right.as_ref()) else {
        return;
    };
    let segments: Vec<&str> = path.segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        ["createdDateTime"] => narrow_time(*op, literal, wanted),
        [name] if *op == BinaryOp::Eq => narrow_single(name, literal, wanted),
        ["status", "errorCode"] if *op == BinaryOp::Eq => {
            if let Literal::Integer(number) = literal {
                wanted.number = u32::try_from(*number).ok();
            }
        }
        _ => {}
    }
}

fn narrow_single(name: &str, literal: &Literal, wanted: &mut SignInFilter) {
    match (name, guid(literal), literal) {
        ("appId", Some(id), _) => wanted.application = Some(AppId::from(id)),
        ("userId", Some(id), _) => wanted.person = Some(ObjectId::from(id)),
        ("correlationId", Some(id), _) => wanted.correlation_id = Some(id),
        ("isInteractive", _, Literal::Boolean(true)) => wanted.kinds = vec![SignInKind::InteractiveUser],
        ("isInteractive", _, Literal::Boolean(false)) => {
            wanted.kinds = vec![SignInKind::NonInteractiveUser, SignInKind::ServicePrincipal];
        }
        _ => {}
    }
}

/// Times of a filter are whole seconds, those of the log are not: a second is taken whole, and looked at closer later.
fn narrow_time(op: BinaryOp, literal: &Literal, wanted: &mut SignInFilter) {
    let Literal::DateTime(DateTime(seconds)) = literal else {
        return;
    };
    let (from, until) = (
        Timestamp::from_seconds(*seconds),
        Timestamp::from_seconds(seconds.saturating_add(1)),
    );
    if matches!(op, BinaryOp::Ge | BinaryOp::Gt | BinaryOp::Eq) {
        wanted.from = Some(from);
    }
    if matches!(op, BinaryOp::Le | BinaryOp::Lt | BinaryOp::Eq) {
        wanted.until = Some(until);
    }
}

fn guid(literal: &Literal) -> Option<Uuid> {
    if let Literal::Guid(id) = literal {
        Some(*id)
    } else if let Literal::String(text) = literal {
        text.parse().ok()
    } else {
        None
    }
}

/// A line in its JSON form; one of no tenant names nobody.
pub(crate) async fn shown(
    snapshot: &Snapshot,
    tenant: Option<TenantId>,
    line: &SignInRecord,
) -> Result<Value, store::Error> {
    let person = match (tenant, line.person) {
        (Some(tenant), Some(person)) => snapshot.person(tenant, person).await?,
        _ => None,
    };
    let application = application_name(snapshot, tenant, line.unverified_application).await?;
    let resource = application_name(snapshot, tenant, line.resource).await?;
    Ok(json!({
        "id": line.id.to_string(),
        "createdDateTime": line.at.to_string(),
        "userId": line.person.map(|person| person.to_string()),
        "userPrincipalName": person.as_ref().map(|person| &person.upn),
        "userDisplayName": person.as_ref().map(|person| &person.display_name),
        "appId": line.unverified_application.map(|app_id| app_id.to_string()),
        "appDisplayName": application,
        "servicePrincipalId": line.principal.map(|principal| principal.to_string()),
        "resourceId": line.resource.map(|app_id| app_id.to_string()),
        "resourceDisplayName": resource,
        "ipAddress": line.address.map(|address| address.to_string()),
        "clientAppUsed": client_app_used(line.kind),
        "userAgent": line.user_agent,
        "correlationId": line.correlation_id.to_string(),
        "conditionalAccessStatus": "notApplied",
        "isInteractive": line.kind == SignInKind::InteractiveUser,
        "signInEventTypes": [event_type(line.kind)],
        "uniqueTokenIdentifier": line.token_id,
        "status": status(&line.status),
    }))
}

/// The name of an application that is in the tenant, or is registered there.
async fn application_name(
    snapshot: &Snapshot,
    tenant: Option<TenantId>,
    app_id: Option<AppId>,
) -> Result<Option<String>, store::Error> {
    let (Some(tenant), Some(app_id)) = (tenant, app_id) else {
        return Ok(None);
    };
    if let Some(principal) = snapshot.service_principal(tenant, app_id).await? {
        return Ok(Some(principal.display_name.clone()));
    }
    let client = snapshot.client(app_id).await?;
    let own = client.filter(|client| client.application.home_tenant == tenant);
    Ok(own.map(|client| client.application.display_name.clone()))
}

/// As Entra ID writes it; `errorCode` is the number behind `AADSTS`, 0 for a success.
fn status(status: &SignInStatus) -> Value {
    let (number, reason) = match status {
        SignInStatus::Success => (0, "Other."),
        SignInStatus::Refused { number, reason } => (*number, reason.as_str()),
    };
    json!({ "errorCode": number, "failureReason": reason, "additionalDetails": null })
}

/// Only the pages are known to be used with a browser.
fn client_app_used(kind: SignInKind) -> Option<&'static str> {
    match kind {
        SignInKind::InteractiveUser => Some("Browser"),
        SignInKind::NonInteractiveUser | SignInKind::ServicePrincipal => None,
    }
}

fn event_type(kind: SignInKind) -> &'static str {
    match kind {
        SignInKind::InteractiveUser => "interactiveUser",
        SignInKind::NonInteractiveUser => "nonInteractiveUser",
        SignInKind::ServicePrincipal => "servicePrincipal",
    }
}
