//! The wire, feature by feature, refusals first. Every test runs on both databases, through the router, with real
//! tokens: what stands here is what a client sees.

mod annotations;
mod associate;
mod bad_input;
mod batch;
mod bound_tokens;
mod callers;
mod change_set;
mod create;
mod deep_insert;
mod delete;
mod expand;
mod functions;
mod impersonation;
mod limits;
mod paging;
mod parts;
mod query;
mod retrieve;
mod trust;
mod update;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Call, Reply, World};

/// The service root that the answers name.
pub(crate) const ROOT: &str = "https://contoso.example.test/api/data/v9.2";

/// A key that no row has.
pub(crate) const NOBODY: &str = "5a1e0c11-0001-4e0a-9b1c-10aa000000ff";

impl World {
    /// Makes a row of a set; its key.
    pub(crate) async fn made(&self, set: &str, body: Value) -> Uuid {
        self.admin(Call::post(set, body)).await.expect(204).id()
    }

    /// Makes an account.
    pub(crate) async fn account(&self, name: &str) -> Uuid {
        self.made("accounts", json!({ "name": name })).await
    }

    /// What the administrator gets.
    pub(crate) async fn got(&self, path: &str) -> Value {
        self.admin(Call::get(path)).await.expect(200).json()
    }

    /// One text property of every row that the administrator gets, in their order; null as an empty text.
    pub(crate) async fn column(&self, path: &str, property: &str) -> Vec<String> {
        texts(&self.got(path).await, property)
    }

    /// The code and the message with which the administrator is refused.
    pub(crate) async fn refusal(&self, call: Call) -> String {
        self.admin(call).await.error()
    }
}

/// One text property of every row of a collection.
pub(crate) fn texts(answer: &Value, property: &str) -> Vec<String> {
    let rows = answer["value"].as_array().unwrap();
    rows.iter()
        .map(|row| row[property].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// A body as text, with keys by names and without the numbers of row versions, which depend on what was written before.
pub(crate) fn shown(reply: &Reply, keys: &[(Uuid, &str)]) -> String {
    let mut text = String::from_utf8(reply.body.clone()).unwrap().replace(ROOT, "{ROOT}");
    for (key, name) in keys {
        text = text.replace(&key.to_string(), name);
    }
    let mut parts = text.split("W/\\\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |shown, part| {
        shown + "W/\\\"n" + part.trim_start_matches(|character: char| character.is_ascii_digit())
    })
}
