//! A server process of the benchmark. In: a command that says when it is ready. Out: a running process, and how long it took.
//!
//! Invariant: the process ends with the value; its log is kept beside its data for the error that needs it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::stopwatch::Stopwatch;

/// How long a server may take until it is ready.
const START: Duration = Duration::from_secs(30);
/// How long a process may take to end.
const END: Duration = Duration::from_secs(30);
/// How often it is looked whether it has.
const LOOK: Duration = Duration::from_millis(5);
/// What a server's line begins with when it is, in any case.
const READY: &str = "ready";

/// A running server.
pub(super) struct Process {
    child: Child,
    /// From the start until it said that it is ready.
    pub(super) started_in: Duration,
    /// The line in which it did.
    pub(super) said: String,
}

impl Process {
    /// Starts the command and waits until it is ready; its errors go to the file `log`.
    pub(super) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let errors = File::create(log).context("cannot make the log of a server")?;
        let watch = Stopwatch::start();
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .context("cannot start a server")?;
        let output = child.stdout.take().context("a server has no output")?;
        let mut process = Self {
            child,
            started_in: Duration::ZERO,
            said: String::new(),
        };
        let lines = lines_of(output);
        process.said = wait(&lines).with_context(|| said_last(log.to_owned()))?;
        process.started_in = watch.elapsed();
        Ok(process)
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks the process to end (SIGTERM) and waits until it has, at most half a minute.
    pub(super) fn stop(mut self) -> Result<()> {
        let asked = Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status()?;
        let status = ended_within(&mut self.child, END).context("a server that was asked to end")?;
        if !asked.success() || !status.success() {
            bail!("a server that was asked to end ended with {status}");
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended already needs no killing, and there is nobody to tell about another failure.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// How a child ended; one that has not in time is killed, and that is an error.
pub(super) fn ended_within(child: &mut Child, limit: Duration) -> Result<ExitStatus> {
    let watch = Stopwatch::start();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if watch.elapsed() >= limit {
            child.kill()?;
            child.wait()?;
            bail!("it had not ended after {} s", limit.as_secs_f64());
        }
        thread::park_timeout(LOOK);
    }
}

/// The lines of an output, read to its end on a thread of its own, so that the process never waits for us.
fn lines_of(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Once it is ready nobody listens any more.
            drop(sender.send(line));
        }
    });
    receiver
}

fn wait(lines: &Receiver<String>) -> Result<String> {
    loop {
        let line = lines
            .recv_timeout(START)
            .context("a server did not say that it is ready")?;
        if line.to_lowercase().starts_with(READY) {
            return Ok(line.trim().to_owned());
        }
    }
}

fn said_last(log: PathBuf) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let last: Vec<&str> = text.lines().rev().take(5).collect();
    format!(
        "its log ends with: {}",
        last.into_iter().rev().collect::<Vec<_>>().join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(script: &str) -> Result<Process> {
        let folder = tempfile::tempdir().unwrap();
        Process::start(Command::new("sh").args(["-c", script]), &folder.path().join("log"))
    }

    #[test]
    fn is_running_when_it_said_so() {
        let process =
            start("trap 'exit 0' TERM; echo already; echo 'Ready in 3 ms'; while :; do sleep 0.01; done").unwrap();
        assert_eq!(process.said, "Ready in 3 ms");
        process.stop().unwrap();
    }

    #[test]
    fn one_that_does_not_end_is_killed() {
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        let error = ended_within(&mut child, Duration::from_millis(20)).unwrap_err();
        assert_eq!(error.to_string(), "it had not ended after 0.02 s");
        assert!(child.try_wait().unwrap().is_some());
    }

    #[test]
    fn an_early_end_shows_the_log() {
        let error = start("echo 'no room' >&2; exit 1")
            .err()
            .map(|error| format!("{error:#}"))
            .unwrap_or_default();
        assert!(error.starts_with("its log ends with: no room"), "{error}");
    }
}
