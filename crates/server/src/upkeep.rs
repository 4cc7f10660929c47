//! What a running system does by itself: the next signing keys, and the end of old sign-ins.
//!
//! In: the authority. Out: nothing. Invariant: every node does all of it, at the start and every hour; what two do at once
//! is done once.

use std::time::Duration;

use authority::{
    Authority,
    manage::{self, ManageError, Mandate},
};
use tokio::sync::watch;

const EVERY: Duration = Duration::from_hours(1);

/// Begins now, and goes on until `stop` changes.
pub(crate) fn start(authority: Authority, sign_in_retention_days: u32, mut stop: watch::Receiver<()>) {
    tokio::spawn(async move {
        let operator = authority.operator();
        let mut hours = tokio::time::interval(EVERY);
        loop {
            tokio::select! {
                _hour = hours.tick() => {}
                _stopped = stop.changed() => return,
            }
            // One that fails is tried again in an hour, and the other is done all the same.
            if let Err(error) = roll(&authority, &operator).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "signing keys could not be rolled"
                );
            }
            if let Err(error) = purge(&authority, &operator, sign_in_retention_days).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "old sign-ins could not be deleted"
                );
            }
        }
    });
}

async fn roll(authority: &Authority, operator: &Mandate) -> Result<(), ManageError> {
    let made = manage::signing_key::roll_due(authority, operator).await?;
    if made > 0 {
        tracing::info!(keys = made, "the next signing keys were made");
    }
    Ok(())
}

async fn purge(authority: &Authority, operator: &Mandate, retention_days: u32) -> Result<(), ManageError> {
    let deleted = manage::sign_in::purge(authority, operator, retention_days).await?;
    if deleted > 0 {
        tracing::info!(sign_ins = deleted, "old sign-ins were deleted");
    }
    Ok(())
}
