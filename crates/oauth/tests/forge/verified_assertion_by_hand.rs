//! A verified assertion is made by the two functions that verify one: not from its parts.

use commonhold_oauth::{Timestamp, VerifiedAssertion};

fn main() {
    let _ = VerifiedAssertion {
        issuer: String::new(),
        subject: String::new(),
        audience: String::new(),
        jti: None,
        expires: Timestamp::from_seconds(0),
    };
}
