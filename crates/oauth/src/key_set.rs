//! Keys ready for verification: [`Jwk`]s come in, public keys found by `kid` go out.
//!
//! INVARIANT: every key in the set is a parsed key that was published for signing, and no two share a `kid`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use crate::algorithm::Algorithm;
use crate::ids::TenantId;
use crate::jwk::Jwk;
use crate::public_key::{PublicKey, SignatureError};

/// In a published issuer: where the GUID of the tenant stands.
pub(crate) const TENANT_PLACE: &str = "{tenantid}";

/// Why a published set of keys cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// The numbers are not base64url, are no RSA key of 2048 bits or more and no point on P-256, or the key names an
    /// algorithm of the other type.
    #[error("key `{0}` is not a public key of its type")]
    NotAKey(String),
    /// Two keys have one name, so a token's header would not say which was meant.
    #[error("key id `{0}` appears twice")]
    Duplicate(String),
}

/// The public keys of an issuer. Cloning shares them.
#[derive(Clone, Default)]
pub struct KeySet {
    keys: Arc<HashMap<String, PublishedKey>>,
}

/// One parsed key, with the issuer and the algorithm it was published for.
pub(crate) struct PublishedKey {
    public: PublicKey,
    algorithm: Option<Algorithm>,
    issuer: Option<String>,
}

impl KeySet {
    /// Parses the keys. What is not an RSA or P-256 signing key with a name is left out (RFC 7517 section 5), since a
    /// token that needs it is refused anyway; a broken key of these types makes the whole set unusable.
    pub fn new(keys: Vec<Jwk>) -> Result<Self, KeySetError> {
        let mut by_kid = HashMap::with_capacity(keys.len());
        for jwk in keys.into_iter().filter(is_signing_key) {
            let key = PublishedKey::parse(&jwk).ok_or_else(|| KeySetError::NotAKey(jwk.kid.clone()))?;
            match by_kid.entry(jwk.kid) {
                Entry::Occupied(taken) => return Err(KeySetError::Duplicate(taken.key().clone())),
                Entry::Vacant(place) => place.insert(key),
            };
        }
        Ok(Self { keys: Arc::new(by_kid) })
    }

    /// Whether a key of this name is in the set: when not, its publisher may have a newer one.
    #[must_use]
    pub fn contains(&self, kid: &str) -> bool {
        self.keys.contains_key(kid)
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&PublishedKey> {
        self.keys.get(kid)
    }

    /// The key of a set that has one: then a header need not name it.
    pub(crate) fn only(&self) -> Option<&PublishedKey> {
        let mut keys = self.keys.values();
        keys.next().filter(|_| keys.next().is_none())
    }
}

/// The names of the keys.
impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys.keys()).finish()
    }
}

impl PublishedKey {
    fn parse(jwk: &Jwk) -> Option<Self> {
        let public = PublicKey::from_jwk(jwk)?;
        let algorithm = jwk.alg.as_deref().and_then(Algorithm::from_name);
        if algorithm.is_some_and(|algorithm| !public.fits(algorithm)) {
            return None;
        }
        Some(Self {
            public,
            algorithm,
            issuer: jwk.issuer.clone(),
        })
    }

    /// Whether the key is for this algorithm: the one it was published for, or any that fits its type.
    fn is_for(&self, algorithm: Algorithm) -> bool {
        self.algorithm.is_none_or(|own| own == algorithm) && self.public.fits(algorithm)
    }

    /// Proves that `signature` was made of `message` by this key, with an algorithm that it is for.
    pub(crate) fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        if self.is_for(algorithm) {
            self.public.verify(algorithm, message, signature)
        } else {
            Err(SignatureError::KeyOfOtherAlgorithm)
        }
    }

    /// Whether the key was published for `issuer`: no `issuer` member, the very text, or the template filled with the
    /// tenant. A key published for one tenant may not sign for another.
    pub(crate) fn may_sign_for(&self, issuer: &str, tenant: TenantId) -> bool {
        let Some(published) = &self.issuer else { return true };
        published == issuer || published.replace(TENANT_PLACE, &tenant.to_string()) == issuer
    }

    /// The same where the tenant is not known apart from the issuer: the template may be filled with any.
    pub(crate) fn may_sign_for_any(&self, issuer: &str) -> bool {
        let Some(published) = &self.issuer else { return true };
        let tenant = published.split_once(TENANT_PLACE).and_then(|(front, back)| {
            let filled = issuer.strip_prefix(front)?.strip_suffix(back)?;
            filled.parse().ok()
        });
        tenant.map_or(published == issuer, |tenant| self.may_sign_for(issuer, tenant))
    }
}

/// A key for another algorithm than those of [`Algorithm`] is as useless here as one of another type.
fn is_signing_key(jwk: &Jwk) -> bool {
    let for_signatures = jwk.key_use.as_deref().is_none_or(|key_use| key_use == "sig");
    let for_known_algorithm = jwk
        .alg
        .as_deref()
        .is_none_or(|name| Algorithm::from_name(name).is_some());
    let of_known_type = jwk.kty == "RSA" || (jwk.kty == "EC" && jwk.crv == "P-256");
    of_known_type && for_known_algorithm && for_signatures && !jwk.kid.is_empty()
}

#[cfg(test)]
mod tests;
