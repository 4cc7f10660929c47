//! The directory as it is at one epoch: everything that was asked once is answered from memory.
//!
//! In: questions of a token request or of the data service. Out: shared immutable values.
//! INVARIANT: a snapshot belongs to one epoch and is dropped whole when the epoch moves; what it once answered, "no such"
//! included, it answers again.

use std::collections::BTreeSet;
use std::hash::Hash;
use std::sync::Arc;

use db::Database;
use moka::sync::Cache;
use oauth::{AppId, ObjectId, TenantId};

use crate::application::{Assignment, Client, ServicePrincipal};
use crate::client_auth::KnownAssertions;
use crate::consent::{AppRoleAssignment, PrincipalKind, ScopeGrant};
use crate::environment::Environment;
use crate::origin::Origin;
use crate::person::Person;
use crate::resource::{self, Resource};
use crate::signing_keys::SigningKeys;
use crate::store;
use crate::store::group::Way;
use crate::store::service_principal::ServicePrincipalRow;
use crate::tenant::{Tenant, TenantName};
use crate::well_known;

/// The most answers of one kind that are kept. Callers choose the questions, so there must be an end.
const MOST_ANSWERS: u64 = 100_000;

/// Answers by question.
type Answers<K, V> = Cache<K, Option<Arc<V>>>;

/// The directory at one epoch.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// The epoch.
    pub(crate) epoch: i64,
    /// The keys that sign.
    pub(crate) keys: Arc<SigningKeys>,
    /// The client assertions that were verified by what this snapshot holds.
    pub(crate) assertions: KnownAssertions,
    database: Database,
    origin: Arc<Origin>,
    domains: Answers<String, TenantId>,
    tenants: Answers<TenantId, Tenant>,
    clients: Answers<AppId, Client>,
    service_principals: Answers<(TenantId, AppId), ServicePrincipal>,
    resources: Answers<(TenantId, String), Resource>,
    scope_grants: Answers<(TenantId, AppId, Option<ObjectId>), Vec<ScopeGrant>>,
    app_role_assignments: Answers<(TenantId, ObjectId), Vec<AppRoleAssignment>>,
    groups: Answers<(TenantId, ObjectId), Vec<ObjectId>>,
    all_groups: Answers<(TenantId, ObjectId), BTreeSet<ObjectId>>,
    people: Answers<(TenantId, ObjectId), Person>,
    environments: Answers<(), Vec<Environment>>,
}

impl Snapshot {
    /// A snapshot that has answered nothing yet.
    pub(crate) fn new(epoch: i64, keys: Arc<SigningKeys>, database: Database, origin: Arc<Origin>) -> Self {
        Self {
            epoch,
            keys,
            assertions: KnownAssertions::new(),
            database,
            origin,
            domains: Cache::new(MOST_ANSWERS),
            tenants: Cache::new(MOST_ANSWERS),
            clients: Cache::new(MOST_ANSWERS),
            service_principals: Cache::new(MOST_ANSWERS),
            resources: Cache::new(MOST_ANSWERS),
            scope_grants: Cache::new(MOST_ANSWERS),
            app_role_assignments: Cache::new(MOST_ANSWERS),
            groups: Cache::new(MOST_ANSWERS),
            all_groups: Cache::new(MOST_ANSWERS),
            people: Cache::new(MOST_ANSWERS),
            environments: Cache::new(1),
        }
    }

    /// The tenant of this name; an alias of many tenants names none.
    pub(crate) async fn tenant(&self, name: &TenantName) -> Result<Option<Arc<Tenant>>, store::Error> {
        match name {
            TenantName::Id(id) => self.tenant_by_id(*id).await,
            TenantName::Domain(domain) => {
                let owner = answer(&self.domains, domain.clone(), || {
                    store::domain::tenant_of(&self.database, domain)
                })
                .await?;
                match owner {
                    Some(id) => self.tenant_by_id(*id).await,
                    None => Ok(None),
                }
            }
            TenantName::Common | TenantName::Organizations | TenantName::Consumers => Ok(None),
        }
    }

    /// The tenant of this id.
    pub(crate) async fn tenant_by_id(&self, id: TenantId) -> Result<Option<Arc<Tenant>>, store::Error> {
        answer(&self.tenants, id, || self.load_tenant(id)).await
    }

    /// The application of this id, with its credentials, wherever it is registered.
    pub(crate) async fn client(&self, app_id: AppId) -> Result<Option<Arc<Client>>, store::Error> {
        if let Some(built_in) = well_known::client(app_id) {
            return Ok(Some(built_in));
        }
        answer(&self.clients, app_id, || self.load_client(app_id)).await
    }

