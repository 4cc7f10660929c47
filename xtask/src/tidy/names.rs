//! Names that say nothing. In: the Rust files. Out: a finding for each banned module name and type suffix.
//!
//! Invariant: a module is named after its noun, a type after the thing it is.

use super::Finding;
use super::workspace::{File, Workspace, numbered, words};

const MODULES: &[&str] = &[
    "util", "utils", "helpers", "common", "misc", "manager", "handler", "base", "prelude",
];
const SUFFIXES: &[&str] = &["Manager", "Helper", "Data", "Info"];

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    workspace
        .rust()
        .flat_map(|file| modules(file).into_iter().chain(types(file)))
        .collect()
}

fn modules(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let parts = file
        .path
        .split('/')
        .map(|part| part.strip_suffix(".rs").unwrap_or(part));
    for part in parts.filter(|part| MODULES.contains(part)) {
        findings.push(Finding::of_file(
            &file.path,
            format!("`{part}` says nothing about what is in it"),
        ));
    }
    for (line, text) in numbered(&file.code) {
        let inline = text
            .trim_end()
            .ends_with('{')
            .then(|| word_after(text, "mod"))
            .flatten();
        for name in inline.into_iter().filter(|name| MODULES.contains(name)) {
            findings.push(Finding::at(
                &file.path,
                line,
                format!("`{name}` says nothing about what is in it"),
            ));
        }
    }
    findings
}

fn types(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, text) in numbered(&file.code) {
        let declared = ["struct", "enum", "trait", "union"]
            .iter()
            .find_map(|keyword| word_after(text, keyword));
        // An indented `type` names a part of a trait, often of somebody else's.
        let alias = if text.starts_with(' ') {
            None
        } else {
            word_after(text, "type")
        };
        for name in declared.into_iter().chain(alias) {
            for suffix in SUFFIXES.iter().filter(|suffix| name.ends_with(**suffix)) {
                findings.push(Finding::at(
                    &file.path,
                    line,
                    format!("`{name}`: a type's name does not end in `{suffix}`"),
                ));
            }
        }
    }
    findings
}

fn word_after<'a>(text: &'a str, keyword: &str) -> Option<&'a str> {
    let mut rest = words(text).skip_while(|word| *word != keyword);
    rest.next()?;
    rest.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str, fires: usize) {
        let found = check(&Workspace::of(&[(path, text)]));
        assert_eq!(found.len(), fires, "{path} {text} {found:?}");
    }

    #[test]
    fn banned_modules_fire() {
        check_one("crates/db/src/utils.rs", "", 1);
        check_one("crates/db/src/helpers/text.rs", "", 1);
        check_one("crates/db/src/text.rs", "mod misc {\n}\n", 1);
        check_one("crates/data/tests/common.rs", "", 1);
        check_one("crates/data/src/database.rs", "mod based {\n}\n", 0);
    }

    #[test]
    fn banned_suffixes_fire() {
        check_one("crates/db/src/pool.rs", "pub struct PoolManager {\n", 1);
        check_one("crates/db/src/pool.rs", "pub(crate) enum RowData {\n", 1);
        check_one("crates/db/src/pool.rs", "type UserInfo = u8;\n", 1);
        check_one("crates/db/src/pool.rs", "    type Data = Bytes;\n", 0);
        check_one("crates/db/src/pool.rs", "pub struct Database {\n// struct RowData\n", 0);
    }
}
