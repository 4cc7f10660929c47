//! `application`: registrations of the caller's tenant.
//!
//! In: calls. Out: applications in Microsoft Graph's shape. Invariant: an application of another tenant does not exist
//! here, and one that the caller did not register does not exist for a caller with `OwnedBy` alone, when it lists.

use oauth::{AppId, TokenVersion};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::application_body::{Draft, edits};
use super::asked::{Asked, alternate};
use super::credential::{self, Shown};
use super::expand::{self, Set};
use super::list::Rows;
use super::reply::{Reply, add, json as to_json};
use crate::application::{Application, Audience};
use crate::graph::GraphRefusal;
use crate::manage;
use crate::manage::application::NewApplication;
use crate::registration::{ClientType, GroupClaims, ImplicitGrant, RedirectKind, Registration};
use crate::store::application_list::{self, ListedApplication};
use crate::store::credential_list;
use crate::store::narrow::{Narrow, Stretch};

/// The properties by which applications may be filtered.
pub(crate) const FILTERED: &[&str] = &[
    "id",
    "appId",
    "displayName",
    "createdDateTime",
    "identifierUris",
    "signInAudience",
    "tags",
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApplicationWire<'a> {
    id: String,
    app_id: AppId,
    display_name: &'a str,
    created_date_time: String,
    deleted_date_time: Option<&'a str>,
    description: Option<&'a str>,
    sign_in_audience: &'static str,
    publisher_domain: Option<&'a str>,
    identifier_uris: &'a [String],
    tags: &'a [String],
    group_membership_claims: Option<&'static str>,
    is_fallback_public_client: bool,
    app_roles: Vec<Value>,
    api: Value,
    web: Value,
    spa: Value,
    public_client: Value,
    optional_claims: Value,
    required_resource_access: Value,
    /// Rules of our own, for which Microsoft Graph has no words.
    commonhold: Value,
    password_credentials: Vec<Value>,
    key_credentials: Vec<Value>,
}

/// One stretch of the tenant's applications; of those that are the caller's own for who may see no others.
pub(crate) async fn rows(asked: &Asked<'_>, stretch: Stretch<'_>) -> Result<Rows, GraphRefusal> {
    let narrow = asked.narrowed_to_owned(stretch.narrow).await?;
    let narrow = &narrow;
    let stretch = Stretch { narrow, ..stretch };
    let listed = application_list::stretch(asked.snapshot.database(), asked.tenant(), stretch).await?;
    let last = listed.last().map(|row| row.application.object_id.uuid());
    Ok(Rows {
        objects: shown(asked, &listed, Shown::WithoutKeys).await?,
        last: last.filter(|_| listed.len() as u64 == stretch.most),
    })
}

/// `GET /applications/{id}`
pub(crate) async fn read(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let found = find(asked).await?;
    asked.covers_owned(found.application.object_id).await?;
    let keys = if asked.query.selects("keyCredentials") {
        Shown::WithKeys
    } else {
        Shown::WithoutKeys
    };
    let object = shown(asked, &[found], keys).await?.pop();
    let (_, object) = object.ok_or_else(|| asked.not_found(0))?;
    let object = expand::expanded(asked, Set::Applications, object).await?;
    Ok(Reply::entity(asked, "applications", object))
}

/// `POST /applications`
pub(crate) async fn create(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    asked.permit.covers_creation()?;
    let Draft { edits, certificates } = edits(asked, asked.body()?)?;
    let mut draft = Application {
        app_id: AppId::from(Uuid::nil()),
        object_id: Uuid::nil().into(),
        home_tenant: asked.tenant(),
        display_name: String::new(),
        audience: Audience::SingleTenant,
        token_version: TokenVersion::V1,
        identifier_uris: Vec::new(),
        registration: Registration::default(),
        enabled: true,
    };
    for edit in &edits {
        edit(&mut draft);
    }
    if draft.display_name.is_empty() {
        return Err(GraphRefusal::Missing { name: "displayName" });
    }
    let new = NewApplication {
        app_id: None,
        object_id: None,
        home_tenant: draft.home_tenant,
        display_name: draft.display_name,
        audience: draft.audience,
        token_version: draft.token_version,
        identifier_uris: draft.identifier_uris,
        registration: draft.registration,
    };
    let certificates = certificates.unwrap_or_default();
    let app_id = manage::application::register_with(asked.authority, asked.mandate(), new, &certificates).await?;
    let made = application_list::of_ids(asked.changed().await?.database(), &[app_id]).await?;
    let object = shown(asked, &made, Shown::WithoutKeys).await?.pop();
    let (_, object) = object.ok_or_else(|| GraphRefusal::NotFound { id: app_id.to_string() })?;
    Ok(Reply::created(asked, "applications", object))
}

/// `PATCH /applications/{id}`
pub(crate) async fn update(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let found = find(asked).await?;
    asked.covers_owned(found.application.object_id).await?;
    let app_id = found.application.app_id;
    let Draft { edits, certificates } = edits(asked, asked.body()?)?;
    let edit = |application: &mut Application| {
        for edit in &edits {
            edit(application);
        }
    };
    let (authority, mandate) = (asked.authority, asked.mandate());
    manage::application::update_with(authority, mandate, app_id, edit, certificates.as_deref()).await?;
    Ok(Reply::done())
}

/// `DELETE /applications/{id}`
pub(crate) async fn delete(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let found = find(asked).await?;
    asked.covers_owned(found.application.object_id).await?;
    manage::application::delete(asked.authority, asked.mandate(), found.application.app_id).await?;
    Ok(Reply::done())
}

