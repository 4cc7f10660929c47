//! `federatedIdentityCredential`: whose tokens an application may show in place of a credential of its own.
//!
//! In: calls. Out: credentials in Microsoft Graph's shape. Invariant: a name is never changed; one audience each.

use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::{Asked, Missing, alternate};
use super::body::Body;
use super::reply::Reply;
use super::{application, list};
use crate::application::FederatedCredential;
use crate::graph::GraphRefusal;
use crate::manage;
use crate::manage::federated_credential::{NewFederatedCredential, Trust};
use crate::store;
use crate::store::application_list::ListedApplication;

const FILTERED: &[&str] = &["id", "name", "issuer", "subject"];

/// `GET /applications/{id}/federatedIdentityCredentials`
pub(crate) async fn list(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let (found, known) = find(asked).await?;
    let objects = known.iter().map(|one| (one.id, shown(one))).collect();
    list::whole(asked, &set(&found), FILTERED, objects)
}

/// `POST /applications/{id}/federatedIdentityCredentials`
pub(crate) async fn create(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let (found, _) = find(asked).await?;
    let mut body = asked.body()?;
    let name = body.required("name")?;
    make(asked, &found, name, body).await
}

/// `GET /applications/{id}/federatedIdentityCredentials/{id}`
pub(crate) async fn read(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let (found, known) = find(asked).await?;
    let one = pick(asked, &known).ok_or_else(|| asked.not_found(1))?;
    Ok(Reply::entity(asked, &set(&found), shown(one)))
}

/// `PATCH /applications/{id}/federatedIdentityCredentials/{id}`; by name it may make one.
pub(crate) async fn update(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let (found, known) = find(asked).await?;
    let mut body = asked.body()?;
    let sent: Option<String> = body.value("name")?;
    let Some(one) = pick(asked, &known) else {
        let name = alternate(asked.key(1), "name").filter(|_| asked.missing == Missing::Create);
        let name = name.ok_or_else(|| asked.not_found(1))?;
        if sent.is_some_and(|sent| sent != name) {
            return Err(body.wrong("name", "is not the name of the path"));
        }
        return make(asked, &found, name.to_owned(), body).await;
    };
    if sent.is_some_and(|sent| sent != one.name) {
        return Err(body.wrong("name", "cannot be changed"));
    }
    let trust = Trust {
        issuer: body.value("issuer")?.unwrap_or_else(|| one.issuer.clone()),
        subject: body.value("subject")?.unwrap_or_else(|| one.subject.clone()),
        audience: audience(&mut body)?.unwrap_or_else(|| one.audience.clone()),
        description: body.take("description")?.unwrap_or_else(|| one.description.clone()),
    };
    body.ignore(&["id"]);
    body.finish()?;
    let app_id = found.application.app_id;
    manage::federated_credential::replace(asked.authority, asked.mandate(), app_id, one.id, trust).await?;
    Ok(Reply::done())
}

/// `DELETE /applications/{id}/federatedIdentityCredentials/{id}`
pub(crate) async fn delete(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let (found, known) = find(asked).await?;
    let id = pick(asked, &known).ok_or_else(|| asked.not_found(1))?.id;
    let app_id = found.application.app_id;
    manage::federated_credential::remove(asked.authority, asked.mandate(), app_id, id).await?;
    Ok(Reply::done())
}

async fn find(asked: &Asked<'_>) -> Result<(ListedApplication, Vec<FederatedCredential>), GraphRefusal> {
    let found = application::find(asked).await?;
    asked.covers_owned(found.application.object_id).await?;
    let app_id = found.application.app_id;
    let known = store::federated_credential::list(asked.snapshot.database(), app_id).await?;
    Ok((found, known))
}

/// The credential of the second key, by id or `name='..'`; plain text is an id or a name.
fn pick<'k>(asked: &Asked<'_>, known: &'k [FederatedCredential]) -> Option<&'k FederatedCredential> {
    let key = asked.key(1);
    let id: Option<Uuid> = key.parse().ok();
    let name = alternate(key, "name").unwrap_or(key);
    known.iter().find(|one| Some(one.id) == id || one.name == name)
}

async fn make(
    asked: &Asked<'_>,
    found: &ListedApplication,
    name: String,
    mut body: Body,
) -> Result<Reply, GraphRefusal> {
    let trust = Trust {
        issuer: body.required("issuer")?,
        subject: body.required("subject")?,
        audience: audience(&mut body)?.ok_or(GraphRefusal::Missing { name: "audiences" })?,
        description: body.optional("description")?,
    };
    body.ignore(&["id"]);
    body.finish()?;
    let new = NewFederatedCredential {
        app_id: found.application.app_id,
        name,
        trust,
    };
    let id = manage::federated_credential::add(asked.authority, asked.mandate(), new).await?;
    let database = asked.changed().await?;
    let known = store::federated_credential::list(database.database(), found.application.app_id).await?;
    let one = known
        .iter()
        .find(|one| one.id == id)
        .ok_or_else(|| asked.not_found(0))?;
    Ok(Reply::created(asked, &set(found), shown(one)))
}

fn audience(body: &mut Body) -> Result<Option<String>, GraphRefusal> {
    let Some(audiences) = body.value::<Vec<String>>("audiences")? else {
        return Ok(None);
    };
    match audiences.as_slice() {
        [only] => Ok(Some(only.clone())),
        _ => Err(body.wrong("audiences", "is not a list of exactly one audience")),
    }
}

fn set(found: &ListedApplication) -> String {
    format!(
        "applications('{}')/federatedIdentityCredentials",
        found.application.object_id
    )
}

fn shown(one: &FederatedCredential) -> Value {
    json!({
        "id": one.id.to_string(),
        "name": one.name,
        "issuer": one.issuer,
        "subject": one.subject,
        "audiences": [one.audience],
        "description": one.description,
    })
}