    /// The application's service principal in the tenant.
    pub(crate) async fn service_principal(
        &self,
        tenant: TenantId,
        app_id: AppId,
    ) -> Result<Option<Arc<ServicePrincipal>>, store::Error> {
        answer(&self.service_principals, (tenant, app_id), || {
            self.load_service_principal(tenant, app_id)
        })
        .await
    }

    /// What answers to this identifier in the tenant. One trailing slash makes no difference.
    pub(crate) async fn resource(
        &self,
        tenant: TenantId,
        identifier: &str,
    ) -> Result<Option<Arc<Resource>>, store::Error> {
        let identifier = identifier.strip_suffix('/').unwrap_or(identifier);
        if !resource::is_possible_identifier(identifier) {
            return Ok(None);
        }
        answer(&self.resources, (tenant, identifier.to_owned()), || {
            self.load_resource(tenant, identifier)
        })
        .await
    }

    /// An application as a resource of the tenant; `None` without an enabled service principal there.
    pub(crate) async fn resource_of(
        &self,
        tenant: TenantId,
        app_id: AppId,
    ) -> Result<Option<Arc<Resource>>, store::Error> {
        self.resource(tenant, &app_id.to_string()).await
    }

    /// What an application was given at all resources of the tenant: for one person, or for everybody.
    pub(crate) async fn scope_grants(
        &self,
        tenant: TenantId,
        client: AppId,
        person: Option<ObjectId>,
    ) -> Result<Arc<Vec<ScopeGrant>>, store::Error> {
        let load = || async {
            store::scope_grant::list(&self.database, tenant, client, person)
                .await
                .map(Some)
        };
        let grants = answer(&self.scope_grants, (tenant, client, person), load).await?;
        Ok(grants.unwrap_or_default())
    }

    /// The roles that a person, a group or an application was given itself.
    pub(crate) async fn app_role_assignments(
        &self,
        tenant: TenantId,
        principal: ObjectId,
    ) -> Result<Arc<Vec<AppRoleAssignment>>, store::Error> {
        let load = || async {
            store::app_role_assignment::list(&self.database, tenant, principal)
                .await
                .map(Some)
        };
        let assignments = answer(&self.app_role_assignments, (tenant, principal), load).await?;
        Ok(assignments.unwrap_or_default())
    }

    /// The groups that a person is in.
    pub(crate) async fn groups_of(
        &self,
        tenant: TenantId,
        person: ObjectId,
    ) -> Result<Arc<Vec<ObjectId>>, store::Error> {
        let load = || async { store::group::of_member(&self.database, tenant, person).await.map(Some) };
        Ok(answer(&self.groups, (tenant, person), load).await?.unwrap_or_default())
    }

    /// The groups that a member is in, and all those that these are in.
    pub(crate) async fn all_groups_of(
        &self,
        tenant: TenantId,
        member: ObjectId,
    ) -> Result<Arc<BTreeSet<ObjectId>>, store::Error> {
        let load = || async {
            let reached = store::group::reached(&self.database, tenant, member, Way::Up).await?;
            Ok(Some(reached))
        };
        Ok(answer(&self.all_groups, (tenant, member), load)
            .await?
            .unwrap_or_default())
    }

    /// The authority's own origin.
    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What an object id of the tenant names: a person, a group or a service principal.
    pub(crate) async fn kind_of(
        &self,
        tenant: TenantId,
        object: ObjectId,
    ) -> Result<Option<PrincipalKind>, store::Error> {
        if self.person(tenant, object).await?.is_some() {
            return Ok(Some(PrincipalKind::User));
        }
        if store::group::find(&self.database, tenant, object).await?.is_some() {
            return Ok(Some(PrincipalKind::Group));
        }
        let mut built_in = well_known::clients().into_iter();
        let is_built_in = built_in.any(|client| well_known::principal(tenant, client.application.app_id) == object);
        let is_principal = is_built_in || store::service_principal::exists(&self.database, tenant, object).await?;
        Ok(is_principal.then_some(PrincipalKind::ServicePrincipal))
    }

    /// The directory database, for what no snapshot holds.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// A person of the tenant.
    pub(crate) async fn person(
        &self,
        tenant: TenantId,
        object_id: ObjectId,
    ) -> Result<Option<Arc<Person>>, store::Error> {
        answer(&self.people, (tenant, object_id), || {
            store::person::find(&self.database, tenant, object_id)
        })
        .await
    }

