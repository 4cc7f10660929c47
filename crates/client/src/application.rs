//! One application: its identity, its connections, and the environments that it works with.
//!
//! In: a client id, a credential, options. Out: environments. Invariant: all environments of an application share one
//! pool of connections, and one environment has one token and one measure of how much it takes, however often it is
//! asked for.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use oauth::AppId;

use crate::{
    Credential, Environment, Error, Options,
    address::EnvironmentAddress,
    authority,
    credential::tls_identity,
    place::{AuthorityIs, Place},
};

/// One application; cheap to clone.
#[derive(Clone)]
pub struct Application(Arc<Shared>);

/// What all environments of an application have in common.
pub(crate) struct Shared {
    pub(crate) app_id: AppId,
    pub(crate) credential: Credential,
    pub(crate) options: Options,
    pub(crate) http: reqwest::Client,
    places: Mutex<Places>,
}

/// The environments that somebody holds.
#[derive(Default)]
struct Places {
    by_address: HashMap<(EnvironmentAddress, AuthorityIs), Weak<Place>>,
    /// Those that nobody holds any more are removed when there are so many entries.
    sweep_at: usize,
}

impl Application {
    /// An application by its client id. Nothing is sent yet.
    pub fn new(app_id: AppId, credential: Credential, options: Options) -> Result<Self, Error> {
        let http = pool(&credential, &options)?;
        Ok(Self(Arc::new(Shared {
            app_id,
            credential,
            options,
            http,
            places: Mutex::default(),
        })))
    }

    /// The client id.
    #[must_use]
    pub fn app_id(&self) -> AppId {
        self.0.app_id
    }

    /// The environment at `url` (`https://contoso.crm.dynamics.com`). Its authority and tenant are found from the
    /// challenge of its 401 when a token is first needed, within [`crate::Authorities`].
    pub fn environment(&self, url: &str) -> Result<Environment, Error> {
        self.place(url, AuthorityIs::Named)
    }

    /// The environment at `url`, whose tenant (id or domain) and authority (`https://login.microsoftonline.com`) are
    /// known: the environment is not asked for them.
    pub fn environment_in(&self, tenant: &str, authority: &str, url: &str) -> Result<Environment, Error> {
        let endpoint = authority::given(tenant, authority, &self.0.options)?;
        self.place(url, AuthorityIs::Given(endpoint))
    }

    fn place(&self, url: &str, authority: AuthorityIs) -> Result<Environment, Error> {
        let address = EnvironmentAddress::parse(url, self.0.options.plain_http)?;
        let mut places = self.0.places.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (address, authority);
        if let Some(place) = places.by_address.get(&key).and_then(Weak::upgrade) {
            return Ok(Environment::new(place));
        }
        if places.by_address.len() >= places.sweep_at {
            places.by_address.retain(|_, place| place.strong_count() > 0);
            places.sweep_at = (places.by_address.len() * 2).max(64);
        }
        let place = Arc::new(Place::new(Arc::clone(&self.0), key.0.clone(), key.1.clone()));
        places.by_address.insert(key, Arc::downgrade(&place));
        Ok(Environment::new(place))
    }
}

/// The connections. Redirects are answers like others: a token never follows one.
fn pool(credential: &Credential, options: &Options) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(options.connect_timeout)
        .user_agent(&options.user_agent);
    for pem in &options.trust {
        let certificates = reqwest::Certificate::from_pem_bundle(pem)
            .map_err(|why| Error::set_up("a certificate of `Options::trust` cannot be read", why))?;
        for certificate in certificates {
            builder = builder.add_root_certificate(certificate);
        }
    }
    if let Some(identity) = tls_identity(credential)? {
        builder = builder.identity(identity);
    }
    builder
        .build()
        .map_err(|why| Error::set_up("the connections cannot be prepared", why))
}

#[cfg(test)]
mod tests {
    use oauth::Secret;
    use uuid::Uuid;

    use super::*;

    fn application() -> Application {
        let credential = Credential::secret(Secret::new("s".to_owned()));
        Application::new(AppId::from(Uuid::from_u128(1)), credential, Options::default()).unwrap()
    }

    #[test]
    fn what_cannot_be_trusted_or_reached_is_refused() {
        let options = Options {
            trust: vec![b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n".to_vec()],
            ..Options::default()
        };
        let credential = Credential::secret(Secret::new("s".to_owned()));
        let refused = Application::new(AppId::from(Uuid::from_u128(1)), credential, options);
        assert!(matches!(refused.err(), Some(Error::SetUp { .. })));
        assert!(application().environment("http://contoso.example").is_err());
        assert!(
            application()
                .environment_in("../x", "https://login.example", "https://contoso.example")
                .is_err()
        );
        assert!(
            application()
                .environment_in("t", "http://login.example", "https://contoso.example")
                .is_err()
        );
    }

    #[test]
    fn one_environment_is_one_place_however_it_is_asked_for() {
        let application = application();
        let one = application.environment("https://contoso.example").unwrap();
        let same = application.clone().environment("https://contoso.example/").unwrap();
        let given = application
            .environment_in("t", "https://login.example", "https://contoso.example")
            .unwrap();
        assert!(Arc::ptr_eq(one.place(), same.place()));
        assert!(
            !Arc::ptr_eq(one.place(), given.place()),
            "another authority may give another token"
        );
    }

    #[test]
    fn environments_that_nobody_holds_are_forgotten() {
        let application = application();
        let held: Vec<_> = (0..100)
            .map(|number| {
                application
                    .environment(&format!("https://held{number}.example"))
                    .unwrap()
            })
            .collect();
        for number in 0..10_000 {
            application
                .environment(&format!("https://contoso{number}.example"))
                .unwrap();
        }
        let known = application.0.places.lock().unwrap().by_address.len();
        assert!((held.len()..300).contains(&known), "{known}");
    }
}
