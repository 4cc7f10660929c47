//! Applications registered, changed, switched off and deleted.
//!
//! In: a registration. Out: its application id. Invariant: registering brings an application into no tenant, not even its
//! own; that is a service principal's work. An application that is deleted leaves nothing behind, in no tenant.

use std::collections::BTreeSet;

use db::Step;
use oauth::{AppId, ObjectId, TenantId, TokenVersion};
use uuid::Uuid;

use super::application_certificate::{self, WantedCertificate};
use super::transaction::{self, demand, then};
use super::{Change, Held, ManageError, Mandate, owner};
use crate::application::{Application, Audience};
use crate::authority::Authority;
use crate::registration::Registration;
use crate::resource;
use crate::store::directory_audit::Target;
use crate::store::{self, Switch, any_outcome, must_change};

/// An application to be registered.
#[derive(Debug, Clone)]
pub struct NewApplication {
    /// Its client id; made where none is given.
    pub app_id: Option<AppId>,
    /// The registration's own id; made where none is given.
    pub object_id: Option<ObjectId>,
    /// The tenant in which it is registered.
    pub home_tenant: TenantId,
    /// Its name for people.
    pub display_name: String,
    /// Where it may be used.
    pub audience: Audience,
    /// The form of the tokens that it takes as a resource.
    pub token_version: TokenVersion,
    /// The URIs by which it is asked for as a resource, its application id URI first; none for a mere client.
    pub identifier_uris: Vec<String>,
    /// Everything else: where answers go, what it offers, what it needs.
    pub registration: Registration,
}

/// Registers an application. Who asks for it, an application or a person, is its owner.
pub async fn register(authority: &Authority, mandate: &Mandate, new: NewApplication) -> Result<AppId, ManageError> {
    register_with(authority, mandate, new, &[]).await
}

/// Registers an application with certificates.
pub async fn register_with(
    authority: &Authority,
    mandate: &Mandate,
    new: NewApplication,
    certificates: &[WantedCertificate],
) -> Result<AppId, ManageError> {
    let now = authority.clock().now();
    let application = Application {
        app_id: new.app_id.unwrap_or_else(|| super::new_id(authority, now).into()),
        object_id: new.object_id.unwrap_or_else(|| super::new_id(authority, now).into()),
        home_tenant: new.home_tenant,
        display_name: new.display_name,
        audience: new.audience,
        token_version: new.token_version,
        identifier_uris: new.identifier_uris,
        registration: new.registration,
        enabled: true,
    };
    check(&application)?;
    let tenant = application.home_tenant;
    let insert = store::application::insert(&application, now).map_err(ManageError::Document)?;
    let mut parts = vec![
        demand(store::tenant::hold(tenant), super::missing("tenant", &tenant)),
        then(insert),
    ];
    parts.extend(identifier_steps(&application).map(Into::into));
    parts.extend(owner::first(mandate, tenant, application.object_id));
    parts.extend(application_certificate::replacement(
        authority,
        (application.app_id, &[]),
        certificates,
    )?);
    let added = change("Add application", &application);
    parts.push(super::audit(authority, mandate, added).into());
    transaction::commit(authority, parts).await?;
    Ok(application.app_id)
}

/// Changes name, audience, form of tokens, identifiers or registration. `edit` is given the application as it is; it is
/// called again with a newer one if the directory has moved meanwhile.
pub async fn update(
    authority: &Authority,
    mandate: &Mandate,
    app_id: AppId,
    edit: impl Fn(&mut Application) + Send,
) -> Result<(), ManageError> {
    update_with(authority, mandate, app_id, edit, None).await
}

/// Changes an application as [`update`] does, and brings its certificates to a list where one is given.
pub async fn update_with(
    authority: &Authority,
    mandate: &Mandate,
    app_id: AppId,
    edit: impl Fn(&mut Application) + Send,
    certificates: Option<&[WantedCertificate]>,
) -> Result<(), ManageError> {
    for _ in 0..super::MOST_ATTEMPTS {
        let snapshot = super::snapshot(authority).await?;
        let client = super::registered(&snapshot, app_id).await?;
        let old = &client.application;
        let mut new = old.clone();
        edit(&mut new);
        check(&new)?;
        check_removed(&old.registration, &new.registration)?;
        let row = store::application::update(&new).map_err(ManageError::Document)?;
        let mut parts = vec![demand(row, super::missing("application", &app_id))];
        if old.identifier_uris != new.identifier_uris {
            parts.push(then(store::application::delete_identifiers(app_id)));
            parts.extend(identifier_steps(&new).map(Into::into));
        }
        parts.push(super::audit(authority, mandate, change("Update application", &new)).into());
        if let Some(wanted) = certificates {
            let known = (app_id, client.certificates.as_slice());
            parts.extend(application_certificate::replacement(authority, known, wanted)?);
            parts.push(super::audit(authority, mandate, credentials_changed(&new)).into());
        }
        if transaction::commit_at(authority, &snapshot, parts).await? == Held::Done {
            return Ok(());
        }
    }
    Err(super::contended("application", &app_id))
}

