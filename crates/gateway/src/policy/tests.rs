//! What a policy must not allow, and the little that it does.

use std::collections::BTreeMap;

use super::*;

fn person(roles: &[&str], department: Option<&str>) -> Person {
    Person {
        issuer: "https://id.example.test".to_owned(),
        subject: "ina".to_owned(),
        tenant: "contoso".to_owned(),
        object_id: None,
        name: None,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        groups: vec!["north".to_owned()],
        claims: department
            .map(|it| BTreeMap::from([("department".to_owned(), it.to_owned())]))
            .unwrap_or_default(),
    }
}

fn policy(text: &str) -> Policy {
    Policy::parse(text, &["department".to_owned(), "level".to_owned()]).unwrap()
}

fn act(action: Action, table: &str) -> Act {
    Act {
        action,
        resource: Resource::Table(table.to_owned()),
    }
}

#[track_caller]
fn check(text: &str, person: &Person, expected: Verdict, by: &[&str]) {
    let decision = policy(text).decide(person, &act(Action::Read, "accounts"));
    assert_eq!(
        (decision.verdict, decision.by),
        (expected, by.iter().map(|it| (*it).to_owned()).collect()),
        "{text}"
    );
}

const SALES_READS: &str = r#"
@id("sales-reads")
permit (principal in Role::"sales", action == Action::"read", resource == Table::"accounts");
"#;

#[test]
fn nothing_is_allowed_that_no_policy_permits() {
    check("", &person(&["sales"], None), Verdict::Denied, &[]);
    check(SALES_READS, &person(&[], None), Verdict::Denied, &[]);
    check(SALES_READS, &person(&["Sales"], None), Verdict::Denied, &[]);
    let written = policy(SALES_READS).decide(&person(&["sales"], None), &act(Action::Update, "accounts"));
    assert_eq!(written.verdict, Verdict::Denied);
    let other = policy(SALES_READS).decide(&person(&["sales"], None), &act(Action::Read, "contacts"));
    assert_eq!(other.verdict, Verdict::Denied);
    let operation = Act {
        action: Action::Read,
        resource: Resource::Operation("accounts".to_owned()),
    };
    assert_eq!(
        policy(SALES_READS)
            .decide(&person(&["sales"], None), &operation)
            .verdict,
        Verdict::Denied
    );
}

#[test]
fn a_forbid_outweighs_every_permit() {
    let text = format!("{SALES_READS}\n@id(\"no-north\") forbid (principal in Group::\"north\", action, resource);");
    check(&text, &person(&["sales"], None), Verdict::Denied, &["no-north"]);
}

#[test]
fn a_policy_that_fails_denies() {
    // Overflow is an error of evaluation that no validator sees: the forbid would be left out.
    let text = format!(
        "{SALES_READS}\n@id(\"broken\") forbid (principal, action, resource) when {{ 9223372036854775807 + 1 > 0 }};"
    );
    check(&text, &person(&["sales"], None), Verdict::Failed, &["broken"]);
    let mut asked = Asked::default();
    asked.table(Action::Read, "accounts");
    assert!(permit(&policy(&text), &person(&["sales"], None), asked).is_err());
}

#[test]
fn one_question_that_is_denied_denies_them_all() {
    let mut asked = Asked::default();
    asked.table(Action::Read, "accounts");
    asked.table(Action::Read, "contacts");
    let denied = permit(&policy(SALES_READS), &person(&["sales"], None), asked).unwrap_err();
    assert_eq!(denied.to_string(), "the access policy does not let you `read contacts`");
}

#[test]
fn what_is_permitted_is_allowed() {
    check(
        SALES_READS,
        &person(&["sales"], None),
        Verdict::Allowed,
        &["sales-reads"],
    );
    let by_tenant =
        r#"permit (principal, action == Action::"read", resource) when { principal.tenant == Tenant::"contoso" };"#;
    check(by_tenant, &person(&[], None), Verdict::Allowed, &["policy0"]);
    let by_claim = r#"permit (principal, action, resource)
        when { principal.claims has department && principal.claims.department == "north" };"#;
    check(by_claim, &person(&[], Some("north")), Verdict::Allowed, &["policy0"]);
    check(by_claim, &person(&[], Some("south")), Verdict::Denied, &[]);
    check(by_claim, &person(&[], None), Verdict::Denied, &[]);
}

#[track_caller]
fn check_fault(text: &str, line: Option<usize>, told: &str) {
    let faults = Policy::parse(text, &["department".to_owned()]).err().unwrap();
    assert_eq!(faults.0.first().unwrap().line, line, "{faults}");
    assert!(faults.to_string().contains(told), "{faults}");
}

#[test]
fn a_fault_is_told_with_its_line() {
    check_fault(
        "\npermit (principal, action, resource)",
        Some(2),
        "unexpected end of input",
    );
    check_fault(
        "\n\npermit (principal, action == Action::\"reed\", resource);",
        Some(3),
        "unrecognized action",
    );
    let unguarded = "permit (principal, action, resource)\nwhen { principal.claims.department == \"north\" };";
    check_fault(unguarded, Some(2), "department");
    let unknown = "permit (principal, action, resource)\nwhen { principal.claims has salary && principal.claims.salary == \"1\" };";
    check_fault(unknown, Some(1), "policy is impossible");
}
