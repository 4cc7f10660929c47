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
use super::list::Rows;
use super::organization::DATA_SKU;
use super::reply::Reply;
use crate::graph::{Extent, GraphRefusal};
use crate::manage;
use crate::manage::person::{NewPassword, NewPerson};
use crate::person::{DirectoryRole, PasswordUse, Person, Profile};
use crate::store;
use crate::store::narrow::{Narrow, Stretch};

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
    "assignedLicenses",
];
/// What everybody may read of everybody.
pub(crate) const BASIC: &[&str] = &["id", "displayName", "givenName", "surname", "mail", "userPrincipalName"];

/// One stretch of the tenant's people.
pub(crate) async fn rows(asked: &Asked<'_>, stretch: Stretch<'_>) -> Result<Rows, GraphRefusal> {
    let one = match stretch.narrow {
        Narrow::Id(id) => asked.snapshot.person(asked.tenant(), ObjectId::from(*id)).await?,
        Narrow::Upn(upn) => asked.snapshot.person_by_upn(asked.tenant(), upn).await?,
        // Looked at one by one.
        Narrow::All | Narrow::Name(_) | Narrow::NamePrefix(_) | Narrow::AppId(_) => return many(asked, stretch).await,
    };
    let one = one.filter(|person| person.object_id.uuid() > stretch.after);
    Ok(Rows {
        objects: one.iter().map(|person| row(asked, person)).collect(),
        last: None,
    })
}

/// `GET /users/{id}` and `GET /me`
pub(crate) async fn read(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let person = find(asked, 0).await?;
    let (_, object) = row(asked, &person);
    Ok(Reply::entity(asked, "users", object))
}

/// `POST /users`
pub(crate) async fn create(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let mut body = asked.body()?;
    let upn: String = body.required("userPrincipalName")?;
    check_nickname(&mut body, &upn)?;
    let enabled: bool = body.required("accountEnabled")?;
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
        password,
        password_use,
        directory_role: DirectoryRole::Member,
        licensed: false,
    };
    body.ignore(&["id", "userType"]);
    body.finish()?;
    let id = manage::person::create(asked.authority, asked.mandate(), new).await?;
    switch(asked, id, Some(enabled).filter(|enabled| !enabled)).await?;
    let made = asked.changed().await?.person(asked.tenant(), id).await?;
    let made = made.ok_or_else(|| GraphRefusal::NotFound { id: id.to_string() })?;
    Ok(Reply::created(asked, "users", row(asked, &made).1))
}

/// `PATCH /users/{id}`
pub(crate) async fn update(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let person = find_changeable(asked).await?;
    let mut body = asked.body()?;
    let old = person.profile();
    let wanted = Profile {
        upn: body.value("userPrincipalName")?.unwrap_or_else(|| old.upn.clone()),
        display_name: body.value("displayName")?.unwrap_or_else(|| old.display_name.clone()),
        given_name: body.take("givenName")?.unwrap_or_else(|| old.given_name.clone()),
        surname: body.take("surname")?.unwrap_or_else(|| old.surname.clone()),
        mail: body.take("mail")?.unwrap_or_else(|| old.mail.clone()),
    };
    check_nickname(&mut body, &wanted.upn)?;
    let enabled: Option<bool> = body.value("accountEnabled")?;
    let password = password(&mut body)?;
    body.ignore(&["id", "userType"]);
    body.finish()?;
    let (authority, tenant) = (asked.authority, asked.tenant());
    if wanted != old {
        manage::person::update(authority, asked.mandate(), tenant, person.object_id, wanted).await?;
    }
    if let Some((password, password_use)) = password {
        let password = password.ok_or(GraphRefusal::Missing { name: "password" })?;
        set_password(asked, person.object_id, password, password_use).await?;
    }
    switch(asked, person.object_id, enabled).await?;
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

/// Every person, whatever the rest of the filter.
async fn many(asked: &Asked<'_>, stretch: Stretch<'_>) -> Result<Rows, GraphRefusal> {
    let most = usize::try_from(stretch.most).unwrap_or(usize::MAX);
    let after = Some(stretch.after).filter(|id| !id.is_nil()).map(ObjectId::from);
    let page = store::person::page(asked.snapshot.database(), asked.tenant(), after, most).await?;
    let last = page.last().map(|person| person.object_id.uuid());
    Ok(Rows {
        objects: page.iter().map(|person| row(asked, person)).collect(),
        last: last.filter(|_| page.len() == most),
    })
}

async fn find_changeable(asked: &Asked<'_>) -> Result<Arc<Person>, GraphRefusal> {
    let person = find(asked, 0).await?;
    asked.permit.covers_person(&person)?;
    Ok(person)
}

async fn set_password(
    asked: &Asked<'_>,
    person: ObjectId,
    password: Secret<String>,
    password_use: PasswordUse,
) -> Result<(), GraphRefusal> {
    let new = NewPassword { password, password_use };
    manage::person::set_password(asked.authority, asked.mandate(), asked.tenant(), person, new).await?;
    Ok(())
}

async fn switch(asked: &Asked<'_>, person: ObjectId, enabled: Option<bool>) -> Result<(), GraphRefusal> {
    let (authority, mandate, tenant) = (asked.authority, asked.mandate(), asked.tenant());
    match enabled {
        Some(true) => manage::person::enable(authority, mandate, tenant, person).await?,
        Some(false) => manage::person::disable(authority, mandate, tenant, person).await?,
        None => {}
    }
    Ok(())
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
