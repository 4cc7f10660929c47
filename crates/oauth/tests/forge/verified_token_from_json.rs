//! A verified token cannot be read from JSON.

fn read<T: serde::de::DeserializeOwned>(_: &str) -> Option<T> {
    None
}

fn main() {
    let _: Option<commonhold_oauth::VerifiedToken> = read("{}");
}
