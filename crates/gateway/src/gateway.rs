//! The gateway as one value: everything that is decided at the start, shared by all requests.
//!
//! In: [`GatewayOptions`]. Out: a [`Gateway`], cheap to clone. Invariant: it is immutable; what changes while it runs is
//! behind the traits that it was given.

use std::sync::Arc;
use std::time::Duration;

use oauth::{Clock, Random, Secret};
use url::Url;

use crate::budget::{BudgetOptions, Budgets};
use crate::metrics::Metrics;
use crate::policy::Policy;
use crate::provider::{Provider, ProviderError, ProviderOptions};
use crate::session::endings::Endings;
use crate::session::seal::CookieKeyError;
use crate::session::{CookieKeys, Lifetimes, Sessions};
use crate::sign_in::{PersonRules, SignIn, SpeaksFor};
use crate::subscribers::Subscribers;
use crate::surface::Surface;

/// Where the provider sends people back to.
pub(crate) const CALLBACK: &str = "/login/callback";

/// Everything that a gateway is made of.
pub struct GatewayOptions {
    /// The origin by which browsers reach it, without a trailing slash: `https://orders.example.com`.
    pub origin: String,
    /// Who signs people in.
    pub provider: ProviderOptions,
    /// Which claims say who they are.
    pub person: PersonRules,
    /// Keys of the cookies, 32 bytes each; the first seals, all open.
    pub cookie_keys: Vec<Secret<Vec<u8>>>,
    /// How long sessions live.
    pub lifetimes: Lifetimes,
    /// Where it is kept that a session has ended early.
    pub endings: Arc<dyn Endings>,
    /// What may be asked for at all.
    pub surface: Surface,
    /// Who may ask for what of it.
    pub policy: Policy,
    /// Whose people are let in, and where their rows are.
    pub subscribers: Arc<dyn Subscribers>,
    /// What each person may spend.
    pub budget: BudgetOptions,
    /// The longest row that is taken, in bytes; it is held in memory to be looked at.
    pub body_limit_bytes: usize,
    /// How long an environment may take until its answer begins.
    pub answer_timeout: Duration,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
}

/// Why a gateway cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// Not an origin that browsers keep cookies for.
    #[error("`{0}` is no origin; write `https://` and a host name, without a path (`http://` on this machine only)")]
    Origin(String),
    /// The keys of the cookies.
    #[error(transparent)]
    CookieKeys(#[from] CookieKeyError),
    /// The provider.
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

/// A gateway.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) origin: String,
    pub(crate) sign_in: SignIn,
    pub(crate) sessions: Sessions,
    pub(crate) surface: Surface,
    pub(crate) policy: Policy,
    pub(crate) subscribers: Arc<dyn Subscribers>,
    pub(crate) speaks_for: SpeaksFor,
    pub(crate) budgets: Budgets,
    pub(crate) body_limit_bytes: usize,
    pub(crate) answer_timeout: Duration,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) random: Arc<dyn Random>,
}

impl Gateway {
    /// Makes a gateway. Nothing is sent yet: it starts while the provider and the environments are away.
    pub fn new(options: GatewayOptions) -> Result<Self, SetUpError> {
        let origin = checked_origin(&options.origin)?;
        let clock = options.clock;
        let speaks_for = options.person.speaks_for;
        let sign_in = SignIn {
            provider: Provider::new(options.provider, Arc::clone(&clock))?,
            redirect_uri: format!("{origin}{CALLBACK}"),
            rules: options.person,
            clock: Arc::clone(&clock),
            random: Arc::clone(&options.random),
        };
        let sessions = Sessions {
            keys: CookieKeys::new(&options.cookie_keys)?,
            lifetimes: options.lifetimes,
            endings: options.endings,
            clock: Arc::clone(&clock),
            random: Arc::clone(&options.random),
        };
        Ok(Self(Arc::new(Inner {
            origin,
            sign_in,
            sessions,
            surface: options.surface,
            policy: options.policy,
            subscribers: options.subscribers,
            speaks_for,
            budgets: Budgets::new(options.budget, clock),
            body_limit_bytes: options.body_limit_bytes,
            answer_timeout: options.answer_timeout,
            metrics: Arc::default(),
            random: options.random,
        })))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }
}

/// The origin in its plainest form. Cookies with `Secure` are kept for HTTPS, and by most browsers for this machine.
pub fn checked_origin(text: &str) -> Result<String, SetUpError> {
    let wrong = || SetUpError::Origin(text.to_owned());
    let url = Url::parse(text).map_err(|_invalid| wrong())?;
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let scheme = url.scheme() == "https" || url.scheme() == "http" && local;
    let origin = url.origin().ascii_serialization();
    if scheme && text.trim_end_matches('/').eq_ignore_ascii_case(&origin) {
        Ok(origin)
    } else {
        Err(wrong())
    }
}
