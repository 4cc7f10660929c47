//! The way to a secret is `expose`, which a review can look for.

fn main() {
    let secret = commonhold_oauth::Secret::new(String::new());
    let _ = &secret.0;
}
