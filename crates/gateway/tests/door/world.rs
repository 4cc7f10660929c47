//! A gateway with a provider and two subscribers' environments.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use commonhold_gateway::{
    Application, BudgetOptions, Clock, Credential, Gateway, GatewayOptions, Lifetimes, LocalEndings, Options,
    PersonRules, Policy, ProviderOptions, Secret, SpeaksFor, Subscriber, SubscriberList, Surface, SystemRandom,
    TableShape, TenantRule, Timestamp,
};
use oauth::TestClock;

use crate::browser::Browser;
use crate::cloud::Environment;
use crate::provider::{CLIENT, CONTOSO, FABRIKAM, Provider};

pub(crate) const ORIGIN: &str = "https://orders.example";

/// What sales may do: accounts and tasks, and nothing with contacts.
const SALES: &str = r#"
@id("sales-accounts")
permit (principal in Role::"sales", action, resource == Table::"accounts");
@id("sales-tasks")
permit (principal in Role::"sales", action, resource == Table::"tasks");
"#;

pub(crate) struct World {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) provider: Provider,
    pub(crate) contoso: Environment,
    pub(crate) fabrikam: Environment,
    pub(crate) subscribers: Arc<SubscriberList>,
    pub(crate) gateway: Gateway,
}

/// What differs between worlds.
pub(crate) struct Setting {
    pub(crate) speaks_for: SpeaksFor,
    pub(crate) budget: BudgetOptions,
    pub(crate) answer_timeout: Duration,
    pub(crate) policy: &'static str,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            speaks_for: SpeaksFor::Person,
            budget: BudgetOptions::default(),
            answer_timeout: Duration::from_mins(1),
            policy: SALES,
        }
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::set(Setting::default()).await
    }

    pub(crate) async fn set(setting: Setting) -> Self {
        let clock = Arc::new(TestClock::new(Timestamp::from_seconds(1_760_000_000)));
        let seconds = Arc::clone(&clock);
        let provider = Provider::start(move || seconds.now().seconds()).await;
        let (contoso, fabrikam) = (
            Environment::start("contoso").await,
            Environment::start("fabrikam").await,
        );
        let options = Options {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ..Options::default()
        };
        let credential = Credential::secret(Secret::new("application secret".to_owned()));
        let application = Application::new(
            "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10".parse().unwrap(),
            credential,
            options,
        );
        let subscribers = Arc::new(SubscriberList::new(application.unwrap()));
        let gateway = Gateway::new(GatewayOptions {
            origin: ORIGIN.to_owned(),
            provider: ProviderOptions {
                issuer: provider.configured_issuer(),
                client_id: CLIENT.to_owned(),
                client_secret: Some(Secret::new("provider secret".to_owned())),
                scopes: vec!["openid".to_owned(), "profile".to_owned()],
                trust: Vec::new(),
            },
            person: PersonRules {
                tenant: TenantRule::Claim("tid".to_owned()),
                object_id: "oid".to_owned(),
                roles: "roles".to_owned(),
                groups: "groups".to_owned(),
                kept: vec!["department".to_owned()],
                speaks_for: setting.speaks_for,
            },
            cookie_keys: vec![Secret::new(vec![7; 32])],
            lifetimes: Lifetimes::default(),
            endings: Arc::new(LocalEndings::default()),
            surface: surface(),
            policy: Policy::parse(setting.policy, &["department".to_owned()]).unwrap(),
            subscribers: Arc::clone(&subscribers) as Arc<dyn commonhold_gateway::Subscribers>,
            budget: setting.budget,
            body_limit_bytes: 1000,
            answer_timeout: setting.answer_timeout,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::new(SystemRandom),
        });
        let world = Self {
            clock,
            provider,
            contoso,
            fabrikam,
            subscribers,
            gateway: gateway.unwrap(),
        };
        world.subscribe(&[CONTOSO, FABRIKAM]);
        world
    }

    /// Leaves these subscribers.
    pub(crate) fn subscribe(&self, tenants: &[&str]) {
        let environment = |tenant: &str| {
            if tenant == CONTOSO {
                &self.contoso
            } else {
                &self.fabrikam
            }
        };
        let list: Vec<_> = tenants
            .iter()
            .map(|tenant| Subscriber {
                tenant: (*tenant).to_owned(),
                environment: environment(tenant).origin.clone(),
            })
            .collect();
        self.subscribers.replace(&list).unwrap();
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.gateway.whole_router())
    }

    pub(crate) async fn signed_in(&self) -> Browser {
        self.browser().signed_in(&self.provider).await
    }
}

fn surface() -> Surface {
    let accounts = TableShape {
        navigations: BTreeMap::from([
            ("primarycontactid".to_owned(), "contacts".to_owned()),
            ("Account_Tasks".to_owned(), "tasks".to_owned()),
        ]),
        columns: vec!["entityimage".to_owned()],
    };
    let tables = BTreeMap::from([
        ("accounts".to_owned(), accounts),
        ("contacts".to_owned(), TableShape::default()),
        ("tasks".to_owned(), TableShape::default()),
    ]);
    Surface::new(&tables, &["WhoAmI".to_owned()]).unwrap()
}
