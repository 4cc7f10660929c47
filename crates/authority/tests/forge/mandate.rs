//! A mandate is made by an authority only.

extern crate commonhold_authority as authority;

fn main() {
    let _forged = authority::Mandate { initiator: loop {} };
}
