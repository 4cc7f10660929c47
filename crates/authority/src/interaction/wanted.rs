//! What an application wants of each resource, and what of it nobody has consented to yet.
//!
//! In: a request and the consent on record. Out: [`Wanted`], one for each resource. INVARIANT: whether a scope is missing is
//! decided by [`consent::settle`] alone; what is wanted is offered by its resource.

use std::sync::Arc;

use oauth::{AppId, OidcScope, OidcScopes, ScopeNames, TenantId};
use uuid::Uuid;

use super::Shown;
use super::asked::{Asked, ConsentFor, Wants};
use crate::application::{Application, Assignment, Audience, Client, ServicePrincipal};
use crate::consent::{self, Granted, Unsettled};
use crate::refusal::{AuthorizationRefusal, Refusal};
use crate::registration::{AccessKind, AppRole, DelegatedScope, RequiredAccess};
use crate::resource::Resource;
use crate::session::Session;
use crate::snapshot::Snapshot;
use crate::store;
use crate::well_known;

/// What an application wants of one resource.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The resource; it may be one that a consent would bring into the tenant.
    pub(crate) resource: Arc<Resource>,
    /// The scopes that it asks for.
    pub(crate) asked: Vec<DelegatedScope>,
    /// Those of them that nobody has consented to.
    pub(crate) missing: Vec<DelegatedScope>,
    /// The roles that it wants for itself.
    pub(crate) roles: Vec<AppRole>,
}

/// What a sign-in needs, as MSAL asks for it.
const SIGN_IN: [OidcScope; 3] = [OidcScope::OpenId, OidcScope::Profile, OidcScope::OfflineAccess];

/// For whom and where the wants are weighed.
struct Scene<'a> {
    snapshot: &'a Snapshot,
    client: &'a Application,
    session: &'a Session,
    consent_for: ConsentFor,
}

/// Reads what is wanted, and what of it is missing.
pub(crate) async fn load(snapshot: &Snapshot, asked: &Asked, session: &Session) -> Result<Vec<Wanted>, Refusal> {
    let scene = Scene {
        snapshot,
        client: &asked.client.application,
        session,
        consent_for: asked.rules.consent_for,
    };
    match &asked.wants {
        Wants::Registered => scene.registered().await,
        Wants::Scopes(scopes) => {
            let named = scopes.resources.iter();
            let named = named.map(|asked| (asked.resource.clone(), asked.names.clone()));
            let requests: Vec<_> = named.collect();
            let mut all = Vec::new();
            if let Some(oidc) = scene.oidc(&scopes.oidc).await? {
                all.push(oidc);
            }
            for (identifier, names) in requests {
                let graph = || well_known::GRAPH.to_string();
                for wanted in scene.of(&identifier.unwrap_or_else(graph), &names).await? {
                    add(&mut all, wanted);
                }
            }
            Ok(all)
        }
    }
}

/// What a page says that is asked for, in the form in which it is remembered.
pub(crate) fn shown(wanted: &[Wanted]) -> Vec<Shown> {
    let of = |wanted: &Wanted| Shown {
        resource: wanted.resource.app_id().uuid(),
        scopes: wanted.asked.iter().map(|scope| scope.value.clone()).collect(),
        roles: wanted.roles.iter().map(|role| role.id).collect(),
    };
    wanted.iter().map(of).collect()
}

