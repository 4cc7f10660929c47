//! The rules of the house that no compiler knows. In: the workspace's folder. Out: one line per finding.
//!
//! Invariant: a rule is a pure function of what was read; the list below is all there are, in the order they report.

mod architecture;
mod arrows;
mod attributes;
mod axum_imports;
mod ci_script;
mod code;
mod decisions;
mod drivers;
mod environment;
mod ignored;
mod layout;
mod links;
mod lints;
mod machine_paths;
mod manifest;
mod names;
mod openings;
pub(crate) mod readme;
mod registries;
mod sizes;
mod unfinished;
mod workspace;

use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};

use crate::report::Report;
use workspace::Workspace;

/// Something that is not as the house wants it.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// Path from the workspace's folder, with `/`.
    path: String,
    /// From one; zero when the whole file is meant.
    line: usize,
    message: String,
}

impl Finding {
    fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            message: message.into(),
        }
    }

    fn of_file(path: &str, message: impl Into<String>) -> Self {
        Self::at(path, 0, message)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.path, self.line.max(1), self.message)
    }
}

/// A named check over the whole workspace.
struct Rule {
    name: &'static str,
    check: fn(&Workspace) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    Rule {
        name: "arrows",
        check: arrows::check,
    },
    Rule {
        name: "lints",
        check: lints::check,
    },
    Rule {
        name: "axum",
        check: axum_imports::check,
    },
    Rule {
        name: "drivers",
        check: drivers::check,
    },
    Rule {
        name: "layout",
        check: layout::check,
    },
    Rule {
        name: "names",
        check: names::check,
    },
    Rule {
        name: "openings",
        check: openings::check,
    },
    Rule {
        name: "sizes",
        check: sizes::check,
    },
    Rule {
        name: "attributes",
        check: attributes::check,
    },
    Rule {
        name: "unfinished",
        check: unfinished::check,
    },
    Rule {
        name: "environment",
        check: environment::check,
    },
    Rule {
        name: "architecture",
        check: architecture::check,
    },
    Rule {
        name: "decisions",
        check: decisions::check,
    },
    Rule {
        name: "readme",
        check: readme::check,
    },
    Rule {
        name: "ci script",
        check: ci_script::check,
    },
    Rule {
        name: "links",
        check: links::check,
    },
    Rule {
        name: "machine paths",
        check: machine_paths::check,
    },
    Rule {
        name: "registries",
        check: registries::check,
    },
];

/// Checks every rule and writes `path:line: message [rule]` for each finding; an error when there is any.
pub(crate) fn run(root: &Path, report: &mut Report) -> Result<()> {
    let workspace = workspace::read(root)?;
    let mut count = 0;
    for rule in RULES {
        for finding in (rule.check)(&workspace) {
            report.line(&format!("{finding} [{}]", rule.name));
            count += 1;
        }
    }
    if count > 0 {
        bail!("tidy: {count} findings");
    }
    report.line(&format!(
        "tidy: {} files, {} rules, nothing to say",
        workspace.files.len(),
        RULES.len()
    ));
    Ok(())
}
