//! A PostgreSQL for one run. In: the machine's server programs, or the URL of a running server. Out: a URL.
//!
//! Invariant: what was started here lives in a folder of its own, on a free port of this machine, and ends with the value.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::TEST_POSTGRES;
use super::program::succeed_quietly;
use super::server_programs::ServerPrograms;
use crate::report::Report;

const DATABASE: &str = "commonhold";
/// How long a server on an empty folder may take until it accepts connections.
const START: Duration = Duration::from_secs(30);
/// What the server writes when it does.
const READY: &str = "database system is ready to accept connections";
/// Tests run side by side, each with pools of its own. The data is thrown away, so nothing waits for the disk.
const SETTINGS: &[&str] = &[
    "max_connections=300",
    "fsync=off",
    "lc_messages=C",
    "listen_addresses=127.0.0.1",
];

/// A running PostgreSQL.
pub(super) struct Postgres {
    url: String,
    /// None when the server was given by its URL. Held only to be dropped.
    _started: Option<Started>,
}

struct Started {
    programs: ServerPrograms,
    server: Child,
    folder: TempDir,
}

impl Postgres {
    /// The server whose URL is given, or one started for this run.
    pub(super) fn given_or_started(report: &mut Report) -> Result<Self> {
        if let Some(url) = given() {
            report.line(&format!("using the server that `{TEST_POSTGRES}` names"));
            return Ok(Self { url, _started: None });
        }
        let (started, port) = Started::new(ServerPrograms::find()?, report)?;
        Ok(Self {
            url: format!("postgres://postgres@127.0.0.1:{port}/{DATABASE}"),
            _started: Some(started),
        })
    }

    /// Where tests and real-client runs find it.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Started {
    fn new(programs: ServerPrograms, report: &mut Report) -> Result<(Self, u16)> {
        let folder = programs.folder_of_its_account()?;
        let data = folder.path().join("data");
        let own = folder.path();
        let settings = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"];
        succeed_quietly(
            programs
                .command("initdb", own)
                .args(settings)
                .arg("--pgdata")
                .arg(&data),
        )?;

        let port = free_port()?;
        let mut server = programs.command("postgres", own);
        server
            .arg("-D")
            .arg(&data)
            .arg("-p")
            .arg(port.to_string())
            .arg("-k")
            .arg(own);
        server.args(SETTINGS.iter().flat_map(|setting| ["-c", *setting]));
        server.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut server = server.spawn().context("cannot start `postgres`")?;
        let log = server.stderr.take();
        let started = Self {
            programs,
            server,
            folder,
        };

        wait_until_ready(log.context("`postgres` has no log")?)?;
        let place = ["--host=127.0.0.1", &format!("--port={port}"), "--username=postgres"];
        succeed_quietly(
            started
                .programs
                .command("createdb", started.folder.path())
                .args(place)
                .arg(DATABASE),
        )?;
        report.line(&format!("started one on port {port}"));
        Ok((started, port))
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        let mut stop = self.programs.command("pg_ctl", self.folder.path());
        let stopped = succeed_quietly(stop.arg("stop").arg("--mode=immediate").arg("--pgdata").arg(data));
        if stopped.is_err() {
            // It may have ended by itself; then there is nothing to kill either.
            drop(self.server.kill());
        }
        drop(self.server.wait());
    }
}

/// Reads the server's log to its end on a thread of its own, and returns as soon as it says that it is ready.
fn wait_until_ready(log: impl Read + Send + 'static) -> Result<()> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            // Nobody listens any more once it is ready; the log is read on, so that the server never waits for us.
            drop(sender.send(line));
        }
    });
    let mut said = Vec::new();
    loop {
        match receiver.recv_timeout(START) {
            Ok(line) if line.contains(READY) => return Ok(()),
            Ok(line) => said.push(line),
            Err(RecvTimeoutError::Timeout) => bail!("`postgres` is silent and not ready: {}", said.join("; ")),
            Err(RecvTimeoutError::Disconnected) => bail!("`postgres` ended before it was ready: {}", said.join("; ")),
        }
    }
}

/// A port that nobody listens on, as the operating system knows.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot find a free port")?;
    Ok(listener.local_addr()?.port())
}

#[expect(clippy::disallowed_methods, reason = "the one variable of this task, read once")]
fn given() -> Option<String> {
    std::env::var(TEST_POSTGRES).ok().filter(|url| !url.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn is_ready_when_the_log_says_so() {
        wait_until_ready(Cursor::new(format!("LOG: starting\nLOG: {READY}\n"))).unwrap();
    }

    #[test]
    fn an_early_end_is_an_error_with_the_log() {
        let error = wait_until_ready(Cursor::new("FATAL: no room\n")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`postgres` ended before it was ready: FATAL: no room"
        );
    }
}
