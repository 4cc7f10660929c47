//! The keys of foreign issuers, whose tokens federated credentials take: fetched when needed, kept for a while.
//!
//! In: an issuer that a credential names, and the key id of an assertion. Out: the issuer's [`KeySet`].
//! INVARIANT: an issuer is asked by one request at a time, and not again within [`FAILURE_SECONDS`] after a failure or
//! [`UNKNOWN_KEY_SECONDS`] for a key that it does not have: whoever sends assertions cannot make this server call others.

mod fetch;

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use moka::sync::Cache;
use oauth::{KeySet, Timestamp};
use tokio::sync::{Mutex, OnceCell};

use crate::origin::Origin;
pub(crate) use fetch::{FetchError, Loopback, is_address};

/// The most issuers whose keys are kept.
const MOST_ISSUERS: u64 = 10_000;
/// How long keys are used before they are fetched again.
const FRESH_SECONDS: i64 = 60 * 60;
/// How long keys are used where they cannot be fetched again.
const KEPT_SECONDS: i64 = 24 * 60 * 60;
/// How long an issuer is not asked for a key that it did not have.
const UNKNOWN_KEY_SECONDS: i64 = 5 * 60;
/// How long an issuer is not asked after it failed.
const FAILURE_SECONDS: i64 = 30;
/// Longer than a request waits for the answer of an issuer.
const LONGEST_WAIT_SECONDS: i64 = 30;

/// The keys of all foreign issuers that were needed.
pub(crate) struct IssuerKeys {
    loopback: Loopback,
    /// Made with the first need: most authorities have none.
    http: OnceCell<reqwest::Client>,
    issuers: Cache<String, Arc<Issuer>>,
}

/// What is known of one issuer.
#[derive(Debug, Default)]
struct Issuer {
    state: ArcSwap<State>,
    /// Held while it is asked.
    asking: Mutex<()>,
}

#[derive(Debug, Clone, Default)]
struct State {
    kept: Option<Kept>,
    last: Option<Attempt>,
}

/// Keys, and when they were fetched.
#[derive(Debug, Clone)]
struct Kept {
    keys: KeySet,
    at: Timestamp,
}

/// When an issuer was asked last, and why in vain.
#[derive(Debug, Clone)]
struct Attempt {
    at: Timestamp,
    failure: Option<FetchError>,
}

impl IssuerKeys {
    /// Nothing is known yet. Addresses on this machine are asked without TLS where the authority itself is on it.
    pub(crate) fn new(origin: &Origin) -> Self {
        Self {
            loopback: Loopback::of(origin),
            http: OnceCell::new(),
            issuers: Cache::new(MOST_ISSUERS),
        }
    }

    /// Which addresses may be asked.
    pub(crate) fn loopback(&self) -> Loopback {
        self.loopback
    }

    /// The keys of an issuer: with the one of this id, if the issuer has it.
    pub(crate) async fn find(&self, issuer: &str, key_id: Option<&str>, now: Timestamp) -> Result<KeySet, FetchError> {
        let known = self.issuers.get_with_by_ref(issuer, Arc::default);
        if let Some(answer) = known.state.load().answer(key_id, now) {
            return answer;
        }
        let stale = known.state.load().stale(key_id, now);
        let _one_at_a_time = match (known.asking.try_lock(), stale) {
            (Ok(asking), _) => asking,
            // Somebody is asking; what is kept will do until then.
            (Err(_), Some(keys)) => return Ok(keys),
            (Err(_), None) => known.asking.lock().await,
        };
        // Whoever waited finds the answer.
        if let Some(answer) = known.state.load().answer(key_id, now) {
            return answer;
        }
        let fetched = fetch::keys(&self.http, self.loopback, issuer).await;
        if let Err(error) = &fetched {
            tracing::warn!(
                issuer.url = issuer,
                error = error as &dyn std::error::Error,
                "keys of an issuer not fetched"
            );
        }
        let next = known.state.load().after(fetched.clone(), now);
        let kept = next.live(now).cloned();
        known.state.store(Arc::new(next));
        fetched.or_else(|error| kept.map(|kept| kept.keys).ok_or(error))
    }
}

impl fmt::Debug for IssuerKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IssuerKeys")
            .field("loopback", &self.loopback)
            .finish_non_exhaustive()
    }
}

impl State {
    /// What is answered without asking the issuer; `None` where it must be asked.
    fn answer(&self, key_id: Option<&str>, now: Timestamp) -> Option<Result<KeySet, FetchError>> {
        let kept = self.live(now);
        let fresh = kept.filter(|kept| is_within(kept.at, FRESH_SECONDS, now));
        if let Some(fresh) = fresh.filter(|fresh| fresh.has(key_id)) {
            return Some(Ok(fresh.keys.clone()));
        }
        let pause_s = if fresh.is_some() {
            UNKNOWN_KEY_SECONDS
        } else {
            FAILURE_SECONDS
        };
        let last = self.last.as_ref().filter(|last| is_within(last.at, pause_s, now))?;
        let kept = kept.map(|kept| Ok(kept.keys.clone()));
        kept.or_else(|| last.failure.clone().map(Err))
    }

    /// Keys that may be used while newer ones are on their way.
    fn stale(&self, key_id: Option<&str>, now: Timestamp) -> Option<KeySet> {
        let kept = self.live(now).filter(|kept| kept.has(key_id));
        kept.map(|kept| kept.keys.clone())
    }

    fn live(&self, now: Timestamp) -> Option<&Kept> {
        self.kept.as_ref().filter(|kept| is_within(kept.at, KEPT_SECONDS, now))
    }

    /// What is known after the issuer was asked. A failure takes nothing away.
    fn after(&self, fetched: Result<KeySet, FetchError>, at: Timestamp) -> Self {
        let last = Some(Attempt {
            at,
            failure: fetched.as_ref().err().cloned(),
        });
        let kept = fetched.ok().map(|keys| Kept { keys, at });
        let kept = kept.or_else(|| self.kept.clone());
        Self { kept, last }
    }
}

impl Kept {
    /// Whether the key of an assertion is there. One that names none takes the only key.
    fn has(&self, key_id: Option<&str>) -> bool {
        key_id.is_none_or(|key_id| self.keys.contains(key_id))
    }
}

/// Whether less than this many seconds have passed since. Requests that came before it count too, as they wait for each
/// other; not those of a clock that was moved back.
fn is_within(since: Timestamp, seconds: i64, now: Timestamp) -> bool {
    since <= now.plus_seconds(LONGEST_WAIT_SECONDS) && now < since.plus_seconds(seconds)
}

#[cfg(test)]
mod tests;
