//! Waiting as a parameter: a duration comes in, and its end goes out.
//!
//! Invariant: [`SystemTimer`] is the only place where this crate sleeps, so that tests wait for nothing.

use std::{future::Future, pin::Pin, time::Duration};

/// How a call waits before it is sent again.
pub trait Timer: Send + Sync + 'static {
    /// Ends after `duration`. Dropped before, it ends at once.
    fn wait(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The machine's time, by tokio.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemTimer;

impl Timer for SystemTimer {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where this crate waits for time to pass"
    )]
    fn wait(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }
}
