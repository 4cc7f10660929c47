//! What is asked of a collection or a row: raw text, or built.
//!
//! In: OData text, or columns and values. Out: a query string and a `Prefer` header. Invariant: a value never ends the
//! expression that it stands in; what is written as raw text is sent as it is.

use odata::{Direction, OrderBy, PropertyPath, QueryOptions};

use crate::Error;

mod expand;
mod filter;

pub use expand::Expand;
pub use filter::{Column, Filter, column};

/// A query: from text (`"$select=name&$top=3".into()`), or built from [`Query::new`], or both.
///
/// ```
/// use commonhold_client::{Direction, Expand, Query, column};
///
/// let query = Query::new()
///     .select(["name", "revenue"])
///     .filter(column("revenue").gt(1000).and(column("name").contains("O'Brien")))
///     .expand(Expand::new("primarycontactid").select(["fullname"]))
///     .order_by("revenue", Direction::Descending)
///     .page_size(500);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    raw: String,
    options: QueryOptions,
    page_size: Option<u32>,
    annotations: Option<String>,
}

impl Query {
    /// Everything, without options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// `$select`: these columns; lookups as `_primarycontactid_value`.
    #[must_use]
    pub fn select<'a>(mut self, columns: impl IntoIterator<Item = &'a str>) -> Self {
        self.options.select = Some(columns.into_iter().map(path).collect());
        self
    }

    /// `$filter`; of two, both must hold.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.options.filter = Some(filter.joined(self.options.filter.take()));
        self
    }

    /// One more item of `$expand`.
    #[must_use]
    pub fn expand(mut self, expand: Expand) -> Self {
        self.options.expand.push(expand.into_item());
        self
    }

    /// One more item of `$orderby`.
    #[must_use]
    pub fn order_by(mut self, column: &str, direction: Direction) -> Self {
        self.options.order_by.push(order(column, direction));
        self
    }

    /// `$top`: so many rows at most, over all pages.
    #[must_use]
    pub fn top(mut self, rows: u64) -> Self {
        self.options.top = Some(rows);
        self
    }

    /// `$count`: how many rows there are, in [`crate::Page::count`].
    #[must_use]
    pub fn counted(mut self) -> Self {
        self.options.count = true;
        self
    }

    /// Rows in one page at most: `Prefer: odata.maxpagesize`. Sent again with each next link.
    #[must_use]
    pub fn page_size(self, rows: u32) -> Self {
        Self {
            page_size: Some(rows),
            ..self
        }
    }

    /// Asks for annotations by name, `*` for all: `Prefer: odata.include-annotations`.
    #[must_use]
    pub fn annotations(self, names: impl Into<String>) -> Self {
        Self {
            annotations: Some(names.into()),
            ..self
        }
    }

    /// Behind a path: empty, or with its question mark.
    pub(crate) fn suffix(&self) -> Result<String, Error> {
        let built = self.options.print().map_err(|bad| Error::Url {
            url: bad.name,
            why: "a column or navigation is made of letters, digits and `_`",
        })?;
        let texts = [self.raw.as_str(), built.as_str()];
        let texts: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        Ok(if texts.is_empty() {
            String::new()
        } else {
            format!("?{}", texts.join("&"))
        })
    }

    /// The preferences, for [`crate::rows::add_prefer`].
    pub(crate) fn prefer(&self) -> Option<String> {
        let size = self.page_size.map(|size| format!("odata.maxpagesize={size}"));
        let annotations = self
            .annotations
            .as_ref()
            .map(|names| format!("odata.include-annotations=\"{names}\""));
        let text: Vec<String> = size.into_iter().chain(annotations).collect();
        (!text.is_empty()).then(|| text.join(","))
    }
}

impl From<&str> for Query {
    fn from(raw: &str) -> Self {
        Self {
            raw: raw.trim_start_matches('?').to_owned(),
            ..Self::default()
        }
    }
}

impl From<String> for Query {
    fn from(raw: String) -> Self {
        raw.as_str().into()
    }
}

fn path(text: &str) -> PropertyPath {
    PropertyPath {
        segments: text.split('/').map(str::to_owned).collect(),
    }
}

fn order(column: &str, direction: Direction) -> OrderBy {
    OrderBy {
        path: path(column),
        direction,
    }
}

#[cfg(test)]
mod tests;
