//! A permitted plan cannot be exchanged for another one.

fn widen(permitted: &mut commonhold_data::Permitted<&str>) {
    permitted.plan = "every row of every table";
}

fn main() {
    let _ = widen;
}
