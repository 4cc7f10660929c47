//! The steps between a request and its rows cannot be called from outside, in whatever order.

fn main() {
    let _ = commonhold_data::compile::read;
    let _ = commonhold_data::access::permit;
}
