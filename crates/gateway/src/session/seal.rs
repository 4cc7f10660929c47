//! Sealing: bytes to the value of a cookie that only this gateway reads, and back.
//!
//! AES-256-GCM with a random nonce; the purpose is authenticated with it, so a cookie of one kind does not pass for
//! another. Invariant: the first key seals, every key opens, so keys are changed without ending a session.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::{Random, Secret};

/// Bytes of a key.
pub const COOKIE_KEY_BYTES: usize = 32;
/// Bytes that name a key in front of a sealed value.
const KEY_NAME_BYTES: usize = 4;

/// Why keys cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CookieKeyError {
    /// There is none.
    #[error("there is no cookie key")]
    None,
    /// One has another length.
    #[error("a cookie key has {COOKIE_KEY_BYTES} bytes, and this one {0}")]
    Length(usize),
}

/// The keys, each made into one for sealing and one for tags.
pub(crate) struct CookieKeys {
    first: CookieKey,
    others: Vec<CookieKey>,
}

struct CookieKey {
    name: [u8; KEY_NAME_BYTES],
    seal: LessSafeKey,
    tag: hmac::Key,
}

impl CookieKeys {
    /// From secrets of 32 bytes, the one that seals first.
    pub(crate) fn new(secrets: &[Secret<Vec<u8>>]) -> Result<Self, CookieKeyError> {
        let mut keys = secrets.iter().map(CookieKey::new);
        Ok(Self {
            first: keys.next().ok_or(CookieKeyError::None)??,
            others: keys.collect::<Result<_, _>>()?,
        })
    }

    fn all(&self) -> impl Iterator<Item = &CookieKey> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// `None` only where the library refuses, which it does not for values of this size.
    pub(crate) fn seal(&self, purpose: &str, plain: &[u8], random: &dyn Random) -> Option<String> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce);
        let mut sealed = plain.to_vec();
        let aad = Aad::from(purpose.as_bytes());
        self.first
            .seal
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .ok()?;
        let parts = [&self.first.name[..], &nonce, &sealed];
        Some(URL_SAFE_NO_PAD.encode(parts.concat()))
    }

    pub(crate) fn open(&self, purpose: &str, unverified_text: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(unverified_text).ok()?;
        let (name, rest) = bytes.split_first_chunk::<KEY_NAME_BYTES>()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>()?;
        let key = self.all().find(|key| key.name == *name)?;
        let mut opened = sealed.to_vec();
        let aad = Aad::from(purpose.as_bytes());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = key.seal.open_in_place(nonce, aad, &mut opened).ok()?.len();
        opened.truncate(length);
        Some(opened)
    }

    /// A tag that only this gateway makes of a text.
    pub(crate) fn tag(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.first.tag, text.as_bytes()))
    }

    /// Whether one of the keys made this tag; compared in constant time.
    pub(crate) fn is_tag(&self, text: &str, unverified_tag: &str) -> bool {
        let Ok(tag) = URL_SAFE_NO_PAD.decode(unverified_tag) else {
            return false;
        };
        self.all()
            .any(|key| hmac::verify(&key.tag, text.as_bytes(), &tag).is_ok())
    }
}

impl CookieKey {
    fn new(secret: &Secret<Vec<u8>>) -> Result<Self, CookieKeyError> {
        let secret = secret.expose();
        let wrong = CookieKeyError::Length(secret.len());
        if secret.len() != COOKIE_KEY_BYTES {
            return Err(wrong);
        }
        // One secret, three uses: each has a key of its own.
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let derived = |purpose: &str| hmac::sign(&root, purpose.as_bytes());
        let seal = UnboundKey::new(&AES_256_GCM, derived("seal").as_ref()).map_err(|_refused| wrong)?;
        let name = digest::digest(&digest::SHA256, derived("name").as_ref());
        Ok(Self {
            name: *name.as_ref().first_chunk().ok_or(wrong)?,
            seal: LessSafeKey::new(seal),
            tag: hmac::Key::new(hmac::HMAC_SHA256, derived("tag").as_ref()),
        })
    }
}
