//! What an environment adds to its catalogue while it is in use: who may, what is refused, and that all see all of it.

mod at_once;
mod makers;
mod refusals;
mod removed;
mod served;

use data::{Additions, Applied, CatalogueChange, Maker, Removal};
use db::{Database, Statement, Type};

use super::world::World;

/// A table with a column of each kind, a shared choice, and a column of a standard table.
const ORDERS: &str = r#"
[choices.new_Color]
display_name = "Color"
options = { 1 = "Red", 2 = "Green" }

[tables.new_Order]
display_name = "Order"
display_collection_name = "Orders"
primary_name = "new_Name"

[tables.new_Order.columns]
new_Name = { type = "string", max_length = 100, display_name = "Name" }
new_Remarks = { type = "memo", max_length = 2000, display_name = "Remarks" }
new_Pieces = { type = "integer", min = 0, max = 1000, display_name = "Pieces" }
new_Serial = { type = "big_int", display_name = "Serial number" }
new_Weight = { type = "decimal", scale = 3, min = 0, max = 1000, display_name = "Weight" }
new_Total = { type = "money", min = 0, max = 1000000, display_name = "Total" }
new_Ratio = { type = "double", min = -1, max = 1, display_name = "Ratio" }
new_Paid = { type = "boolean", default = false, display_name = "Paid" }
new_Due = { type = "date_time", display_name = "Due" }
new_Day = { type = "date", display_name = "Day" }
new_Size = { type = "choice", options = { 10 = "Small", 20 = "Large" }, default = 10, display_name = "Size" }
new_Color = { type = "choice", shared = "new_Color", display_name = "Color" }
new_Customer = { type = "lookup", display_name = "Customer", targets = [{ table = "account", collection = "new_account_orders", on_delete = "restrict" }] }
new_Mark = { type = "guid", display_name = "Mark" }

[columns.account]
new_Rating = { type = "integer", min = 1, max = 5, display_name = "Rating" }
"#;

/// What is to be there.
fn adding(text: &str) -> CatalogueChange {
    CatalogueChange {
        add: toml::from_str(text).unwrap(),
        remove: Vec::new(),
    }
}

/// What is to go.
fn removing(removals: &[Removal]) -> CatalogueChange {
    CatalogueChange {
        add: Additions::default(),
        remove: removals.to_vec(),
    }
}

fn table(name: &str) -> Removal {
    Removal::Table(name.to_owned())
}

fn column(table: &str, column: &str) -> Removal {
    Removal::Column {
        table: table.to_owned(),
        column: column.to_owned(),
    }
}

impl World {
    /// A change by the program that must be done.
    async fn change(&self, change: &CatalogueChange) -> Applied {
        let done = self
            .service
            .change_catalogue(&self.address.name, Maker::Program, change)
            .await;
        done.unwrap_or_else(|refusal| panic!("{refusal}"))
    }

    async fn add(&self, text: &str) -> Applied {
        self.change(&adding(text)).await
    }

    /// A change by the program that must be refused: code and message.
    async fn refused_change(&self, change: &CatalogueChange) -> String {
        let done = self
            .service
            .change_catalogue(&self.address.name, Maker::Program, change)
            .await;
        let refusal = done.unwrap_err();
        format!("{} {refusal}", refusal.code())
    }

    async fn definitions(&self) -> Additions {
        self.service.definitions(&self.address.name).await.unwrap()
    }

    async fn database(&self) -> Database {
        self.cluster.open(&self.address.database).await.unwrap()
    }

    /// A number, asked for past the service.
    async fn number(&self, text: &'static str) -> i64 {
        let query = Statement::fixed(text, Vec::new(), &[Type::Int]);
        let rows = self.database().await.query(&query).await.unwrap();
        rows.first().unwrap().int(0).unwrap()
    }

    /// Whether the database has what a query names.
    async fn has(&self, text: &'static str) -> bool {
        let query = Statement::fixed(text, Vec::new(), &[Type::Int]);
        self.database().await.query(&query).await.is_ok()
    }
}
