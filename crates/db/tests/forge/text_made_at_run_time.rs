//! A text that was put together while the program runs is no statement.

fn main() {
    let name = String::from("x'; DROP TABLE tenant; --");
    let text = format!("SELECT id FROM tenant WHERE name = '{name}'");
    let _ = commonhold_db::Statement::fixed(&text, Vec::new(), &[]);
}
