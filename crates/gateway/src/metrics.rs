//! What is counted, in Prometheus' text format.
//!
//! In: outcomes. Out: text. Invariant: a label is one of a closed list of ours, never what a caller sent.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

/// All counts.
#[derive(Default)]
pub(crate) struct Metrics {
    outcomes: Mutex<BTreeMap<Outcome, u64>>,
    in_flight: AtomicI64,
}

/// The part of the gateway that answered, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Outcome {
    /// `data`, `sign_in`, `session`
    pub(crate) part: &'static str,
    /// The code of a refusal, or `answered`.
    pub(crate) code: &'static str,
}

impl Metrics {
    pub(crate) fn count(&self, outcome: Outcome) {
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        *outcomes.entry(outcome).or_default() += 1;
    }

    /// One more request is under way until the guard is dropped.
    pub(crate) fn begin(metrics: &std::sync::Arc<Self>) -> UnderWay {
        metrics.in_flight.fetch_add(1, Ordering::Relaxed);
        UnderWay(std::sync::Arc::clone(metrics))
    }

    /// The text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from(
            "# HELP commonhold_gateway_requests_total Requests, by the part that answered and its answer.\n\
             # TYPE commonhold_gateway_requests_total counter\n",
        );
        let outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        for (Outcome { part, code }, count) in outcomes.iter() {
            let _infallible = writeln!(
                text,
                "commonhold_gateway_requests_total{{part=\"{part}\",code=\"{code}\"}} {count}"
            );
        }
        let in_flight = self.in_flight.load(Ordering::Relaxed);
        let _infallible = write!(
            text,
            "# HELP commonhold_gateway_in_flight Requests whose answer has not ended.\n\
             # TYPE commonhold_gateway_in_flight gauge\ncommonhold_gateway_in_flight {in_flight}\n"
        );
        text
    }
}

/// A request that is under way.
pub(crate) struct UnderWay(std::sync::Arc<Metrics>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}
