//! Nobody becomes a caller by saying who they are.

fn main() {
    let _ = commonhold_data::Caller {
        acting: loop {},
        real: loop {},
    };
}
