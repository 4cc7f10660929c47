//! Where the key is that encrypts private keys at rest.
//!
//! In: `key_encryption_key` of the configuration. Out: the key. Invariant: the key is never printed, nor is what a place
//! held that was not one.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use authority::{KeyEncryptionKey, Random as _, SystemRandom};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};

use crate::folder;

/// A command that has not ended after so long is killed: a start must not hang on a vault that does not answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// `key_encryption_key`: one of the three. Each gives the 32 bytes themselves, or their base64.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyEncryptionKeySource {
    /// A file; made where it is missing.
    File(PathBuf),
    /// An environment variable of the program.
    Environment(String),
    /// A program and its arguments; what it prints is the key. It is run at each start, without a shell.
    Command(Vec<String>),
}

impl KeyEncryptionKeySource {
    /// What is wrong with it, seen without running anything; with what to write instead.
    pub(crate) fn problem(&self) -> Option<String> {
        match self {
            Self::Environment(name) if variable(name).is_none() => Some(format!(
                "the environment variable `{name}` is not set; set it to the key in base64"
            )),
            Self::Command(command) if command.is_empty() => {
                Some("the command is empty; write a program and its arguments".to_owned())
            }
            Self::File(_) | Self::Environment(_) | Self::Command(_) => None,
        }
    }

    /// Whether the key can be read before the first start: a file is made by it.
    pub(crate) fn is_there(&self) -> bool {
        match self {
            Self::File(file) => file.exists(),
            Self::Environment(_) | Self::Command(_) => true,
        }
    }

    /// Makes a new key where the configuration names a file that is missing.
    pub(crate) fn make_if_missing(&self) -> anyhow::Result<()> {
        match self {
            Self::File(file) if !file.exists() => {
                let mut bytes = [0; KeyEncryptionKey::BYTES];
                SystemRandom.fill(&mut bytes);
                folder::write_private(file, &bytes)
            }
            Self::File(_) | Self::Environment(_) | Self::Command(_) => Ok(()),
        }
    }

    /// Reads the key.
    pub(crate) async fn read(&self) -> anyhow::Result<KeyEncryptionKey> {
        let (held, place) = match self {
            Self::File(file) => {
                let place = format!("`{}`", file.display());
                let held = std::fs::read(file).with_context(|| format!("reading the key encryption key {place}"))?;
                (held, place)
            }
            Self::Environment(name) => {
                let place = format!("the environment variable `{name}`");
                let held =
                    variable(name).with_context(|| format!("reading the key encryption key: {place} is not set"))?;
                (held.into_bytes(), place)
            }
            Self::Command(command) => {
                let place = format!("the output of `{}`", command.first().map_or("", String::as_str));
                let held = output(command).await.context("reading the key encryption key")?;
                (held, place)
            }
        };
        key(&held).with_context(|| format!("using the key in {place}"))
    }
}

#[expect(clippy::disallowed_methods, reason = "this is configuration, read once at the start")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What a command prints. Its errors go to our own standard error.
async fn output(command: &[String]) -> anyhow::Result<Vec<u8>> {
    let (program, arguments) = command.split_first().context("the command is empty")?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("running `{program}`"))?;
    let printed = printed(&mut child, PATIENCE).await;
    printed.with_context(|| format!("running `{program}`"))
}

/// What a process prints until it ends with 0; one that takes longer is killed.
async fn printed(child: &mut Child, patience: Duration) -> anyhow::Result<Vec<u8>> {
    let mut stdout = child.stdout.take().context("its output is not read")?;
    let mut printed = Vec::new();
    let ending = tokio::time::timeout(patience, async {
        stdout.read_to_end(&mut printed).await?;
        child.wait().await
    });
    let Ok(ended) = ending.await else {
        child.kill().await.context("killing it after it took too long")?;
        bail!("it did not end within {} seconds, and was killed", patience.as_secs());
    };
    let status = ended?;
    if !status.success() {
        bail!("it ended with {status}");
    }
    Ok(printed)
}

/// The bytes themselves, or their base64 with white space around it.
fn key(held: &[u8]) -> anyhow::Result<KeyEncryptionKey> {
    let decoded = (held.len() != KeyEncryptionKey::BYTES).then(|| STANDARD.decode(held.trim_ascii()));
    match decoded {
        None => Ok(KeyEncryptionKey::from_bytes(held)?),
        // The decoder's error would show a part of the key.
        Some(Err(_not_base64)) => bail!(
            "it is neither {} bytes nor the base64 of so many",
            KeyEncryptionKey::BYTES
        ),
        Some(Ok(bytes)) => Ok(KeyEncryptionKey::from_bytes(&bytes)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(script: &str) -> KeyEncryptionKeySource {
        KeyEncryptionKeySource::Command(["sh", "-c", script].map(str::to_owned).to_vec())
    }

    /// What reading the key tells, or nothing.
    async fn told(source: &KeyEncryptionKeySource) -> String {
        let error = source.read().await.err();
        error.map(|error| format!("{error:#}")).unwrap_or_default()
    }

    #[tokio::test]
    async fn what_is_no_key_is_refused_and_not_shown() {
        let check = async |source: &KeyEncryptionKeySource, expected: &str| {
            let told = told(source).await;
            assert!(told.contains(expected) && !told.contains("c2hvcnQ"), "{told}");
        };
        check(&command("echo c2hvcnQ="), "a key encryption key has 32 bytes").await;
        check(
            &command("echo c2hvcnQ!"),
            "using the key in the output of `sh`: it is neither 32 bytes",
        )
        .await;
        check(&command("exit 3"), "running `sh`: it ended with exit status: 3").await;
        let missing = KeyEncryptionKeySource::Command(vec!["no-such-program-anywhere".to_owned()]);
        check(&missing, "running `no-such-program-anywhere`").await;
        let unset = KeyEncryptionKeySource::Environment("NO_SUCH_VARIABLE".to_owned());
        check(&unset, "the environment variable `NO_SUCH_VARIABLE` is not set").await;
        let set = KeyEncryptionKeySource::Environment("PATH".to_owned());
        check(
            &set,
            "using the key in the environment variable `PATH`: it is neither 32 bytes",
        )
        .await;
        check(&KeyEncryptionKeySource::File("no-such-file".into()), "`no-such-file`").await;
    }

    #[tokio::test]
    async fn a_command_that_does_not_end_is_killed() {
        let mut child = Command::new("sh")
            .args(["-c", "exec sleep 86400"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let refused = printed(&mut child, Duration::ZERO).await.unwrap_err();
        assert_eq!(refused.to_string(), "it did not end within 0 seconds, and was killed");
        let status = child.try_wait().unwrap().unwrap();
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9));
        // Nor one that closes its output and goes on.
        let mut silent = Command::new("sh")
            .args(["-c", "exec sleep 86400 >&-"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        printed(&mut silent, Duration::ZERO).await.unwrap_err();
        assert!(silent.try_wait().unwrap().is_some());
    }

    #[tokio::test]
    async fn bytes_and_base64_are_keys() {
        assert_eq!(told(&command("printf 01234567890123456789012345678901")).await, "");
        assert_eq!(
            told(&command("echo; echo MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")).await,
            ""
        );
    }

    #[tokio::test]
    async fn a_missing_file_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let source = KeyEncryptionKeySource::File(file.clone());
        assert!(!source.is_there());
        source.make_if_missing().unwrap();
        let made = std::fs::read(&file).unwrap();
        source.make_if_missing().unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), made);
        assert_eq!(told(&source).await, "");
    }
}
