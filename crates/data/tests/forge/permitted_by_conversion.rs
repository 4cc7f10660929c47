//! A plan is not permitted by conversion, nor is there a permitted plan of no plan.

fn main() {
    let _: commonhold_data::Permitted<&str> = "every row of every table".into();
    let _ = commonhold_data::Permitted::<&str>::default();
}
