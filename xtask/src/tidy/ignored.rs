//! Which paths are not ours. In: the lines of `.gitignore` files. Out: yes or no for a path.
//!
//! Invariant: only the forms this repository uses are known (`*`, `name`, `/name`, `name/`, `*.ending`); all others are no match,
//! so that a file is rather checked once too often.

/// The patterns that hold in a folder, its own and those of the folders above.
#[derive(Clone)]
pub(super) struct Ignored {
    patterns: Vec<Pattern>,
}

#[derive(Clone)]
struct Pattern {
    /// The folder whose `.gitignore` has the line, with a closing `/` unless it is the root.
    folder: String,
    line: String,
}

impl Ignored {
    pub(super) fn nothing() -> Self {
        Self { patterns: Vec::new() }
    }

    /// These patterns and those of the `.gitignore` text in `folder`.
    pub(super) fn and(&self, folder: &str, text: &str) -> Self {
        let folder = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let own = lines.map(|line| Pattern {
            folder: folder.clone(),
            line: line.trim_end_matches('/').to_owned(),
        });
        Self {
            patterns: self.patterns.iter().cloned().chain(own).collect(),
        }
    }

    /// Whether a file or folder of this path is left out.
    pub(super) fn covers(&self, path: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.covers(path))
    }
}

impl Pattern {
    fn covers(&self, path: &str) -> bool {
        let Some(below) = path.strip_prefix(&self.folder) else {
            return false;
        };
        let name = below.rsplit('/').next().unwrap_or(below);
        if self.line == "*" {
            return true;
        }
        if let Some(ending) = self.line.strip_prefix('*') {
            return name.ends_with(ending);
        }
        match self.line.strip_prefix('/') {
            Some(anchored) => below == anchored,
            None => name == self.line || below == self.line,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(line: &str, path: &str) -> bool {
        Ignored::nothing().and("", line).covers(path)
    }

    #[test]
    fn the_forms_that_are_known() {
        assert!(covers("/target", "target"));
        assert!(!covers("/target", "crates/target"));
        assert!(covers("node_modules", "conformance/node_modules"));
        assert!(covers("node_modules/", "conformance/node_modules"));
        assert!(covers("*.profraw", "crates/db/a.profraw"));
        assert!(covers("/fuzz/target", "fuzz/target"));
        assert!(!covers("# target", "target"));
        assert!(!covers("", "target"));
    }

    #[test]
    fn a_folder_speaks_for_what_is_below_it() {
        let ignored = Ignored::nothing().and("conformance/.venv", "*");
        assert!(ignored.covers("conformance/.venv/bin"));
        assert!(!ignored.covers("conformance/run"));
    }
}
