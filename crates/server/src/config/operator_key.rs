//! The file that holds the operator's key.
//!
//! In: a path. Out: the key. Invariant: the key is never printed, and one that could be guessed is not taken.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use authority::{Secret, SystemRandom};
use serde::Deserialize;

use crate::folder;

/// A shorter key is refused: 32 random bytes are 43 characters of base64url.
const LEAST_CHARS: usize = 32;

/// The path of the file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct OperatorKeyFile(PathBuf);

impl OperatorKeyFile {
    /// The file at this path.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Makes a new key where the file is missing.
    pub(crate) fn make_if_missing(&self) -> anyhow::Result<()> {
        if self.0.exists() {
            return Ok(());
        }
        let key = Secret::generate(&SystemRandom);
        folder::write_private(&self.0, format!("{}\n", key.expose()).as_bytes())
    }

    /// Reads the key; white space around it is not part of it.
    pub(crate) fn read(&self) -> anyhow::Result<Secret<String>> {
        let place = self.0.display();
        let held = std::fs::read_to_string(&self.0).with_context(|| format!("reading the operator's key `{place}`"))?;
        let key = held.trim();
        if key.chars().count() < LEAST_CHARS || !key.chars().all(|char| char.is_ascii_graphic()) {
            bail!(
                "`{place}` holds no key; write at least {LEAST_CHARS} random characters, as `openssl rand -hex 32` does"
            );
        }
        Ok(Secret::new(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_key_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = OperatorKeyFile::new(folder.path().join("operator.key"));
        assert!(file.read().is_err());
        file.make_if_missing().unwrap();
        let made = file.read().unwrap();
        assert_eq!(made.expose().len(), 43);
        file.make_if_missing().unwrap();
        assert_eq!(file.read().unwrap(), made);
    }

    #[test]
    fn what_could_be_guessed_is_refused_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("operator.key");
        for weak in ["", "\n", "hunter2", "thirty two characters with spaces in"] {
            std::fs::write(&path, weak).unwrap();
            let told = format!("{:#}", OperatorKeyFile::new(path.clone()).read().unwrap_err());
            assert!(told.contains("holds no key"), "{told}");
            assert!(!told.contains("hunter2") && !told.contains("thirty"), "{told}");
        }
    }
}