impl Scene<'_> {
    fn tenant(&self) -> TenantId {
        self.session.tenant
    }

    /// What is wanted by a part of a scope.
    async fn of(&self, identifier: &str, names: &ScopeNames) -> Result<Vec<Wanted>, Refusal> {
        match names {
            ScopeNames::Named(names) => Ok(vec![self.named(identifier, names).await?]),
            ScopeNames::Default => self.default(identifier).await,
        }
    }

    async fn named(&self, identifier: &str, names: &[String]) -> Result<Wanted, Refusal> {
        let resource = self.resource(identifier).await?;
        let granted = self.granted(&resource).await?;
        let settled = consent::settle(&ScopeNames::Named(names.to_vec()), &granted, self.client, &resource);
        let missing = match settled {
            Ok(_) => Vec::new(),
            Err(Unsettled::Missing { scopes }) => scopes,
            Err(Unsettled::NotOffered { scope }) => return Err(self.not_offered(&resource, scope)),
            Err(Unsettled::NothingRegistered) => return Err(self.nothing_registered(&resource)),
        };
        let offered = &resource.application().registration;
        Ok(Wanted {
            asked: names.iter().filter_map(|name| offered.scope(name)).cloned().collect(),
            missing,
            roles: Vec::new(),
            resource,
        })
    }

    /// `.default`: what is granted already or, where that is nothing, all that is registered, of every resource.
    async fn default(&self, identifier: &str) -> Result<Vec<Wanted>, Refusal> {
        let resource = self.resource(identifier).await?;
        let granted = self.granted(&resource).await?;
        match consent::settle(&ScopeNames::Default, &granted, self.client, &resource) {
            Ok(_) => Ok(vec![Wanted {
                asked: consent::registered(self.client, &resource),
                missing: Vec::new(),
                roles: Vec::new(),
                resource,
            }]),
            Err(Unsettled::Missing { .. }) => self.registered_scopes().await,
            Err(Unsettled::NotOffered { scope }) => Err(self.not_offered(&resource, scope)),
            Err(Unsettled::NothingRegistered) => Err(self.nothing_registered(&resource)),
        }
    }

    async fn granted(&self, resource: &Resource) -> Result<Granted, store::Error> {
        let person = self.session.person.object_id;
        consent::granted(self.snapshot, self.tenant(), self.client, person, resource).await
    }

    /// OpenID Connect's words, which are scopes of Microsoft Graph.
    async fn oidc(&self, words: &OidcScopes) -> Result<Option<Wanted>, Refusal> {
        if words.is_empty() {
            return Ok(None);
        }
        let words: Vec<String> = words.iter().map(|word| word.as_str().to_owned()).collect();
        self.named(&well_known::GRAPH.to_string(), &words).await.map(Some)
    }

    async fn registered_scopes(&self) -> Result<Vec<Wanted>, Refusal> {
        let without_roles = |wanted| Wanted {
            roles: Vec::new(),
            ..wanted
        };
        let all = self.registered().await?.into_iter().map(without_roles);
        Ok(all.filter(|wanted| !wanted.asked.is_empty()).collect())
    }

    /// All that the application registered, roles included. Who lets it in for everybody lets everybody sign in to it.
    async fn registered(&self) -> Result<Vec<Wanted>, Refusal> {
        let mut all = Vec::new();
        if self.consent_for == ConsentFor::Everybody {
            all.extend(self.oidc(&OidcScopes::from_iter(SIGN_IN)).await?);
        }
        for required in &self.client.registration.required_access {
            let resource = self.resource(&required.resource_app_id.to_string()).await?;
            let granted = self.granted(&resource).await?;
            let asked = consent::registered(self.client, &resource);
            let names = asked.iter().map(|scope| scope.value.clone()).collect();
            let settled = consent::settle(&ScopeNames::Named(names), &granted, self.client, &resource);
            let missing = match settled {
                Err(Unsettled::Missing { scopes }) => scopes,
                Ok(_) | Err(Unsettled::NotOffered { .. } | Unsettled::NothingRegistered) => Vec::new(),
            };
            let roles = roles(required, &resource);
            add(
                &mut all,
                Wanted {
                    resource,
                    asked,
                    missing,
                    roles,
                },
            );
        }
        Ok(all)
    }

    /// The resource in the tenant, or one that a consent would bring in.
    async fn resource(&self, identifier: &str) -> Result<Arc<Resource>, Refusal> {
        let tenant = self.tenant();
        if let Some(resource) = self.snapshot.resource(tenant, identifier).await? {
            return Ok(resource);
        }
        let not_found = || Refusal::ResourceNotFound {
            resource: identifier.to_owned(),
            tenant: tenant.to_string(),
        };
        let app_id = app_id(self.snapshot, identifier).await?.ok_or_else(not_found)?;
        let client = self.snapshot.client(app_id).await?.ok_or_else(not_found)?;
        let application = &client.application;
        let is_brought_in = self.snapshot.service_principal(tenant, app_id).await?.is_some();
        let may_be_here = match application.audience {
            Audience::SingleTenant => application.home_tenant == tenant,
            Audience::MultipleTenants => true,
        };
        if is_brought_in || !may_be_here || !application.enabled {
            return Err(not_found());
        }
        let joins = application.registration.known_clients.contains(&self.client.app_id);
        if joins || self.consent_for == ConsentFor::Everybody {
            return Ok(Arc::new(to_be_brought_in(tenant, &client)));
        }
        Err(AuthorizationRefusal::ResourceNotBroughtIn {
            resource: application.display_name.clone(),
            tenant: tenant.to_string(),
        }
        .into())
    }

    fn not_offered(&self, resource: &Resource, scope: String) -> Refusal {
        AuthorizationRefusal::ScopeNotOffered {
            application: self.client.app_id.to_string(),
            scope,
            resource: resource.application().display_name.clone(),
        }
        .into()
    }

    fn nothing_registered(&self, resource: &Resource) -> Refusal {
        AuthorizationRefusal::ResourceNotRegistered {
            application: self.client.app_id.to_string(),
            resource: resource.application().display_name.clone(),
        }
        .into()
    }
}

async fn app_id(snapshot: &Snapshot, identifier: &str) -> Result<Option<AppId>, store::Error> {
    match identifier.parse() {
        Ok(app_id) => Ok(Some(app_id)),
        Err(oauth::IdError) => store::application::identified_by(snapshot.database(), identifier).await,
    }
}

/// The resource as it would be. Its id in the tenant is not made before somebody consents.
fn to_be_brought_in(tenant: TenantId, client: &Arc<Client>) -> Resource {
    let application = &client.application;
    let principal = ServicePrincipal {
        object_id: Uuid::nil().into(),
        app_id: application.app_id,
        tenant,
        display_name: application.display_name.clone(),
        app_id_uri: application.identifier_uris.first().cloned(),
        home_tenant: application.home_tenant,
        enabled: true,
        assignment: Assignment::Optional,
        tenant_default_domain: String::new(),
    };
    Resource::new(Arc::clone(client), Arc::new(principal))
}

fn roles(required: &RequiredAccess, resource: &Resource) -> Vec<AppRole> {
    let wanted = required
        .resource_access
        .iter()
        .filter(|access| access.kind == AccessKind::Role);
    let offered = wanted.filter_map(|access| resource.application().registration.app_role(access.id));
    offered.filter(|role| role.is_enabled).cloned().collect()
}

/// Joins what is wanted of one resource by several words.
fn add(all: &mut Vec<Wanted>, wanted: Wanted) {
    let known = all
        .iter_mut()
        .find(|one| one.resource.app_id() == wanted.resource.app_id());
    let Some(known) = known else {
        all.push(wanted);
        return;
    };
    join(&mut known.asked, wanted.asked);
    join(&mut known.missing, wanted.missing);
    for role in wanted.roles {
        if !known.roles.iter().any(|one| one.id == role.id) {
            known.roles.push(role);
        }
    }
}

fn join(scopes: &mut Vec<DelegatedScope>, more: Vec<DelegatedScope>) {
    for scope in more {
        if !scopes.iter().any(|one| one.id == scope.id) {
            scopes.push(scope);
        }
    }
}