    /// A person of the tenant, by user principal name in any case. The name is looked up anew: people are made by it
    /// once, and called by their id ever after.
    pub(crate) async fn person_by_upn(&self, tenant: TenantId, upn: &str) -> Result<Option<Arc<Person>>, store::Error> {
        match store::person::find_id_by_upn(&self.database, tenant, upn).await? {
            Some(object_id) => self.person(tenant, object_id).await,
            None => Ok(None),
        }
    }

    /// All environments, by name.
    pub(crate) async fn environments(&self) -> Result<Arc<Vec<Environment>>, store::Error> {
        let load = || async { store::environment::list(&self.database).await.map(Some) };
        Ok(answer(&self.environments, (), load).await?.unwrap_or_default())
    }

    async fn load_tenant(&self, id: TenantId) -> Result<Option<Tenant>, store::Error> {
        let Some(row) = store::tenant::find(&self.database, id).await? else {
            return Ok(None);
        };
        Ok(Some(Tenant {
            id,
            display_name: row.display_name,
            domains: store::domain::list(&self.database, id).await?,
            created_at: row.created_at,
            issuer_v1: self.origin.issuer_v1(id),
            issuer_v2: self.origin.issuer_v2(id),
            keys: Arc::clone(&self.keys),
            settings: store::tenant_settings::find(&self.database, id).await?,
        }))
    }

    async fn load_client(&self, app_id: AppId) -> Result<Option<Client>, store::Error> {
        let Some(application) = store::application::find(&self.database, app_id).await? else {
            return Ok(None);
        };
        Ok(Some(Client {
            application,
            secrets: store::application_secret::list(&self.database, app_id).await?,
            certificates: store::application_certificate::list(&self.database, app_id).await?,
            federated: store::federated_credential::list(&self.database, app_id).await?,
        }))
    }

    async fn load_service_principal(
        &self,
        tenant: TenantId,
        app_id: AppId,
    ) -> Result<Option<ServicePrincipal>, store::Error> {
        let row = match well_known::client(app_id) {
            Some(_) => Some(built_in_principal(tenant, app_id)),
            None => store::service_principal::find(&self.database, tenant, app_id).await?,
        };
        let Some(row) = row else { return Ok(None) };
        let (Some(client), Some(tenant)) = (self.client(app_id).await?, self.tenant_by_id(tenant).await?) else {
            return Ok(None);
        };
        let application = &client.application;
        Ok(Some(ServicePrincipal {
            object_id: row.object_id,
            app_id,
            tenant: tenant.id,
            display_name: application.display_name.clone(),
            app_id_uri: application.identifier_uris.first().cloned(),
            home_tenant: application.home_tenant,
            enabled: row.enabled && application.enabled,
            assignment: row.assignment,
            tenant_default_domain: tenant.domains.first().cloned().unwrap_or_default(),
        }))
    }

    async fn load_resource(&self, tenant: TenantId, identifier: &str) -> Result<Option<Resource>, store::Error> {
        let app_id = if store::environment::has_address(&self.database, tenant, identifier).await? {
            Some(well_known::DATA_SERVICE)
        } else if let Ok(app_id) = identifier.parse() {
            Some(app_id)
        } else if identifier == well_known::GRAPH_URI || identifier == self.origin.as_str() {
            Some(well_known::GRAPH)
        } else {
            store::application::identified_by(&self.database, identifier).await?
        };
        let Some(app_id) = app_id else { return Ok(None) };
        let principal = self.service_principal(tenant, app_id).await?;
        match (principal, self.client(app_id).await?) {
            (Some(principal), Some(client)) if principal.enabled => Ok(Some(Resource::new(client, principal))),
            _ => Ok(None),
        }
    }
}

/// Every tenant has the built-in applications.
fn built_in_principal(tenant: TenantId, app_id: AppId) -> ServicePrincipalRow {
    ServicePrincipalRow {
        tenant,
        app_id,
        object_id: well_known::principal(tenant, app_id),
        enabled: true,
        assignment: Assignment::Optional,
    }
}

/// The answer from memory, or the loaded one, which is then kept.
async fn answer<K, V, L>(
    answers: &Answers<K, V>,
    question: K,
    load: impl FnOnce() -> L,
) -> Result<Option<Arc<V>>, store::Error>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    L: Future<Output = Result<Option<V>, store::Error>>,
{
    if let Some(known) = answers.get(&question) {
        return Ok(known);
    }
    // Boxed, so that the many requests that find their answer do not carry room for a load.
    let loaded = Box::pin(load()).await?.map(Arc::new);
    answers.insert(question, loaded.clone());
    Ok(loaded)
}
