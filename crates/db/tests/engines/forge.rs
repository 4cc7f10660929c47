//! A statement cannot be forged.

#[test]
fn statements_cannot_be_forged() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/forge/*.rs");
}
