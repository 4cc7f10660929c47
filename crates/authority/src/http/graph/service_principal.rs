//! `servicePrincipal`: applications in the caller's tenant.
//!
//! In: calls. Out: service principals in Microsoft Graph's shape. Invariant: the built-in applications are shown with the
//! others and cannot be changed.

use std::collections::HashMap;
use std::sync::Arc;

use oauth::{AppId, ObjectId, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::application;
use super::asked::{Asked, alternate};
use super::body::Body;
use super::expand::{self, Set};
use super::list::Rows;
use super::reply::{Reply, json as to_json};
use crate::application::{Application, Assignment, Client, ServicePrincipal};
use crate::graph::{Extent, GraphRefusal};
use crate::manage;
use crate::manage::service_principal::{NewServicePrincipal, PrincipalChange};
use crate::store;
use crate::store::application_list::{self, ListedApplication};
use crate::store::narrow::{Narrow, Stretch};
use crate::store::service_principal::ServicePrincipalRow;
use crate::well_known;

/// The properties by which service principals may be filtered.
pub(crate) const FILTERED: &[&str] = &[
    "id",
    "appId",
    "displayName",
    "appDisplayName",
    "appOwnerOrganizationId",
    "accountEnabled",
    "servicePrincipalNames",
    "servicePrincipalType",
    "tags",
];
/// What the directory makes itself: clients send back what they read.
const OWN: &[&str] = &[
    "id",
    "appDisplayName",
    "displayName",
    "appOwnerOrganizationId",
    "createdDateTime",
    "servicePrincipalNames",
    "servicePrincipalType",
    "signInAudience",
];

/// A service principal with its application.
struct Found {
    row: ServicePrincipalRow,
    application: ListedApplication,
    created_at: Option<Timestamp>,
}

/// One stretch of the tenant's service principals, the built-in ones among them; of those that are the caller's own for who
/// may see no others.
pub(crate) async fn rows(asked: &Asked<'_>, stretch: Stretch<'_>) -> Result<Rows, GraphRefusal> {
    let narrow = asked.narrowed_to_owned(stretch.narrow).await?;
    let narrow = &narrow;
    let mut found = stored(asked, Stretch { narrow, ..stretch }).await?;
    // Nobody owns what is built in.
    if asked.permit.extent() == Extent::All {
        let built_in = well_known::clients().into_iter().map(|client| built_in(asked, &client));
        found.extend(built_in.filter(|one| one.row.object_id.uuid() > stretch.after));
    }
    found.sort_by_key(|one| one.row.object_id);
    let most = usize::try_from(stretch.most).unwrap_or(usize::MAX);
    let is_full = found.len() >= most;
    found.truncate(most);
    let last = found.last().map(|one| one.row.object_id.uuid());
    let shown = |one: &Found| Ok((one.row.object_id.uuid(), shown(one)?));
    Ok(Rows {
        objects: found.iter().map(shown).collect::<Result<_, GraphRefusal>>()?,
        last: last.filter(|_| is_full),
    })
}

/// Service principals by their names, whoever owns them.
pub(crate) async fn basic_rows(asked: &Asked<'_>, stretch: Stretch<'_>) -> Result<Vec<(Uuid, Value)>, GraphRefusal> {
    let mut found = stored(asked, stretch).await?;
    let built_in = well_known::clients().into_iter().map(|client| built_in(asked, &client));
    found.extend(built_in.filter(|one| stretch.narrow.names(one.row.object_id.uuid())));
    let row = |one: &Found| {
        let application = &one.application.application;
        let object = json!({
            "id": one.row.object_id.to_string(),
            "appId": application.app_id.to_string(),
            "displayName": application.display_name,
            "servicePrincipalType": "Application",
        });
        (one.row.object_id.uuid(), object)
    };
    Ok(found.iter().map(row).collect())
}

/// `GET /servicePrincipals/{id}`
pub(crate) async fn read(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let found = find_covered(asked).await?;
    let object = expand::expanded(asked, Set::Principals, shown(&found)?).await?;
    Ok(Reply::entity(asked, "servicePrincipals", object))
}

/// `POST /servicePrincipals`
pub(crate) async fn create(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let mut body = asked.body()?;
    let app_id: AppId = body.required("appId")?;
    let wanted = wanted(&mut body)?;
    body.ignore(OWN);
    // Said by provisioning tools of every enterprise application; ours all are.
    body.ignore(&["tags"]);
    body.finish()?;
    let listed = application_list::of_ids(asked.snapshot.database(), &[app_id]).await?;
    let owned = listed.first().map(|row| row.application.object_id);
    asked.covers_owned(owned.unwrap_or(Uuid::nil().into())).await?;
    let new = NewServicePrincipal {
        object_id: None,
        tenant: asked.tenant(),
        app_id,
    };
    let id = manage::service_principal::create_with(asked.authority, asked.mandate(), new, wanted).await?;
    let found = by_id(asked, id)
        .await?
        .ok_or_else(|| GraphRefusal::NotFound { id: id.to_string() })?;
    Ok(Reply::created(asked, "servicePrincipals", shown(&found)?))
}

/// `PATCH /servicePrincipals/{id}`
pub(crate) async fn update(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let found = changeable(asked).await?;
    let mut body = asked.body()?;
    let wanted = wanted(&mut body)?;
    body.ignore(&["id", "appId"]);
    body.finish()?;
    let of = (asked.tenant(), found.row.app_id);
    manage::service_principal::change(asked.authority, asked.mandate(), of, wanted).await?;
    Ok(Reply::done())
}

/// `DELETE /servicePrincipals/{id}`
pub(crate) async fn delete(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let found = changeable(asked).await?;
    let app_id = found.row.app_id;
    manage::service_principal::delete(asked.authority, asked.mandate(), asked.tenant(), app_id).await?;
    Ok(Reply::done())
}

/// The service principal of a key of the path, by object id or `appId='..'`.
pub(crate) async fn find(asked: &Asked<'_>, at: usize) -> Result<Arc<ServicePrincipal>, GraphRefusal> {
    let row = find_row(asked, asked.key(at)).await?;
    let app_id = row.ok_or_else(|| asked.not_found(at))?.row.app_id;
    let principal = asked.snapshot.service_principal(asked.tenant(), app_id).await?;
    principal.ok_or_else(|| asked.not_found(at))
}

/// The service principal of this object id, in the caller's tenant.
pub(crate) async fn of_object_id(asked: &Asked<'_>, id: Uuid) -> Result<Option<Arc<ServicePrincipal>>, GraphRefusal> {
    match by_id(asked, ObjectId::from(id)).await? {
        Some(found) => Ok(asked
            .snapshot
            .service_principal(asked.tenant(), found.row.app_id)
            .await?),
        None => Ok(None),
    }
}

fn wanted(body: &mut Body) -> Result<PrincipalChange, GraphRefusal> {
    let required: Option<bool> = body.value("appRoleAssignmentRequired")?;
    Ok(PrincipalChange {
        enabled: body.value("accountEnabled")?,
        assignment: required.map(|required| {
            if required {
                Assignment::Required
            } else {
                Assignment::Optional
            }
        }),
    })
}

async fn changeable(asked: &Asked<'_>) -> Result<Found, GraphRefusal> {
    let found = find_covered(asked).await?;
    match well_known::client(found.row.app_id) {
        Some(_) => Err(GraphRefusal::Denied),
        None => Ok(found),
    }
}

async fn find_covered(asked: &Asked<'_>) -> Result<Found, GraphRefusal> {
    let found = find_row(asked, asked.key(0)).await?.ok_or_else(|| asked.not_found(0))?;
    asked.covers_owned(found.row.object_id).await?;
    Ok(found)
}

async fn find_row(asked: &Asked<'_>, key: &str) -> Result<Option<Found>, GraphRefusal> {
    let narrow = match alternate(key, "appId") {
        Some(app_id) => app_id.parse().ok().map(|id: AppId| Narrow::app_id(id.uuid())),
        None => key.parse().ok().map(|id: ObjectId| Narrow::id(id.uuid())),
    };
    match narrow {
        Some(narrow) => narrowed(asked, &narrow).await,
        None => Ok(None),
    }
}

async fn by_id(asked: &Asked<'_>, id: ObjectId) -> Result<Option<Found>, GraphRefusal> {
    narrowed(asked, &Narrow::id(id.uuid())).await
}

async fn narrowed(asked: &Asked<'_>, narrow: &Narrow) -> Result<Option<Found>, GraphRefusal> {
    let is_wanted = |found: &Found| {
        *narrow == Narrow::id(found.row.object_id.uuid()) || *narrow == Narrow::app_id(found.row.app_id.uuid())
    };
    let mut built_in = well_known::clients().into_iter().map(|client| built_in(asked, &client));
    if let Some(found) = built_in.find(is_wanted) {
        return Ok(Some(found));
    }
    let only = Stretch {
        narrow,
        after: Uuid::nil(),
        most: 1,
    };
    Ok(stored(asked, only).await?.pop())
}

async fn stored(asked: &Asked<'_>, stretch: Stretch<'_>) -> Result<Vec<Found>, GraphRefusal> {
    let database = asked.snapshot.database();
    let rows = store::service_principal::stretch(database, asked.tenant(), stretch).await?;
    let ids: Vec<AppId> = rows.iter().map(|(row, _)| row.app_id).collect();
    let listed = if ids.is_empty() {
        Vec::new()
    } else {
        application_list::of_ids(database, &ids).await?
    };
    let by_app: HashMap<AppId, ListedApplication> =
        listed.into_iter().map(|row| (row.application.app_id, row)).collect();
    let found = rows.into_iter().filter_map(|(row, created_at)| {
        let application = by_app.get(&row.app_id)?.clone();
        Some(Found {
            row,
            application,
            created_at: Some(created_at),
        })
    });
    Ok(found.collect())
}

fn built_in(asked: &Asked<'_>, client: &Client) -> Found {
    let app_id = client.application.app_id;
    Found {
        row: ServicePrincipalRow {
            tenant: asked.tenant(),
            app_id,
            object_id: well_known::principal(asked.tenant(), app_id),
            enabled: true,
            assignment: Assignment::Optional,
        },
        application: ListedApplication {
            application: client.application.clone(),
            created_at: asked.permit.caller().tenant().created_at,
        },
        created_at: None,
    }
}

fn shown(found: &Found) -> Result<Value, GraphRefusal> {
    let application = &found.application.application;
    let registration = &application.registration;
    let redirects: Vec<&str> = registration.redirect_uris.iter().map(|one| one.uri.as_str()).collect();
    Ok(json!({
        "id": found.row.object_id.to_string(),
        "appId": application.app_id.to_string(),
        "displayName": application.display_name,
        "appDisplayName": application.display_name,
        "appDescription": registration.description,
        "appOwnerOrganizationId": application.home_tenant.to_string(),
        "accountEnabled": found.row.enabled,
        "appRoleAssignmentRequired": found.row.assignment == Assignment::Required,
        "appRoles": application::app_roles(registration)?,
        "oauth2PermissionScopes": to_json(&registration.scopes)?,
        "createdDateTime": found.created_at.map(|at| at.to_string()),
        "deletedDateTime": null,
        "disabledByMicrosoftStatus": null,
        "homepage": registration.home_page_url,
        "logoutUrl": registration.logout_url,
        "replyUrls": redirects,
        "servicePrincipalNames": names(application),
        "servicePrincipalType": "Application",
        "signInAudience": application::audience_text(application.audience),
        "preferredSingleSignOnMode": null,
        "alternativeNames": [],
        "tags": registration.tags,
        "passwordCredentials": [],
        "keyCredentials": [],
    }))
}

/// The identifiers by which it is asked for as a resource.
fn names(application: &Application) -> Vec<String> {
    let mut names = vec![application.app_id.to_string()];
    names.extend(application.identifier_uris.iter().cloned());
    names
}
