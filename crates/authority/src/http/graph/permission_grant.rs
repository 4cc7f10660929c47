//! `oauth2PermissionGrant`: delegated permissions given to applications.
//!
//! In: calls. Out: grants in Microsoft Graph's shape. Invariant: client and resource are named by the object ids of their
//! service principals in the caller's tenant.

use oauth::ObjectId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::app_role_assignment::application_of;
use super::asked::Asked;
use super::body::Body;
use super::list::{self, Rows, Source};
use super::reply::Reply;
use super::routes::Holder;
use super::{service_principal, user};
use crate::consent::ScopeGrant;
use crate::graph::GraphRefusal;
use crate::manage;
use crate::manage::permission_grant::NewPermissionGrant;
use crate::store::narrow::{Narrow, Stretch};
use crate::store::scope_grant_list::{self, Whose};

/// The properties by which grants may be filtered.
pub(crate) const FILTERED: &[&str] = &["id", "clientId", "consentType", "principalId", "resourceId", "scope"];

/// One stretch of grants.
pub(crate) async fn rows(asked: &Asked<'_>, whose: Whose, stretch: Stretch<'_>) -> Result<Rows, GraphRefusal> {
    let grants = scope_grant_list::stretch(asked.snapshot.database(), asked.tenant(), whose, stretch).await?;
    let is_full = grants.len() as u64 == stretch.most;
    let last = grants.last().map(|grant| grant.id);
    let mut objects = Vec::new();
    for grant in &grants {
        objects.push((grant.id, shown(asked, grant).await?));
    }
    Ok(Rows {
        objects,
        last: last.filter(|_| is_full),
    })
}

/// `GET /oauth2PermissionGrants`
pub(crate) async fn list(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    list::reply(asked, Source::Grants(Whose::Anybodys)).await
}

/// `GET /servicePrincipals/{id}/oauth2PermissionGrants` and `GET /users/{id}/oauth2PermissionGrants`
pub(crate) async fn list_of(asked: &Asked<'_>, holder: Holder) -> Result<Reply, GraphRefusal> {
    let whose = match holder {
        Holder::Principal | Holder::Resource => Whose::Client(service_principal::find(asked, 0).await?.app_id),
        Holder::User | Holder::Group => Whose::Person(user::find(asked, 0).await?.object_id),
    };
    list::reply(asked, Source::Grants(whose)).await
}

/// `GET /oauth2PermissionGrants/{id}`
pub(crate) async fn read(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let grant = find(asked, asked.id(0)?).await?;
    let object = shown(asked, &grant).await?;
    Ok(Reply::entity(asked, "oauth2PermissionGrants", object))
}

/// `POST /oauth2PermissionGrants`
pub(crate) async fn create(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let mut body = asked.body()?;
    let client: Uuid = body.required("clientId")?;
    let resource: Uuid = body.required("resourceId")?;
    let consent_type: String = body.required("consentType")?;
    let principal: Option<ObjectId> = body.optional("principalId")?;
    let person = match (consent_type.as_str(), principal) {
        ("AllPrincipals", None) => None,
        ("Principal", Some(person)) => Some(person),
        ("AllPrincipals", Some(_)) => return Err(body.wrong("principalId", "must be null for 'AllPrincipals'")),
        ("Principal", None) => return Err(GraphRefusal::Missing { name: "principalId" }),
        _ => return Err(body.wrong("consentType", "is neither 'AllPrincipals' nor 'Principal'")),
    };
    let scopes = scopes(&mut body)?.ok_or(GraphRefusal::Missing { name: "scope" })?;
    // Times of the old API, which have no meaning any more.
    body.ignore(&["id", "startTime", "expiryTime"]);
    body.finish()?;
    let new = NewPermissionGrant {
        tenant: asked.tenant(),
        client: application_of(asked, client).await?,
        resource: application_of(asked, resource).await?,
        person,
        scopes,
    };
    let id = manage::permission_grant::create(asked.authority, asked.mandate(), new).await?;
    let grant = find(asked, id).await?;
    let object = shown(asked, &grant).await?;
    Ok(Reply::created(asked, "oauth2PermissionGrants", object))
}

/// `PATCH /oauth2PermissionGrants/{id}`
pub(crate) async fn update(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let grant = find(asked, asked.id(0)?).await?;
    let mut body = asked.body()?;
    let scopes = scopes(&mut body)?;
    body.finish()?;
    if let Some(scopes) = scopes {
        let of = (asked.tenant(), grant.id);
        manage::permission_grant::set_scopes(asked.authority, asked.mandate(), of, &scopes).await?;
    }
    Ok(Reply::done())
}

/// `DELETE /oauth2PermissionGrants/{id}`
pub(crate) async fn delete(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let grant = find(asked, asked.id(0)?).await?;
    manage::permission_grant::remove(asked.authority, asked.mandate(), asked.tenant(), grant.id).await?;
    Ok(Reply::done())
}

async fn find(asked: &Asked<'_>, id: Uuid) -> Result<ScopeGrant, GraphRefusal> {
    let only = Stretch {
        narrow: &Narrow::id(id),
        after: Uuid::nil(),
        most: 1,
    };
    let database = asked.snapshot.database();
    let mut found = scope_grant_list::stretch(database, asked.tenant(), Whose::Anybodys, only).await?;
    found.pop().ok_or_else(|| GraphRefusal::NotFound { id: id.to_string() })
}

fn scopes(body: &mut Body) -> Result<Option<Vec<String>>, GraphRefusal> {
    let text: Option<String> = body.value("scope")?;
    Ok(text.map(|text| text.split_whitespace().map(str::to_owned).collect()))
}

async fn shown(asked: &Asked<'_>, grant: &ScopeGrant) -> Result<Value, GraphRefusal> {
    let client = asked.snapshot.service_principal(asked.tenant(), grant.client).await?;
    let resource = asked.snapshot.service_principal(asked.tenant(), grant.resource).await?;
    Ok(json!({
        "id": grant.id.to_string(),
        "clientId": client.map(|client| client.object_id.to_string()),
        "consentType": if grant.person.is_some() { "Principal" } else { "AllPrincipals" },
        "principalId": grant.person.map(|person| person.to_string()),
        "resourceId": resource.map(|resource| resource.object_id.to_string()),
        "scope": grant.scopes.join(" "),
    }))
}
