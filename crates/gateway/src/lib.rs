//! The web application's door: it signs people in, keeps their sessions, asks the access policy, and calls the
//! subscriber's environment as the application.
//!
//! In: requests of browsers. Out: answers of the environment, or a refusal. Invariant: an environment is asked only what
//! the policy was asked before and allowed, with the application's token and never with what the browser sent.

mod act;
mod budget;
mod gateway;
mod http;
mod metrics;
mod person;
mod policy;
mod provider;
mod refusal;
mod said;
mod service;
mod session;
mod sign_in;
mod subscribers;
mod surface;

pub use act::{Act, Action, Asked, Resource};
pub use budget::{BudgetOptions, Exhausted, ExhaustedBy};
pub use client::{
    AppId, Application, Authorities, Credential, Environment, Error, ObjectId, Options, PlainHttp, Retries, Secret,
};
pub use gateway::{Gateway, GatewayOptions, SetUpError, checked_origin};
pub use http::SignedIn;
pub use oauth::{Algorithm, Clock, Random, SystemClock, SystemRandom, Timestamp};
pub use person::Person;
pub use policy::cases::{Case, CaseFault, Cases, Outcome};
pub use policy::{Decision, Denied, Fault, Permitted, Policy, PolicyFaults, Verdict};
pub use provider::{ProviderError, ProviderOptions};
pub use refusal::Refusal;
pub use said::SaidError;
pub use session::Lifetimes;
pub use session::endings::{Endings, LocalEndings, Mark, Memory};
pub use session::seal::{COOKIE_KEY_BYTES, CookieKeyError};
pub use sign_in::{PersonRules, SpeaksFor, TenantRule};
pub use subscribers::{Subscriber, SubscriberError, SubscriberFile, SubscriberList, Subscribers};
pub use surface::{Surface, SurfaceError, TableShape};
