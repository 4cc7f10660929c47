//! A file with its threads: one that writes, some that read.
//!
//! In: statements from any task. Out: answers over a channel to that task.
//! Invariant: a thread never waits for a task, and ends when the last handle is gone.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fs, io, thread};

use flume::{Receiver, Sender};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{Sqlite, connection, failure, group, run};
use crate::database::End;
use crate::render::{self, FixedTexts};
use crate::{Commit, Error, Rows, Statement, Step};

/// No group is larger, so that the first of it does not wait for too many others.
const GROUP: usize = 256;

/// An open file.
pub(crate) struct File {
    name: String,
    reads: Sender<Read>,
    writes: Sender<Write>,
    dropped: AtomicBool,
}

struct Read {
    statement: Statement,
    reply: oneshot::Sender<Result<Rows, Error>>,
}

struct Write {
    steps: Vec<Step>,
    end: End,
    reply: oneshot::Sender<Result<Commit, Error>>,
}

/// Makes a file and opens it.
pub(super) fn create(name: &str, path: &Path, readers: usize) -> Result<Arc<File>, Error> {
    fs::File::create_new(path).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            Error::AlreadyExists { name: name.to_owned() }
        } else {
            Error::unavailable(error)
        }
    })?;
    let file = start(name, path, readers)?;
    // The entry of the file in its directory must survive a loss of power too.
    if let Some(directory) = path.parent() {
        fs::File::open(directory)
            .and_then(|directory| directory.sync_all())
            .map_err(Error::unavailable)?;
    }
    Ok(file)
}

/// Opens a file.
pub(super) fn open(name: &str, path: &Path, readers: usize) -> Result<Arc<File>, Error> {
    if path.try_exists().map_err(Error::unavailable)? {
        start(name, path, readers)
    } else {
        Err(Error::NotFound { name: name.to_owned() })
    }
}

fn start(name: &str, path: &Path, readers: usize) -> Result<Arc<File>, Error> {
    let fixed = Arc::new(FixedTexts::default());
    let (writes, waiting) = flume::unbounded();
    let connection = connection::writer(path).map_err(failure::sort)?;
    let texts = Arc::clone(&fixed);
    spawn(name, "write", move || write(&connection, &texts, &waiting))?;
    let (reads, waiting) = flume::unbounded();
    for _ in 0..readers {
        let connection = connection::reader(path).map_err(failure::sort)?;
        let (texts, waiting) = (Arc::clone(&fixed), waiting.clone());
        spawn(name, "read", move || read(&connection, &texts, &waiting))?;
    }
    Ok(Arc::new(File {
        name: name.to_owned(),
        reads,
        writes,
        dropped: AtomicBool::new(false),
    }))
}

fn spawn(name: &str, task: &str, run: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    let thread = thread::Builder::new().name(format!("{task} {name}")).spawn(run);
    thread.map(drop).map_err(Error::unavailable)
}

impl File {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Runs a query on one of the readers.
    pub(crate) async fn query(&self, statement: Statement) -> Result<Rows, Error> {
        self.check()?;
        let (reply, answer) = oneshot::channel();
        self.reads.send(Read { statement, reply }).map_err(stopped)?;
        answer.await.map_err(stopped)?
    }

    /// Runs a transaction in the next group.
    pub(crate) async fn transact(&self, steps: Vec<Step>, end: End) -> Result<Commit, Error> {
        self.check()?;
        let (reply, answer) = oneshot::channel();
        self.writes.send(Write { steps, end, reply }).map_err(stopped)?;
        answer.await.map_err(stopped)?
    }

    /// Refuses all further statements, since the file is about to be removed.
    pub(super) fn close(&self) {
        self.dropped.store(true, Ordering::Release);
    }

    fn check(&self) -> Result<(), Error> {
        if self.dropped.load(Ordering::Acquire) {
            return Err(Error::NotFound {
                name: self.name.clone(),
            });
        }
        Ok(())
    }
}

/// The reader's loop. Under load the next query is there already, and the thread does not sleep between two.
fn read(connection: &Connection, fixed: &FixedTexts, waiting: &Receiver<Read>) {
    while let Ok(Read { statement, reply }) = waiting.recv() {
        if reply.is_closed() {
            continue;
        }
        let rows = run::run(connection, &render::statement(&Sqlite, fixed, &statement));
        if reply.send(rows).is_err() {
            tracing::trace!("the caller has left before its rows came");
        }
    }
}

/// The writer's loop: all that waits when it comes back from the disk is the next group.
fn write(connection: &Connection, fixed: &FixedTexts, waiting: &Receiver<Write>) {
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        group.extend(waiting.try_iter().take(GROUP - 1));
        let outcomes = group::commit(
            connection,
            fixed,
            group.iter().map(|write| (write.steps.as_slice(), write.end)),
        );
        for (Write { reply, .. }, outcome) in group.into_iter().zip(outcomes) {
            if reply.send(outcome).is_err() {
                tracing::trace!("the caller has left before its commit");
            }
        }
    }
}

/// The channel to or from the thread is closed.
fn stopped<E>(_: E) -> Error {
    Error::unavailable("the thread of the database has stopped")
}

/// Removes a file and what belongs to it.
pub(super) fn remove(name: &str, path: &Path) -> Result<(), Error> {
    fs::remove_file(path).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            Error::NotFound { name: name.to_owned() }
        } else {
            Error::unavailable(error)
        }
    })?;
    for end in ["-wal", "-shm"] {
        let mut part = path.as_os_str().to_owned();
        part.push(end);
        match fs::remove_file(part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::unavailable(error)),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}
