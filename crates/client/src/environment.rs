//! A connection to one environment, as one application.
//!
//! In: OData requests as text, rows by serde. Out: rows, ids, pages. Invariant: every request carries this
//! environment's token, and the impersonation of this value alone.

use std::sync::Arc;

use oauth::{Clock, ObjectId, SystemClock};
use odata::{Arguments, EntityReference, Literal};
use reqwest::{Method, RequestBuilder, Response, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;
use uuid::Uuid;

use crate::{
    Credential, Error, Page, ServiceRefusal,
    token::{Tokens, is_loopback},
};

/// How to connect.
#[derive(Clone)]
pub struct Options {
    /// Certificates of CAs to trust besides those of the system, as PEM.
    pub trust: Vec<Vec<u8>>,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            trust: Vec::new(),
            clock: Arc::new(SystemClock),
        }
    }
}

/// A connection; cheap to clone.
#[derive(Clone)]
pub struct Environment {
    http: reqwest::Client,
    tokens: Arc<Tokens>,
    base: Url,
    root: Url,
    acting_for: Option<ObjectId>,
}

impl Environment {
    /// Connects an application to the environment at `url` (`https://contoso.crm.dynamics.com`). Nothing is sent yet;
    /// the authority is found from the environment's challenge when it is first needed.
    pub fn connect(url: &str, credential: Credential, options: Options) -> Result<Self, Error> {
        let refuse = |why| Error::Url {
            url: url.to_owned(),
            why,
        };
        let mut base = Url::parse(url).map_err(|_invalid| refuse("it is no URL"))?;
        if base.scheme() != "https" && !(base.scheme() == "http" && is_loopback(&base)) {
            return Err(refuse("a token is sent over HTTPS only"));
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let root = base
            .join("api/data/v9.2/")
            .map_err(|_invalid| refuse("it cannot be a base"))?;
        let doing = "preparing the connection";
        let mut builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        for pem in &options.trust {
            let certificate =
                reqwest::Certificate::from_pem(pem).map_err(|source| Error::Connection { doing, source })?;
            builder = builder.add_root_certificate(certificate);
        }
        let http = builder.build().map_err(|source| Error::Connection { doing, source })?;
        let tokens = Arc::new(Tokens::new(http.clone(), options.clock, credential, base.clone()));
        Ok(Self {
            http,
            tokens,
            base,
            root,
            acting_for: None,
        })
    }

    /// The environment's URL.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.base
    }

    /// The same connection acting on behalf of a person, by the directory's object id (`CallerObjectId`).
    #[must_use]
    pub fn on_behalf_of(&self, person: ObjectId) -> Self {
        Self {
            acting_for: Some(person),
            ..self.clone()
        }
    }

    /// Reads one row: `retrieve("accounts", id, "$select=name")`.
    pub async fn retrieve<T: DeserializeOwned>(&self, set: &str, id: Uuid, query: &str) -> Result<T, Error> {
        let response = self
            .send(Method::GET, &self.row(set, id, query)?, |request| request)
            .await?;
        body(response, "reading a row").await
    }

    /// Reads the first page of a collection: `list("accounts", "$select=name&$top=3")`.
    pub async fn list<T: DeserializeOwned>(&self, set: &str, query: &str) -> Result<Page<T>, Error> {
        let response = self
            .send(Method::GET, &self.within(&format!("{set}?{query}"))?, |request| request)
            .await?;
        body(response, "reading a page").await
    }

    /// Reads the page behind a [`Page::next_link`].
    pub async fn next<T: DeserializeOwned>(&self, next_link: &str) -> Result<Page<T>, Error> {
        let url = Url::parse(next_link).map_err(|_invalid| foreign(next_link))?;
        if url.origin() != self.root.origin() {
            return Err(foreign(next_link));
        }
        let response = self.send(Method::GET, &url, |request| request).await?;
        body(response, "reading a page").await
    }

    /// Creates a row and gives its key.
    pub async fn create<T: Serialize + Sync>(&self, set: &str, row: &T) -> Result<Uuid, Error> {
        let url = self.within(set)?;
        let response = self.send(Method::POST, &url, |request| request.json(row)).await?;
        created_id(&response, &self.root).ok_or(Error::Shape {
            doing: "reading the key of a new row",
            source: None,
        })
    }

