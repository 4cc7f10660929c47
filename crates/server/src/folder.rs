//! The data folder: its files, who may read them, and its end.
//!
//! In: paths and bytes. Out: files. Invariant: a file is there whole or not at all, and what is private is readable by
//! its owner alone from the first moment.

use std::{
    ffi::OsStr,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

/// Says that a folder is ours; nothing is deleted where it is missing.
const MARK: &str = "commonhold.folder";
/// There while the demonstration world is being made: what is in the folder is then not whole.
const UNFINISHED: &str = "unfinished";
/// The same, half written.
const UNFINISHED_NEW: &str = "unfinished.new";
/// The operator's key: who may read it may administer the running server.
pub(crate) const OPERATOR_KEY: &str = "operator.key";
/// Held by the process that uses the folder.
const LOCK: &str = "lock";

/// What a data folder held when the program started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing.
    Empty,
    /// What a start that was cut off left behind.
    Unfinished,
    /// A whole world.
    Whole,
}

/// A data folder that this process alone uses; others are let in when it is dropped.
#[derive(Debug)]
pub(crate) struct Folder {
    dir: PathBuf,
    _lock: fs::File,
}

impl Folder {
    /// Opens a data folder, making it where it is missing. Refused where another process uses it, or where it holds
    /// files that are not ours.
    pub(crate) fn open(dir: &Path) -> anyhow::Result<(Self, State)> {
        fs::create_dir_all(dir).with_context(|| format!("making the data folder `{}`", dir.display()))?;
        state(dir)?;
        let lock = fs::File::create(dir.join(LOCK)).with_context(|| format!("opening `{}`", dir.display()))?;
        if lock.try_lock().is_err() {
            bail!("another process of Commonhold uses the data folder `{}`", dir.display());
        }
        // Looked at again: whoever used it until now may have changed it.
        let state = state(dir)?;
        let dir = fs::canonicalize(dir)?;
        Ok((Self { dir, _lock: lock }, state))
    }

    /// The path of a file in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Deletes what it holds but its marks.
    pub(crate) fn clear(&self) -> anyhow::Result<()> {
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            if [LOCK, MARK, UNFINISHED]
                .map(OsStr::new)
                .contains(&entry.file_name().as_os_str())
            {
                continue;
            }
            let gone = if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())
            } else {
                fs::remove_file(entry.path())
            };
            gone.with_context(|| format!("deleting `{}`", entry.path().display()))?;
        }
        Ok(())
    }

    /// Marks it as ours and as not yet whole; `databases` says where its databases are being made.
    pub(crate) fn begin(&self, databases: &str) -> anyhow::Result<()> {
        restrict(&self.dir)?;
        write(&self.path(UNFINISHED), databases.as_bytes())?;
        // That it is there is all that it says, so that it is never there by half.
        fs::write(self.path(MARK), "This folder belongs to Commonhold.\n").with_context(|| format!("writing `{MARK}`"))
    }

    /// Where the databases of an unfinished world were being made; nothing where no world was begun.
    pub(crate) fn unfinished_databases(&self) -> Option<String> {
        fs::read_to_string(self.path(UNFINISHED)).ok()
    }

    /// Says that what it holds is whole.
    pub(crate) fn finish(&self) -> anyhow::Result<()> {
        fs::remove_file(self.path(UNFINISHED)).context("finishing the data folder")
    }
}

fn state(dir: &Path) -> anyhow::Result<State> {
    if dir.join(MARK).exists() {
        return Ok(if dir.join(UNFINISHED).exists() {
            State::Unfinished
        } else {
            State::Whole
        });
    }
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        if name != LOCK && name != UNFINISHED && name != UNFINISHED_NEW {
            bail!(
                "`{}` holds files that are not Commonhold's; choose an empty folder with --data-dir",
                dir.display()
            );
        }
    }
    Ok(State::Empty)
}

/// Writes a file that anybody may read.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    place(path, bytes, 0o644)
}

/// Writes a file that its owner alone may read.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    place(path, bytes, 0o600)
}

/// Written beside and renamed, so that a reader or a cut-off start never sees half of it.
fn place(path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
    let beside = PathBuf::from(format!("{}.new", path.display()));
    let write = || -> std::io::Result<()> {
        let mut file = create(&beside, mode)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().with_context(|| format!("writing `{}`", path.display()))
}

#[cfg(unix)]
fn create(path: &Path, mode: u32) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    // A file left by a start that was cut off may have another mode; it goes first.
    if path.exists() {
        fs::remove_file(path)?;
    }
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
}

#[cfg(not(unix))]
fn create(path: &Path, _mode: u32) -> std::io::Result<fs::File> {
    fs::File::create(path)
}

#[cfg(unix)]
fn restrict(dir: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?)
}

#[cfg(not(unix))]
fn restrict(_dir: &Path) -> anyhow::Result<()> {
    Ok(())
}
