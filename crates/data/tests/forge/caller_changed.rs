//! A caller stays who they are.

fn change(caller: &mut commonhold_data::Caller, other: &commonhold_data::Caller) {
    caller.acting = other.acting.clone();
    caller.real = other.real.clone();
}

fn main() {}
