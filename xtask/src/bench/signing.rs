//! Raw signatures. In: a duration. Out: RSA-2048 signatures a second, all cores together.
//!
//! Invariant: the algorithm of our tokens (RS256: PKCS#1 v1.5 with SHA-256) over a text as long as theirs.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;

use crate::stopwatch::Stopwatch;

/// Header and claims of an app-only token, encoded.
const TEXT: [u8; 1000] = [b'x'; 1000];

/// Signs on every core for the duration.
pub(super) fn rate(duration: Duration) -> Result<f64> {
    let key = KeyPair::generate(KeySize::Rsa2048).context("cannot make a key")?;
    let cores = thread::available_parallelism()?.get();
    let watch = Stopwatch::start();
    let signed = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(|| sign(&key, duration))).collect();
        threads.into_iter().try_fold(0, |sum, thread| {
            let count = thread.join().map_err(|_panic| anyhow!("a signing thread failed"))??;
            anyhow::Ok(sum + count)
        })
    })?;
    Ok(f64::from(signed) / watch.elapsed().as_secs_f64())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the signature is thrown away; chance decides nothing here"
)]
fn sign(key: &KeyPair, duration: Duration) -> Result<u32> {
    let random = SystemRandom::new();
    let mut signature = vec![0; key.public_modulus_len()];
    let watch = Stopwatch::start();
    let mut signed = 0;
    while watch.elapsed() < duration {
        key.sign(&RSA_PKCS1_SHA256, &random, &TEXT, &mut signature)
            .context("cannot sign")?;
        signed += 1;
    }
    Ok(signed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs() {
        assert!(rate(Duration::from_millis(20)).unwrap() > 0.0);
    }
}
