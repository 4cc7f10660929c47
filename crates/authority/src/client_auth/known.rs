//! Assertions that were verified before: a client sends one again until it ends (MSAL for about ten minutes).
//!
//! In: the text of an assertion. Out: what it proves, where the same text has proved it at the same address. INVARIANT: what
//! may change while a snapshot lasts is asked anew each time: the end of the assertion, and whether its certificate is in
//! force. An assertion that counts once is used up by whoever asks here, remembered or not.

use std::sync::Arc;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use oauth::{Timestamp, VerifiedAssertion, thumbprint};
use uuid::Uuid;

use super::{Asked, certificate};

/// The most assertions that are remembered.
const MOST: u64 = 10_000;

/// The assertions that were verified while a snapshot lasts.
#[derive(Debug)]
pub(crate) struct KnownAssertions(Cache<String, Arc<Known>>);

/// What was proved, and by what.
#[derive(Debug)]
pub(super) struct Known {
    /// The assertion.
    pub(super) verified: VerifiedAssertion,
    /// The registration of the certificate with whose key it was signed.
    certificate: Uuid,
    verified_at: Timestamp,
}

impl Known {
    /// What was proved just now.
    pub(super) fn new(asked: &Asked<'_>, verified: VerifiedAssertion, certificate: Uuid) -> Self {
        Self {
            verified,
            certificate,
            verified_at: asked.now,
        }
    }
}

impl KnownAssertions {
    /// None yet. Those that were not sent for longest are forgotten first.
    pub(crate) fn new() -> Self {
        let cache = Cache::builder().max_capacity(MOST);
        Self(cache.eviction_policy(EvictionPolicy::lru()).build())
    }

    /// What this text has proved and proves still; `None` where it is to be verified, if only to be refused.
    pub(super) fn find(&self, asked: &Asked<'_>, name: &str) -> Option<Arc<Known>> {
        let known = self.0.get(name)?;
        let lasts = known.verified_at <= asked.now && asked.now < known.verified.acceptable_until();
        let mut certificates = asked.client.certificates.iter();
        let registration = certificates.find(|one| one.id == known.certificate)?;
        (lasts && certificate::in_force(asked, registration).is_ok()).then_some(known)
    }

    pub(super) fn insert(&self, name: String, known: Arc<Known>) {
        self.0.insert(name, known);
    }
}

/// The name of an assertion: a hash of its text, and of all that decides which issuer, subject and audience it must name.
pub(super) fn name(asked: &Asked<'_>, unverified_jwt: &str) -> String {
    let client = asked.client.application.app_id.uuid();
    let tenant = asked.tenant.id.uuid();
    let parts: [&[u8]; 5] = [
        client.as_bytes(),
        tenant.as_bytes(),
        asked.call.url.as_bytes(),
        // No URL has this byte, so the parts stand apart.
        b"\n",
        unverified_jwt.as_bytes(),
    ];
    thumbprint::x5t_s256(&parts.concat())
}
