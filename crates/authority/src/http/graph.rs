//! `/v1.0/`: the directory API in the shapes of Microsoft Graph v1.0.
//!
//! In: any request below that path. Out: its answer. Invariant: the steps are called here, in order: who asks, what the
//! path means, whether they may, and only then the entity.

mod app_role_assignment;
mod application;
mod application_body;
mod asked;
mod authentication_method;
mod batch;
pub(super) mod body;
mod credential;
pub(super) mod directory_audit;
mod directory_object;
mod directory_role;
mod error;
pub(super) mod exchange;
mod expand;
mod federated_credential;
mod filter;
mod group;
mod list;
mod organization;
mod owner;
mod permission_grant;
pub(super) mod query;
pub(super) mod reply;
pub(crate) mod routes;
mod search;
mod service_principal;
pub(super) mod sign_in;
mod user;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, Method, header};
use oauth::VerifiedToken;

use self::asked::{Asked, Missing};
use self::exchange::GraphExchange;
use self::query::{Consistency, Query};
use self::reply::Reply;
use self::routes::{Found, Holder, Operation};
use crate::authority::Authority;
use crate::graph::{self, GraphRefusal, Reach, access};
use crate::http::presented;
use crate::presented_token::PresentedToken;

/// The longest body that is read.
const MOST_BODY_BYTES: usize = 1024 * 1024;
/// Where the API begins.
const ROOT: &str = "/v1.0/";

/// A call, read but not believed.
pub(crate) struct GraphCall<'a> {
    pub(crate) method: &'a Method,
    /// The path behind the origin, still encoded, with `/v1.0/`.
    pub(crate) unverified_path: &'a str,
    pub(crate) unverified_query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) unverified_body: &'a [u8],
}

/// Any request below `/v1.0/`.
pub(crate) async fn call(State(authority): State<Authority>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut exchange = GraphExchange::begin(&authority, &head);
    let presented = presented::token(&authority, &head);
    let outcome = match read(body).await {
        Ok(body) => {
            let call = GraphCall {
                method: &head.method,
                unverified_path: head.uri.path(),
                unverified_query: head.uri.query().unwrap_or_default(),
                headers: &head.headers,
                unverified_body: &body,
            };
            answer_or_batch(&authority, presented.as_ref(), &call, &mut exchange).await
        }
        Err(refusal) => Err(refusal),
    };
    let (status, content) = exchange.settle(outcome);
    exchange.respond(status, content)
}

/// The body of a request, as far as it is read.
pub(super) async fn read(body: Body) -> Result<Vec<u8>, GraphRefusal> {
    // The one way to fail besides length is a connection that breaks, and then nobody reads the answer.
    let read = to_bytes(body, MOST_BODY_BYTES).await.ok();
    read.map(Vec::from).ok_or(GraphRefusal::BodyTooLarge {
        limit_bytes: MOST_BODY_BYTES,
    })
}

async fn answer_or_batch(
    authority: &Authority,
    presented: Option<&PresentedToken<'_>>,
    call: &GraphCall<'_>,
    exchange: &mut GraphExchange,
) -> Result<Reply, GraphRefusal> {
    let token = graph::prove(authority, presented).await?;
    let is_batch = call.method == Method::POST && call.unverified_path.trim_end_matches('/') == "/v1.0/$batch";
    if is_batch {
        batch::answer(authority, &token, call, exchange).await
    } else {
        answer(authority, &token, call, exchange).await
    }
}

/// Answers one call, alone or as a part of a batch.
pub(crate) async fn answer(
    authority: &Authority,
    token: &VerifiedToken,
    call: &GraphCall<'_>,
    exchange: &mut GraphExchange,
) -> Result<Reply, GraphRefusal> {
    let (caller, snapshot) = graph::identify(authority, token).await?;
    exchange.tenant = Some(caller.tenant().id);
    let own_id = caller.person().map(|person| person.object_id.to_string());
    let found = find(call, own_id.as_deref())?;
    let Some(right) = found.right else {
        return Err(batch_within());
    };
    let is_own = is_about_user(found.operation) && found.keys.first().is_some_and(|key| caller.is_called(key));
    let reach = if is_own { Reach::Own } else { Reach::Others };
    let permit = access::permit(caller, right, reach)?;
    let consistency = consistency(call.headers);
    let query = Query::parse(call.unverified_query, consistency)?;
    if !query.expand.is_empty() && expand::of_operation(found.operation).is_none() {
        return Err(GraphRefusal::Query {
            what: "The query option '$expand' is not supported here".to_owned(),
        });
    }
    let asked = Asked {
        authority,
        snapshot,
        permit,
        keys: found.keys,
        query,
        consistency,
        missing: missing(call.headers),
        path: call.unverified_path,
        unverified_body: call.unverified_body,
    };
    // Boxed, so that the many short answers do not carry room for the longest.
    Box::pin(answer_asked(&asked, found.operation)).await
}

/// The line of the table for a call; `me` stands for the calling person.
fn find(call: &GraphCall<'_>, own_id: Option<&str>) -> Result<Found, GraphRefusal> {
    let path = call.unverified_path.strip_prefix(ROOT).unwrap_or_default();
    let mut segments = routes::segments(path).ok_or_else(|| GraphRefusal::Segment {
        segment: path.to_owned(),
    })?;
    if segments.first().is_some_and(|first| first == "me") {
        let own_id = own_id.ok_or(GraphRefusal::NoPerson)?;
        segments.splice(..1, ["users".to_owned(), own_id.to_owned()]);
    }
    routes::find(call.method, &segments)
}

