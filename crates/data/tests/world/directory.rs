//! A directory whose people and applications tests make and change.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};

use data::{Answer, Consent, Directory, DirectoryError, Person, ServicePrincipal};
use oauth::{AppId, KeySet, ObjectId, TenantId, Timestamp};
use uuid::Uuid;

use super::{tenant, token};

/// An application with a service principal in the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Application {
    /// The client id.
    pub app: AppId,
    /// The service principal's object id.
    pub object: ObjectId,
}

/// A person of the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Human {
    /// The object id.
    pub object: ObjectId,
    /// The user principal name.
    pub name: String,
}

/// The application to which people sign in: there in every directory, with consent for everybody.
pub(crate) const PORTAL: Application = Application {
    app: AppId::from_uuid(Uuid::from_u128(0x0c7a_9d52_3b1e_4c8f_8f27_6a5d_4e3b_2c10)),
    object: ObjectId::from_uuid(Uuid::from_u128(0xe2f1_a0b9_8c7d_4e6f_a5b4_c3d2_e1f0_a9b8)),
};

/// See the module.
pub(crate) struct TestDirectory {
    content: Mutex<Content>,
    keys: Arc<KeySet>,
}

#[derive(Default)]
struct Content {
    applications: HashMap<AppId, ServicePrincipal>,
    people: HashMap<ObjectId, Person>,
    /// Consents are there until they are withdrawn.
    withdrawn: HashSet<(AppId, ObjectId)>,
    is_silent: bool,
    made: u128,
}

impl TestDirectory {
    /// With nobody but the portal.
    pub(crate) fn new() -> Self {
        let directory = Self {
            content: Mutex::default(),
            keys: Arc::new(token::keys()),
        };
        directory.bring_in(PORTAL, "Portal");
        directory
    }

    /// Makes an application.
    pub(crate) fn application(&self, display_name: &str) -> Application {
        let mut content = self.content();
        let number = content.next();
        let application = Application {
            app: id(0xa0, number),
            object: id(0x50, number),
        };
        drop(content);
        self.bring_in(application, display_name);
        application
    }

    fn bring_in(&self, application: Application, display_name: &str) {
        let principal = ServicePrincipal {
            object_id: application.object,
            display_name: display_name.to_owned(),
            app_id_uri: Some(format!("api://{}", application.app)),
            enabled: true,
            tenant_domain: "contoso.example".to_owned(),
        };
        self.content().applications.insert(application.app, principal);
    }

    /// Makes a person `<name>@contoso.example`, enabled and licensed.
    pub(crate) fn person(&self, given_name: &str, surname: &str) -> Human {
        let mut content = self.content();
        let object = id::<ObjectId>(0x9e, content.next());
        let name = format!("{}@contoso.example", given_name.to_lowercase());
        let person = Person {
            object_id: object,
            user_principal_name: name.clone(),
            display_name: format!("{given_name} {surname}"),
            given_name: given_name.to_owned(),
            surname: surname.to_owned(),
            licensed: true,
            enabled: true,
            tokens_valid_from: Timestamp::from_seconds(0),
        };
        content.people.insert(object, person);
        Human { object, name }
    }

    /// Changes a person.
    pub(crate) fn edit(&self, human: &Human, change: impl FnOnce(&mut Person)) {
        change(self.content().people.get_mut(&human.object).unwrap());
    }

    /// Removes a person.
    pub(crate) fn remove(&self, human: &Human) {
        self.content().people.remove(&human.object).unwrap();
    }

    /// Removes an application's service principal.
    pub(crate) fn remove_application(&self, application: &Application) {
        self.content().applications.remove(&application.app).unwrap();
    }

    /// Switches an application's service principal off.
    pub(crate) fn disable_application(&self, application: &Application) {
        let mut content = self.content();
        content.applications.get_mut(&application.app).unwrap().enabled = false;
    }

    /// Withdraws what an application was let do for a person.
    pub(crate) fn withdraw(&self, app: AppId, human: &Human) {
        self.content().withdrawn.insert((app, human.object));
    }

    /// From now on it does not answer.
    pub(crate) fn fall_silent(&self) {
        self.content().is_silent = true;
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap()
    }

    fn answer<'a, T: Send + 'a>(
        &'a self,
        asked: TenantId,
        find: impl Fn(&Content) -> Option<T> + Send + 'a,
    ) -> Answer<'a, Option<T>> {
        Box::pin(async move {
            let content = self.content();
            if content.is_silent {
                return Err(DirectoryError {
                    source: "it is silent".into(),
                });
            }
            Ok(if asked == tenant() { find(&content) } else { None })
        })
    }
}

impl Content {
    fn next(&mut self) -> u128 {
        self.made += 1;
        self.made
    }
}

fn id<T: From<Uuid>>(kind: u128, number: u128) -> T {
    Uuid::from_u128(kind << 96 | 0x4000_8000_0000_0000_0000 | number).into()
}

impl Directory for TestDirectory {
    fn keys(&self) -> Arc<KeySet> {
        Arc::clone(&self.keys)
    }

    fn service_principal(&self, tenant: TenantId, app: AppId) -> Answer<'_, Option<ServicePrincipal>> {
        self.answer(tenant, move |content| content.applications.get(&app).cloned())
    }

    fn person(&self, tenant: TenantId, object: ObjectId) -> Answer<'_, Option<Person>> {
        self.answer(tenant, move |content| content.people.get(&object).cloned())
    }

    fn consent_holds(&self, consent: Consent) -> Answer<'_, bool> {
        Box::pin(async move {
            let asked = (consent.app, consent.person);
            let given = self.answer(consent.tenant, move |content| Some(!content.withdrawn.contains(&asked)));
            Ok(given.await? == Some(true))
        })
    }

    fn person_by_name<'a>(&'a self, tenant: TenantId, user_principal_name: &'a str) -> Answer<'a, Option<Person>> {
        self.answer(tenant, move |content| {
            let is_named = |person: &&Person| person.user_principal_name.eq_ignore_ascii_case(user_principal_name);
            content.people.values().find(is_named).cloned()
        })
    }
}
