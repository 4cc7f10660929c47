//! Guessing made slow, without a way for strangers to lock anybody out.
//!
//! In: whose proof is tried, and from where. Out: an [`Attempt`], or the refusal of one. INVARIANT: every try is counted
//! before anything is compared; a browser in which the person has signed in has a count of its own, which nobody else can
//! drive up.
//!
//! | counted | held back from |
//! |---|---|
//! | tries at a person, from a browser that the person has signed in with | the 10th on |
//! | tries at a person, from one address | the 10th on |
//! | tries at a person, from all addresses | the 100th on |
//! | failures from one address, at all people | the 200th on |
//! | wrong user codes of devices, from one address | the 10th on |

use std::net::{IpAddr, Ipv6Addr};

use aws_lc_rs::digest;
use db::{Commit, Database, Expect, Step};
use oauth::{ObjectId, TenantId, Timestamp};

use super::Visitor;
use crate::refusal::{PersonRefusal, Refusal};
use crate::session;
use crate::store::{self, any_outcome, must_change, sign_in_failure};

/// As the real cloud counts.
const MOST_FROM_ONE_PLACE: i64 = 10;
/// The most guesses at one person that NIST SP 800-63B section 5.2.2 lets happen. One address, held back for an hour at a
/// time, does not come so far in a day.
const MOST_AT_ONE_PERSON: i64 = 100;
/// An office behind one address mistypes often; somebody who tries one password on everybody needs more.
const MOST_FROM_ONE_ADDRESS: i64 = 200;

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Factor {
    Password,
    OneTimePassword,
    Passkey,
}

/// Whose proof is tried. The name is counted, not the person, so that unknown names are held back as known ones are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account<'a> {
    pub(super) factor: Factor,
    pub(super) tenant: TenantId,
    /// In the form in which names are compared.
    pub(super) name: &'a str,
    /// The person of this name, and since when their sessions count; `None` for an unknown name.
    pub(super) person: Option<(ObjectId, Timestamp)>,
}

/// A try that was counted and may go on.
#[derive(Debug)]
pub(super) struct Attempt {
    /// What it was counted by, and from how many on each holds back the next.
    counted: Vec<(Key, i64)>,
    /// What is counted when it fails.
    address: Option<Key>,
}

/// The SHA-256 of what is counted: rows tell nobody's name or address, and are of one length.
type Key = Vec<u8>;

/// Counts a try. Refused while tries are held back, whether the proof would be right or not.
pub(super) async fn admit(
    database: &Database,
    account: &Account<'_>,
    visitor: Visitor<'_>,
    now: Timestamp,
) -> Result<Attempt, Refusal> {
    let browser = known_browser(database, account, visitor).await?;
    let (counts, address) = if let Some(session) = browser {
        (vec![(key("browser", account, &session), MOST_FROM_ONE_PLACE)], None)
    } else {
        let address = visitor.address.map(network);
        let from_here = key("address", account, address.as_deref().unwrap_or_default());
        let from_anywhere = key("person", account, &[]);
        (
            vec![(from_here, MOST_FROM_ONE_PLACE), (from_anywhere, MOST_AT_ONE_PERSON)],
            address.map(|address| hash(&[b"anybody", &address])),
        )
    };
    count(database, counts, address, now).await
}

/// Counts a try of somebody of whom nothing is known but the address: to guess a device's user code.
pub(super) async fn admit_stranger(
    database: &Database,
    address: Option<IpAddr>,
    now: Timestamp,
) -> Result<Attempt, Refusal> {
    let from = address.map(network).unwrap_or_default();
    let counts = vec![(hash(&[b"user code", &from]), MOST_FROM_ONE_PLACE)];
    count(database, counts, None, now).await
}

/// Counts a try by each of `counted`, unless one of them, or the address, holds it back.
async fn count(
    database: &Database,
    counted: Vec<(Key, i64)>,
    address: Option<Key>,
    now: Timestamp,
) -> Result<Attempt, Refusal> {
    let is_held = |key: &Key| Step {
        statement: sign_in_failure::held(key, now),
        expect: Expect::None,
    };
    let count = |(key, most): &(Key, i64)| must_change(sign_in_failure::count(key, *most, now));
    let steps = address.iter().map(is_held).chain(counted.iter().map(count));
    let purge = any_outcome(sign_in_failure::purge(now));
    match record(database, steps.chain([purge]).collect()).await? {
        Commit::Done(_) => Ok(Attempt { counted, address }),
        Commit::Refused { .. } => Err(PersonRefusal::TooManyFailures.into()),
    }
}

