//! The text of a statement cannot be set, and a statement cannot be made around its makers.

fn main() {
    let mut statement = commonhold_db::Statement::fixed("SELECT 1", Vec::new(), &[]);
    statement.text = "DROP TABLE tenant";
    let _ = commonhold_db::Statement { text: "DROP TABLE tenant" };
    let _ = commonhold_db::Statement("DROP TABLE tenant");
}
