//! The test cases of the OASIS OData ABNF, read where they lie beside the project; without them the test says so and passes.
//!
//! Every case is read by the parser of its rule, and what came of it is counted, rule by rule, in
//! `tests/cases/oasis.snap`. So that file is the list of what is supported, what is refused by name, and where this crate is
//! more lenient than the grammar on purpose (`invalid, accepted`): it does not know which names are functions or properties,
//! takes slashes inside quotes, and spaces around a value. Nothing may change there unseen.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a case file of another shape fails the test"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use commonhold_odata::{Arguments, Date, DateTime, Literal, Preferences, QueryOptions, Request, Segment};
use serde_yaml_ng::Value;

const FILES: [&str; 2] = ["odata-abnf-testcases.yaml", "odata-aggregation-testcases.yaml"];

/// Rules of payloads and answers, which no URL or request header of this service contains.
const NOT_READ: [&str; 10] = [
    "context",
    "header",
    "request-id",
    "primitiveValue",
    "enumValue",
    "odataIdentifier",
    "searchExpr",
    "stringInUrl",
    "booleanValue",
    "functionParameter",
];

struct Case {
    rule: String,
    input: String,
    valid: bool,
}

#[test]
fn every_case_is_read_or_refused_as_counted() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/odata-abnf");
    if !folder.is_dir() {
        println!("left out: no OASIS test cases at {}", folder.display());
        return;
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut total = 0;
    for case in FILES
        .iter()
        .flat_map(|file| cases(&std::fs::read_to_string(folder.join(file)).unwrap()))
    {
        *counts.entry(format!("{}: {}", case.rule, outcome(&case))).or_default() += 1;
        total += 1;
    }
    let mut report: Vec<String> = counts
        .into_iter()
        .map(|(outcome, count)| format!("{count:4} {outcome}"))
        .collect();
    report.push(format!("{total:4} in all"));
    insta::with_settings!({ snapshot_path => "../cases", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("oasis", report.join("\n"));
    });
}

fn cases(yaml: &str) -> Vec<Case> {
    let file: Value = serde_yaml_ng::from_str(yaml).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let cases = file["TestCases"].as_sequence().unwrap();
    cases
        .iter()
        .map(|case| Case {
            rule: text(&case["Rule"]),
            input: text(&case["Input"]),
            valid: case.get("FailAt").is_none(),
        })
        .collect()
}

fn outcome(case: &Case) -> String {
    let expected = if case.valid { "valid" } else { "invalid" };
    if NOT_READ.contains(&case.rule.as_str()) {
        return format!("{expected}, not read");
    }
    match read(&case.rule, &case.input) {
        Ok(()) => format!("{expected}, accepted"),
        Err(message) if case.valid => format!("{expected}, refused: {}", kind(&message)),
        Err(_) => format!("{expected}, refused"),
    }
}

/// A message without what is particular to one case.
fn kind(message: &str) -> String {
    let (before, behind) = message.split_once('`').unwrap_or((message, ""));
    let name = behind.split('`').next().unwrap_or_default();
    let general = ["query option", "operator", "function", "path segment"]
        .iter()
        .any(|word| before.contains(word));
    match (before, before.split_once(" at position")) {
        ("", _) => "not a literal".to_owned(),
        ("in ", _) => format!("in {name}"),
        (_, Some((expected, _))) => expected.to_owned(),
        _ if general => format!("{before}{}", name.split(['#', '(']).next().unwrap_or_default()),
        _ => before.trim_end().to_owned(),
    }
}

fn read(rule: &str, input: &str) -> Result<(), String> {
    match rule {
        "odataUri" => uri(input),
        "odataRelativeUri" | "resourcePath" | "entitySetName" => relative_uri(input),
        "queryOptions" | "systemQueryOption" | "customQueryOption" | "filter" | "orderby" | "orderBy" | "expand"
        | "select" | "search" | "compute" | "skiptoken" | "deltatoken" => options(input),
        "commonExpr" | "boolCommonExpr" | "boolcommonExpr" | "firstMemberExpr" | "propertyPathExpr" | "isofExpr"
        | "anyExpr" | "notExpr" => options(&format!("$filter={input}")),
        "prefer" => preferences(input.trim_start_matches("Prefer: ")),
        "preference" | "maxpagesizePreference" | "includeAnnotationsPreference" => preferences(input),
        "date" | "dateValue" => input.parse::<Date>().map(drop).map_err(|error| error.to_string()),
        "dateTimeOffsetValue" => input.parse::<DateTime>().map(drop).map_err(|error| error.to_string()),
        "boolean" => literal(input, |value| matches!(value, Literal::Boolean(_))),
        "guid" => literal(input, |value| matches!(value, Literal::Guid(_))),
        "stringLiteral" => literal(input, |value| matches!(value, Literal::String(_))),
        "null" => literal(input, |value| *value == Literal::Null),
        "dateTimeOffsetLiteral" | "dateTimeOffsetValueInUrl" => {
            literal(input, |value| matches!(value, Literal::DateTime(_)))
        }
        rule if rule.starts_with("enum") || rule.starts_with("duration") => literal(input, |value| {
            matches!(value, Literal::Enum { .. } | Literal::String(_))
        }),
        rule if rule.starts_with("geo") || rule.starts_with("timeOfDay") || rule.starts_with("binary") => {
            literal(input, |_| false)
        }
        "primitiveLiteral" => literal(input, |_| true),
        rule if rule.ends_with("Value") || rule.ends_with("Literal") => literal(input, |value| {
            matches!(value, Literal::Integer(_) | Literal::Decimal(_) | Literal::Double(_))
        }),
        rule => panic!("a rule that is not classified: {rule}"),
    }
}

/// Takes the scheme, host and service folders of the cases off.
fn uri(input: &str) -> Result<(), String> {
    let (_, behind) = input.split_once("://").ok_or("no scheme")?;
    let (_, path) = behind.split_once('/').ok_or("no path")?;
    let folders = ["MyService/", "OData/OData.svc/", "service/"];
    let relative = folders
        .iter()
        .find_map(|folder| path.strip_prefix(folder))
        .unwrap_or(path);
    relative_uri(relative)
}

fn relative_uri(input: &str) -> Result<(), String> {
    let (path, query) = input.split_once('?').unwrap_or((input, ""));
    Request::parse(path, query).map(drop).map_err(|error| error.to_string())
}

fn options(input: &str) -> Result<(), String> {
    QueryOptions::parse(input).map(drop).map_err(|error| error.to_string())
}

fn preferences(input: &str) -> Result<(), String> {
    Preferences::parse([input]).map(drop).map_err(|error| error.to_string())
}

/// Reads a literal as a key.
fn literal(input: &str, expected: impl Fn(&Literal) -> bool) -> Result<(), String> {
    let request = Request::parse(&format!("set({input})"), "").map_err(|error| error.to_string())?;
    match request.path.segments.as_slice() {
        [
            Segment::Named {
                arguments: Arguments::Single(value),
                ..
            },
        ] if expected(value) => Ok(()),
        other => Err(format!("another kind of literal `{other:?}`")),
    }
}
