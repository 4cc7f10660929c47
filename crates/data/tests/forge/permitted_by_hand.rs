//! A plan is not permitted by saying so.

fn main() {
    let _ = commonhold_data::Permitted { plan: "every row of every table" };
}
