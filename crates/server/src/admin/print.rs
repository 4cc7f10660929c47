//! Answers shown: a table for people, JSON for programs.
//!
//! In: objects, and which of their members are columns. Out: lines. Invariant: with JSON the whole of every object is there.

use serde_json::Value;

use crate::output;

/// How answers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Table,
    Json,
}

/// A column: its title, and the member that it shows as a JSON pointer.
pub(super) type Column = (&'static str, &'static str);

/// Shows a list.
pub(super) fn list(format: Format, columns: &[Column], objects: &[Value]) {
    match format {
        Format::Json => json(&Value::Array(objects.to_vec())),
        Format::Table => table(columns, objects).iter().for_each(|line| output::line(line)),
    }
}

/// Shows one object: a line for each column.
pub(super) fn one(format: Format, columns: &[Column], object: &Value) {
    match format {
        Format::Json => json(object),
        Format::Table => {
            let width = columns.iter().map(|(title, _)| title.len()).max().unwrap_or_default();
            for (title, pointer) in columns {
                output::line(&format!("{title:width$}  {}", cell(object, pointer)));
            }
        }
    }
}

/// Shows a list that is a part of the object shown before; with JSON that has it already.
pub(super) fn part(format: Format, columns: &[Column], objects: &[Value]) {
    if format == Format::Table && !objects.is_empty() {
        output::line("");
        list(format, columns, objects);
    }
}

/// Says that something was done.
pub(super) fn done(format: Format, text: &str) {
    match format {
        Format::Json => json(&serde_json::json!({ "done": text })),
        Format::Table => output::line(text),
    }
}

fn json(value: &Value) {
    output::line(&format!("{value:#}"));
}

fn table(columns: &[Column], objects: &[Value]) -> Vec<String> {
    let titles = columns.iter().map(|(title, _)| (*title).to_owned()).collect();
    let rows = objects
        .iter()
        .map(|object| columns.iter().map(|(_, pointer)| cell(object, pointer)).collect());
    let rows: Vec<Vec<String>> = std::iter::once(titles).chain(rows).collect();
    let width = |at: usize| {
        rows.iter()
            .filter_map(|row| row.get(at))
            .map(|cell| cell.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns.len()).map(|at| width(at).unwrap_or_default()).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// A member as one line of text.
fn cell(object: &Value, pointer: &str) -> String {
    match object.pointer(pointer) {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.chars().filter(|char| !char.is_control()).collect(),
        Some(Value::Bool(true)) => "yes".to_owned(),
        Some(Value::Bool(false)) => "no".to_owned(),
        Some(Value::Array(items)) if items.is_empty() => "-".to_owned(),
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            items.join(", ")
        }
        Some(Value::Array(items)) if items.iter().all(Value::is_number) => {
            let items: Vec<String> = items.iter().map(Value::to_string).collect();
            items.join(" to ")
        }
        Some(Value::Array(items)) => items.len().to_string(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_is_as_wide_as_its_cells() {
        let objects = [
            json!({"id": "1", "name": "Contoso"}),
            json!({"id": "22", "domains": ["a", "b"], "on": true}),
            json!({"id": "3", "name": "x", "domains": []}),
        ];
        let columns = [("ID", "/id"), ("NAME", "/name"), ("DOMAINS", "/domains"), ("ON", "/on")];
        let expected = [
            "ID  NAME     DOMAINS  ON",
            "1   Contoso  -        -",
            "22  -        a, b     yes",
            "3   x        -        -",
        ];
        assert_eq!(table(&columns, &objects), expected);
        assert_eq!(table(&columns, &[]), ["ID  NAME  DOMAINS  ON"]);
    }

    #[test]
    fn what_could_move_the_cursor_is_left_out() {
        assert_eq!(cell(&json!({"name": "a\u{1b}[2Jb\n"}), "/name"), "a[2Jb");
    }
}
