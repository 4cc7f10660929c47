//! Keys made: a private key, a certificate around it, and both as they are stored.
//!
//! In: what is to be made. Out: rows. Invariant: an open private key does not leave this file.

use oauth::{Random, Secret, SigningKey, Timestamp, thumbprint};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};

use super::KeysError;
use super::schedule::NewKey;
use crate::key_encryption::KeyEncryptionKey;
use crate::store::signing_key::SigningKeyRow;

/// How long the certificate around a key is valid. Validators read the key out of it and look at nothing else.
const CERTIFICATE_SECONDS: i64 = 10 * 365 * 24 * 60 * 60;

/// Makes keys. Slow: an RSA key takes a good part of a second.
pub(crate) fn make(
    keys: &[NewKey],
    now: Timestamp,
    random: &dyn Random,
    key_encryption_key: &KeyEncryptionKey,
) -> Result<Vec<SigningKeyRow>, KeysError> {
    keys.iter()
        .map(|key| make_one(key, now, random, key_encryption_key))
        .collect()
}

fn make_one(
    key: &NewKey,
    now: Timestamp,
    random: &dyn Random,
    key_encryption_key: &KeyEncryptionKey,
) -> Result<SigningKeyRow, KeysError> {
    let private_key = SigningKey::generate(key.algorithm)?.to_pkcs8()?;
    let certificate = self_signed(&private_key, now)?;
    let kid = thumbprint::x5t(&certificate);
    let sealed_key = key_encryption_key.seal(random, &kid, private_key.expose())?;
    Ok(SigningKeyRow {
        kid,
        algorithm: key.algorithm,
        number: key.number,
        certificate,
        sealed_key,
        not_before: key.period.not_before,
        retire_at: key.period.retire_at,
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
