//! A row of any table, with all that was told of it.
//!
//! In: JSON. Out: values, annotations, ids, the version. Invariant: nothing of the answer is dropped, and numbers keep
//! their digits.

use odata::ETag;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

const FORMATTED: &str = "OData.Community.Display.V1.FormattedValue";
const TABLE: &str = "Microsoft.Dynamics.CRM.lookuplogicalname";
const NAVIGATION: &str = "Microsoft.Dynamics.CRM.associatednavigationproperty";

/// A row whose columns are not known when the program is compiled: `environment.list::<Row>("accounts", "$top=3")`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Row(Map<String, Value>);

/// The row that a lookup column points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Its key.
    pub id: Uuid,
    /// Its table's logical name, where [`crate::Query::annotations`] asked for it.
    pub table: Option<String>,
    /// Its primary name, likewise.
    pub name: Option<String>,
    /// The navigation by which the lookup is set and expanded, likewise.
    pub navigation: Option<String>,
}

impl Row {
    /// The value of a column; `None` where it was not read, `Null` where it has none.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.0.get(column)
    }

    /// The value of a column of text.
    #[must_use]
    pub fn text(&self, column: &str) -> Option<&str> {
        self.get(column)?.as_str()
    }

    /// The value of a column that holds a key: `row.id("accountid")`.
    #[must_use]
    pub fn id(&self, column: &str) -> Option<Uuid> {
        Uuid::try_parse(self.text(column)?).ok()
    }

    /// What a lookup points to, by its logical name: `row.lookup("primarycontactid")`.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Option<Lookup> {
        let column = format!("_{name}_value");
        let told = |annotation| Some(self.annotation(&column, annotation)?.as_str()?.to_owned());
        Some(Lookup {
            id: self.id(&column)?,
            table: told(TABLE),
            name: told(FORMATTED),
            navigation: told(NAVIGATION),
        })
    }

    /// A value as it is shown to people, where [`crate::Query::annotations`] asked for it.
    #[must_use]
    pub fn formatted(&self, column: &str) -> Option<&str> {
        self.annotation(column, FORMATTED)?.as_str()
    }

    /// An annotation of a column, by its full name without the `@`.
    #[must_use]
    pub fn annotation(&self, column: &str, name: &str) -> Option<&Value> {
        self.0.get(&format!("{column}@{name}"))
    }

    /// The version of the row.
    #[must_use]
    pub fn etag(&self) -> Option<ETag> {
        self.text("@odata.etag")?.parse().ok()
    }

    /// All members, annotations included, as they came.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl From<Map<String, Value>> for Row {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"{"@odata.etag":"W/\"7\"","name":"Fjord","revenue":750000.0000,"closed":null,
        "_primarycontactid_value@OData.Community.Display.V1.FormattedValue":"Ada Berg",
        "_primarycontactid_value@Microsoft.Dynamics.CRM.lookuplogicalname":"contact",
        "_primarycontactid_value":"5a1e0c11-0002-4e0a-9b1c-10aa00000002"}"#;

    #[test]
    fn what_is_not_there_is_none() {
        let row: Row = serde_json::from_str(ROW).unwrap();
        assert_eq!(row.get("closed"), Some(&Value::Null));
        assert_eq!(
            (row.get("other"), row.text("revenue"), row.id("name")),
            (None, None, None)
        );
        assert_eq!(row.lookup("parentaccountid"), None);
        assert_eq!(Row::default().etag(), None);
    }

    #[test]
    fn everything_told_is_there() {
        let row: Row = serde_json::from_str(ROW).unwrap();
        assert_eq!((row.text("name"), row.etag()), (Some("Fjord"), Some(ETag(7))));
        assert_eq!(
            row.get("revenue").map(ToString::to_string).as_deref(),
            Some("750000.0000")
        );
        let contact = row.lookup("primarycontactid").unwrap();
        assert_eq!(
            (contact.table.as_deref(), contact.name.as_deref()),
            (Some("contact"), Some("Ada Berg"))
        );
        assert_eq!(contact.navigation, None);
        assert_eq!(row.formatted("_primarycontactid_value"), Some("Ada Berg"));
        assert_eq!(
            serde_json::to_string(&row).unwrap().len(),
            serde_json::from_str::<Value>(ROW).unwrap().to_string().len()
        );
    }
}
