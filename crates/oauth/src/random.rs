//! Chance as a parameter: a [`Random`] is asked for bytes; ids and unguessable text are made from them.
//!
//! INVARIANT: [`SystemRandom`] is the only source that secrets of a running system may come from; [`SeededRandom`] is
//! for tests and for data that must come out the same every time.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::clock::Timestamp;

/// Where random bytes come from.
pub trait Random: Send + Sync + 'static {
    /// Overwrites all of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The cryptographic generator of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the machine's randomness is read"
    )]
    #[expect(
        clippy::expect_used,
        reason = "RAND_bytes of aws-lc returns one, or aborts the process by itself"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("aws-lc always returns random bytes");
    }
}

/// Bytes that follow from a seed: SHA-256 over seed, number of the call and number of the block. The same calls in
/// the same order give the same bytes on every machine.
#[derive(Debug)]
pub struct SeededRandom {
    seed: u64,
    calls: AtomicU64,
}

impl SeededRandom {
    /// A source at its beginning.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            calls: AtomicU64::new(0),
        }
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        for (chunk, block) in bytes.chunks_mut(digest::SHA256_OUTPUT_LEN).zip(0_u64..) {
            let mut context = digest::Context::new(&digest::SHA256);
            for number in [self.seed, call, block] {
                context.update(&number.to_be_bytes());
            }
            for (byte, random) in chunk.iter_mut().zip(context.finish().as_ref()) {
                *byte = *random;
            }
        }
    }
}

/// A UUID of random bits (version 4, RFC 9562 section 5.4).
pub fn uuid_v4(random: &dyn Random) -> Uuid {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// A UUID that sorts by the millisecond it was made in (version 7, RFC 9562 section 5.7). Moments before 1970 count
/// as 1970.
pub fn uuid_v7(random: &dyn Random, now: Timestamp) -> Uuid {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

/// `bytes` random bytes as base64url without padding: 32 bytes give 43 characters, 16 give 22.
pub fn text(random: &dyn Random, bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    random.fill(&mut buffer);
    URL_SAFE_NO_PAD.encode(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_bytes_again() {
        let (one, same, other) = (SeededRandom::new(7), SeededRandom::new(7), SeededRandom::new(8));
        let first = text(&one, 80);
        assert_eq!(first, text(&same, 80));
        assert_ne!(first, text(&other, 80));
        assert_ne!(first, text(&one, 80));
        assert_eq!(text(&one, 80), {
            let _ = text(&same, 80);
            text(&same, 80)
        });
    }

    #[test]
    fn the_bytes_of_a_seed_never_change() {
        // SHA-256 of the seed 1, call 0 and the blocks 0 and 1, each as eight bytes.
        let expected = "VDAaQzUkNysEhFwc3QemdWQtqXVOeq5_XPCynx8T6shjmAm8bWN5iw";
        assert_eq!(text(&SeededRandom::new(1), 40), expected);
    }

    #[test]
    fn the_system_fills_everything() {
        let mut bytes = [0; 64];
        SystemRandom.fill(&mut bytes);
        assert!(bytes.chunks(16).all(|part| part.iter().any(|byte| *byte != 0)));
    }

    #[test]
    fn uuids_carry_version_and_time() {
        let random = SeededRandom::new(3);
        assert_eq!(uuid_v4(&random).get_version_num(), 4);
        let early = uuid_v7(&random, Timestamp::from_millis(1_000));
        let late = uuid_v7(&random, Timestamp::from_millis(1_001));
        assert_eq!(early.get_version_num(), 7);
        assert!(early < late);
        assert!(uuid_v7(&random, Timestamp::from_millis(-5)) < early);
    }

    #[test]
    fn text_has_the_length_of_its_entropy() {
        assert_eq!(text(&SystemRandom, 32).len(), 43);
        assert_eq!(text(&SystemRandom, 16).len(), 22);
        assert_eq!(text(&SystemRandom, 0), "");
    }
}
