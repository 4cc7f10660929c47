//! What others in the program ask of the authority: whose tokens hold, who somebody is, what was consented to.
//!
//! In: ids. Out: what the directory knows at this moment, within its epoch. Invariant: nothing here writes, and a
//! question that cannot be answered is an error, never a yes.

use std::sync::Arc;

use oauth::{AppId, KeySet, ObjectId, ScopeNames, TenantId};

use crate::application::ServicePrincipal;
use crate::authority::Authority;
use crate::consent;
use crate::directory::DirectoryError;
use crate::environment::Environment;
use crate::person::Person;
use crate::well_known;

impl Authority {
    /// The public keys by which tokens of this authority are verified now, in either form.
    #[must_use]
    pub fn keys(&self) -> Arc<KeySet> {
        self.directory().last_snapshot().keys.key_set_at(self.clock().now())
    }

    /// The issuers of a tenant's tokens: of the v1.0 form, then of the v2.0 form.
    #[must_use]
    pub fn issuers(&self, tenant: TenantId) -> [String; 2] {
        [self.origin().issuer_v1(tenant), self.origin().issuer_v2(tenant)]
    }

    /// The service principal of an application in a tenant; `None` where the tenant has none.
    pub async fn service_principal(
        &self,
        tenant: TenantId,
        app_id: AppId,
    ) -> Result<Option<Arc<ServicePrincipal>>, DirectoryError> {
        Ok(self
            .directory()
            .snapshot()
            .await?
            .service_principal(tenant, app_id)
            .await?)
    }

    /// A person of a tenant; `None` where the tenant has no such person.
    pub async fn person(&self, tenant: TenantId, object_id: ObjectId) -> Result<Option<Arc<Person>>, DirectoryError> {
        Ok(self.directory().snapshot().await?.person(tenant, object_id).await?)
    }

    /// A person of a tenant, by user principal name in any case of its letters; `None` where the tenant has none.
    pub async fn person_by_upn(&self, tenant: TenantId, upn: &str) -> Result<Option<Arc<Person>>, DirectoryError> {
        Ok(self.directory().snapshot().await?.person_by_upn(tenant, upn).await?)
    }

    /// Whether an application may still act for a person at the data service: what the person or an administrator let it
    /// have covers `scope` at this moment.
    pub async fn consent_holds(
        &self,
        tenant: TenantId,
        app_id: AppId,
        person: ObjectId,
        scope: &str,
    ) -> Result<bool, DirectoryError> {
        let snapshot = self.directory().snapshot().await?;
        let client = snapshot.client(app_id).await?;
        let resource = snapshot.resource_of(tenant, well_known::DATA_SERVICE).await?;
        let (Some(client), Some(resource)) = (client, resource) else {
            return Ok(false);
        };
        let application = &client.application;
        let granted = consent::granted(&snapshot, tenant, application, person, &resource).await?;
        let asked = ScopeNames::Named(vec![scope.to_owned()]);
        Ok(consent::settle(&asked, &granted, application, &resource).is_ok())
    }

    /// All environments, by name.
    pub async fn environments(&self) -> Result<Arc<Vec<Environment>>, DirectoryError> {
        Ok(self.directory().snapshot().await?.environments().await?)
    }
}
