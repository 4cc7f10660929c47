//! The keys that sign tokens: made with the authority, published before they sign and after.
//!
//! In: rows with sealed private keys. Out: [`SigningKeys`], parsed once, from which time picks the one that signs.
//! INVARIANT: a key is published longer before its first and after its last signature than anybody caches key documents.

use std::sync::Arc;

use oauth::{Jwk, KeySet, KeySetError, Random, Secret, SigningKey, SigningKeyError, Timestamp, thumbprint};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};

use crate::key_encryption::{KeyEncryptionKey, SealError};
use crate::store::signing_key::SigningKeyRow;

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// How long the first key signs before the second takes its place.
const SIGNING_SECONDS: i64 = 180 * DAY_SECONDS;
/// How long a key stays published after its last signature: validators cache keys for a day, tokens live less than that.
const PUBLISHED_AFTER_SECONDS: i64 = 2 * DAY_SECONDS;
/// How long the certificate around a key is valid. Validators read the key out of it and look at nothing else.
const CERTIFICATE_SECONDS: i64 = 10 * 365 * DAY_SECONDS;

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
}

/// One key, ready to sign.
#[derive(Debug)]
struct Key {
    signing: SigningKey,
    published: Jwk,
    not_before: Timestamp,
    retire_at: Option<Timestamp>,
}

/// All keys of the authority, parsed.
#[derive(Debug)]
pub(crate) struct SigningKeys {
    /// As stored.
    rows: Vec<SigningKeyRow>,
    /// The first to sign first.
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
            let signing = SigningKey::from_pkcs8(&private_key)?.with_kid(&row.kid)?;
            let published = signing.public_jwk(Some(&row.certificate));
            Ok(Key {
                signing,
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

    /// The key that signs now: of those whose time has come, the one whose time came last.
    pub(crate) fn signing_at(&self, now: Timestamp) -> Option<&SigningKey> {
        let signs = |key: &&Key| key.not_before <= now && is_live(key.retire_at, now);
        self.keys.iter().rfind(signs).map(|key| &key.signing)
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

/// The first two keys: one that signs from now on, and one to take its place. Slow: two RSA keys are made.
pub(crate) fn make_first(
    now: Timestamp,
    random: &dyn Random,
    key_encryption_key: &KeyEncryptionKey,
) -> Result<[SigningKeyRow; 2], KeysError> {
    let handover = now.plus_seconds(SIGNING_SECONDS);
    let retire_at = Some(handover.plus_seconds(PUBLISHED_AFTER_SECONDS));
    let current = Period {
        not_before: now,
        retire_at,
    };
    let next = Period {
        not_before: handover,
        retire_at: None,
    };
    Ok([
        make(now, current, random, key_encryption_key)?,
        make(now, next, random, key_encryption_key)?,
    ])
}

/// When a key signs and is published.
#[derive(Clone, Copy)]
struct Period {
    not_before: Timestamp,
    retire_at: Option<Timestamp>,
}

fn make(
    now: Timestamp,
    period: Period,
    random: &dyn Random,
    key_encryption_key: &KeyEncryptionKey,
) -> Result<SigningKeyRow, KeysError> {
    let private_key = SigningKey::generate()?.to_pkcs8()?;
    let certificate = self_signed(&private_key, now)?;
    let kid = thumbprint::x5t(&certificate);
    let sealed_key = key_encryption_key.seal(random, &kid, private_key.expose())?;
    Ok(SigningKeyRow {
        kid,
        certificate,
        sealed_key,
        not_before: period.not_before,
        retire_at: period.retire_at,
    })
}

/// A certificate around a key, signed by the key itself: a wrapper that validators know how to read, proof of nothing.
fn self_signed(private_key: &Secret<Vec<u8>>, now: Timestamp) -> Result<Vec<u8>, KeysError> {
    let pair = KeyPair::try_from(private_key.expose().as_slice())?;
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "Commonhold token signing");
    params.not_before = time::OffsetDateTime::from_unix_timestamp(now.seconds())?;
    params.not_after = time::OffsetDateTime::from_unix_timestamp(now.plus_seconds(CERTIFICATE_SECONDS).seconds())?;
    Ok(params.self_signed(&pair)?.der().to_vec())
}
