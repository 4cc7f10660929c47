//! The two services introduced: the data service's questions, answered by the authority.
//!
//! In: a question of `data::Directory`. Out: the authority's answer in the data service's words.
//! Invariant: nothing is decided here.

use std::sync::Arc;

use authority::{AppId, Authority, KeySet, ObjectId, TenantId};
use data::{Answer, Consent, Directory, DirectoryError, Person, ServicePrincipal};

/// The authority as a directory.
pub(crate) struct AuthorityDirectory(pub(crate) Authority);

impl Directory for AuthorityDirectory {
    fn keys(&self) -> Arc<KeySet> {
        self.0.keys()
    }

    fn service_principal(&self, tenant: TenantId, app: AppId) -> Answer<'_, Option<ServicePrincipal>> {
        Box::pin(async move {
            let found = self.0.service_principal(tenant, app).await.map_err(unanswered)?;
            Ok(found.map(|it| ServicePrincipal {
                object_id: it.object_id,
                display_name: it.display_name.clone(),
                app_id_uri: it.app_id_uri.clone(),
                enabled: it.enabled,
                tenant_domain: it.tenant_default_domain.clone(),
            }))
        })
    }

    fn person(&self, tenant: TenantId, object: ObjectId) -> Answer<'_, Option<Person>> {
        Box::pin(async move {
            Ok(self
                .0
                .person(tenant, object)
                .await
                .map_err(unanswered)?
                .map(|it| person(&it)))
        })
    }

    fn consent_holds(&self, consent: Consent) -> Answer<'_, bool> {
        Box::pin(async move {
            self.0
                .consent_holds(consent.tenant, consent.app, consent.person, consent.scope)
                .await
                .map_err(unanswered)
        })
    }

    fn person_by_name<'a>(&'a self, tenant: TenantId, name: &'a str) -> Answer<'a, Option<Person>> {
        Box::pin(async move {
            Ok(self
                .0
                .person_by_upn(tenant, name)
                .await
                .map_err(unanswered)?
                .map(|it| person(&it)))
        })
    }
}

fn person(person: &authority::Person) -> Person {
    Person {
        object_id: person.object_id,
        user_principal_name: person.upn.clone(),
        display_name: person.display_name.clone(),
        given_name: person.given_name.clone().unwrap_or_default(),
        surname: person.surname.clone().unwrap_or_default(),
        licensed: person.licensed,
        enabled: person.enabled,
        tokens_valid_from: person.sessions_valid_from,
    }
}

fn unanswered(error: authority::DirectoryError) -> DirectoryError {
    DirectoryError {
        source: Box::new(error),
    }
}