/// Deletes an application for good: its credentials, its service principals in all tenants, and what it was given or has
/// given there.
pub async fn delete(authority: &Authority, mandate: &Mandate, app_id: AppId) -> Result<(), ManageError> {
    let snapshot = super::snapshot(authority).await?;
    let client = super::registered(&snapshot, app_id).await?;
    let mut steps = vec![must_change(store::application::delete(app_id))];
    let traces = [
        store::application::delete_identifiers(app_id),
        store::scope_grant_list::delete_of_application(app_id),
        // Before the service principals, whose ids it needs.
        store::app_role_assignment::delete_of_application(app_id),
        store::group::delete_of_application(app_id),
        store::owner::delete_of_application(app_id),
        store::owner::delete_all(client.application.home_tenant, client.application.object_id),
        store::service_principal::delete_everywhere(app_id),
    ];
    steps.extend(traces.map(any_outcome));
    steps.extend(store::credential_list::delete_all(app_id).map(any_outcome));
    let deleted = change("Delete application", &client.application);
    steps.push(super::audit(authority, mandate, deleted));
    super::commit(authority, "application", app_id, steps).await
}

/// Lets an application get tokens again.
pub async fn enable(authority: &Authority, mandate: &Mandate, app_id: AppId) -> Result<(), ManageError> {
    turn(authority, mandate, app_id, Switch::On).await
}

/// Keeps an application from getting tokens, in every tenant.
pub async fn disable(authority: &Authority, mandate: &Mandate, app_id: AppId) -> Result<(), ManageError> {
    turn(authority, mandate, app_id, Switch::Off).await
}

async fn turn(authority: &Authority, mandate: &Mandate, app_id: AppId, switch: Switch) -> Result<(), ManageError> {
    let snapshot = super::snapshot(authority).await?;
    let client = super::registered(&snapshot, app_id).await?;
    let activity = match switch {
        Switch::On => "Enable application",
        Switch::Off => "Disable application",
    };
    let steps = vec![
        must_change(store::application::set_enabled(app_id, switch)),
        super::audit(authority, mandate, change(activity, &client.application)),
    ];
    super::commit(authority, "application", app_id, steps).await
}

/// What the log says when a secret, certificate or federated credential comes or goes.
pub(super) fn credentials_changed(application: &Application) -> Change {
    change("Update application - Certificates and secrets management", application)
}

fn change(activity: &'static str, application: &Application) -> Change {
    Change {
        tenant: application.home_tenant,
        activity,
        target: Target::Application,
        id: application.object_id.to_string(),
        name: Some(application.display_name.clone()),
    }
}

fn identifier_steps(application: &Application) -> impl Iterator<Item = Step> {
    let identifiers = application.identifier_uris.iter().enumerate();
    identifiers.map(|(at, uri)| any_outcome(store::application::insert_identifier(application.app_id, uri, at)))
}

fn check(application: &Application) -> Result<(), ManageError> {
    super::check_display_name(&application.display_name)?;
    application
        .identifier_uris
        .iter()
        .try_for_each(|uri| check_identifier(uri))?;
    let registration = &application.registration;
    let roles = registration
        .app_roles
        .iter()
        .map(|role| (role.id, role.value.as_deref()));
    check_unique("app role", roles)?;
    let scopes = registration.scopes.iter();
    check_unique("scope", scopes.map(|scope| (scope.id, Some(scope.value.as_str()))))
}

/// Ids and values of what an application offers are one of a kind.
fn check_unique<'a>(
    what: &'static str,
    offered: impl Iterator<Item = (Uuid, Option<&'a str>)>,
) -> Result<(), ManageError> {
    let (mut ids, mut values) = (BTreeSet::new(), BTreeSet::new());
    for (id, value) in offered {
        if id.is_nil() || !ids.insert(id) || value.is_some_and(|value| !values.insert(value)) {
            let value = value.map_or_else(|| id.to_string(), str::to_owned);
            let reason = "has an id or a value that is missing or not its own";
            return Err(ManageError::Invalid { what, value, reason });
        }
        let is_word = |value: &str| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic());
        if let Some(value) = value.filter(|value| !is_word(value)) {
            return Err(ManageError::Invalid {
                what,
                value: value.to_owned(),
                reason: "is not a word of printable ascii characters",
            });
        }
    }
    Ok(())
}

/// What is enabled cannot be taken away: it is switched off first, so that nobody loses it by a slip.
fn check_removed(old: &Registration, new: &Registration) -> Result<(), ManageError> {
    let roles = old.app_roles.iter().filter(|role| role.is_enabled);
    let mut roles = roles.filter(|role| new.app_role(role.id).is_none());
    let scopes = old.scopes.iter().filter(|scope| scope.is_enabled);
    let mut scopes = scopes.filter(|scope| new.scope_by_id(scope.id).is_none());
    let gone = roles
        .next()
        .map(|role| role.id)
        .or_else(|| scopes.next().map(|scope| scope.id));
    match gone {
        None => Ok(()),
        Some(id) => Err(ManageError::Invalid {
            what: "permission",
            value: id.to_string(),
            reason: "cannot be deleted or updated unless disabled first",
        }),
    }
}

/// `scheme:rest`, without a trailing slash, since one is dropped when a resource is looked for.
fn check_identifier(uri: &str) -> Result<(), ManageError> {
    let invalid = |reason| ManageError::Invalid {
        what: "identifier uri",
        value: uri.to_owned(),
        reason,
    };
    let (scheme, rest) = uri.split_once(':').ok_or_else(|| invalid("has no scheme"))?;
    if scheme.is_empty() || rest.is_empty() || uri.contains(['"', '<', '>', '\\', '^', '`', '{', '|', '}']) {
        return Err(invalid("is not a uri"));
    }
    if !resource::is_possible_identifier(uri) {
        return Err(invalid("is not made of 1 to 255 printable ascii characters"));
    }
    if uri.ends_with('/') {
        return Err(invalid("ends in a slash"));
    }
    Ok(())
}
