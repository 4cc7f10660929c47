//! Applications registered and switched off.
//!
//! In: a registration. Out: its application id. Invariant: registering brings an application into no tenant, not even its
//! own; that is a service principal's work.

use oauth::{AppId, ObjectId, TenantId, TokenVersion};

use super::{ManageError, Operator};
use crate::application::{Application, Audience};
use crate::authority::Authority;
use crate::resource;
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
}

/// Registers an application.
pub async fn register(authority: &Authority, _: &Operator, new: NewApplication) -> Result<AppId, ManageError> {
    super::check_display_name(&new.display_name)?;
    new.identifier_uris.iter().try_for_each(|uri| check_identifier(uri))?;
    let now = authority.clock().now();
    let application = Application {
        app_id: new.app_id.unwrap_or_else(|| super::new_id(authority, now).into()),
        object_id: new.object_id.unwrap_or_else(|| super::new_id(authority, now).into()),
        home_tenant: new.home_tenant,
        display_name: new.display_name,
        audience: new.audience,
        token_version: new.token_version,
        identifier_uris: new.identifier_uris,
        enabled: true,
    };
    let identifiers = application.identifier_uris.iter().enumerate();
    let identifiers = identifiers.map(|(at, uri)| store::application::insert_identifier(application.app_id, uri, at));
    let mut steps = vec![
        must_change(store::tenant::hold(application.home_tenant)),
        any_outcome(store::application::insert(&application, now)),
    ];
    steps.extend(identifiers.map(any_outcome));
    super::commit(authority, "tenant", application.home_tenant, steps).await?;
    Ok(application.app_id)
}

/// Lets an application get tokens again.
pub async fn enable(authority: &Authority, _: &Operator, app_id: AppId) -> Result<(), ManageError> {
    let step = must_change(store::application::set_enabled(app_id, Switch::On));
    super::commit(authority, "application", app_id, vec![step]).await
}

/// Keeps an application from getting tokens, in every tenant.
pub async fn disable(authority: &Authority, _: &Operator, app_id: AppId) -> Result<(), ManageError> {
    let step = must_change(store::application::set_enabled(app_id, Switch::Off));
    super::commit(authority, "application", app_id, vec![step]).await
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
