//! The row that both sides serve. In: what the program answered. Out: the same values for the bare server's table.
//!
//! Invariant: the bare server answers an object of the same members, so that both write about as many bytes.

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

/// The columns both sides are asked for, all text.
pub(super) const COLUMNS: [&str; 4] = ["name", "accountnumber", "telephone1", "address1_city"];

/// One account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// A GUID as the wire writes it.
    pub(super) id: String,
    /// In the order of `COLUMNS`.
    pub(super) values: [Option<String>; 4],
}

impl Row {
    /// A row of the program's answer.
    pub(super) fn read(object: &Value) -> Result<Self> {
        let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
        let id = text("accountid").context("a row has no `accountid`")?;
        Ok(Self {
            id,
            values: COLUMNS.map(text),
        })
    }

    /// The members of the bare server's answer, beside those that are the same for all.
    pub(super) fn members(self) -> Map<String, Value> {
        let columns = COLUMNS
            .iter()
            .zip(self.values)
            .map(|(name, value)| ((*name).to_owned(), json!(value)));
        let own = [
            ("@odata.etag".to_owned(), json!("W/\"1000000\"")),
            ("accountid".to_owned(), json!(self.id)),
        ];
        own.into_iter().chain(columns).collect()
    }

    /// The answer to the read of one row.
    pub(super) fn object(self) -> Value {
        let context = "http://localhost:18444/api/data/v9.2/$metadata#accounts(name,accountnumber,telephone1)/$entity";
        let mut members = self.members();
        members.insert("@odata.context".to_owned(), json!(context));
        Value::Object(members)
    }
}

/// The answer to the read of a page.
pub(super) fn page(rows: Vec<Row>) -> Value {
    let rows: Vec<Value> = rows.into_iter().map(|row| Value::Object(row.members())).collect();
    json!({ "@odata.context": "http://localhost:18444/api/data/v9.2/$metadata#accounts", "value": rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_answered_as_it_was_read() {
        let object = json!({ "accountid": "i", "name": "n", "telephone1": null, "ownerid": "o" });
        let row = Row::read(&object).unwrap();
        assert_eq!(row.values, [Some("n".to_owned()), None, None, None]);
        let answered = row.object();
        assert_eq!((&answered["accountid"], &answered["name"]), (&json!("i"), &json!("n")));
        assert_eq!(answered["telephone1"], Value::Null);
    }
}
