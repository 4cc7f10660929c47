//! Client secrets (RFC 6749 section 2.3.1).
//!
//! In: a secret. Out: the proof, or why it is none. INVARIANT: every secret of the application is compared, also after one
//! has matched, and one that matches before or after its time is told as such: only who knows it learns that.

use std::sync::LazyLock;

use oauth::{ClientProof, Secret, SecretHash, SeededRandom, Timestamp};

use super::Asked;
use crate::application::ApplicationSecret;
use crate::refusal::Refusal;

/// What came of comparing a secret with those of an application; the best of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Comparison {
    Wrong,
    NotYetValid,
    Expired,
    Valid,
}

/// The hash that stands in where an application is unknown or has no secret. Nothing hashes to it that anybody knows.
static NOBODYS: LazyLock<SecretHash> =
    LazyLock::new(|| SecretHash::new(&Secret::new(String::new()), &SeededRandom::new(0)));

/// Checks a secret.
pub(super) fn check(asked: &Asked<'_>, presented: &Secret<String>) -> Result<ClientProof, Refusal> {
    let application = asked.application();
    match compare(&asked.client.secrets, presented, asked.now) {
        Comparison::Wrong => Err(Refusal::SecretWrong { application }),
        Comparison::NotYetValid => Err(Refusal::SecretNotYetValid { application }),
        Comparison::Expired => Err(Refusal::SecretExpired { application }),
        Comparison::Valid => Ok(ClientProof::Secret),
    }
}

/// Takes the time of a comparison. The outcome is of no use; the work is what counts.
pub(super) fn compare_with_nobodys(presented: &Secret<String>) {
    let _ = NOBODYS.matches(presented);
}

fn compare(secrets: &[ApplicationSecret], presented: &Secret<String>, now: Timestamp) -> Comparison {
    if secrets.is_empty() {
        compare_with_nobodys(presented);
    }
    let each = secrets.iter().map(|secret| match secret.hash.matches(presented) {
        false => Comparison::Wrong,
        true if now < secret.starts_at => Comparison::NotYetValid,
        true if now >= secret.ends_at => Comparison::Expired,
        true => Comparison::Valid,
    });
    each.max().unwrap_or(Comparison::Wrong)
}
