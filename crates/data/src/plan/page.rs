//! Pages: `$top`, `Prefer: odata.maxpagesize`, and the skip token of a next link.
//!
//! In: a node in its total order, and the options. Out: where the page begins and how long it is.
//! Invariant: a page begins behind the last row of the page before, by value, so that rows that come and go meanwhile
//! shift nothing. A token carries no rights: row rules are joined anew to every page.

use std::fmt::{self, Write as _};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use odata::QueryOptions;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Kind};
use crate::error::Error;
use crate::plan::{Cell, Context, Counting, Node, literal};

/// Rows on a page at most (Dataverse).
pub(crate) const MAX_PAGE_SIZE: u64 = 5000;

/// A page of a node's rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page {
    /// Rows on it at most.
    pub size: u64,
    /// `$top`: rows over all pages that are still to come, this page included. As OData has it, `$top` bounds the whole
    /// result and the page size cuts that into pages.
    pub top: Option<u64>,
    /// The number of all rows.
    pub count: Counting,
    /// The order keys of the last row of the page before; `None` for the first page.
    pub after: Option<Vec<Cell>>,
    /// Its number, from 1.
    pub number: u64,
    /// Says which query a token belongs to.
    fingerprint: u64,
}

/// A skip token, before it is encoded.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    /// The fingerprint of the query.
    q: u64,
    /// The number of the page that it leads to.
    n: u64,
    /// What is left of `$top`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    t: Option<u64>,
    /// The number of all rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    c: Option<u64>,
    /// The order keys of the last row.
    k: Vec<serde_json::Value>,
}

/// Plans which page of the node's rows is wanted.
pub(super) fn page(context: &Context<'_>, node: &Node, options: &QueryOptions) -> Result<Page, Error> {
    let size = context
        .max_page_size
        .map_or(MAX_PAGE_SIZE, |size| u64::from(size).clamp(1, MAX_PAGE_SIZE));
    let count = if options.count {
        Counting::Wanted
    } else {
        Counting::Unwanted
    };
    let fingerprint = fingerprint(node, options);
    let first = Page {
        size,
        top: options.top,
        count,
        after: None,
        number: 1,
        fingerprint,
    };
    match &options.skip_token {
        None => Ok(first),
        Some(unverified_token) => {
            let token = decode(unverified_token).ok_or_else(not_a_token)?;
            if token.q != first.fingerprint || token.t.is_some() != first.top.is_some() {
                return Err(Error::InvalidArgument {
                    what: "the `$skiptoken` belongs to another query".to_owned(),
                });
            }
            let after = keys(context.catalogue, node, &token.k).ok_or_else(not_a_token)?;
            let count = match (count, token.c) {
                (Counting::Unwanted, _) => Counting::Unwanted,
                (_, Some(known)) => Counting::Known(known),
                (_, None) => return Err(not_a_token()),
            };
            Ok(Page {
                top: token.t,
                count,
                after: Some(after),
                number: token.n,
                ..first
            })
        }
    }
}

impl Page {
    /// Rows shown at most.
    #[must_use]
    pub(crate) fn shown(&self) -> u64 {
        self.top.map_or(self.size, |top| top.min(self.size))
    }

    /// Rows to read: one more than are shown where that tells whether there is another page, and one at least where the
    /// number of all rows comes along.
    #[must_use]
    pub(crate) fn limit(&self) -> u64 {
        let further = u64::from(self.top.is_none_or(|top| top > self.size));
        (self.shown() + further).max(u64::from(self.count == Counting::Wanted))
    }

    /// The token of the page behind the row with these order keys. `counted` is the number of all rows, where wanted.
    #[must_use]
    pub(crate) fn next(&self, last: &[Cell], counted: Option<u64>) -> String {
        let token = Token {
            q: self.fingerprint,
            n: self.number + 1,
            t: self.top.map(|top| top.saturating_sub(self.size)),
            c: counted,
            k: last.iter().map(json).collect(),
        };
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&token).unwrap_or_default())
    }
}

fn not_a_token() -> Error {
    Error::InvalidArgument {
        what: "the `$skiptoken` is not one that this service has given".to_owned(),
    }
}

fn decode(unverified_token: &str) -> Option<Token> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(unverified_token).ok()?).ok()
}

/// Tells queries apart, not attackers: whoever makes up a token gets the rows that they may see, from where they say.
fn fingerprint(node: &Node, options: &QueryOptions) -> u64 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    let selected = node.selected.map(|_| &node.columns);
    // Writing to a hash cannot fail.
    let _ = write!(
        hash,
        "{:?} {selected:?} {:?} {:?} {:?}",
        node.table, node.filter, node.order, node.expands
    );
    let _ = write!(hash, " {:?} {}", options.top, options.count);
    hash.0
}

/// FNV-1a, the same on every node and in every version of the compiler.
struct Fnv(u64);

impl fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Ok(())
    }
}

fn json(cell: &Cell) -> serde_json::Value {
    match cell {
        Cell::Bool(value) => (*value).into(),
        Cell::Int(number) => (*number).into(),
        Cell::Double(number) => (*number).into(),
        Cell::Text(text) => text.as_str().into(),
        Cell::Guid(id) | Cell::Reference(_, id) => id.to_string().into(),
        Cell::Null | Cell::Keyed { .. } => serde_json::Value::Null,
    }
}

/// The keys of a token, each of the type that its column is stored as.
fn keys(catalogue: &Catalogue, node: &Node, values: &[serde_json::Value]) -> Option<Vec<Cell>> {
    if values.len() != node.order.len() {
        return None;
    }
    node.order
        .iter()
        .zip(values)
        .map(|(key, value)| {
            let table = key.through.last().map_or(node.table, |hop| hop.target);
            key_cell(&catalogue.table(table).column(key.column).kind, value)
        })
        .collect()
}

fn key_cell(kind: &Kind, value: &serde_json::Value) -> Option<Cell> {
    if value.is_null() {
        return Some(Cell::Null);
    }
    match kind {
        Kind::String { .. } | Kind::Memo { .. } => value
            .as_str()
            .filter(|text| !text.contains('\0'))
            .map(|text| Cell::Text(text.to_owned())),
        Kind::Boolean { .. } => value.as_bool().map(Cell::Bool),
        Kind::Double { .. } => value.as_f64().filter(|number| number.is_finite()).map(Cell::Double),
        Kind::Guid | Kind::Lookup { .. } => value.as_str().and_then(literal::guid).map(Cell::Guid),
        Kind::Integer { .. }
        | Kind::BigInt
        | Kind::Decimal { .. }
        | Kind::Money { .. }
        | Kind::DateTime
        | Kind::Date
        | Kind::Choice { .. }
        | Kind::State { .. }
        | Kind::Status { .. } => value.as_i64().map(Cell::Int),
    }
}
