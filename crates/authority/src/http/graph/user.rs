//! `user`: people of the caller's tenant.
//!
//! In: calls. Out: people in Microsoft Graph's shape. Invariant: a password goes in and never comes out; a caller with a
//! basic right sees names and addresses and nothing else.

use std::sync::Arc;

use oauth::{ObjectId, Secret};
use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::Asked;
use super::body::Body;
use super::expand::{self, Set};
use super::list::Rows;
use super::organization::DATA_SKU;
use super::reply::Reply;
use crate::graph::{Extent, GraphRefusal};
use crate::manage;
use crate::manage::person::{NewPassword, NewPerson};
use crate::manage::person_change::{PersonChange, ProfileChange};
use crate::person::{DirectoryRole, PasswordUse, Person};
use crate::store;
use crate::store::narrow::Stretch;

/// The properties by which people may be filtered.
pub(crate) const FILTERED: &[&str] = &[
    "id",
    "userPrincipalName",
    "displayName",
    "givenName",
    "surname",
    "mail",
    "mailNickname",
    "accountEnabled",
    "userType",
    "usageLocation",
    "assignedLicenses",
];
/// What everybody may read of everybody.
pub(crate) const BASIC: &[&str] = &["id", "displayName", "givenName", "surname", "mail", "userPrincipalName"];

/// One stretch of the tenant's people.
pub(crate) async fn rows(asked: &Asked<'_>, stretch: Stretch<'_>) -> Result<Rows, GraphRefusal> {
    let people = store::person::stretch(asked.snapshot.database(), asked.tenant(), stretch).await?;
    let last = people.last().map(|person| person.object_id.uuid());
    Ok(Rows {
        objects: people.iter().map(|person| row(asked, person)).collect(),
        last: last.filter(|_| people.len() as u64 == stretch.most),
    })
}

/// `GET /users/{id}` and `GET /me`
pub(crate) async fn read(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let person = find(asked, 0).await?;
    let (_, object) = row(asked, &person);
    let object = expand::expanded(asked, Set::Users, object).await?;
    Ok(Reply::entity(asked, "users", object))
}

/// `POST /users`
pub(crate) async fn create(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let mut body = asked.body()?;
    let upn: String = body.required("userPrincipalName")?;
    check_nickname(&mut body, &upn)?;
    let (password, password_use) = password(&mut body)?.ok_or(GraphRefusal::Missing {
        name: "passwordProfile",
    })?;
    let password = password.ok_or(GraphRefusal::Missing { name: "password" })?;
    let new = NewPerson {
        object_id: None,
        tenant: asked.tenant(),
        upn,
        display_name: body.required("displayName")?,
        given_name: body.optional("givenName")?,
        surname: body.optional("surname")?,
        mail: body.optional("mail")?,
        usage_location: body.optional("usageLocation")?,
        password,
        password_use,
        directory_role: DirectoryRole::Member,
        licensed: false,
        enabled: body.required("accountEnabled")?,
    };
    body.ignore(&["id", "userType"]);
    body.finish()?;
    let id = manage::person::create(asked.authority, asked.mandate(), new).await?;
    let made = asked.changed().await?.person(asked.tenant(), id).await?;
    let made = made.ok_or_else(|| GraphRefusal::NotFound { id: id.to_string() })?;
    Ok(Reply::created(asked, "users", row(asked, &made).1))
}

/// `PATCH /users/{id}`
pub(crate) async fn update(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let person = find_changeable(asked).await?;
    let mut body = asked.body()?;
    let profile = ProfileChange {
        upn: body.value("userPrincipalName")?,
        display_name: body.value("displayName")?,
        given_name: body.take("givenName")?,
        surname: body.take("surname")?,
        mail: body.take("mail")?,
        usage_location: body.take("usageLocation")?,
    };
    check_nickname(&mut body, profile.upn.as_deref().unwrap_or(&person.upn))?;
    let password = match password(&mut body)? {
        Some((password, password_use)) => Some(NewPassword {
            password: password.ok_or(GraphRefusal::Missing { name: "password" })?,
            password_use,
        }),
        None => None,
    };
    let wanted = PersonChange {
        profile,
        password,
        enabled: body.value("accountEnabled")?,
        ..PersonChange::default()
    };
    body.ignore(&["id", "userType"]);
    body.finish()?;
    let owner = (asked.tenant(), person.object_id);
    manage::person_change::change(asked.authority, asked.mandate(), owner, wanted).await?;
    Ok(Reply::done())
}

/// `DELETE /users/{id}`
pub(crate) async fn delete(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let person = find_changeable(asked).await?;
    manage::person::delete(asked.authority, asked.mandate(), asked.tenant(), person.object_id).await?;
    Ok(Reply::done())
}

