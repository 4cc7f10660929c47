//! Passports must not forge: each file of `tests/forge` must not compile.

#[test]
fn passports_do_not_forge() {
    trybuild::TestCases::new().compile_fail("tests/forge/*.rs");
}
