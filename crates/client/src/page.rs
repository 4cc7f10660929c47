//! One page of rows, and the way to the next.

use serde::Deserialize;

/// A page of a collection.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Page<T> {
    /// The rows.
    #[serde(rename = "value")]
    pub rows: Vec<T>,
    /// `@odata.count`, when `$count=true` was asked for.
    #[serde(rename = "@odata.count")]
    pub count: Option<i64>,
    /// `@odata.nextLink`; `None` on the last page. Opaque: for [`crate::Environment::next`].
    #[serde(rename = "@odata.nextLink")]
    pub next_link: Option<String>,
}
