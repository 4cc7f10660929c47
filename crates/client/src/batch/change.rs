//! One change within a batch.
//!
//! In: an entity set or a row, and what it shall be. Out: a part of the batch. Invariant: headers are the change's own: who
//! is acted for stands on the batch alone.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use odata::{ETag, PartRequest};
use serde::Serialize;
use serde_json::json;

use crate::{Error, Reference, changes::json, rows::etag};

const ANY: HeaderValue = HeaderValue::from_static("*");
const REPRESENTATION: HeaderValue = HeaderValue::from_static("return=representation");

/// A change, for [`crate::Batch::change`] or [`crate::ChangeSet::add`].
#[derive(Debug, Clone)]
pub struct Change(Part);

/// A request of a batch.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) method: Method,
    /// Relative to the service root, or beginning with `$1`.
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Part {
    pub(super) fn request<'a>(&'a self, content_id: Option<&'a str>, url: &'a str) -> PartRequest<'a> {
        let headers = self.headers.iter();
        PartRequest {
            content_id,
            method: self.method.as_str(),
            url,
            headers: headers
                .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
                .collect(),
            body: &self.body,
        }
    }
}

impl Change {
    /// A new row, whose key the environment makes.
    pub fn create<T: Serialize + ?Sized>(set: &str, row: &T) -> Result<Self, Error> {
        Self::new(Method::POST, set.to_owned(), row)
    }

    /// The given columns of a row that exists.
    pub fn update<T: Serialize + ?Sized>(row: &Reference, columns: &T) -> Result<Self, Error> {
        Ok(Self::new(Method::PATCH, row.path(), columns)?.under(header::IF_MATCH, ANY))
    }

    /// The given columns of a row that is still in this version.
    pub fn update_version<T: Serialize + ?Sized>(row: &Reference, version: ETag, columns: &T) -> Result<Self, Error> {
        Ok(Self::new(Method::PATCH, row.path(), columns)?.under(header::IF_MATCH, etag(version)))
    }

    /// The row of this key, changed or created.
    pub fn upsert<T: Serialize + ?Sized>(row: &Reference, columns: &T) -> Result<Self, Error> {
        Self::new(Method::PATCH, row.path(), columns)
    }

    /// A row away.
    #[must_use]
    pub fn delete(row: &Reference) -> Self {
        Self::bare(Method::DELETE, row.path())
    }

    /// A row that is still in this version away.
    #[must_use]
    pub fn delete_version(row: &Reference, version: ETag) -> Self {
        Self::delete(row).under(header::IF_MATCH, etag(version))
    }

    /// One more row in a collection-valued navigation.
    pub fn associate(row: &Reference, navigation: &str, other: &Reference) -> Result<Self, Error> {
        Self::reference(Method::POST, row, navigation, other)
    }

    /// What a single-valued navigation points to.
    pub fn set_reference(row: &Reference, navigation: &str, other: &Reference) -> Result<Self, Error> {
        Self::reference(Method::PUT, row, navigation, other)
    }

    /// The same change, answered with the row as it is then: see [`crate::PartAnswer::row`].
    #[must_use]
    pub fn returning(mut self) -> Self {
        self.0.headers.insert("prefer", REPRESENTATION);
        self
    }

    pub(super) fn into_part(self) -> Part {
        self.0
    }

    fn reference(method: Method, row: &Reference, navigation: &str, other: &Reference) -> Result<Self, Error> {
        let path = format!("{}/{navigation}/$ref", row.path());
        Self::new(method, path, &json!({ "@odata.id": other.address() }))
    }

    fn new<T: Serialize + ?Sized>(method: Method, path: String, body: &T) -> Result<Self, Error> {
        let mut change = Self::bare(method, path);
        change.0.body = json("preparing a batch", body)?;
        Ok(change)
    }

    fn bare(method: Method, path: String) -> Self {
        Self(Part {
            method,
            path,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        })
    }

    fn under(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }
}
