//! Reading rows: one, a page, all of them, how many.
//!
//! In: an entity set and a [`Query`]. Out: rows by serde, typed or as [`crate::Row`]. Invariant: a next link is followed
//! within its own environment only, with the preferences of the page that it came with.

use futures_core::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use odata::ETag;
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use crate::{
    Environment, Error, Key, Query, Reference,
    call::{self, Answer, Call, Settled},
    retry::Again,
};

/// A page of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// `@odata.count`, when it was asked for; the service counts to 5000.
    pub count: Option<i64>,
    /// The way to the next page; `None` on the last one.
    pub next: Option<NextLink>,
}

/// The way to the next page: `@odata.nextLink` with what was preferred. For [`Environment::next`].
#[derive(Debug, Clone, PartialEq)]
pub struct NextLink {
    url: String,
    prefer: Option<String>,
}

impl NextLink {
    /// A link that was kept as text, with the query that it came of.
    #[must_use]
    pub fn new(url: impl Into<String>, query: &Query) -> Self {
        Self {
            url: url.into(),
            prefer: query.prefer(),
        }
    }

    /// The link; opaque.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.url
    }
}

#[derive(Deserialize)]
struct PageWire<T> {
    value: Vec<T>,
    #[serde(rename = "@odata.count")]
    count: Option<i64>,
    #[serde(rename = "@odata.nextLink")]
    next_link: Option<String>,
}

impl Environment {
    /// Reads one row: `retrieve("accounts", id, "$select=name")`.
    pub async fn retrieve<T: DeserializeOwned>(
        &self,
        set: &str,
        key: impl Into<Key>,
        query: impl Into<Query>,
    ) -> Result<T, Error> {
        let call = self.retrieval(set, key.into(), &query.into())?;
        self.answered(&call).await?.json(call.doing)
    }

    /// Reads one row unless it is still in the version that the caller has: then `None`.
    pub async fn retrieve_if_changed<T: DeserializeOwned>(
        &self,
        set: &str,
        key: impl Into<Key>,
        known: ETag,
        query: impl Into<Query>,
    ) -> Result<Option<T>, Error> {
        let mut call = self.retrieval(set, key.into(), &query.into())?;
        call.headers.insert(header::IF_NONE_MATCH, etag(known));
        let answer = self.answered(&call).await?;
        if answer.status == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        answer.json(call.doing).map(Some)
    }

    /// Reads the first page of a collection: `list("accounts", "$select=name&$top=3")`. The collection may be a path,
    /// such as `accounts(<id>)/contact_customer_accounts`.
    pub async fn list<T: DeserializeOwned>(&self, set: &str, query: impl Into<Query>) -> Result<Page<T>, Error> {
        let query = query.into();
        let url = self.place().address().within(&format!("{set}{}", query.suffix()?))?;
        self.page(url, query.prefer()).await
    }

    /// Reads the page behind a link.
    pub async fn next<T: DeserializeOwned>(&self, link: &NextLink) -> Result<Page<T>, Error> {
        let url = Url::parse(&link.url)
            .ok()
            .filter(|url| self.place().address().holds(url))
            .ok_or_else(|| Error::leads_out(&link.url))?;
        self.page(url, link.prefer.clone()).await
    }

    /// All rows of a collection, page by page as they are read. Ends with the first error.
    #[must_use]
    pub fn rows<T: DeserializeOwned + Send + 'static>(
        &self,
        set: &str,
        query: impl Into<Query>,
    ) -> BoxStream<'static, Result<T, Error>> {
        let pages = self.pages(set, query);
        pages
            .map_ok(|page: Page<T>| stream::iter(page.rows).map(Ok))
            .try_flatten()
            .boxed()
    }

    /// All pages of a collection. Ends with the first error.
    #[must_use]
    pub fn pages<T: DeserializeOwned + Send + 'static>(
        &self,
        set: &str,
        query: impl Into<Query>,
    ) -> BoxStream<'static, Result<Page<T>, Error>> {
        let (environment, set, query) = (self.clone(), set.to_owned(), Box::new(query.into()));
        let first = Some(Turn::First(set, query));
        stream::try_unfold(first, move |turn| {
            let environment = environment.clone();
            async move {
                let Some(turn) = turn else { return Ok(None) };
                let page = match turn {
                    Turn::First(set, query) => environment.list(&set, *query).await?,
                    Turn::Next(link) => environment.next(&link).await?,
                };
                let next = page.next.clone().map(Turn::Next);
                Ok(Some((page, next)))
            }
        })
        .boxed()
    }

    /// How many rows a collection has; the service counts to 5000. Only the query's filter counts.
    pub async fn count(&self, set: &str, query: impl Into<Query>) -> Result<u64, Error> {
        let doing = "counting rows";
        let path = format!("{set}/$count{}", query.into().suffix()?);
        let url = self.place().address().within(&path)?;
        let answer = self.answered(&Call::new(doing, Method::GET, url, Again::Reads)).await?;
        // The service writes a byte-order mark in front.
        let text = String::from_utf8_lossy(&answer.body);
        let digits = text.trim_start_matches('\u{feff}').trim();
        digits.parse().map_err(|why| Error::shape(doing, why))
    }

    fn retrieval(&self, set: &str, key: Key, query: &Query) -> Result<Call, Error> {
        let path = format!("{}{}", Reference::to(set, key).path(), query.suffix()?);
        let url = self.place().address().within(&path)?;
        let mut call = Call::new("reading a row", Method::GET, url, Again::Reads);
        add_prefer(&mut call.headers, query.prefer().as_deref())?;
        Ok(call)
    }

    async fn page<T: DeserializeOwned>(&self, url: Url, prefer: Option<String>) -> Result<Page<T>, Error> {
        let mut call = Call::new("reading a page", Method::GET, url, Again::Reads);
        add_prefer(&mut call.headers, prefer.as_deref())?;
        let wire: PageWire<T> = self.answered(&call).await?.json(call.doing)?;
        Ok(Page {
            rows: wire.value,
            count: wire.count,
            next: wire.next_link.map(|url| NextLink { url, prefer }),
        })
    }

    /// The answer of a call that is never found done before: a read, or a write whose repetition answers the same.
    pub(crate) async fn answered(&self, call: &Call) -> Result<Answer, Error> {
        match call::run(self, call).await? {
            Settled::Answered(answer) => Ok(answer),
            Settled::DoneBefore => Err(Error::Shape {
                doing: call.doing,
                source: None,
            }),
        }
    }
}

/// Where a stream of pages stands.
enum Turn {
    First(String, Box<Query>),
    Next(NextLink),
}

/// Adds preferences to those that are there.
pub(crate) fn add_prefer(headers: &mut HeaderMap, prefer: Option<&str>) -> Result<(), Error> {
    if let Some(prefer) = prefer {
        let value = HeaderValue::from_str(prefer).map_err(|why| Error::set_up("a preference is no header", why))?;
        headers.append("prefer", value);
    }
    Ok(())
}

/// The header's value of a row version; it is ASCII by its making.
pub(crate) fn etag(version: ETag) -> HeaderValue {
    // A version that could not be printed must match none.
    HeaderValue::try_from(version.to_string()).unwrap_or(HeaderValue::from_static("W/\"\""))
}
