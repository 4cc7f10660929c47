//! Keys ready for verification: [`Jwk`]s come in, public keys found by `kid` go out.
//!
//! INVARIANT: every key in the set is a parsed RSA key that was published for signing, and no two share a `kid`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::ids::TenantId;
use crate::jwk::Jwk;

/// Why a published set of keys cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// Modulus or exponent is not base64url, or the two are no RSA key.
    #[error("key `{0}` is not an rsa public key")]
    NotRsa(String),
    /// Two keys have one name, so a token's header would not say which was meant.
    #[error("key id `{0}` appears twice")]
    Duplicate(String),
}

/// The public keys of an issuer. Cloning shares them.
#[derive(Clone, Default)]
pub struct KeySet {
    keys: Arc<HashMap<String, PublicKey>>,
}

/// One parsed key, with the issuer it was published for.
pub(crate) struct PublicKey {
    parsed: ParsedPublicKey,
    issuer: Option<String>,
}

impl KeySet {
    /// Parses the keys. What is not an RSA signing key with a name is left out (RFC 7517 section 5), since a token
    /// that needs it is refused anyway; a broken RSA key makes the whole set unusable.
    pub fn new(keys: Vec<Jwk>) -> Result<Self, KeySetError> {
        let mut by_kid = HashMap::with_capacity(keys.len());
        for jwk in keys.into_iter().filter(is_rsa_signing_key) {
            let parsed = parse(&jwk)?;
            match by_kid.entry(jwk.kid) {
                Entry::Occupied(taken) => return Err(KeySetError::Duplicate(taken.key().clone())),
                Entry::Vacant(place) => place.insert(PublicKey {
                    parsed,
                    issuer: jwk.issuer,
                }),
            };
        }
        Ok(Self { keys: Arc::new(by_kid) })
    }

    /// Whether a key of this name is in the set: when not, its publisher may have a newer one.
    #[must_use]
    pub fn contains(&self, kid: &str) -> bool {
        self.keys.contains_key(kid)
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&PublicKey> {
        self.keys.get(kid)
    }
}

/// The names of the keys.
impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys.keys()).finish()
    }
}

impl PublicKey {
    /// Whether `signature` is the RS256 signature of `message` by this key.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(message, signature).is_ok()
    }

    /// Whether the key was published for `issuer`: no `issuer` member, the very text, or the template filled with the
    /// tenant. A key published for one tenant may not sign for another.
    pub(crate) fn may_sign_for(&self, issuer: &str, tenant: TenantId) -> bool {
        let Some(published) = &self.issuer else { return true };
        published == issuer || published.replace("{tenantid}", &tenant.to_string()) == issuer
    }
}

fn is_rsa_signing_key(jwk: &Jwk) -> bool {
    jwk.kty == "RSA" && !jwk.kid.is_empty() && jwk.key_use.as_deref().is_none_or(|key_use| key_use == "sig")
}

fn parse(jwk: &Jwk) -> Result<ParsedPublicKey, KeySetError> {
    let components = |jwk: &Jwk| {
        let n = URL_SAFE_NO_PAD.decode(&jwk.n).ok()?;
        let e = URL_SAFE_NO_PAD.decode(&jwk.e).ok()?;
        RsaPublicKeyComponents { n, e }
            .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            .ok()
    };
    components(jwk).ok_or_else(|| KeySetError::NotRsa(jwk.kid.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Modulus of 2048 bits: any odd number will do for parsing.
    fn modulus() -> String {
        URL_SAFE_NO_PAD.encode([0xA5; 256])
    }

    fn jwk(kid: &str) -> Jwk {
        Jwk {
            kty: "RSA".to_owned(),
            key_use: Some("sig".to_owned()),
            kid: kid.to_owned(),
            x5t: None,
            n: modulus(),
            e: "AQAB".to_owned(),
            x5c: Vec::new(),
            issuer: None,
        }
    }

    fn check(keys: Vec<Jwk>, expected: Result<&[&str], KeySetError>) {
        let names = KeySet::new(keys).map(|set| {
            let mut names: Vec<String> = set.keys.keys().cloned().collect();
            names.sort();
            names
        });
        assert_eq!(
            names,
            expected.map(|names| names.iter().map(|name| (*name).to_owned()).collect())
        );
    }

    #[test]
    fn broken_sets_are_refused() {
        let broken = |n: &str, e: &str| Jwk {
            n: n.to_owned(),
            e: e.to_owned(),
            ..jwk("a")
        };
        for key in [
            broken("", "AQAB"),
            broken("!", "AQAB"),
            broken(&modulus(), ""),
            broken("AAAA", "AQAB"),
        ] {
            check(vec![key], Err(KeySetError::NotRsa("a".to_owned())));
        }
        check(
            vec![jwk("a"), jwk("b"), jwk("a")],
            Err(KeySetError::Duplicate("a".to_owned())),
        );
    }

    #[test]
    fn keys_for_other_purposes_are_left_out() {
        let elliptic = Jwk {
            kty: "EC".to_owned(),
            ..jwk("a")
        };
        let encrypting = Jwk {
            key_use: Some("enc".to_owned()),
            ..jwk("b")
        };
        let any_purpose = Jwk {
            key_use: None,
            ..jwk("c")
        };
        check(
            vec![elliptic, encrypting, jwk(""), any_purpose, jwk("d")],
            Ok(&["c", "d"]),
        );
        check(Vec::new(), Ok(&[]));
    }

    #[test]
    fn debug_lists_the_names() {
        assert_eq!(
            KeySet::new(vec![jwk("a")]).map(|set| format!("{set:?} {}", set.contains("a"))),
            Ok("{\"a\"} true".to_owned())
        );
    }

    proptest::proptest! {
        #[test]
        fn no_numbers_panic(n: Vec<u8>, e: Vec<u8>) {
            let key = Jwk { n: URL_SAFE_NO_PAD.encode(n), e: URL_SAFE_NO_PAD.encode(e), ..jwk("a") };
            let _ = KeySet::new(vec![key]);
        }
    }
}
