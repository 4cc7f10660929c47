//! Headers as clients send them, refusals first.

use super::{Preferences, Return};

#[track_caller]
fn check_error(value: &str, expected: &str) {
    assert_eq!(Preferences::parse([value]).unwrap_err().to_string(), expected);
}

#[track_caller]
fn check(value: &str, applied: &str) {
    assert_eq!(
        Preferences::parse([value]).unwrap().applied().unwrap_or_default(),
        applied,
        "{value}"
    );
}

fn includes(list: &str) -> bool {
    let preferences = Preferences::parse([format!("odata.include-annotations=\"{list}\"").as_str()]).unwrap();
    preferences
        .annotations
        .unwrap()
        .includes("OData.Community.Display.V1.FormattedValue")
}

#[test]
fn refuses_bad_values_of_known_preferences() {
    for size in ["0", "5001", "-1", "+5", "x", "", "1.5", "99999999999"] {
        check_error(
            &format!("odata.maxpagesize={size}"),
            &format!("the value `{size}` of `odata.maxpagesize` is not a whole number from 1 to 5000"),
        );
    }
    check_error(
        "return=all",
        "the value `all` of `return` is not representation or minimal",
    );
    check_error("return", "the value `` of `return` is not representation or minimal");
    check_error(
        "odata.include-annotations=\"a b\"",
        "the value `a b` of `odata.include-annotations` is not a list of annotation names",
    );
    check_error(
        "odata.include-annotations=\"\"",
        "the value `` of `odata.include-annotations` is not a list of annotation names",
    );
    check_error(
        "respond-async=maybe",
        "the value `maybe` of `respond-async` is not true or false",
    );
}

#[test]
fn reads_and_prints() {
    check("", "");
    check("handling=lenient, wait=10", "");
    check("return=representation", "return=representation");
    check("Return = minimal", "return=minimal");
    check("return=minimal, return=representation", "return=minimal");
    check("odata.maxpagesize=5000", "odata.maxpagesize=5000");
    check("maxpagesize=2", "odata.maxpagesize=2");
    check("odata.track-changes", "odata.track-changes");
    check(
        "respond-async,odata.callback;url=\"https://x.example/a,b\"",
        "respond-async",
    );
    check("odata.continue-on-error", "odata.continue-on-error");
    check("odata.continue-on-error=false", "");
    check(
        "odata.maxpagesize=2,odata.include-annotations=\"A.B,C.*\"",
        "odata.maxpagesize=2,odata.include-annotations=\"A.B,C.*\"",
    );
}

#[test]
fn joins_several_lines() {
    let preferences = Preferences::parse(["return=representation", "odata.maxpagesize=7"]).unwrap();
    assert_eq!(preferences.returning, Some(Return::Representation));
    assert_eq!(preferences.max_page_size, Some(7));
}

#[test]
fn annotations() {
    assert!(!includes("-*"));
    assert!(!includes("Microsoft.Dynamics.CRM.*"));
    assert!(!includes("OData.Community.Display.V1"));
    assert!(!includes("*,-OData.Community.Display.V1.FormattedValue"));
    assert!(!includes("OData.*,-OData.Community.*"));
    assert!(!includes("OData.*,-OData.*"));
    assert!(includes("*"));
    assert!(includes("OData.Community.Display.V1.FormattedValue"));
    assert!(includes(
        "Microsoft.Dynamics.CRM.*, OData.Community.Display.V1.FormattedValue"
    ));
    assert!(includes("OData.Community.*"));
    assert!(includes("-*,OData.Community.*"));
}
