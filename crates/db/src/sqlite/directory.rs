//! A directory of files, one per database.
//!
//! In: checked names. Out: open files. Invariant: a file that is open is never opened a second time.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::{fs, io};

use super::file::{self, File};
use crate::{Error, SqliteOptions};

/// A directory; cheap to clone.
#[derive(Clone)]
pub(crate) struct Directory(Arc<Inner>);

struct Inner {
    path: PathBuf,
    readers: usize,
    /// Held while a file is opened, made or removed, so that no two do so at once.
    open: Mutex<HashMap<String, Weak<File>>>,
}

impl Directory {
    pub(crate) fn new(path: PathBuf, options: SqliteOptions) -> Self {
        let readers = options.readers.max(1);
        Self(Arc::new(Inner {
            path,
            readers,
            open: Mutex::new(HashMap::new()),
        }))
    }

    pub(crate) async fn create(&self, name: &str) -> Result<Arc<File>, Error> {
        self.blocking(name, |inner, name, open| {
            fs::create_dir_all(&inner.path).map_err(Error::unavailable)?;
            let file = file::create(name, &inner.file(name), inner.readers)?;
            open.insert(name.to_owned(), Arc::downgrade(&file));
            Ok(file)
        })
        .await
    }

    pub(crate) async fn open(&self, name: &str) -> Result<Arc<File>, Error> {
        self.blocking(name, |inner, name, open| {
            if let Some(file) = open.get(name).and_then(Weak::upgrade) {
                return Ok(file);
            }
            let file = file::open(name, &inner.file(name), inner.readers)?;
            open.insert(name.to_owned(), Arc::downgrade(&file));
            Ok(file)
        })
        .await
    }

    pub(crate) fn exists(&self, name: &str) -> Result<bool, Error> {
        self.0.file(name).try_exists().map_err(Error::unavailable)
    }

    pub(crate) async fn drop(&self, name: &str) -> Result<(), Error> {
        self.blocking(name, |inner, name, open| {
            if let Some(file) = open.remove(name).and_then(|file| file.upgrade()) {
                file.close();
            }
            file::remove(name, &inner.file(name))
        })
        .await
    }

    /// Runs what waits for the disk beside the tasks.
    async fn blocking<T: Send + 'static>(
        &self,
        name: &str,
        run: impl FnOnce(&Inner, &str, &mut HashMap<String, Weak<File>>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (inner, name) = (Arc::clone(&self.0), name.to_owned());
        let task = tokio::task::spawn_blocking(move || {
            let mut open = inner.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.retain(|_, file| file.strong_count() > 0);
            run(&inner, &name, &mut open)
        });
        task.await.map_err(|error| Error::unavailable(io::Error::from(error)))?
    }
}

impl Inner {
    fn file(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.sqlite"))
    }
}
