//! What the targets share: a key that is good, and tokens that it did not sign.
//!
//! In: a text, of which the first line is a header and the rest the claims. Out: a JWT of them. Invariant: what
//! [`unsigned`] makes has no valid signature, so nothing may accept it.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::{Algorithm, Jwk, KeySet, SigningKey, Timestamp};

/// The present moment of every run.
pub const NOW: Timestamp = Timestamp::from_seconds(1_760_000_000);

/// A key that the verifiers trust: elliptic, since it signs once per run.
pub static KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::generate(Algorithm::Es256).expect("a key can be generated"));

/// Its public half.
pub static PUBLIC_KEY: LazyLock<Jwk> = LazyLock::new(|| KEY.public_jwk(None));

/// What the verifiers trust.
pub static KEYS: LazyLock<KeySet> =
    LazyLock::new(|| KeySet::new(vec![PUBLIC_KEY.clone()]).expect("a generated key is a key"));

/// A JWT of a text's first line as header and its rest as claims, signed by nobody.
pub fn unsigned(text: &str) -> String {
    let (header, claims) = text.split_once('\n').unwrap_or((text, ""));
    let encoded = |part: &str| URL_SAFE_NO_PAD.encode(part);
    format!(
        "{}.{}.{}",
        encoded(header),
        encoded(claims),
        URL_SAFE_NO_PAD.encode([7; 64])
    )
}
