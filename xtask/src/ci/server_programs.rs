//! PostgreSQL's server programs on this machine. In: the usual folders. Out: commands that run as an account that may.
//!
//! Invariant: a server never runs as the superuser.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::accounts::{self, Account};

const HINT: &str = "no PostgreSQL server programs were found: install them (Debian and Ubuntu: \
                    `apt-get install postgresql`), or set COMMONHOLD_TEST_POSTGRES to the URL of a running server";
/// What a run needs; a client package alone has only some of them.
const PROGRAMS: &[&str] = &["initdb", "postgres", "pg_ctl", "createdb"];
/// Where Debian and its kin keep each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The version that is tested for, if there is more than one.
const PREFERRED: &str = "15";

/// The folder of the programs and the account they run under.
pub(super) struct ServerPrograms {
    folder: PathBuf,
    /// None: our own account will do.
    account: Option<Account>,
}

impl ServerPrograms {
    /// Looks in the usual folders.
    pub(super) fn find() -> Result<Self> {
        let folder = first_complete(&candidates()).context(HINT)?;
        let account = if is_superuser()? {
            let passwd = fs::read_to_string("/etc/passwd").context("cannot read the accounts of this machine")?;
            let reason = "PostgreSQL refuses to run as the superuser, and there is neither `postgres` nor `nobody`";
            Some(accounts::unprivileged(&passwd).context(reason)?)
        } else {
            None
        };
        Ok(Self { folder, account })
    }

    /// A folder for one run that belongs to the account.
    pub(super) fn folder_of_its_account(&self) -> Result<TempDir> {
        let folder = tempfile::tempdir().context("cannot make a folder for PostgreSQL")?;
        if let Some(account) = self.account {
            chown(folder.path(), Some(account.user), Some(account.group))
                .context("cannot give PostgreSQL its folder")?;
        }
        Ok(folder)
    }

    /// One of the programs, to be run in `folder`.
    pub(super) fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.current_dir(folder);
        if let Some(account) = self.account {
            command.uid(account.user).gid(account.group);
        }
        command
    }
}

/// Folders in which the programs may be, the preferred first.
fn candidates() -> Vec<PathBuf> {
    let preferred = Path::new(VERSIONS).join(PREFERRED).join("bin");
    let told = Command::new("pg_config").arg("--bindir").output().ok();
    let told = told.and_then(|output| String::from_utf8(output.stdout).ok());
    let told = told.map(|folder| PathBuf::from(folder.trim()));
    let others = fs::read_dir(VERSIONS)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"));
    std::iter::once(preferred).chain(told).chain(others).collect()
}

fn first_complete(candidates: &[PathBuf]) -> Option<PathBuf> {
    let complete = |folder: &&PathBuf| PROGRAMS.iter().all(|program| folder.join(program).is_file());
    candidates.iter().find(complete).cloned()
}

/// Whether what this process makes belongs to the superuser.
fn is_superuser() -> Result<bool> {
    let own = tempfile::tempdir().context("cannot make a folder")?;
    Ok(fs::metadata(own.path())?.uid() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_first_folder_that_has_all_programs() {
        let root = tempfile::tempdir().unwrap();
        let [client, server] = ["client", "server"].map(|name| root.path().join(name));
        for folder in [&client, &server] {
            fs::create_dir(folder).unwrap();
        }
        fs::write(client.join("createdb"), "").unwrap();
        assert_eq!(first_complete(&[client.clone(), server.clone()]), None);
        for program in PROGRAMS {
            fs::write(server.join(program), "").unwrap();
        }
        assert_eq!(first_complete(&[client, server.clone()]), Some(server));
    }
}