    /// Changes a row that exists.
    pub async fn update<T: Serialize + Sync>(&self, set: &str, id: Uuid, row: &T) -> Result<(), Error> {
        let url = self.row(set, id, "")?;
        self.send(Method::PATCH, &url, |request| {
            request.header(header::IF_MATCH, "*").json(row)
        })
        .await?;
        Ok(())
    }

    /// Deletes a row.
    pub async fn delete(&self, set: &str, id: Uuid) -> Result<(), Error> {
        self.send(Method::DELETE, &self.row(set, id, "")?, |request| request)
            .await?;
        Ok(())
    }

    fn row(&self, set: &str, id: Uuid, query: &str) -> Result<Url, Error> {
        let mark = if query.is_empty() { "" } else { "?" };
        self.within(&format!("{set}({id}){mark}{query}"))
    }

    fn within(&self, path_and_query: &str) -> Result<Url, Error> {
        let url = self
            .root
            .join(path_and_query)
            .map_err(|_invalid| foreign(path_and_query))?;
        if url.origin() == self.root.origin() && url.path().starts_with(self.root.path()) {
            Ok(url)
        } else {
            Err(foreign(path_and_query))
        }
    }

    /// Sends a request; a token that the environment no longer takes is replaced once.
    async fn send(
        &self,
        method: Method,
        url: &Url,
        shape: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, Error> {
        let token = self.tokens.get().await?;
        let first = self.attempt(method.clone(), url, &token, &shape).await?;
        if first.status() != StatusCode::UNAUTHORIZED {
            return accepted(first).await;
        }
        self.tokens.forget(&token).await;
        let token = self.tokens.get().await?;
        accepted(self.attempt(method, url, &token, &shape).await?).await
    }

    async fn attempt(
        &self,
        method: Method,
        url: &Url,
        token: &oauth::Secret<String>,
        shape: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, Error> {
        let mut request = self
            .http
            .request(method, url.clone())
            .bearer_auth(token.expose())
            .header(header::ACCEPT, "application/json")
            .header("OData-MaxVersion", "4.0")
            .header("OData-Version", "4.0");
        if let Some(person) = self.acting_for {
            request = request.header("CallerObjectId", person.to_string());
        }
        let doing = "asking the environment";
        shape(request)
            .send()
            .await
            .map_err(|source| Error::Connection { doing, source })
    }
}

/// A token goes to the environment that it is for, and nowhere else.
fn foreign(url: &str) -> Error {
    Error::Url {
        url: url.to_owned(),
        why: "it leads out of the environment",
    }
}

/// The answer, or the refusal that it holds.
async fn accepted(response: Response) -> Result<Response, Error> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let request_id = header("x-ms-service-request-id");
    let retry_after_seconds = header("retry-after").and_then(|text| text.parse().ok());
    let body = response.bytes().await.unwrap_or_default();
    // A proxy in front may answer anything; the status alone is then told.
    let told = serde_json::from_slice::<Refusal>(&body)
        .map(|it| it.error)
        .unwrap_or_default();
    Err(Error::Service(ServiceRefusal {
        status: status.as_u16(),
        code: told.code,
        message: told.message,
        request_id,
        retry_after_seconds,
    }))
}

#[derive(serde::Deserialize)]
struct Refusal {
    error: Told,
}

#[derive(Default, serde::Deserialize)]
struct Told {
    code: String,
    message: String,
}

async fn body<T: DeserializeOwned>(response: Response, doing: &'static str) -> Result<T, Error> {
    let bytes = response
        .bytes()
        .await
        .map_err(|source| Error::Connection { doing, source })?;
    serde_json::from_slice(&bytes).map_err(|source| Error::Shape {
        doing,
        source: Some(source),
    })
}

/// The key in `OData-EntityId: https://.../accounts(<key>)`.
fn created_id(response: &Response, root: &Url) -> Option<Uuid> {
    let address = response.headers().get("odata-entityid")?.to_str().ok()?;
    match EntityReference::parse(address, root.as_str()).ok()?.arguments {
        Arguments::Single(Literal::Guid(id)) => Some(id),
        Arguments::Absent | Arguments::Empty | Arguments::Single(_) | Arguments::Named(_) => None,
    }
}
