//! Functions and actions, bound and unbound.
//!
//! In: a name, what it is bound to, parameters. Out: its result by serde. Invariant: parameters of a function travel as
//! aliases, so that no value ends its place; an action is never sent twice when its answer was lost.

use http::Method;
use odata::Literal;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::{Environment, Error, Reference, call::Call, changes::json, retry::Again};

/// A function or an action, by name: `Operation::unbound("WhoAmI")`.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    path: String,
    parameters: Vec<(String, Literal)>,
}

impl Operation {
    /// One of the environment, by its bare name.
    #[must_use]
    pub fn unbound(name: &str) -> Self {
        Self {
            path: name.to_owned(),
            parameters: Vec::new(),
        }
    }

    /// One of a row, by its full name: `Microsoft.Dynamics.CRM.RetrieveUserPrivileges`.
    #[must_use]
    pub fn of_row(row: &Reference, name: &str) -> Self {
        Self::unbound(&format!("{}/{name}", row.path()))
    }

    /// One of an entity set, by its full name: `Microsoft.Dynamics.CRM.CreateMultiple`.
    #[must_use]
    pub fn of_set(set: &str, name: &str) -> Self {
        Self::unbound(&format!("{set}/{name}"))
    }

    /// A parameter of a function.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Literal>) -> Self {
        self.parameters.push((name.to_owned(), value.into()));
        self
    }

    /// A parameter of a function that is a row.
    #[must_use]
    pub fn with_row(self, name: &str, row: &Reference) -> Self {
        self.with(name, Literal::Json(json!({ "@odata.id": row.path() })))
    }

    /// `Name(A=@p1,B=@p2)?@p1=…&@p2=…`
    fn call(&self) -> String {
        let numbered = || self.parameters.iter().zip(1_usize..);
        let names: Vec<String> = numbered()
            .map(|((name, _), number)| format!("{name}=@p{number}"))
            .collect();
        let values: Vec<String> = numbered()
            .map(|((_, value), number)| {
                let text = value.to_string();
                format!("@p{number}={}", utf8_percent_encode(&text, NON_ALPHANUMERIC))
            })
            .collect();
        let mark = if values.is_empty() { "" } else { "?" };
        format!("{}({}){mark}{}", self.path, names.join(","), values.join("&"))
    }
}

impl Environment {
    /// Calls a function. Sent again when the answer is lost: functions change nothing.
    pub async fn function<T: DeserializeOwned>(&self, operation: &Operation) -> Result<T, Error> {
        let url = self.place().address().within(&operation.call())?;
        let call = Call::new("calling a function", Method::GET, url, Again::Reads);
        self.answered(&call).await?.json(call.doing)
    }

    /// Calls an action with its parameters as the members of a JSON object, `&()` where it has none. Not sent again when
    /// the answer is lost. The result of an action that has none is `()`.
    pub async fn action<P, T>(&self, operation: &Operation, parameters: &P) -> Result<T, Error>
    where
        P: Serialize + Sync + ?Sized,
        T: DeserializeOwned,
    {
        let url = self.place().address().within(&operation.path)?;
        let mut call = Call::new("calling an action", Method::POST, url, Again::Never);
        let body = json(call.doing, parameters)?;
        if body != "null" {
            call.body = body;
        }
        self.answered(&call).await?.json(call.doing)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn parameters_are_aliases() {
        let row = Reference::to("accounts", Uuid::from_u128(1));
        let operation = Operation::of_row(&row, "Microsoft.Dynamics.CRM.X")
            .with("A", "a' & b")
            .with_row("B", &Reference::to("contacts", Uuid::from_u128(2)));
        assert_eq!(
            operation.call(),
            "accounts(00000000-0000-0000-0000-000000000001)/Microsoft.Dynamics.CRM.X(A=@p1,B=@p2)\
             ?@p1=%27a%27%27%20%26%20b%27&@p2=%7B%22%40odata%2Eid%22%3A%22contacts%2800000000%2D0000%2D0000%2D0000%2D000000000002%29%22%7D"
        );
        assert_eq!(Operation::unbound("WhoAmI").call(), "WhoAmI()");
    }
}
