//! The list of decisions is whole. In: `docs/decisions/`. Out: a finding for each record the list does not name.
//!
//! Invariant: who reads `docs/decisions/README.md` has seen every decision.

use super::Finding;
use super::workspace::Workspace;

const LIST: &str = "docs/decisions/README.md";

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let Some(list) = workspace.file(LIST) else {
        return vec![Finding::of_file(LIST, "there is no such file")];
    };
    let records = workspace
        .files
        .iter()
        .filter(|file| file.path.starts_with("docs/decisions/") && file.path != LIST);
    records
        .filter(|file| !list.text.contains(&format!("({})", file.name())))
        .map(|file| Finding::of_file(LIST, format!("does not link `{}`", file.name())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fires_for_a_record_that_is_not_listed() {
        let record = ("docs/decisions/0001-a.md", "# A\n");
        assert_eq!(check(&Workspace::of(&[record, (LIST, "- [A](0001-a.md)\n")])), []);
        let found = check(&Workspace::of(&[record, (LIST, "# Decisions\n")]));
        assert_eq!(found, [Finding::of_file(LIST, "does not link `0001-a.md`")]);
    }

    #[test]
    fn fires_without_the_list() {
        assert_eq!(check(&Workspace::of(&[])).len(), 1);
    }
}
