//! Rows that are read along with a row.
//!
//! In: a navigation and what is wanted of the rows behind it. Out: an item of `$expand`. Invariant: the options are those
//! that the service takes inside `$expand`.

use odata::{Direction, ExpandOptions, QueryOptions};

use super::{Filter, order, path};

/// One item of `$expand`: `Expand::new("primarycontactid").select(["fullname"])`.
#[derive(Debug, Clone, PartialEq)]
pub struct Expand {
    navigation: String,
    options: ExpandOptions,
}

impl Expand {
    /// The rows behind a navigation.
    #[must_use]
    pub fn new(navigation: &str) -> Self {
        Self {
            navigation: navigation.to_owned(),
            options: ExpandOptions::Rows(Box::default()),
        }
    }

    /// Only the address of the row behind a navigation: `primarycontactid/$ref`.
    #[must_use]
    pub fn address_of(navigation: &str) -> Self {
        Self {
            navigation: navigation.to_owned(),
            options: ExpandOptions::Ref,
        }
    }

    /// `$select`.
    #[must_use]
    pub fn select<'a>(self, columns: impl IntoIterator<Item = &'a str>) -> Self {
        let columns = columns.into_iter().map(path).collect();
        self.with(|options| options.select = Some(columns))
    }

    /// `$filter`; of two, both must hold.
    #[must_use]
    pub fn filter(self, filter: Filter) -> Self {
        self.with(|options| options.filter = Some(filter.joined(options.filter.take())))
    }

    /// One more item of `$orderby`.
    #[must_use]
    pub fn order_by(self, column: &str, direction: Direction) -> Self {
        self.with(|options| options.order_by.push(order(column, direction)))
    }

    /// `$top`.
    #[must_use]
    pub fn top(self, rows: u64) -> Self {
        self.with(|options| options.top = Some(rows))
    }

    /// One more item of `$expand`, a level deeper.
    #[must_use]
    pub fn expand(self, inner: Self) -> Self {
        self.with(|options| options.expand.push(inner.into_item()))
    }

    /// Options make an address a row again.
    fn with(self, change: impl FnOnce(&mut QueryOptions)) -> Self {
        let mut options = match self.options {
            ExpandOptions::Rows(options) => options,
            ExpandOptions::Ref => Box::default(),
        };
        change(&mut options);
        Self {
            options: ExpandOptions::Rows(options),
            ..self
        }
    }

    pub(super) fn into_item(self) -> odata::Expand {
        odata::Expand {
            navigation: self.navigation,
            options: self.options,
        }
    }
}