/// The application of the first key, by object id or `appId='..'`.
pub(crate) async fn find(asked: &Asked<'_>) -> Result<ListedApplication, GraphRefusal> {
    let narrow = match alternate(asked.key(0), "appId") {
        Some(app_id) => {
            let app_id: Option<AppId> = app_id.parse().ok();
            Narrow::app_id(app_id.ok_or_else(|| asked.not_found(0))?.uuid())
        }
        None => Narrow::id(asked.id(0)?),
    };
    let only = Stretch {
        narrow: &narrow,
        after: Uuid::nil(),
        most: 1,
    };
    let mut found = application_list::stretch(asked.snapshot.database(), asked.tenant(), only).await?;
    found.pop().ok_or_else(|| asked.not_found(0))
}

/// The JSON form of applications, with what is shown of their credentials.
async fn shown(
    asked: &Asked<'_>,
    listed: &[ListedApplication],
    keys: Shown,
) -> Result<Vec<(Uuid, Value)>, GraphRefusal> {
    let ids: Vec<AppId> = listed.iter().map(|row| row.application.app_id).collect();
    let database = asked.snapshot.database();
    let secrets = credential_list::secrets(database, &ids).await?;
    let certificates = credential_list::certificates(database, &ids).await?;
    let domain = asked.permit.caller().tenant().domains.first().map(String::as_str);
    let form = |row: &ListedApplication| {
        let own = row.application.app_id;
        let secrets = secrets.iter().filter(|secret| secret.app_id == own);
        let certificates = certificates.iter().filter(|one| one.app_id == own);
        let wire = ApplicationWire {
            password_credentials: secrets.map(credential::secret_json).collect(),
            key_credentials: certificates
                .map(|one| credential::certificate_json(one, keys))
                .collect(),
            publisher_domain: domain,
            ..wire(row)?
        };
        Ok((row.application.object_id.uuid(), to_json(&wire)?))
    };
    listed.iter().map(form).collect()
}

fn wire(row: &ListedApplication) -> Result<ApplicationWire<'_>, GraphRefusal> {
    let application = &row.application;
    let registration = &application.registration;
    Ok(ApplicationWire {
        id: application.object_id.to_string(),
        app_id: application.app_id,
        display_name: &application.display_name,
        created_date_time: row.created_at.to_string(),
        deleted_date_time: None,
        description: registration.description.as_deref(),
        sign_in_audience: audience_text(application.audience),
        publisher_domain: None,
        identifier_uris: &application.identifier_uris,
        tags: &registration.tags,
        group_membership_claims: match registration.group_claims {
            GroupClaims::None => None,
            GroupClaims::SecurityGroup => Some("SecurityGroup"),
            GroupClaims::All => Some("All"),
        },
        is_fallback_public_client: registration.protocol.client_type == ClientType::Public,
        app_roles: app_roles(registration)?,
        api: api(application)?,
        web: json!({
            "redirectUris": redirects(registration, RedirectKind::Web),
            "homePageUrl": registration.home_page_url,
            "logoutUrl": registration.logout_url,
            "implicitGrantSettings": {
                "enableIdTokenIssuance": registration.protocol.implicit.contains(&ImplicitGrant::IdToken),
                "enableAccessTokenIssuance": registration.protocol.implicit.contains(&ImplicitGrant::AccessToken),
            },
        }),
        spa: json!({ "redirectUris": redirects(registration, RedirectKind::Spa) }),
        public_client: json!({ "redirectUris": redirects(registration, RedirectKind::PublicClient) }),
        optional_claims: optional_claims(registration),
        required_resource_access: to_json(&registration.required_access)?,
        commonhold: json!({
            "publisher": registration.publisher,
            "assertions": to_json(&registration.protocol.assertions)?,
            "pkce": to_json(&registration.protocol.pkce)?,
            "tokenBinding": to_json(&registration.protocol.binding)?,
            "introspection": to_json(&registration.protocol.introspection)?,
        }),
        password_credentials: Vec::new(),
        key_credentials: Vec::new(),
    })
}

/// The roles, each with where it is defined.
pub(crate) fn app_roles(registration: &Registration) -> Result<Vec<Value>, GraphRefusal> {
    let role = |role| {
        let mut object = to_json(role)?;
        add(&mut object, "origin", "Application");
        Ok(object)
    };
    registration.app_roles.iter().map(role).collect()
}

pub(crate) fn audience_text(audience: Audience) -> &'static str {
    match audience {
        Audience::SingleTenant => "AzureADMyOrg",
        Audience::MultipleTenants => "AzureADMultipleOrgs",
    }
}

pub(crate) fn redirects(registration: &Registration, kind: RedirectKind) -> Vec<&str> {
    let uris = registration.redirect_uris.iter().filter(|one| one.kind == kind);
    uris.map(|one| one.uri.as_str()).collect()
}

fn api(application: &Application) -> Result<Value, GraphRefusal> {
    let registration = &application.registration;
    Ok(json!({
        "requestedAccessTokenVersion": match application.token_version {
            TokenVersion::V1 => Value::Null,
            TokenVersion::V2 => 2.into(),
        },
        "oauth2PermissionScopes": to_json(&registration.scopes)?,
        "preAuthorizedApplications": to_json(&registration.pre_authorized)?,
        "knownClientApplications": to_json(&registration.known_clients)?,
        "acceptMappedClaims": null,
    }))
}

fn optional_claims(registration: &Registration) -> Value {
    let claims = &registration.optional_claims;
    if claims.id_token.is_empty() && claims.access_token.is_empty() {
        return Value::Null;
    }
    let list = |names: &[String]| -> Value {
        let claim =
            |name: &String| json!({ "name": name, "source": null, "essential": false, "additionalProperties": [] });
        names.iter().map(claim).collect()
    };
    json!({ "idToken": list(&claims.id_token), "accessToken": list(&claims.access_token), "saml2Token": [] })
}
