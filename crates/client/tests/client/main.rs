//! The client against a scripted service on this machine: what it sends, to whom, and what it makes of the answers and of
//! what goes wrong on the way.

#![expect(clippy::unwrap_used, reason = "a scripted service that fails is a failed test")]
#![expect(clippy::panic, reason = "an answer of another kind is a failed test")]

mod batches;
mod credentials;
mod examples;
mod faults;
mod forwarding;
mod mutual_tls;
mod overload;
mod rows;
mod script;
mod tokens;
