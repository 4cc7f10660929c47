//! Secrets of the gateway's configuration, and where they are.
//!
//! In: `{ file = "…" }` or `{ environment = "…" }`. Out: the secret. Invariant: neither the secret nor what a place held
//! that was none is printed.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use gateway::{COOKIE_KEY_BYTES, Secret};
use serde::Deserialize;

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SecretSource {
    /// A file.
    File(PathBuf),
    /// An environment variable of the program.
    Environment(String),
}

impl SecretSource {
    /// The text, without white space around it.
    pub(crate) fn text(&self) -> anyhow::Result<Secret<String>> {
        let held = String::from_utf8(self.bytes()?);
        let held = held.map_err(|_odd| anyhow::anyhow!("it is no text"))?;
        if held.trim().is_empty() {
            bail!("it is empty");
        }
        Ok(Secret::new(held.trim().to_owned()))
    }

    /// A key of 32 bytes: the bytes themselves, or their base64.
    pub(crate) fn key(&self) -> anyhow::Result<Secret<Vec<u8>>> {
        let held = self.bytes()?;
        let key = if held.len() == COOKIE_KEY_BYTES {
            Some(held)
        } else {
            STANDARD.decode(held.trim_ascii()).ok()
        };
        match key {
            Some(key) if key.len() == COOKIE_KEY_BYTES => Ok(Secret::new(key)),
            _ => bail!(
                "it is no key; write {COOKIE_KEY_BYTES} random bytes in base64, as `openssl rand -base64 32` does"
            ),
        }
    }

    fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::File(file) => std::fs::read(file).with_context(|| format!("`{}`", file.display())),
            Self::Environment(name) => {
                let held = variable(name).with_context(|| format!("the environment variable `{name}` is not set"))?;
                Ok(held.into_bytes())
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is configuration, read once at the start")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
