//! The keys that sign tokens: made with the authority, published before they sign and after.
//!
//! In: rows with sealed private keys. Out: [`SigningKeys`], parsed once, from which time picks the one that signs.
//! INVARIANT: by the schedule, a key is published longer before its first and after its last signature than anybody
//! caches key documents; only a command of the operator cuts that short.

mod making;
pub(crate) mod schedule;

use std::sync::Arc;

use oauth::{Algorithm, Jwk, KeySet, KeySetError, SigningKey, SigningKeyError, Timestamp};

use crate::key_encryption::{KeyEncryptionKey, SealError};
use crate::store::signing_key::SigningKeyRow;

pub(crate) use making::make;

/// Why there are no usable signing keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A key could not be made or read.
    #[error("could not make or read a signing key")]
    Key(#[from] SigningKeyError),
    /// A private key could not be sealed or opened.
    #[error("could not seal or open a signing key")]
    Seal(#[from] SealError),
    /// The certificate around a key could not be made.
    #[error("could not make the certificate of a signing key")]
    Certificate(#[from] rcgen::Error),
    /// A time lies outside of the calendar.
    #[error("validity of a certificate lies outside of the calendar")]
    Calendar(#[from] time::error::ComponentRange),
    /// The published keys do not parse.
    #[error("could not read the published keys back")]
    Published(#[from] KeySetError),
    /// The thread that made keys did not finish.
    #[error("the making of signing keys was cut off")]
    CutOff(#[source] tokio::task::JoinError),
}

/// One key, ready to sign.
#[derive(Debug)]
struct Key {
    signing: SigningKey,
    number: i64,
    published: Jwk,
    not_before: Timestamp,
    retire_at: Option<Timestamp>,
}

/// All keys of the authority, parsed.
#[derive(Debug)]
pub(crate) struct SigningKeys {
    /// As stored.
    rows: Vec<SigningKeyRow>,
    /// The oldest first.
    keys: Vec<Key>,
    /// What is published up to a time, the earliest first; the last is published until further notice.
    published: Vec<Published>,
}

/// A set of keys, and when the first of them retires.
type Published = (Option<Timestamp>, Arc<KeySet>);

impl SigningKeys {
    /// Opens and parses stored keys.
    pub(crate) fn open(rows: Vec<SigningKeyRow>, key_encryption_key: &KeyEncryptionKey) -> Result<Self, KeysError> {
        let open = |row: &SigningKeyRow| -> Result<Key, KeysError> {
            let private_key = key_encryption_key.open(&row.kid, &row.sealed_key)?;
            let signing = SigningKey::from_pkcs8(&private_key, row.algorithm)?.with_kid(&row.kid)?;
            let published = signing.public_jwk(Some(&row.certificate));
            Ok(Key {
                signing,
                number: row.number,
                published,
                not_before: row.not_before,
                retire_at: row.retire_at,
            })
        };
        let keys = rows.iter().map(open).collect::<Result<Vec<_>, _>>()?;
        let published = published(&keys)?;
        Ok(Self { rows, keys, published })
    }

    /// Whether these are the keys of exactly these rows.
    pub(crate) fn are(&self, rows: &[SigningKeyRow]) -> bool {
        self.rows == rows
    }

    /// The key that signs now by this algorithm: of those whose time has come, the one that was made last.
    pub(crate) fn signing_at(&self, now: Timestamp, algorithm: Algorithm) -> Option<&SigningKey> {
        let signs =
            |key: &&Key| key.signing.algorithm() == algorithm && key.not_before <= now && is_live(key.retire_at, now);
        let last = self.keys.iter().filter(signs).max_by_key(|key| key.number);
        last.map(|key| &key.signing)
    }

    /// The keys as published now: the one that signs, those to come, and those that signed until lately.
    pub(crate) fn published_at(&self, now: Timestamp) -> impl Iterator<Item = &Jwk> {
        self.keys
            .iter()
            .filter(move |key| is_live(key.retire_at, now))
            .map(|key| &key.published)
    }

    /// The published keys, ready to verify with.
    pub(crate) fn key_set_at(&self, now: Timestamp) -> Arc<KeySet> {
        let live = self.published.iter().find(|(until, _)| is_live(*until, now));
        live.map(|(_, keys)| Arc::clone(keys)).unwrap_or_default()
    }
}

/// The set of live keys changes when a key retires, so there is one set for each such time, and one for after the last.
fn published(keys: &[Key]) -> Result<Vec<Published>, KeysError> {
    let mut times: Vec<Timestamp> = keys.iter().filter_map(|key| key.retire_at).collect();
    times.sort_unstable();
    let ends = times.iter().copied().map(Some).chain([None]);
    ends.map(|end| {
        let outlives = |key: &&Key| {
            key.retire_at
                .is_none_or(|retire_at| end.is_some_and(|end| end <= retire_at))
        };
        let live = keys.iter().filter(outlives).map(|key| key.published.clone()).collect();
        Ok((end, Arc::new(KeySet::new(live)?)))
    })
    .collect()
}

fn is_live(retire_at: Option<Timestamp>, now: Timestamp) -> bool {
    retire_at.is_none_or(|retire_at| now < retire_at)
}
