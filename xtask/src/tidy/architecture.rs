//! The map names every crate. In: `ARCHITECTURE.md`. Out: a finding for each crate it does not name.
//!
//! Invariant: the crates of the arrows are the crates of the map.

use super::Finding;
use super::arrows::ARROWS;
use super::workspace::Workspace;

const MAP: &str = "ARCHITECTURE.md";

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let Some(map) = workspace.file(MAP) else {
        return vec![Finding::of_file(MAP, "there is no such file")];
    };
    let named = |name: &str| map.text.lines().any(|line| line.starts_with(&format!("| `{name}` |")));
    let missing = ARROWS.iter().filter(|(name, _)| !named(name));
    missing
        .map(|(name, _)| Finding::of_file(MAP, format!("its table has no row for `{name}`")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fires_for_a_crate_it_does_not_name() {
        let all: Vec<String> = ARROWS.iter().map(|(name, _)| format!("| `{name}` | text |")).collect();
        assert_eq!(check(&Workspace::of(&[(MAP, &all.join("\n"))])), []);
        assert_eq!(
            check(&Workspace::of(&[(MAP, &all[1..].join("\n"))])),
            [Finding::of_file(MAP, "its table has no row for `server`")]
        );
    }

    #[test]
    fn fires_without_the_map() {
        assert_eq!(check(&Workspace::of(&[])).len(), 1);
    }
}