impl Attempt {
    /// What follows from success: the failures before it are forgotten.
    pub(super) fn succeeded(&self) -> impl Iterator<Item = Step> + '_ {
        let keys = self.counted.iter();
        keys.map(|(key, _)| any_outcome(sign_in_failure::forget(key)))
    }

    /// Takes the try back, and no other: for a proof that a guesser may have of their own, to begin anew with.
    pub(super) async fn take_back(&self, database: &Database) -> Result<(), Refusal> {
        let keys = self.counted.iter();
        let steps = keys.map(|(key, most)| any_outcome(sign_in_failure::take_back(key, *most)));
        record(database, steps.collect()).await.map(drop)
    }

    /// Records a failure. It was counted as a try; what is left is the address, from which other people sign in too.
    pub(super) async fn failed(&self, database: &Database, now: Timestamp) -> Result<(), Refusal> {
        if let Some(address) = &self.address {
            let count = sign_in_failure::count(address, MOST_FROM_ONE_ADDRESS, now);
            record(database, vec![any_outcome(count)]).await?;
        }
        Ok(())
    }
}

async fn known_browser(
    database: &Database,
    account: &Account<'_>,
    visitor: Visitor<'_>,
) -> Result<Option<Vec<u8>>, Refusal> {
    let Some(cookie) = visitor.unverified_cookie else {
        return Ok(None);
    };
    // An unknown name asks the same question, about nobody.
    let (person, valid_from) = account
        .person
        .unwrap_or((ObjectId::from(uuid::Uuid::nil()), Timestamp::from_seconds(0)));
    session::known_browser(database, (account.tenant, person), valid_from, Some(cookie)).await
}

/// What one subscriber has: the address itself, or the first half of one of version 6 (RFC 6177 section 2).
fn network(address: IpAddr) -> Vec<u8> {
    let half = |address: Ipv6Addr| address.octets().iter().take(8).copied().collect();
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => address.octets().to_vec(),
            None => half(address),
        },
    }
}

fn key(what: &str, account: &Account<'_>, from: &[u8]) -> Key {
    let factor: &[u8] = match account.factor {
        Factor::Password => b"password",
        Factor::OneTimePassword => b"one-time password",
        Factor::Passkey => b"passkey",
    };
    let tenant = account.tenant.uuid();
    hash(&[
        what.as_bytes(),
        factor,
        tenant.as_bytes(),
        account.name.as_bytes(),
        from,
    ])
}

/// Each part with its length, so that no two lists of parts are the same bytes.
fn hash(parts: &[&[u8]]) -> Key {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(&part.len().to_be_bytes());
        context.update(part);
    }
    context.finish().as_ref().to_vec()
}

pub(super) async fn record(database: &Database, steps: Vec<Step>) -> Result<Commit, Refusal> {
    Ok(store::record(database, steps).await.map_err(store::Error::from)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_what_one_subscriber_has() {
        let check = |one: &str, other: &str, same: bool| {
            let (one, other): (IpAddr, IpAddr) = (one.parse().unwrap(), other.parse().unwrap());
            assert_eq!(network(one) == network(other), same, "{one} {other}");
        };
        check("203.0.113.9", "203.0.113.10", false);
        check("2001:db8:0:1::1", "2001:db8:0:2::1", false);
        check("::ffff:203.0.113.9", "::ffff:203.0.113.10", false);
        check("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true);
        check("::ffff:203.0.113.9", "203.0.113.9", true);
    }

    #[test]
    fn keys_of_different_things_differ() {
        let account = |factor, name| Account {
            factor,
            tenant: TenantId::from(uuid::Uuid::from_u128(1)),
            name,
            person: None,
        };
        let password = account(Factor::Password, "ab");
        let keys = [
            key("person", &password, &[]),
            key("person", &password, b"c"),
            key("person", &account(Factor::Password, "abc"), &[]),
            key("person", &account(Factor::OneTimePassword, "ab"), &[]),
            key("address", &password, &[]),
        ];
        for (at, one) in keys.iter().enumerate() {
            assert!(keys.iter().skip(at + 1).all(|other| other != one), "{at}");
        }
    }
}
