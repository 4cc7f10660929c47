//! Nothing turns into a caller: no default, no key of a user, no text.

fn main() {
    let _ = commonhold_data::Caller::default();
    let _ = commonhold_data::Caller::from("5a1e0c11-0003-4e0a-9b1c-10aa00000003");
    let _ = commonhold_data::caller::identify;
}
