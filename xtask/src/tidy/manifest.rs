//! A crate's manifest as the rules need it. In: the text of a `Cargo.toml`. Out: names of dependencies by kind.
//!
//! Invariant: dependencies of every target platform count.

use toml::Table;

use super::workspace::File;

/// The tables whose crates end up in what is shipped.
pub(super) const SHIPPED: &[&str] = &["dependencies", "build-dependencies"];
/// The table of what only tests link.
pub(super) const TESTS: &[&str] = &["dev-dependencies"];

/// The manifest as a table; an empty one when it is no TOML (cargo says so better).
pub(super) fn parse(file: &File) -> Table {
    file.text.parse().unwrap_or_default()
}

/// Names of the dependencies (the package's own where the manifest renames it) in these tables, of every platform.
pub(super) fn dependencies(manifest: &Table, kinds: &[&str]) -> Vec<String> {
    let platforms = manifest.get("target").and_then(toml::Value::as_table);
    let tables = platforms
        .into_iter()
        .flat_map(Table::values)
        .filter_map(toml::Value::as_table);
    std::iter::once(manifest)
        .chain(tables)
        .flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()))
        .flatten()
        .map(|(name, value)| {
            value
                .get("package")
                .and_then(toml::Value::as_str)
                .unwrap_or(name)
                .to_owned()
        })
        .collect()
}

/// The line of a manifest on which a key stands; zero when it is not found.
pub(super) fn line_of(file: &File, key: &str) -> usize {
    let found = super::workspace::numbered(&file.text).find(|(_, line)| {
        line.trim_start()
            .strip_prefix(key)
            .is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    });
    found.map_or(0, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_dependencies_of_every_platform() {
        let text = "[dependencies]\na.workspace = true\n[target.'cfg(unix)'.dependencies]\nb = \"1\"\n\
                    [dev-dependencies]\nc = \"1\"\n";
        let manifest = parse(&File::new("crates/x/Cargo.toml", text));
        assert_eq!(dependencies(&manifest, SHIPPED), ["a", "b"]);
        assert_eq!(dependencies(&manifest, TESTS), ["c"]);
    }

    #[test]
    fn finds_the_line_of_a_key() {
        let file = File::new(
            "Cargo.toml",
            "[dependencies]\ndatabase = \"1\"\ndata.workspace = true\n",
        );
        assert_eq!(line_of(&file, "data"), 3);
        assert_eq!(line_of(&file, "none"), 0);
    }
}
