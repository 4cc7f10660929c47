//! The data files, and what can be wrong with one.
//!
//! In: `crates/data/catalogue/*.toml`, embedded when the program is compiled. Out: their texts.
//! Invariant: every file in that folder is in [`Files::STANDARD`], but `roles.toml`, which `install` reads.

/// The texts that a catalogue is made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Files<'a> {
    /// One per table: the file's name, by which errors call it, and its text.
    pub tables: &'a [(&'a str, &'a str)],
    /// Groups of columns that many tables have.
    pub standard: &'a str,
    /// Privileges without a table.
    pub privileges: &'a str,
}

/// A data file that is not as it should be: a fault of whoever wrote it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CatalogueError {
    /// It is not TOML of the known shape.
    #[error("the data file `{file}` cannot be read")]
    Syntax {
        /// Its name.
        file: String,
        /// What the reader found, with line and column.
        source: Box<toml::de::Error>,
    },
    /// It says something that cannot be.
    #[error("the data file `{file}`: {what}")]
    Invalid {
        /// Its name.
        file: String,
        /// What, with the culprit in backticks.
        what: String,
    },
}

impl CatalogueError {
    pub(crate) fn invalid(file: &str, what: impl Into<String>) -> Self {
        Self::Invalid {
            file: file.to_owned(),
            what: what.into(),
        }
    }
}

/// The file's name and its text.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../catalogue/", $name)))),*]
    };
}

impl Files<'static> {
    /// The files of every new environment.
    pub(crate) const STANDARD: Self = Self {
        tables: files![
            "account.toml",
            "businessunit.toml",
            "contact.toml",
            "organization.toml",
            "privilege.toml",
            "role.toml",
            "roleprivileges.toml",
            "systemuser.toml",
            "systemuserroles.toml",
            "task.toml",
            "team.toml",
            "teammembership.toml",
            "teamroles.toml",
            "transactioncurrency.toml",
        ],
        standard: include_str!("../../catalogue/standard.toml"),
        privileges: include_str!("../../catalogue/privileges.toml"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/catalogue");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        there.sort();
        let mut listed: Vec<&str> = Files::STANDARD.tables.iter().map(|(name, _)| *name).collect();
        listed.extend(["standard.toml", "privileges.toml", "roles.toml"]);
        listed.sort_unstable();
        assert_eq!(there, listed);
    }
}