async fn answer_asked(asked: &Asked<'_>, operation: Operation) -> Result<Reply, GraphRefusal> {
    use Operation as O;
    match operation {
        O::Batch => Err(batch_within()),
        O::List(source) => list::reply(asked, source).await,
        O::Count(source) => list::count(asked, source).await,
        O::CreateApplication => application::create(asked).await,
        O::ReadApplication => application::read(asked).await,
        O::UpdateApplication => application::update(asked).await,
        O::DeleteApplication => application::delete(asked).await,
        O::AddPassword => credential::add_password(asked).await,
        O::RemovePassword => credential::remove_password(asked).await,
        O::AddKey => credential::add_key(asked).await,
        O::RemoveKey => credential::remove_key(asked).await,
        O::ListFederated => federated_credential::list(asked).await,
        O::CreateFederated => federated_credential::create(asked).await,
        O::ReadFederated => federated_credential::read(asked).await,
        O::UpdateFederated => federated_credential::update(asked).await,
        O::DeleteFederated => federated_credential::delete(asked).await,
        O::CreatePrincipal => service_principal::create(asked).await,
        O::ReadPrincipal => service_principal::read(asked).await,
        O::UpdatePrincipal => service_principal::update(asked).await,
        O::DeletePrincipal => service_principal::delete(asked).await,
        O::ListAssignments(holder) => app_role_assignment::list(asked, holder).await,
        O::CreateAssignment(holder) => app_role_assignment::create(asked, holder).await,
        O::ReadAssignment(holder) => app_role_assignment::read(asked, holder).await,
        O::DeleteAssignment(holder) => app_role_assignment::delete(asked, holder).await,
        O::ListGrants => permission_grant::list(asked).await,
        O::ListGrantsOf(holder) => permission_grant::list_of(asked, holder).await,
        O::CreateGrant => permission_grant::create(asked).await,
        O::ReadGrant => permission_grant::read(asked).await,
        O::UpdateGrant => permission_grant::update(asked).await,
        O::DeleteGrant => permission_grant::delete(asked).await,
        O::CreateUser => user::create(asked).await,
        O::ReadUser => user::read(asked).await,
        O::UpdateUser => user::update(asked).await,
        O::DeleteUser => user::delete(asked).await,
        O::AssignLicense => user::assign_license(asked).await,
        O::RevokeSessions => user::revoke_sessions(asked).await,
        O::ListMemberOf(holder, depth) => directory_object::list_member_of(asked, holder, depth).await,
        O::MemberObjects(holder, action) => directory_object::member_objects(asked, holder, action).await,
        O::ListOwners(kind) => owner::list(asked, kind).await,
        O::AddOwner(kind) => owner::add(asked, kind).await,
        O::RemoveOwner(kind) => owner::remove(asked, kind).await,
        O::ListMethods(kind) => authentication_method::list(asked, kind).await,
        O::DeleteMethod(kind) => authentication_method::delete(asked, kind).await,
        O::CreateGroup => group::create(asked).await,
        O::ReadGroup => group::read(asked).await,
        O::UpdateGroup => group::update(asked).await,
        O::DeleteGroup => group::delete(asked).await,
        O::ListMembers(depth) => group::list_members(asked, depth).await,
        O::AddMember => group::add_member(asked).await,
        O::RemoveMember => group::remove_member(asked).await,
        O::ListOrganization => organization::list(asked),
        O::ReadOrganization => organization::read(asked),
        O::ListDomains => organization::list_domains(asked),
        O::ReadDomain => organization::read_domain(asked),
        O::ListSkus => organization::list_skus(asked).await,
        O::ListRoles => directory_role::list(asked),
        O::ReadRole => directory_role::read(asked),
        O::ListRoleMembers => directory_role::list_members(asked).await,
        O::ReadAudit => directory_audit::read(asked).await,
        O::ReadSignIn => sign_in::read(asked).await,
    }
}

fn batch_within() -> GraphRefusal {
    GraphRefusal::Batch {
        reason: "A batch cannot hold another one",
    }
}

/// Whether the first key of the path is a person's.
fn is_about_user(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::ReadUser
            | Operation::UpdateUser
            | Operation::DeleteUser
            | Operation::AssignLicense
            | Operation::RevokeSessions
            | Operation::ListMemberOf(Holder::User, _)
            | Operation::MemberObjects(Holder::User, _)
            | Operation::ListMethods(_)
            | Operation::ListGrantsOf(Holder::User)
            | Operation::ListAssignments(Holder::User)
    )
}

/// The bearer token of a request.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn consistency(headers: &HeaderMap) -> Consistency {
    match headers.get("consistencylevel") {
        Some(level) if level.as_bytes().eq_ignore_ascii_case(b"eventual") => Consistency::Eventual,
        _ => Consistency::Strong,
    }
}

fn missing(headers: &HeaderMap) -> Missing {
    let prefer = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let mut preferences = prefer.flat_map(|value| value.split(',')).map(str::trim);
    if preferences.any(|one| one.eq_ignore_ascii_case("create-if-missing")) {
        Missing::Create
    } else {
        Missing::Refuse
    }
}

#[cfg(test)]
mod tests;
