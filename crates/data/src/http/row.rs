//! One row as JSON: control information, annotations, values, expanded rows.
//!
//! In: a view of a row and the node that planned it. Out: bytes in the writer. Invariant: an annotation stands before the
//! property that it describes, and a null property has none.

use db::Value;
use odata::{Date, DateTime, ETag, QueryOptions, json::Writer};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

use crate::{
    catalogue::{Catalogue, Column, Kind, Navigation, Table},
    compile::{CellView, ExpandView, RowView},
    http::{
        annotations::{self, Annotated},
        format,
    },
    plan::{Expand, Node},
};

/// What may stand plainly in a query option.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b',')
    .remove(b'/');

/// What all rows of an answer have in common.
pub(super) struct Rows<'a> {
    /// The tables.
    pub(super) catalogue: &'a Catalogue,
    /// The service root as the client addressed it.
    pub(super) root: &'a str,
    /// What is written beside the values.
    pub(super) annotated: Annotated,
}

/// An expand as it was planned, and as it was asked for.
struct Expanded<'a> {
    expand: &'a Expand,
    options: Option<&'a QueryOptions>,
    parent: Option<Uuid>,
}

impl Rows<'_> {
    /// Opens an object and writes the members of a row into it; the caller closes it. `expands` are the items of
    /// `$expand` as they were asked for, in the order of the plan's.
    pub(super) fn members(&self, writer: &mut Writer, node: &Node, row: RowView<'_>, expands: &[odata::Expand]) {
        etag(writer, row);
        let table = self.catalogue.table(node.table);
        let mut text = String::new();
        for cell in row.cells() {
            self.cell(writer, table, &cell, &mut text);
        }
        for (position, (expand, view)) in node.expands.iter().zip(row.expands()).enumerate() {
            let options = expands.get(position).and_then(|item| match &item.options {
                odata::ExpandOptions::Rows(options) => Some(&**options),
                odata::ExpandOptions::Ref => None,
            });
            self.expand(
                writer,
                &Expanded {
                    expand,
                    options,
                    parent: row.key(),
                },
                view,
            );
        }
    }

    fn cell(&self, writer: &mut Writer, table: &Table, cell: &CellView<'_>, text: &mut String) {
        let column = table.column(cell.column);
        if *cell.value != Value::Null {
            self.annotations(writer, column, cell, text);
        }
        writer.name(&column.property);
        value(writer, column, cell.value);
    }

    fn annotations(&self, writer: &mut Writer, column: &Column, cell: &CellView<'_>, text: &mut String) {
        let property = column.property.as_str();
        if self.annotated.formatted_value {
            if let Some(name) = cell.name {
                writer.joined_name(property, annotations::FORMATTED_VALUE);
                writer.string(name);
            } else if format::formatted(column, cell.value, text) {
                writer.joined_name(property, annotations::FORMATTED_VALUE);
                writer.string(text);
            }
        }
        if !self.annotated.navigation && !self.annotated.lookup_table {
            return;
        }
        let pointed = column
            .targets()
            .iter()
            .map(|target| (target, self.catalogue.table(target.table)));
        let mut pointed = pointed.filter(|(_, table)| {
            cell.target_code
                .is_none_or(|code| code == i64::from(table.object_type_code))
        });
        let Some((target, table)) = pointed.next() else { return };
        if self.annotated.navigation {
            writer.joined_name(property, annotations::NAVIGATION);
            writer.string(&target.navigation);
        }
        if self.annotated.lookup_table {
            writer.joined_name(property, annotations::LOOKUP_TABLE);
            writer.string(&table.logical_name);
        }
    }

    fn expand(&self, writer: &mut Writer, expanded: &Expanded<'_>, view: ExpandView<'_>) {
        let Expand {
            name,
            node,
            only_references,
            ..
        } = expanded.expand;
        writer.name(name);
        match view {
            ExpandView::One(None) => writer.null(),
            ExpandView::One(Some(row)) => {
                writer.begin_object();
                if *only_references {
                    self.address(writer, row);
                } else {
                    self.members(writer, node, row, &[]);
                }
                writer.end();
            }
            ExpandView::Many(rows) => {
                writer.begin_array();
                for row in rows {
                    writer.begin_object();
                    self.members(writer, node, row, &[]);
                    writer.end();
                }
                writer.end();
                if let Some(link) = self.link_of(expanded) {
                    writer.joined_name(name, "@odata.nextLink");
                    writer.string(&link);
                }
            }
        }
    }

    /// Where the rows of an expanded collection are found again. Dataverse writes this link behind every one; behind one
    /// that was narrowed it would lead to other rows, so there it is left out.
    fn link_of(&self, expanded: &Expanded<'_>) -> Option<String> {
        let options = expanded
            .options
            .filter(|options| options.filter.is_none() && options.top.is_none() && options.order_by.is_empty())?;
        let Navigation::Many { table, column } = expanded.expand.navigation else {
            return None;
        };
        let table = self.catalogue.table(table);
        let filter = format!("{} eq {}", table.column(column).property, expanded.parent?.hyphenated());
        let mut link = format!(
            "{}/{}?$filter={}",
            self.root,
            table.entity_set,
            utf8_percent_encode(&filter, QUERY)
        );
        if let Some(select) = &options.select {
            let names: Vec<String> = select.iter().map(|path| path.segments.join("/")).collect();
            link.push_str("&$select=");
            link.extend(utf8_percent_encode(&names.join(","), QUERY));
        }
        Some(link)
    }

    /// `"@odata.id":"{ROOT}/contacts(…)"`
    pub(super) fn address(&self, writer: &mut Writer, row: RowView<'_>) {
        let set = &self.catalogue.table(row.table()).entity_set;
        writer.name("@odata.id");
        writer.string(&format!("{}/{set}({})", self.root, row.key().unwrap_or_default()));
    }
}

fn etag(writer: &mut Writer, row: RowView<'_>) {
    if let Some(version) = row.version() {
        writer.name("@odata.etag");
        writer.string(&ETag(version).to_string());
    }
}

/// Writes a stored value in the form of its column.
pub(super) fn value(writer: &mut Writer, column: &Column, value: &Value) {
    match (value, &column.kind) {
        (Value::Bool(value), _) => writer.boolean(*value),
        (Value::Int(scaled), Kind::Decimal { scale, .. } | Kind::Money { scale, .. }) => {
            writer.decimal(*scaled, *scale);
        }
        (Value::Int(seconds), Kind::DateTime) => writer.date_time(DateTime(*seconds)),
        (Value::Int(days), Kind::Date) => writer.date(Date(*days)),
        (Value::Int(number), _) => writer.integer(*number),
        (Value::Double(number), _) => writer.double(*number),
        (Value::Text(text), _) => writer.string(text),
        (Value::Guid(id), _) => writer.guid(*id),
        (Value::Null | Value::Bytes(_) | Value::Guids(_) | Value::Rows(_), _) => writer.null(),
    }
}
