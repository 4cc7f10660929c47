//! A running `commonhold`: started, read, signalled, ended.
//!
//! In: arguments. Out: what it prints and how it ends. Invariant: no process outlives the value that started it.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long anything is waited for before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// A running program.
pub(crate) struct Process {
    child: Child,
    stdout: Receiver<String>,
    stderr: Option<JoinHandle<String>>,
    /// What it has printed so far, as far as it was waited for.
    pub(crate) printed: String,
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ending {
    /// The exit code; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    /// All that it printed to standard output.
    pub(crate) stdout: String,
    /// All that it printed to standard error.
    pub(crate) stderr: String,
}

impl Process {
    /// Starts the program.
    pub(crate) fn start(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_commonhold"))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (lines, stdout) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        // Ends with the pipe, which the program's end closes.
        thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
        let mut err = child.stderr.take().unwrap();
        let stderr = thread::spawn(move || {
            let mut text = String::new();
            // A program that is killed may leave half a character.
            let _cut_off = err.read_to_string(&mut text);
            text
        });
        Self {
            child,
            stdout,
            stderr: Some(stderr),
            printed: String::new(),
        }
    }

    /// Waits until it prints a line that begins so.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, beginning: &str) {
        loop {
            let line = match self.stdout.recv_timeout(PATIENCE) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => panic!("no `{beginning}` in time: {:?}", self.kill()),
                Err(RecvTimeoutError::Disconnected) => panic!("ended without `{beginning}`: {:?}", self.end()),
            };
            self.keep(&line);
            if line.starts_with(beginning) {
                return;
            }
        }
    }

    /// Reads what it prints for so long. True when it has ended.
    pub(crate) fn ends_within(&mut self, time: Duration) -> bool {
        match self.stdout.recv_timeout(time) {
            Ok(line) => {
                self.keep(&line);
                false
            }
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => true,
        }
    }

    /// Sends a signal by its name: `TERM`, `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -s {name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn end(&mut self) -> Ending {
        self.end_within(PATIENCE)
    }

    /// Waits for its end, so long at most.
    #[track_caller]
    pub(crate) fn end_within(&mut self, time: Duration) -> Ending {
        loop {
            match self.stdout.recv_timeout(time) {
                Ok(line) => self.keep(&line),
                Err(RecvTimeoutError::Timeout) => panic!("not ended within {time:?}: {:?}", self.kill()),
                Err(RecvTimeoutError::Disconnected) => return self.ending(),
            }
        }
    }

    /// Asks it to stop, and waits until it has, without complaint.
    #[track_caller]
    pub(crate) fn stop(&mut self) -> Ending {
        self.signal("TERM");
        let ending = self.end();
        assert_eq!(ending.code, Some(0), "{ending:?}");
        ending
    }

    /// Ends it at once, as a loss of power would: it has no chance to do anything (`SIGKILL`).
    pub(crate) fn kill(&mut self) -> Ending {
        // Fails where it has ended by itself; its end is told all the same.
        let _ended = self.child.kill();
        while let Ok(line) = self.stdout.recv() {
            self.keep(&line);
        }
        self.ending()
    }

    fn ending(&mut self) -> Ending {
        Ending {
            code: self.child.wait().unwrap().code(),
            stdout: self.printed.clone(),
            stderr: self.stderr.take().map(|it| it.join().unwrap()).unwrap_or_default(),
        }
    }

    fn keep(&mut self, line: &str) {
        self.printed.push_str(line);
        self.printed.push('\n');
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}
