//! When the program is told to stop: Ctrl-C, or SIGTERM.
//!
//! Out: a receiver that changes once. Invariant: a second signal ends the program at once, as the system does by itself.

use tokio::sync::watch;

/// Listens for the signals from now on.
pub(crate) fn signal() -> anyhow::Result<watch::Receiver<()>> {
    let (stop, stopped) = watch::channel(());
    let mut terminate = terminations()?;
    tokio::spawn(async move {
        tokio::select! {
            _interrupt = tokio::signal::ctrl_c() => {}
            _terminate = terminate.recv() => {}
        }
        stop.send_replace(());
        // Kept until the receivers are gone: a sender that is dropped would look like a stop as well.
        stop.closed().await;
    });
    Ok(stopped)
}

#[cfg(unix)]
fn terminations() -> anyhow::Result<tokio::signal::unix::Signal> {
    Ok(tokio::signal::unix::signal(
        tokio::signal::unix::SignalKind::terminate(),
    )?)
}

#[cfg(windows)]
fn terminations() -> anyhow::Result<tokio::signal::windows::CtrlClose> {
    Ok(tokio::signal::windows::ctrl_close()?)
}
