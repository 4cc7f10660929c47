//! What ended before its time: marks of sessions, each with the moment before which a session must have begun to be
//! meant.
//!
//! In: sign-outs, here or at the provider. Out: whether a session has ended. Invariant: an ending is remembered for as
//! long as a session that it ends could live; where it cannot be written down, the sign-out fails aloud.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::Timestamp;
use serde::{Deserialize, Serialize};

use crate::session::Session;

/// Entries that are let pile up before those that have served their time are dropped.
const SWEEP_AT_LEAST: usize = 1024;

/// By what sessions are ended: their own id, the provider's session, or a person. Kept as a hash, so that a record of
/// endings names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mark(String);

impl Mark {
    pub(crate) fn session(id: &str) -> Self {
        Self::hashed(&["session", id])
    }

    pub(crate) fn provider_session(issuer: &str, sid: &str) -> Self {
        Self::hashed(&["sid", issuer, sid])
    }

    pub(crate) fn person(issuer: &str, subject: &str) -> Self {
        Self::hashed(&["sub", issuer, subject])
    }

    pub(crate) fn all_of(session: &Session) -> Vec<Self> {
        let person = &session.person;
        let sid = session.sid.as_deref();
        let sid = sid.map(|sid| Self::provider_session(&person.issuer, sid));
        let others = [
            Self::session(&session.id),
            Self::person(&person.issuer, &person.subject),
        ];
        others.into_iter().chain(sid).collect()
    }

    fn hashed(parts: &[&str]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in parts {
            // With its length in front: no two lists of parts are the same bytes.
            context.update(&part.len().to_be_bytes());
            context.update(part.as_bytes());
        }
        Self(URL_SAFE_NO_PAD.encode(context.finish()))
    }
}

/// How long an ending must be remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// The present moment.
    pub now: Timestamp,
    /// From then on no session that it ends can be alive.
    pub forget_at: Timestamp,
}

/// Where endings are kept. Asked with every request, so [`Endings::begun_before`] must not wait for anything; several
/// nodes share their endings by an implementation that hears of the others'.
pub trait Endings: Send + Sync + 'static {
    /// Ends every session with this mark that began before a moment. An error makes the sign-out fail.
    fn end(&self, mark: &Mark, begun_before: Timestamp, memory: Memory) -> io::Result<()>;

    /// The moment before which a session with this mark must have begun to be ended; `None` when none is.
    fn begun_before(&self, mark: &Mark) -> Option<Timestamp>;
}

/// Endings of this process, forgotten with it, or kept in a file that is read at the next start.
#[derive(Debug, Default)]
pub struct LocalEndings {
    entries: Mutex<Entries>,
    file: Option<PathBuf>,
}

#[derive(Debug, Default)]
struct Entries {
    by_mark: HashMap<Mark, Entry>,
    sweep_at: usize,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    begun_before: Timestamp,
    forget_at: Timestamp,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    mark: Mark,
    begun_before_ms: i64,
    forget_at_ms: i64,
}

impl LocalEndings {
    /// Endings that outlive the process. The file is made where it is missing; what it needs to remember no longer is
    /// taken out of it.
    pub fn in_file(path: &Path, now: Timestamp) -> io::Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let mut entries = Entries::default();
        for line in text.lines() {
            // The last line may be cut off: its sign-out was answered with an error.
            let Ok(line) = serde_json::from_str::<Line>(line) else {
                continue;
            };
            entries.add(line.mark, Entry::new(line.begun_before_ms, line.forget_at_ms));
        }
        entries.sweep(now);
        let kept = entries.by_mark.iter().map(|(mark, entry)| entry.line(mark));
        let kept: String = kept.collect::<io::Result<_>>()?;
        std::fs::write(path, kept)?;
        Ok(Self {
            entries: Mutex::new(entries),
            file: Some(path.to_owned()),
        })
    }

    fn append(file: &Path, line: &str) -> io::Result<()> {
        let mut file: File = OpenOptions::new().append(true).create(true).open(file)?;
        file.write_all(line.as_bytes())?;
        file.sync_data()
    }
}

impl Endings for LocalEndings {
    fn end(&self, mark: &Mark, begun_before: Timestamp, memory: Memory) -> io::Result<()> {
        let entry = Entry {
            begun_before,
            forget_at: memory.forget_at,
        };
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &self.file {
            Self::append(file, &entry.line(mark)?)?;
        }
        entries.add(mark.clone(), entry);
        if entries.by_mark.len() >= entries.sweep_at.max(SWEEP_AT_LEAST) {
            entries.sweep(memory.now);
        }
        Ok(())
    }

    fn begun_before(&self, mark: &Mark) -> Option<Timestamp> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.by_mark.get(mark).map(|entry| entry.begun_before)
    }
}

impl Entries {
    /// Two endings of one mark make the wider one.
    fn add(&mut self, mark: Mark, entry: Entry) {
        let held = self.by_mark.entry(mark).or_insert(entry);
        held.begun_before = held.begun_before.max(entry.begun_before);
        held.forget_at = held.forget_at.max(entry.forget_at);
    }

    fn sweep(&mut self, now: Timestamp) {
        self.by_mark.retain(|_, entry| entry.forget_at > now);
        self.sweep_at = self.by_mark.len() * 2;
    }
}

impl Entry {
    fn new(begun_before_ms: i64, forget_at_ms: i64) -> Self {
        Self {
            begun_before: Timestamp::from_millis(begun_before_ms),
            forget_at: Timestamp::from_millis(forget_at_ms),
        }
    }

    fn line(self, mark: &Mark) -> io::Result<String> {
        let line = serde_json::to_string(&Line {
            mark: mark.clone(),
            begun_before_ms: self.begun_before.millis(),
            forget_at_ms: self.forget_at.millis(),
        })?;
        Ok(line + "\n")
    }
}
