//! Texts for people: display names and labels of options.
//!
//! In: a text. Out: nothing, or that it cannot be one. Invariant: a text that passes fits a line and is not empty.

use std::collections::BTreeMap;

use crate::alter::CatalogueRefusal;

/// The longest text, in characters.
const MAX_TEXT: usize = 200;

/// The most options that a choice can have.
const MAX_OPTIONS: usize = 1_000;

/// Checks a display name.
pub(super) fn display_name(of: &str, text: &str) -> Result<(), CatalogueRefusal> {
    if is_text(text) {
        return Ok(());
    }
    let what = format!("a display name has 1 to {MAX_TEXT} characters, and none that is not printed");
    Err(CatalogueRefusal::definition(of, what))
}

/// Checks the labels of a list of options; its numbers are for the loader.
pub(super) fn options(of: &str, options: &BTreeMap<String, String>) -> Result<(), CatalogueRefusal> {
    if options.len() > MAX_OPTIONS {
        return Err(CatalogueRefusal::Limit {
            what: format!("options of `{of}`"),
            most: MAX_OPTIONS,
        });
    }
    for (value, label) in options {
        label_of(of, value, label)?;
    }
    Ok(())
}

fn label_of(of: &str, value: &str, label: &str) -> Result<(), CatalogueRefusal> {
    if value.parse::<i32>().is_ok_and(|number| number.to_string() == value) && is_text(label) {
        return Ok(());
    }
    let what = format!(
        "an option is a number of 32 bits in decimal with a label of 1 to {MAX_TEXT} printed characters, which `{}` is not",
        value.chars().take(MAX_TEXT).collect::<String>()
    );
    Err(CatalogueRefusal::definition(of, what))
}

fn is_text(text: &str) -> bool {
    let length = text.chars().count();
    (1..=MAX_TEXT).contains(&length) && !text.chars().any(char::is_control) && !text.trim().is_empty()
}
