//! Proofs that cannot be forged: each file of `tests/forge/` must fail to compile, for the reason that stands beside it.
//!
//! INVARIANT: a new way to make a passport makes one of these files compile, and this test fail.

#[test]
fn nothing_can_be_forged() {
    trybuild::TestCases::new().compile_fail("tests/forge/*.rs");
}
