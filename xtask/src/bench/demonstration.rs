//! The demonstration world. In: the text of `demo.env`. Out: what the loads need to know of it.
//!
//! Invariant: a key that is missing is an error that names it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// An application of the demonstration and its secret.
pub(super) struct Application {
    pub(super) id: String,
    pub(super) secret: String,
}

/// Where the demonstration is, and who may use it.
pub(super) struct Demonstration {
    /// Origin of the authority.
    pub(super) authority: String,
    pub(super) tenant: String,
    /// Origin of the environment.
    pub(super) environment: String,
    /// May read accounts and contacts.
    pub(super) reader: Application,
    /// May do everything.
    pub(super) deployer: Application,
}

/// Reads what the program wrote into its folder.
pub(super) fn read(folder: &Path) -> Result<Demonstration> {
    parse(&fs::read_to_string(folder.join("demo.env")).context("the program wrote no `demo.env`")?)
}

fn parse(text: &str) -> Result<Demonstration> {
    let value = |key: &str| {
        let found = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        found
            .map(str::to_owned)
            .with_context(|| format!("`demo.env` has no `{key}`"))
    };
    let application = |name: &str| {
        let (id, secret) = (
            value(&format!("{name}_CLIENT_ID"))?,
            value(&format!("{name}_CLIENT_SECRET"))?,
        );
        anyhow::Ok(Application { id, secret })
    };
    Ok(Demonstration {
        authority: value("COMMONHOLD_URL")?,
        tenant: value("CONTOSO_TENANT_ID")?,
        environment: value("CONTOSO_ENVIRONMENT")?,
        reader: application("READER")?,
        deployer: application("DEPLOYER")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "COMMONHOLD_URL=http://localhost:1\nCONTOSO_TENANT_ID=t\nCONTOSO_ENVIRONMENT=http://localhost:2\n\
                        READER_CLIENT_ID=r\nREADER_CLIENT_SECRET=a=b\nDEPLOYER_CLIENT_ID=d\n";

    #[test]
    fn reads_values_with_equals_signs() {
        let world = parse(&format!("{TEXT}DEPLOYER_CLIENT_SECRET=s\n")).unwrap();
        assert_eq!(
            (world.environment.as_str(), world.reader.secret.as_str()),
            ("http://localhost:2", "a=b")
        );
    }

    #[test]
    fn a_missing_key_is_named() {
        let error = parse(TEXT).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some("`demo.env` has no `DEPLOYER_CLIENT_SECRET`"));
    }
}
