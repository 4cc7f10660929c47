//! A secret has no text.

fn print(_: impl std::fmt::Display) {}

fn main() {
    print(commonhold_oauth::Secret::new(String::new()));
}
