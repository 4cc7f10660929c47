//! Writing rows: create, update, upsert, delete, and the conditions under which each is done.
//!
//! In: an entity set, a key, a row by serde. Out: the key of a new row, or the row as it is then. Invariant: a write whose
//! answer was lost is sent again only where the second does no more than the first; see [`Environment::create`].

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use oauth::random;
use odata::ETag;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    Environment, Error, Key, Query, Reference,
    call::{self, Call, Settled},
    retry::Again,
    rows::{add_prefer, etag},
};

const ANY: HeaderValue = HeaderValue::from_static("*");
const REPRESENTATION: &str = "return=representation";

impl Environment {
    /// Creates a row and gives its key.
    ///
    /// The key is made here and the row is sent as `PATCH <set>(<key>)` with `If-None-Match: *`. When an answer is lost
    /// it can therefore be sent again: a repetition that finds the row (412) tells that it was created.
    pub async fn create<T: Serialize + Sync + ?Sized>(&self, set: &str, row: &T) -> Result<Uuid, Error> {
        let key = self.new_key();
        let call = self.creation(set, key, row)?;
        call::run(self, &call).await?;
        Ok(key)
    }

    /// Creates a row as [`Environment::create`] does, and gives it back as it is then.
    pub async fn create_returning<T, R>(&self, set: &str, row: &T, query: impl Into<Query>) -> Result<R, Error>
    where
        T: Serialize + Sync + ?Sized,
        R: DeserializeOwned,
    {
        let (key, query) = (self.new_key(), query.into());
        let mut call = self.creation(set, key, row)?;
        let path = format!("{}{}", Reference::to(set, key).path(), query.suffix()?);
        call.url = self.place().address().within(&path)?;
        return_row(&mut call, &query)?;
        match call::run(self, &call).await? {
            Settled::Answered(answer) => answer.json(call.doing),
            // The answer with the row was lost; the row is there.
            Settled::DoneBefore => self.retrieve(set, key, query).await,
        }
    }

    /// Creates a row by `POST`, for tables that make their keys themselves. When the answer is lost it is not sent
    /// again: [`Error::AnswerLost`] tells that it may have been created.
    pub async fn post<T: Serialize + Sync + ?Sized>(&self, set: &str, row: &T) -> Result<Uuid, Error> {
        let doing = "posting a row";
        let url = self.place().address().within(set)?;
        let mut call = Call::new(doing, Method::POST, url, Again::Never);
        call.body = json(doing, row)?;
        let answer = self.answered(&call).await?;
        answer
            .entity_id(self.place())
            .ok_or(Error::Shape { doing, source: None })
    }

    /// Changes the given columns of a row that exists, whatever its version. Sent again when the answer is lost.
    pub async fn update<T>(&self, set: &str, key: impl Into<Key>, row: &T) -> Result<(), Error>
    where
        T: Serialize + Sync + ?Sized,
    {
        let call = self.change(
            "updating a row",
            &Reference::to(set, key),
            (Some(ANY), Again::Repeats),
            row,
        )?;
        self.answered(&call).await.map(drop)
    }

    /// Changes a row that is still in this version; a refusal with status 412 tells that it is not. When the answer to
    /// the first sending is lost and the repetition meets another version, it may be its own:
    /// [`Error::AnswerLost`], and reading the row tells.
    pub async fn update_version<T>(&self, set: &str, key: impl Into<Key>, version: ETag, row: &T) -> Result<(), Error>
    where
        T: Serialize + Sync + ?Sized,
    {
        let condition = (Some(etag(version)), Again::Versioned);
        let call = self.change("updating a row", &Reference::to(set, key), condition, row)?;
        self.answered(&call).await.map(drop)
    }

    /// Changes a row that exists, and gives it back as it is then; only the query's `$select` counts.
    pub async fn update_returning<T, R>(
        &self,
        set: &str,
        key: impl Into<Key>,
        row: &T,
        query: impl Into<Query>,
    ) -> Result<R, Error>
    where
        T: Serialize + Sync + ?Sized,
        R: DeserializeOwned,
    {
        let (reference, query) = (Reference::to(set, key), query.into());
        let mut call = self.change("updating a row", &reference, (Some(ANY), Again::Repeats), row)?;
        let path = format!("{}{}", reference.path(), query.suffix()?);
        call.url = self.place().address().within(&path)?;
        return_row(&mut call, &query)?;
        self.answered(&call).await?.json(call.doing)
    }

    /// Changes the row of this key, or creates it. Sent again when the answer is lost.
    pub async fn upsert<T>(&self, set: &str, key: impl Into<Key>, row: &T) -> Result<(), Error>
    where
        T: Serialize + Sync + ?Sized,
    {
        let call = self.change("upserting a row", &Reference::to(set, key), (None, Again::Repeats), row)?;
        self.answered(&call).await.map(drop)
    }

    /// Deletes a row. Sent again when the answer is lost: a repetition that finds nothing tells that it was deleted.
    pub async fn delete(&self, set: &str, key: impl Into<Key>) -> Result<(), Error> {
        self.deletion(&Reference::to(set, key), None).await
    }

    /// Deletes a row that is still in this version; a refusal with status 412 tells that it is not.
    pub async fn delete_version(&self, set: &str, key: impl Into<Key>, version: ETag) -> Result<(), Error> {
        self.deletion(&Reference::to(set, key), Some(etag(version))).await
    }

    /// A key for a new row: by time, so that rows that are made together lie together.
    pub(crate) fn new_key(&self) -> Uuid {
        let options = &self.place().application().options;
        random::uuid_v7(options.random.as_ref(), options.clock.now())
    }

    fn creation<T: Serialize + ?Sized>(&self, set: &str, key: Uuid, row: &T) -> Result<Call, Error> {
        let mut call = self.change("creating a row", &Reference::to(set, key), (None, Again::Makes), row)?;
        call.headers.insert(header::IF_NONE_MATCH, ANY);
        Ok(call)
    }

    fn change<T: Serialize + ?Sized>(
        &self,
        doing: &'static str,
        row_address: &Reference,
        (if_match, again): (Option<HeaderValue>, Again),
        row: &T,
    ) -> Result<Call, Error> {
        let url = self.place().address().within(&row_address.path())?;
        let mut call = Call::new(doing, Method::PATCH, url, again);
        if let Some(condition) = if_match {
            call.headers.insert(header::IF_MATCH, condition);
        }
        call.body = json(doing, row)?;
        Ok(call)
    }

    async fn deletion(&self, row: &Reference, if_match: Option<HeaderValue>) -> Result<(), Error> {
        let url = self.place().address().within(&row.path())?;
        let mut call = Call::new("deleting a row", Method::DELETE, url, Again::Deletes);
        if let Some(condition) = if_match {
            call.headers.insert(header::IF_MATCH, condition);
        }
        call::run(self, &call).await.map(drop)
    }
}

fn return_row(call: &mut Call, query: &Query) -> Result<(), Error> {
    add_prefer(&mut call.headers, query.prefer().as_deref())?;
    add_prefer(&mut call.headers, Some(REPRESENTATION))
}

pub(crate) fn json<T: Serialize + ?Sized>(doing: &'static str, row: &T) -> Result<Bytes, Error> {
    serde_json::to_vec(row)
        .map(Bytes::from)
        .map_err(|why| Error::shape(doing, why))
}
