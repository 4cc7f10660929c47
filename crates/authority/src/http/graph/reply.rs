//! What a call is answered with, before it is bytes.
//!
//! In: objects in their JSON form. Out: status and body. Invariant: `$select` is applied here and nowhere else.

use http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value};

use super::asked::Asked;
use super::expand::Expansion;
use super::query::Query;
use crate::graph::GraphRefusal;

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Content,
}

/// Its body.
#[derive(Debug)]
pub(crate) enum Content {
    None,
    Json(Value),
    /// The plain number that `/$count` answers.
    Number(usize),
}

impl Reply {
    /// Nothing to say: the change was made.
    pub(crate) fn done() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: Content::None,
        }
    }

    /// One object of a set.
    pub(crate) fn entity(asked: &Asked<'_>, set: &str, object: Value) -> Self {
        let context = format!("{}/$entity", context_set(set, &asked.query));
        let object = selected(object, asked.query.select.as_deref(), &asked.query.expand);
        Self::with_context(asked, StatusCode::OK, &context, object)
    }

    /// One object of a set, just made.
    pub(crate) fn created(asked: &Asked<'_>, set: &str, object: Value) -> Self {
        Self::with_context(asked, StatusCode::CREATED, &format!("{set}/$entity"), object)
    }

    /// A value that is no object of a set, by its type.
    pub(crate) fn value(asked: &Asked<'_>, type_name: &str, object: Value) -> Self {
        Self::with_context(asked, StatusCode::OK, type_name, object)
    }

    /// A number.
    pub(crate) fn number(number: usize) -> Self {
        Self {
            status: StatusCode::OK,
            body: Content::Number(number),
        }
    }

    fn with_context(asked: &Asked<'_>, status: StatusCode, context: &str, object: Value) -> Self {
        let mut members = Map::new();
        members.insert("@odata.context".to_owned(), asked.context(context).into());
        if let Value::Object(object) = object {
            members.extend(object);
        }
        Self {
            status,
            body: Content::Json(Value::Object(members)),
        }
    }
}

/// A list, as it is printed.
pub(crate) struct Page {
    pub(crate) objects: Vec<Value>,
    pub(crate) count: Option<usize>,
    pub(crate) next: Option<String>,
}

impl Page {
    /// The answer to a list of a set's objects.
    pub(crate) fn reply(self, asked: &Asked<'_>, set: &str) -> Reply {
        let mut members = Map::new();
        let context = asked.context(&context_set(set, &asked.query));
        members.insert("@odata.context".to_owned(), context.into());
        if let Some(count) = self.count {
            members.insert("@odata.count".to_owned(), count.into());
        }
        if let Some(next) = self.next {
            members.insert("@odata.nextLink".to_owned(), next.into());
        }
        let objects = self
            .objects
            .into_iter()
            .map(|object| selected(object, asked.query.select.as_deref(), &asked.query.expand));
        members.insert("value".to_owned(), objects.collect());
        Reply {
            status: StatusCode::OK,
            body: Content::Json(Value::Object(members)),
        }
    }
}

/// The JSON form of a wire struct.
pub(crate) fn json(object: &impl Serialize) -> Result<Value, GraphRefusal> {
    Ok(serde_json::to_value(object)?)
}

/// Adds a member to an object.
pub(crate) fn add(object: &mut Value, name: &str, value: &str) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value.into());
    }
}

/// The properties that are selected, and those that are expanded.
pub(super) fn selected(object: Value, select: Option<&[String]>, expand: &[Expansion]) -> Value {
    match (object, select) {
        (Value::Object(members), Some(names)) => {
            let is_expanded = |name: &String| expand.iter().any(|one| one.name == *name);
            let is_wanted = |name: &String| names.contains(name) || name.starts_with('@') || is_expanded(name);
            Value::Object(members.into_iter().filter(|(name, _)| is_wanted(name)).collect())
        }
        (object, _) => object,
    }
}

fn context_set(set: &str, query: &Query) -> String {
    match &query.select {
        Some(names) => format!("{set}({})", names.join(",")),
        None => set.to_owned(),
    }
}
