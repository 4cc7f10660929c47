//! What the rules look at. In: the workspace's folder. Out: every text file of ours.
//!
//! Invariant: paths are relative, with `/`, and sorted; what `.gitignore` names is not here.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::code;
use super::ignored::Ignored;

/// Everything the rules may look at.
pub(super) struct Workspace {
    pub(super) files: Vec<File>,
}

/// One text file of ours.
pub(super) struct File {
    /// From the workspace's folder, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    /// A Rust file's text with comments and the insides of literals blanked, line by line the same; else empty.
    pub(super) code: String,
}

impl File {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let mut file = Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: String::new(),
        };
        if file.is_rust() {
            file.code = code::only(text);
        }
        file
    }

    pub(super) fn is_rust(&self) -> bool {
        self.ending() == "rs"
    }

    /// Tests beside the code (`tests.rs`) and integration tests (`tests/`).
    pub(super) fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.split('/').any(|part| part == "tests")
    }

    /// What follows the last dot of the name; empty when there is none.
    pub(super) fn ending(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, ending)| ending)
    }

    /// The file's own name, without its folders.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

impl Workspace {
    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_rust())
    }

    /// The manifests of the workspace's crates: ours and this one.
    pub(super) fn manifests(&self) -> impl Iterator<Item = &File> {
        self.files
            .iter()
            .filter(|file| file.name() == "Cargo.toml" && file.path != "Cargo.toml")
    }
}

/// The lines of a text with their numbers, from one.
pub(super) fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

/// The words of a line: what stands between anything but letters, digits and `_`.
pub(super) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

/// Reads all files of the workspace.
pub(super) fn read(root: &Path) -> Result<Workspace> {
    let mut files = Vec::new();
    read_folder(root, "", &Ignored::nothing(), &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Workspace { files })
}

fn read_folder(folder: &Path, prefix: &str, above: &Ignored, files: &mut Vec<File>) -> Result<()> {
    let ignored = match fs::read_to_string(folder.join(".gitignore")) {
        Ok(text) => above.and(prefix, &text),
        // No such file, and then nothing more is ignored here.
        Err(_) => above.clone(),
    };
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read the folder `{prefix}`"))? {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            continue;
        };
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}/{name}")
        };
        if name == ".git" || ignored.covers(&path) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            read_folder(&entry.path(), &path, &ignored, files)?;
        } else if kind.is_file()
            && let Ok(text) = String::from_utf8(fs::read(entry.path())?)
        {
            files.push(File::new(&path, &text));
        }
    }
    Ok(())
}

#[cfg(test)]
impl Workspace {
    /// A workspace of these paths and texts.
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| File::new(path, text)).collect();
        Self { files }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_git_would_keep() {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in [
            (".gitignore", "/target\nnode_modules\n"),
            ("src/lib.rs", "//! Text.\n"),
            ("target/debug/out.rs", "x"),
            ("conformance/node_modules/a/index.js", "x"),
            ("conformance/.venv/.gitignore", "*\n"),
            ("conformance/.venv/bin/x", "x"),
        ] {
            let file = root.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let mut files = Vec::new();
        read_folder(root.path(), "", &Ignored::nothing(), &mut files).unwrap();
        let mut paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
        paths.sort_unstable();
        assert_eq!(paths, [".gitignore", "src/lib.rs"]);
    }

    #[test]
    fn words_end_at_anything_but_letters_digits_and_underscores() {
        assert_eq!(
            words("use axum::Router; // my_axum").collect::<Vec<_>>(),
            ["use", "axum", "Router", "my_axum"]
        );
    }
}
