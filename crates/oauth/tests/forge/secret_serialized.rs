//! A secret has no JSON.

fn write(_: impl serde::Serialize) {}

fn main() {
    write(commonhold_oauth::Secret::new(String::new()));
}
