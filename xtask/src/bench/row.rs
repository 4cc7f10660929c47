//! The row that both sides serve. In: what the program answered. Out: the same values for the bare server's table.
//!
//! Invariant: the bare server answers an object of the same members, so that both write about as many bytes.

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;

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

    /// The answer to the read of this row.
    pub(super) fn object(&self) -> Result<Vec<u8>> {
        let answer = RowAnswer {
            context: ROW_CONTEXT,
            entity: self.entity(),
        };
        serde_json::to_vec(&answer).context("a row is JSON")
    }

    fn entity(&self) -> Entity<'_> {
        let [name, accountnumber, telephone1, address1_city] = self.values.each_ref().map(Option::as_deref);
        Entity {
            etag: ETAG,
            accountid: &self.id,
            name,
            accountnumber,
            telephone1,
            address1_city,
        }
    }
}

/// The answer to the read of a page.
pub(super) fn page(rows: &[Row]) -> Result<Vec<u8>> {
    let answer = PageAnswer {
        context: PAGE_CONTEXT,
        value: rows.iter().map(Row::entity).collect(),
    };
    serde_json::to_vec(&answer).context("a page is JSON")
}

/// As long as the program's own.
const ETAG: &str = "W/\"1000000\"";
const ROW_CONTEXT: &str =
    "http://localhost:18444/api/data/v9.2/$metadata#accounts(name,accountnumber,telephone1,address1_city)/$entity";
const PAGE_CONTEXT: &str =
    "http://localhost:18444/api/data/v9.2/$metadata#accounts(name,accountnumber,telephone1,address1_city)";

#[derive(Serialize)]
struct RowAnswer<'a> {
    #[serde(rename = "@odata.context")]
    context: &'a str,
    #[serde(flatten)]
    entity: Entity<'a>,
}

#[derive(Serialize)]
struct PageAnswer<'a> {
    #[serde(rename = "@odata.context")]
    context: &'a str,
    value: Vec<Entity<'a>>,
}

#[derive(Serialize)]
struct Entity<'a> {
    #[serde(rename = "@odata.etag")]
    etag: &'a str,
    accountid: &'a str,
    name: Option<&'a str>,
    accountnumber: Option<&'a str>,
    telephone1: Option<&'a str>,
    address1_city: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_row_is_answered_as_it_was_read() {
        let object = json!({ "accountid": "i", "name": "n", "telephone1": null, "ownerid": "o" });
        let row = Row::read(&object).unwrap();
        assert_eq!(row.values, [Some("n".to_owned()), None, None, None]);
        let answered: Value = serde_json::from_slice(&row.object().unwrap()).unwrap();
        assert_eq!((&answered["accountid"], &answered["name"]), (&json!("i"), &json!("n")));
        assert_eq!(answered["telephone1"], Value::Null);
    }
}
