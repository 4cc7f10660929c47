//! The directory API of one tenant.
//!
//! In: paths below `/v1.0/`. Out: JSON. Invariant: a list is read to its last page, or to as many objects as are wanted.

use anyhow::Context as _;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::server;

/// See the module.
pub(super) struct Graph {
    http: Client,
    root: String,
    token: String,
}

impl Graph {
    pub(super) fn new(http: Client, url: &str, token: &str) -> Self {
        Self {
            http,
            root: format!("{url}/v1.0"),
            token: token.to_owned(),
        }
    }

    /// One object.
    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.call(Method::GET, &self.address(path), None).await
    }

    /// All objects of a list.
    pub(super) async fn list(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        self.some(path, usize::MAX).await
    }

    /// The first objects of a list: a page may have fewer than there are.
    pub(super) async fn some(&self, path: &str, most: usize) -> anyhow::Result<Vec<Value>> {
        let mut objects = Vec::new();
        let mut next = Some(self.address(path));
        while let Some(address) = next.take_if(|_| objects.len() < most) {
            let mut page = self.call(Method::GET, &address, None).await?;
            let value = page.get_mut("value").and_then(Value::as_array_mut);
            objects.append(value.context("the answer is no list")?);
            next = page.get("@odata.nextLink").and_then(Value::as_str).map(str::to_owned);
        }
        objects.truncate(most);
        Ok(objects)
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.call(Method::POST, &self.address(path), Some(body)).await
    }

    /// Adds an object to a list of references.
    pub(super) async fn refer(&self, path: &str, id: &str) -> anyhow::Result<()> {
        let body = json!({ "@odata.id": self.address(&format!("directoryObjects/{id}")) });
        self.post(path, &body).await.map(drop)
    }

    pub(super) async fn patch(&self, path: &str, body: &Value) -> anyhow::Result<()> {
        self.call(Method::PATCH, &self.address(path), Some(body))
            .await
            .map(drop)
    }

    pub(super) async fn delete(&self, path: &str) -> anyhow::Result<()> {
        self.call(Method::DELETE, &self.address(path), None).await.map(drop)
    }

    fn address(&self, path: &str) -> String {
        format!("{}/{path}", self.root)
    }

    async fn call(&self, method: Method, address: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let request = self.http.request(method, address).bearer_auth(&self.token);
        server::send(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }
}

/// A body of those members that were said.
pub(super) fn said<const COUNT: usize>(members: [(&str, Option<Value>); COUNT]) -> Value {
    let said = members.into_iter();
    let said = said.filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(said.collect())
}

/// The `id` of an object.
pub(super) fn id(object: &Value) -> anyhow::Result<&str> {
    object.get("id").and_then(Value::as_str).context("the answer has no id")
}

/// The object id of a person.
pub(super) async fn person(graph: &Graph, person: &str) -> anyhow::Result<String> {
    let found = graph.get(&format!("users/{}", segment(person))).await?;
    Ok(id(&found)?.to_owned())
}

/// The service principal of an application.
pub(super) async fn principal(graph: &Graph, client_id: &str) -> anyhow::Result<Value> {
    graph
        .get(&format!("servicePrincipals(appId='{}')", quoted(client_id)))
        .await
}

/// A text as it stands between quotes in a path.
pub(super) fn quoted(text: &str) -> String {
    segment(&text.replace('\'', "''"))
}

/// A text as it stands between slashes in a path.
pub(super) fn segment(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_in_their_place_in_a_path() {
        assert_eq!(
            segment("o'neil + co/x@contoso.example"),
            "o%27neil%20%2B%20co%2Fx%40contoso.example"
        );
        assert_eq!(quoted("o'neil"), "o%27%27neil");
    }
}
