//! A resource scope is parsed, never put together.

fn main() {
    let _ = commonhold_oauth::ResourceScope { resource: String::new() };
}
