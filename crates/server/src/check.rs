//! `commonhold check`: a configuration file, tried without starting.
//!
//! In: the file. Out: what is wrong with it, or that it is good. Invariant: nothing is made or changed.

use std::path::Path;

use anyhow::Context as _;
use authority::Origin;

use crate::{config, output, system, tls};

/// Reads the file, the certificates and the key it names, and reaches the database.
pub(crate) async fn run(path: &Path) -> anyhow::Result<()> {
    let settings = config::read(path)?;
    Origin::parse(&settings.origin)?;
    if let Some(files) = &settings.tls {
        tls::acceptor(files)?;
    }
    if settings.key_encryption_key.is_there() {
        settings.key_encryption_key.read().await?;
    }
    let cluster = system::cluster(&settings.store)?;
    let there = cluster
        .exists(system::DIRECTORY)
        .await
        .context("reaching the database")?;
    if there {
        system::try_directory(&cluster, &settings).await?;
    }
    let world = if there {
        "it holds a directory"
    } else {
        "it is empty; the first start makes the directory"
    };
    output::line(&format!(
        "`{}` is good. The database was reached: {world}.",
        path.display()
    ));
    Ok(())
}
