//! Batches: several requests in one, and change sets, which are done all or none.
//!
//! In: reads and [`Change`]s. Out: what each was answered, in their order. Invariant: a batch that changes anything is never
//! sent twice when its answer was lost: [`crate::Error::AnswerLost`].

use http::{HeaderMap, HeaderValue, Method, header};
use oauth::random;
use odata::RequestWriter;

use crate::{
    Environment, Error, Key, Query, Reference, address::EnvironmentAddress, call::Call, retry::Again, rows::add_prefer,
};

mod answers;
mod change;

pub use answers::{BatchAnswer, PartAnswer};
pub use change::Change;
use change::Part;

/// Requests of one batch, those within change sets counted too: the service's limit.
const MOST_REQUESTS: usize = 1000;
const GO_ON: &str = "odata.continue-on-error";

/// Several requests in one.
///
/// ```
/// use commonhold_client::{Batch, Change, ChangeSet};
/// use serde_json::json;
///
/// # fn made() -> Result<Batch, commonhold_client::Error> {
/// let mut together = ChangeSet::new();
/// let account = together.add(Change::create("accounts", &json!({"name": "Fjord Freight"}))?);
/// let contact = json!({"lastname": "Berg", "parentcustomerid_account@odata.bind": account});
/// together.add(Change::create("contacts", &contact)?);
///
/// let mut batch = Batch::new();
/// batch.change_set(together);
/// batch.list("accounts", "$top=3")?;
/// # Ok(batch)
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Batch {
    items: Vec<Item>,
    goes_on: bool,
}

#[derive(Debug, Clone)]
enum Item {
    Read(Part),
    Change(Part),
    ChangeSet(Vec<Part>),
}

/// Changes that are done all or none.
#[derive(Debug, Clone, Default)]
pub struct ChangeSet(Vec<Part>);

impl ChangeSet {
    /// Without changes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a change. The row that it makes or touches can be referred to by what is given back, in later changes of
    /// this set.
    pub fn add(&mut self, change: Change) -> Reference {
        self.0.push(change.into_part());
        Reference::content(&self.0.len().to_string())
    }
}

impl Batch {
    /// Without requests.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the reading of a row.
    pub fn retrieve(&mut self, set: &str, key: impl Into<Key>, query: impl Into<Query>) -> Result<(), Error> {
        let query = query.into();
        self.read(&Reference::to(set, key).path(), &query)
    }

    /// Adds the reading of a collection's first page.
    pub fn list(&mut self, set: &str, query: impl Into<Query>) -> Result<(), Error> {
        self.read(set, &query.into())
    }

    /// Adds a change by itself.
    pub fn change(&mut self, change: Change) {
        self.items.push(Item::Change(change.into_part()));
    }

    /// Adds changes that are done all or none.
    pub fn change_set(&mut self, changes: ChangeSet) {
        self.items.push(Item::ChangeSet(changes.0));
    }

    /// Lets the service go on behind a request that fails (`odata.continue-on-error`). Otherwise that one is the last
    /// that is answered.
    pub fn go_on_after_failures(&mut self) {
        self.goes_on = true;
    }

    fn read(&mut self, path: &str, query: &Query) -> Result<(), Error> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        add_prefer(&mut headers, query.prefer().as_deref())?;
        self.items.push(Item::Read(Part {
            method: Method::GET,
            path: format!("{path}{}", query.suffix()?),
            headers,
            body: bytes::Bytes::new(),
        }));
        Ok(())
    }

    fn requests(&self) -> usize {
        let counts = self.items.iter().map(|item| match item {
            Item::Read(_) | Item::Change(_) => 1,
            Item::ChangeSet(parts) => parts.len(),
        });
        counts.sum()
    }

    fn only_reads(&self) -> bool {
        self.items.iter().all(|item| matches!(item, Item::Read(_)))
    }
}

impl Environment {
    /// Sends a batch. What is given back has one entry for each item, in their order; where the service stopped at a
    /// failure, that is the last one. A batch that only reads is sent again when its answer is lost.
    pub async fn run(&self, batch: &Batch) -> Result<Vec<BatchAnswer>, Error> {
        let doing = "sending a batch";
        if !(1..=MOST_REQUESTS).contains(&batch.requests()) {
            return Err(Error::SetUp {
                what: "a batch takes from 1 to 1000 requests",
                source: None,
            });
        }
        let again = if batch.only_reads() { Again::Reads } else { Again::Never };
        let address = self.place().address();
        let mut call = Call::new(doing, Method::POST, address.within("$batch")?, again);
        let (content_type, body) = self.printed(batch)?;
        let content_type = HeaderValue::try_from(content_type).map_err(|why| Error::shape(doing, why))?;
        call.headers.insert(header::CONTENT_TYPE, content_type);
        call.headers.insert(
            header::ACCEPT,
            HeaderValue::from_static("multipart/mixed, application/json"),
        );
        add_prefer(&mut call.headers, batch.goes_on.then_some(GO_ON))?;
        call.body = body;
        let answer = self.answered(&call).await?;
        answers::read(&answer, address.root().as_str())
    }

    fn printed(&self, batch: &Batch) -> Result<(String, bytes::Bytes), Error> {
        let address = self.place().address();
        let unguessable = || random::uuid_v4(self.place().application().options.random.as_ref());
        let mut writer = RequestWriter::new(format!("batch_{}", unguessable()));
        for item in &batch.items {
            match item {
                Item::Read(part) | Item::Change(part) => {
                    let url = url(part, address)?;
                    writer.request(&part.request(None, &url));
                }
                Item::ChangeSet(parts) => {
                    let urls: Vec<String> = parts.iter().map(|part| url(part, address)).collect::<Result<_, _>>()?;
                    let ids: Vec<String> = (1..=parts.len()).map(|number| number.to_string()).collect();
                    let named = parts.iter().zip(&ids).zip(&urls);
                    let requests: Vec<_> = named.map(|((part, id), url)| part.request(Some(id), url)).collect();
                    writer.change_set(&format!("changeset_{}", unguessable()), &requests);
                }
            }
        }
        Ok(writer.finish())
    }
}

/// The absolute address of a part; one that begins with the row of an earlier change stays as it is.
fn url(part: &Part, address: &EnvironmentAddress) -> Result<String, Error> {
    if part.path.starts_with('$') {
        Ok(part.path.clone())
    } else {
        address.within(&part.path).map(Into::into)
    }
}
