//! How an application connects: what it trusts, how long it waits, how much it asks at once.
//!
//! In: the application's choices. Out: a plain value, read once by [`crate::Application::new`]. Invariant: the defaults
//! are the safe ones; a choice that gives safety away has `Dangerously` in its name.

use std::{sync::Arc, time::Duration};

use oauth::{Clock, Random, SystemClock, SystemRandom};

use crate::{SystemTimer, Timer};

/// How to connect. Start from [`Options::default`].
#[derive(Clone)]
pub struct Options {
    /// Certificates of CAs to trust besides those of the system, as PEM; each text may hold several.
    pub trust: Vec<Vec<u8>>,
    /// Which authorities an environment's challenge may lead to. The credential is sent there.
    pub authorities: Authorities,
    /// Where plain HTTP is spoken.
    pub plain_http: PlainHttp,
    /// The `User-Agent` of every request.
    pub user_agent: String,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long a request may take, from the first byte sent to the last byte read. The service itself gives up after
    /// two minutes. Does not hold for [`crate::Environment::forward`], whose bodies stream.
    pub request_timeout: Duration,
    /// How often a call is sent again, and for how long it waits to be.
    pub retries: Retries,
    /// How many requests are under way at a time, in each environment.
    pub concurrency: Concurrency,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// How a call waits before it is sent again.
    pub timer: Arc<dyn Timer>,
    /// Where the keys of new rows and the ids of requests come from.
    pub random: Arc<dyn Random>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            trust: Vec::new(),
            authorities: Authorities::default(),
            plain_http: PlainHttp::default(),
            user_agent: concat!("commonhold-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(130),
            retries: Retries::default(),
            concurrency: Concurrency::default(),
            clock: Arc::new(SystemClock),
            timer: Arc::new(SystemTimer),
            random: Arc::new(SystemRandom),
        }
    }
}

/// Which authorities may see the credential when an environment, and not the application, names them.
///
/// An environment's address may come from a subscriber. Its challenge names an authority, and a client that believes
/// any would hand its secret to whoever answers there. Those of the Microsoft clouds are always believed, and one on
/// this machine by an environment on this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Authorities {
    /// Those of the Microsoft clouds.
    #[default]
    Known,
    /// These origins too: `https://login.commonhold.example`.
    Also(Vec<String>),
    /// Whichever an environment names. Whoever runs an environment that this application connects to is given the
    /// credential.
    DangerouslyAny,
}

/// Where plain HTTP is spoken, by which everybody on the way reads tokens and secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlainHttp {
    /// On this machine only.
    #[default]
    Loopback,
    /// Wherever an address begins with `http:`.
    DangerouslyEverywhere,
}

/// How often a call is sent again. What may be sent again at all is told at each call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// Times that one call is sent at most, the first included; 0 counts as 1.
    pub most_attempts: u32,
    /// The longest wait before one attempt. A `Retry-After` that asks for more ends the call with the refusal.
    pub longest_wait: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            most_attempts: 5,
            longest_wait: Duration::from_mins(1),
        }
    }
}

/// How many requests are under way at a time in one environment. The number grows slowly while all is well and halves
/// when the environment asks for less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concurrency {
    /// At the beginning; 0 counts as 1.
    pub first: u32,
    /// At most.
    pub most: u32,
}

/// The service lets a user have 52 requests under way.
impl Default for Concurrency {
    fn default() -> Self {
        Self { first: 16, most: 52 }
    }
}
