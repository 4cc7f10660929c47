//! Subscribers in a TOML file that may be written anew while the gateway runs.
//!
//! Invariant: a file that cannot be used changes nothing but the log; who is no longer in it is let in no longer, within
//! two seconds.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use client::{Application, Environment};
use oauth::{Clock, Timestamp};
use serde::Deserialize;

use super::{Subscriber, SubscriberError, SubscriberList, Subscribers};

/// The file is looked at so often at most.
const LOOK_EVERY_S: i64 = 2;

/// The file.
pub struct SubscriberFile {
    list: SubscriberList,
    path: PathBuf,
    clock: Arc<dyn Clock>,
    seen: Mutex<Seen>,
}

/// By what a change is noticed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Version {
    bytes: u64,
    written: Option<SystemTime>,
}

struct Seen {
    version: Version,
    looked: Timestamp,
}

/// `[[subscriber]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    #[serde(default)]
    subscriber: Vec<Subscriber>,
}

impl SubscriberFile {
    /// Reads the file.
    pub fn open(path: &Path, application: Application, clock: Arc<dyn Clock>) -> Result<Self, SubscriberError> {
        let list = SubscriberList::new(application);
        let version = version(path)?;
        list.replace(&read(path)?)?;
        Ok(Self {
            list,
            path: path.to_owned(),
            seen: Mutex::new(Seen {
                version,
                looked: clock.now(),
            }),
            clock,
        })
    }

    /// Reads the file again, whether it seems changed or not.
    pub fn reread(&self) -> Result<(), SubscriberError> {
        self.list.replace(&read(&self.path)?)
    }

    fn look(&self) {
        let now = self.clock.now();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if now < seen.looked.plus_seconds(LOOK_EVERY_S) {
            return;
        }
        seen.looked = now;
        let outcome = version(&self.path).and_then(|version| {
            if version == seen.version {
                return Ok(());
            }
            self.reread()?;
            seen.version = version;
            Ok(())
        });
        if let Err(error) = outcome {
            tracing::error!(error = %error, "the subscribers are as they were");
        }
    }
}

impl Subscribers for SubscriberFile {
    fn environment(&self, tenant: &str) -> Option<Environment> {
        self.look();
        self.list.environment(tenant)
    }
}

fn version(path: &Path) -> Result<Version, SubscriberError> {
    let metadata = std::fs::metadata(path).map_err(|source| lost(path, source))?;
    Ok(Version {
        bytes: metadata.len(),
        written: metadata.modified().ok(),
    })
}

fn read(path: &Path) -> Result<Vec<Subscriber>, SubscriberError> {
    let text = std::fs::read_to_string(path).map_err(|source| lost(path, source))?;
    let shape: Shape = toml::from_str(&text).map_err(|error| SubscriberError::Shape {
        path: path.display().to_string(),
        message: told(&text, &error),
    })?;
    Ok(shape.subscriber)
}

/// With its line, but without the text that stands there: it may be another file than was meant, and a secret.
fn told(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count() + 1, error.message())
}

fn lost(path: &Path, source: std::io::Error) -> SubscriberError {
    SubscriberError::File {
        path: path.display().to_string(),
        source,
    }
}