/// `POST /users/{id}/assignLicense`
pub(crate) async fn assign_license(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let person = find(asked, 0).await?;
    let mut body = asked.body()?;
    let mut added = Vec::new();
    for mut one in body.objects("addLicenses")?.unwrap_or_default() {
        added.push(one.required::<Uuid>("skuId")?);
        if one
            .value::<Vec<Uuid>>("disabledPlans")?
            .is_some_and(|plans| !plans.is_empty())
        {
            return Err(one.wrong("disabledPlans", "must be empty: the licence has no plans"));
        }
        one.finish()?;
    }
    let removed: Vec<Uuid> = body.value("removeLicenses")?.unwrap_or_default();
    if added.iter().chain(&removed).any(|sku| *sku != DATA_SKU) {
        return Err(body.wrong("skuId", "is no licence of the organization"));
    }
    body.finish()?;
    if !added.is_empty() && person.usage_location.is_none() {
        return Err(GraphRefusal::UsageLocation);
    }
    let (authority, mandate, tenant) = (asked.authority, asked.mandate(), asked.tenant());
    if !added.is_empty() {
        manage::person::license(authority, mandate, tenant, person.object_id).await?;
    } else if !removed.is_empty() {
        manage::person::unlicense(authority, mandate, tenant, person.object_id).await?;
    }
    let changed = asked.changed().await?.person(tenant, person.object_id).await?;
    let (_, object) = row(asked, &changed.unwrap_or(person));
    Ok(Reply::entity(asked, "users", object))
}

/// `POST /users/{id}/revokeSignInSessions`
pub(crate) async fn revoke_sessions(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let person = find_changeable(asked).await?;
    manage::person::revoke_sessions(asked.authority, asked.mandate(), asked.tenant(), person.object_id).await?;
    Ok(Reply::value(asked, "Edm.Boolean", json!({ "value": true })))
}

/// The person of a key of the path, by object id or user principal name.
pub(crate) async fn find(asked: &Asked<'_>, at: usize) -> Result<Arc<Person>, GraphRefusal> {
    let key = asked.key(at);
    let id: Option<ObjectId> = key.parse().ok();
    let person = match id {
        Some(id) => asked.snapshot.person(asked.tenant(), id).await?,
        None => asked.snapshot.person_by_upn(asked.tenant(), key).await?,
    };
    person.ok_or_else(|| asked.not_found(at))
}

/// A person as far as the caller may see them, by their id.
fn row(asked: &Asked<'_>, person: &Person) -> (Uuid, Value) {
    match asked.permit.extent() {
        Extent::Basic => basic_row(person),
        Extent::All | Extent::Own | Extent::Owned(_) => (person.object_id.uuid(), shown(person)),
    }
}

/// A person by name and address, by their id.
pub(crate) fn basic_row(person: &Person) -> (Uuid, Value) {
    let mut object = shown(person);
    if let Value::Object(members) = &mut object {
        members.retain(|name, _| BASIC.contains(&name.as_str()));
    }
    (person.object_id.uuid(), object)
}

async fn find_changeable(asked: &Asked<'_>) -> Result<Arc<Person>, GraphRefusal> {
    let person = find(asked, 0).await?;
    asked.permit.covers_person(&person)?;
    Ok(person)
}

/// A password, and what the person may do with it.
type PasswordProfile = (Option<Secret<String>>, PasswordUse);

/// The password of a body, if it names one, and what the person may do with it.
fn password(body: &mut Body) -> Result<Option<PasswordProfile>, GraphRefusal> {
    let Some(mut profile) = body.object("passwordProfile")? else {
        return Ok(None);
    };
    let password: Option<String> = profile.optional("password")?;
    let must_change: Option<bool> = profile.optional("forceChangePasswordNextSignIn")?;
    if profile.optional::<bool>("forceChangePasswordNextSignInWithMfa")? == Some(true) {
        return Err(profile.wrong("forceChangePasswordNextSignInWithMfa", "cannot be true"));
    }
    profile.finish()?;
    // As in Microsoft Graph, where nothing is said the person sets another password first.
    let password_use = match must_change {
        Some(false) => PasswordUse::Open,
        Some(true) | None => PasswordUse::MustChange,
    };
    Ok(Some((password.map(Secret::new), password_use)))
}

/// The nickname is the name before the `@`; another one cannot be kept.
fn check_nickname(body: &mut Body, upn: &str) -> Result<(), GraphRefusal> {
    match body.value::<String>("mailNickname")? {
        Some(nickname) if Some(nickname.as_str()) != nickname_of(upn) => {
            Err(body.wrong("mailNickname", "is not the user principal name before its '@'"))
        }
        _ => Ok(()),
    }
}

fn nickname_of(upn: &str) -> Option<&str> {
    upn.split_once('@').map(|(name, _)| name)
}

fn shown(person: &Person) -> Value {
    let licences = if person.licensed {
        json!([{ "skuId": DATA_SKU.to_string(), "disabledPlans": [] }])
    } else {
        json!([])
    };
    json!({
        "id": person.object_id.to_string(),
        "userPrincipalName": person.upn,
        "displayName": person.display_name,
        "givenName": person.given_name,
        "surname": person.surname,
        "mail": person.mail,
        "mailNickname": nickname_of(&person.upn),
        "accountEnabled": person.enabled,
        "userType": "Member",
        "usageLocation": person.usage_location,
        "assignedLicenses": licences,
        "businessPhones": [],
        "jobTitle": null,
        "mobilePhone": null,
        "officeLocation": null,
        "preferredLanguage": null,
        "onPremisesSyncEnabled": null,
        "lastPasswordChangeDateTime": person.password_changed_at.to_string(),
        "signInSessionsValidFromDateTime": person.sessions_valid_from.to_string(),
    })
}
