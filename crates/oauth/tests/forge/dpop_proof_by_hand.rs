//! The proof of a key is made by `verify_dpop` alone: not from its parts.

use commonhold_oauth::{DpopProof, Timestamp};

fn main() {
    let _ = DpopProof {
        thumbprint: String::new(),
        jti: String::new(),
        issued_at: Timestamp::from_seconds(0),
    };
}
