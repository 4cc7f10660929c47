//! References between rows: added to a collection, removed from it, set, cleared.
//!
//! In: a row, one of its navigations, another row. Out: nothing. Invariant: each may be sent again when its answer was lost,
//! because a reference is there or not, however often that is said.

use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use url::Url;

use crate::{
    Environment, Error, Key, Reference,
    call::{self, Call},
    changes::json,
    retry::Again,
};

impl Environment {
    /// Adds a row to a collection-valued navigation:
    /// `associate("accounts", id, "contact_customer_accounts", &Reference::to("contacts", contact))`.
    pub async fn associate(
        &self,
        set: &str,
        key: impl Into<Key>,
        navigation: &str,
        other: &Reference,
    ) -> Result<(), Error> {
        let url = self.reference_url(set, key.into(), navigation)?;
        let mut call = Call::new("adding a reference", Method::POST, url, Again::Makes);
        call.body = self.reference_body(call.doing, other)?;
        call::run(self, &call).await.map(drop)
    }

    /// Removes a row from a collection-valued navigation; the row itself stays.
    pub async fn disassociate(
        &self,
        set: &str,
        key: impl Into<Key>,
        navigation: &str,
        other: &Reference,
    ) -> Result<(), Error> {
        let mut url = self.reference_url(set, key.into(), navigation)?;
        let id = self.absolute(other);
        url.set_query(Some(&format!("$id={}", utf8_percent_encode(&id, NON_ALPHANUMERIC))));
        let call = Call::new("removing a reference", Method::DELETE, url, Again::Deletes);
        call::run(self, &call).await.map(drop)
    }

    /// Lets a single-valued navigation point to a row.
    pub async fn set_reference(
        &self,
        set: &str,
        key: impl Into<Key>,
        navigation: &str,
        other: &Reference,
    ) -> Result<(), Error> {
        let url = self.reference_url(set, key.into(), navigation)?;
        let mut call = Call::new("setting a reference", Method::PUT, url, Again::Repeats);
        call.body = self.reference_body(call.doing, other)?;
        self.answered(&call).await.map(drop)
    }

    /// Lets a single-valued navigation point to nothing.
    pub async fn clear_reference(&self, set: &str, key: impl Into<Key>, navigation: &str) -> Result<(), Error> {
        let url = self.reference_url(set, key.into(), navigation)?;
        let call = Call::new("clearing a reference", Method::DELETE, url, Again::Deletes);
        call::run(self, &call).await.map(drop)
    }

    fn reference_url(&self, set: &str, key: Key, navigation: &str) -> Result<Url, Error> {
        let row = Reference::to(set, key).path();
        self.place().address().within(&format!("{row}/{navigation}/$ref"))
    }

    fn reference_body(&self, doing: &'static str, other: &Reference) -> Result<bytes::Bytes, Error> {
        json(doing, &json!({ "@odata.id": self.absolute(other) }))
    }

    fn absolute(&self, other: &Reference) -> String {
        format!("{}{}", self.place().address().root(), other.path())
    }
}
