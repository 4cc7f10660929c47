//! What is wrong with a policy, with its line.
//!
//! In: the words of Cedar's reader and validator. Out: [`PolicyFaults`]. Invariant: a line is one of the file's, counted
//! from one.

use std::fmt;

use cedar_policy::{ParseErrors, ValidationResult};
use miette::Diagnostic;

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands, where Cedar says so.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// Everything that is wrong with a policy; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFaults(pub Vec<Fault>);

impl std::error::Error for PolicyFaults {}

/// One line for each.
impl fmt::Display for PolicyFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            match fault.line {
                Some(line) => write!(f, "line {line}: {}", fault.message)?,
                None => f.write_str(&fault.message)?,
            }
        }
        Ok(())
    }
}

pub(super) fn of_text(text: &str, errors: &ParseErrors) -> PolicyFaults {
    PolicyFaults(errors.iter().map(|error| fault(text, error)).collect())
}

/// What the validator warns of, a policy that can never apply for one, is a fault as well: somebody relies on it.
pub(super) fn of_schema(text: &str, checked: &ValidationResult) -> PolicyFaults {
    let errors = checked.validation_errors().map(|error| fault(text, error));
    let warnings = checked.validation_warnings().map(|warning| fault(text, warning));
    PolicyFaults(errors.chain(warnings).collect())
}

/// Only a name of a claim that is no name can break the schema.
pub(super) fn of_claims() -> PolicyFaults {
    PolicyFaults(vec![Fault {
        line: None,
        message: "a claim's name holds characters that no policy can write".to_owned(),
    }])
}

fn fault(text: &str, error: &dyn Diagnostic) -> Fault {
    let label = error.labels().and_then(|mut labels| labels.next());
    let line = label.and_then(|label| {
        let before = text.get(..label.offset())?;
        Some(before.matches('\n').count() + 1)
    });
    let help = error.help().map(|help| format!(" ({help})")).unwrap_or_default();
    Fault {
        line,
        message: format!("{error}{help}"),
    }
}
