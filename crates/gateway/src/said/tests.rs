//! Every part of a request that could name a table, and what is refused for being unclear.

use std::collections::BTreeMap;

use super::*;
use crate::surface::TableShape;

fn surface() -> Surface {
    let shape = |navigations: &[(&str, &str)], columns: &[&str]| TableShape {
        navigations: navigations
            .iter()
            .map(|(name, target)| ((*name).to_owned(), (*target).to_owned()))
            .collect(),
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
    };
    let accounts = shape(
        &[
            ("primarycontactid", "contacts"),
            ("contact_customer_accounts", "contacts"),
            ("Account_Tasks", "tasks"),
        ],
        &["entityimage"],
    );
    let tables = BTreeMap::from([
        ("accounts".to_owned(), accounts),
        (
            "contacts".to_owned(),
            shape(&[("parentcustomerid_account", "accounts")], &[]),
        ),
        ("tasks".to_owned(), shape(&[], &[])),
    ]);
    Surface::new(&tables, &["WhoAmI".to_owned(), "CloseTask".to_owned()]).unwrap()
}

const ID: &str = "5a1e0c11-0001-4e0a-9b1c-10aa00000001";

/// `GET accounts?$top=1` with `{id}` filled in.
fn ask(request: &str, body: &str, conditions: Conditions, answer: Answer) -> Result<String, SaidError> {
    let request = request.replace("{id}", ID);
    let (method, url) = request.split_once(' ').unwrap();
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let method: Method = method.parse().unwrap();
    let said = Said {
        method: &method,
        path,
        query,
        conditions,
        answer,
    };
    let surface = surface();
    let Understood { mut asked, body: rule } = read(&surface, &said)?;
    read_body(&surface, &rule, body.replace("{id}", ID).as_bytes(), &mut asked)?;
    let acts: Vec<_> = asked.acts().iter().map(ToString::to_string).collect();
    Ok(acts.join(", "))
}

#[track_caller]
fn check(request: &str, expected: &str) {
    check_body(request, "", expected);
}

#[track_caller]
fn check_body(request: &str, body: &str, expected: &str) {
    let said = ask(request, body, Conditions::None, Answer::Nothing);
    let said = said.unwrap_or_else(|error| format!("refused: {error}"));
    assert_eq!(said, expected, "{request} {body}");
}

#[test]
fn a_name_that_is_not_listed_is_refused() {
    let not_open = |name: &str| {
        format!("refused: `{name}` is not open here: the gateway's configuration lists no such table or operation")
    };
    check("GET invoices", &not_open("invoices"));
    check("GET Accounts", &not_open("Accounts"));
    check("GET $metadata", &not_open("$metadata"));
    check("GET ", &not_open("$service"));
    check("POST Merge", &not_open("Merge"));
    let unknown = |table: &str, name: &str| {
        format!(
            "refused: `{table}` has no `{name}` here: the gateway's configuration lists no such navigation or column of it"
        )
    };
    check(
        "GET accounts({id})/Account_Emails",
        &unknown("accounts", "Account_Emails"),
    );
    check("GET accounts({id})/name", &unknown("accounts", "name"));
    check(
        "GET accounts({id})/Microsoft.Dynamics.CRM.Merge",
        &unknown("accounts", "Microsoft.Dynamics.CRM.Merge"),
    );
    check(
        "GET accounts?$expand=Account_Emails",
        &unknown("accounts", "Account_Emails"),
    );
    check(
        "GET accounts?$filter=ownerid/fullname eq 'x'",
        &unknown("accounts", "ownerid"),
    );
    check(
        "GET accounts?$orderby=createdby/fullname",
        &unknown("accounts", "createdby"),
    );
    check(
        "GET accounts?$select=createdby/fullname",
        &unknown("accounts", "createdby"),
    );
    check(
        "GET contacts?$expand=parentcustomerid_account($expand=owner)",
        &unknown("accounts", "owner"),
    );
    check_body(
        "POST accounts",
        r#"{"ownerid@odata.bind":"/systemusers({id})"}"#,
        &unknown("accounts", "ownerid"),
    );
}

#[test]
fn no_part_of_a_read_smuggles_a_table() {
    check("GET accounts?$expand=primarycontactid", "read accounts, read contacts");
    check(
        "GET accounts?$expand=primarycontactid/$ref",
        "read accounts, read contacts",
    );
    check(
        "GET contacts?$expand=parentcustomerid_account($expand=Account_Tasks)",
        "read contacts, read accounts, read tasks",
    );
    check(
        "GET accounts?$expand=contact_customer_accounts($filter=parentcustomerid_account/name eq 'x')",
        "read accounts, read contacts",
    );
    check(
        "GET accounts?$filter=primarycontactid/fullname eq 'x'",
        "read accounts, read contacts",
    );
    check(
        "GET accounts?$filter=not (revenue gt 1 or contains(primarycontactid/fullname,'x'))",
        "read accounts, read contacts",
    );
    check(
        "GET accounts?$filter=Account_Tasks/any(t:t/subject eq 'x')",
        "read accounts, read tasks",
    );
    check("GET accounts?$filter=Account_Tasks/any()", "read accounts, read tasks");
    check(
        "GET accounts?$filter=contact_customer_accounts/any(c:c/parentcustomerid_account/name eq 'x' and Account_Tasks/any())",
        "read accounts, read contacts, read tasks",
    );
    check(
        "GET accounts?$filter=Microsoft.Dynamics.CRM.In(PropertyName='primarycontactid/fullname',PropertyValues=['x'])",
        "read accounts, read contacts",
    );
    check(
        "GET accounts?$orderby=primarycontactid/fullname",
        "read accounts, read contacts",
    );
    check(
        "GET accounts?$orderby=@o&@o=primarycontactid/fullname",
        "read accounts, read contacts",
    );
    check(
        "GET accounts({id})/primarycontactid/parentcustomerid_account/Account_Tasks",
        "read accounts, read contacts, read tasks",
    );
    check(
        "GET accounts({id})/contact_customer_accounts/$count",
        "read accounts, read contacts",
    );
    check(
        "GET accounts({id})/contact_customer_accounts/$ref",
        "read accounts, read contacts",
    );
    check("GET accounts/$count", "read accounts");
    check("GET accounts({id})/entityimage/$value", "read accounts");
    check("GET accounts?$select=name&$skiptoken=x", "read accounts");
}

#[test]
fn what_is_not_understood_is_refused() {
    for request in [
        "GET accounts?$apply=aggregate(revenue with sum as total)",
        "GET accounts?fetchXml=<fetch/>",
        "GET accounts?savedQuery=x",
        "GET accounts?$unheard=1",
        "GET accounts?$expand=*",
        "GET accounts?$top=1&$top=2",
        "GET accounts()",
        "GET accounts({id})/../contacts",
        "GET accounts?$filter=Account_Tasks/any(primarycontactid:primarycontactid/subject eq 'x')",
        "GET accounts?$id=accounts({id})",
        "GET WhoAmI()?$expand=accounts",
        "GET WhoAmI/accounts",
        "POST accounts({id})",
        "PUT accounts({id})",
        "PATCH accounts",
        "PATCH accounts({id})/primarycontactid",
        "DELETE accounts",
        "DELETE accounts({id})/primarycontactid",
        "DELETE accounts/$ref",
        "OPTIONS accounts",
        "HEAD accounts",
        "POST $batch",
    ] {
        let said = ask(request, "", Conditions::None, Answer::Nothing);
        assert!(said.is_err(), "{request}: {said:?}");
    }
    check(
        "POST $batch",
        "refused: `$batch` is not let through: send its requests one by one",
    );
}

#[test]
fn a_body_ties_only_what_it_names() {
    check_body("POST accounts", r#"{"name":"Fjord"}"#, "create accounts");
    check_body(
        "POST accounts",
        r#"{"primarycontactid@odata.bind":"/contacts({id})"}"#,
        "create accounts, associate accounts, associate contacts",
    );
    check_body(
        "PATCH accounts({id})",
        r#"{"primarycontactid@odata.bind":null}"#,
        "update accounts, create accounts, associate accounts, associate contacts",
    );
    for body in [
        r#"{"primarycontactid":{"fullname":"Ada"}}"#,
        r#"{"contact_customer_accounts":[{"fullname":"Ada"}]}"#,
        r#"{"primarycontactid@odata.bind":"/systemusers({id})"}"#,
        r#"{"primarycontactid@odata.bind":"https://evil.example.test/api/data/v9.2/contacts({id})"}"#,
        r#"{"primarycontactid@odata.bind":"/contacts({id})/parentcustomerid_account"}"#,
        r#"{"primarycontactid@odata.id":"/contacts({id})"}"#,
        r#"{"@odata.id":"/contacts({id})"}"#,
        r#"{"@odata.type":"Microsoft.Dynamics.CRM.contact"}"#,
        r#"{"name":"a","name":"b"}"#,
        "[]",
        "",
        "name=Fjord",
    ] {
        let said = ask("POST accounts", body, Conditions::None, Answer::Nothing);
        assert!(said.is_err(), "{body}: {said:?}");
    }
    assert!(ask("GET accounts", "{}", Conditions::None, Answer::Nothing).is_err());
}

#[test]
fn a_write_raises_all_that_it_does() {
    check_body(
        "POST accounts({id})/contact_customer_accounts",
        "{}",
        "create contacts, associate accounts, associate contacts",
    );
    let reference = r#"{"@odata.id":"contacts({id})"}"#;
    check_body(
        "POST accounts({id})/contact_customer_accounts/$ref",
        reference,
        "associate accounts, associate contacts",
    );
    check_body(
        "PUT accounts({id})/primarycontactid/$ref",
        reference,
        "associate accounts, associate contacts",
    );
    check(
        "DELETE accounts({id})/contact_customer_accounts({id})/$ref",
        "associate accounts, associate contacts",
    );
    check(
        "DELETE accounts({id})/contact_customer_accounts/$ref?$id=contacts({id})",
        "associate accounts, associate contacts",
    );
    assert!(
        ask(
            "DELETE accounts({id})/contact_customer_accounts/$ref?$id=tasks({id})",
            "",
            Conditions::None,
            Answer::Nothing
        )
        .is_err()
    );
    assert!(
        ask(
            "PUT accounts({id})/primarycontactid/$ref",
            r#"{"@odata.id":"tasks({id})"}"#,
            Conditions::None,
            Answer::Nothing
        )
        .is_err()
    );
    check("DELETE accounts({id})", "delete accounts");
    check_body("PUT accounts({id})/entityimage", "\u{1}", "update accounts");
    check("GET WhoAmI", "call WhoAmI");
    check_body(
        "POST tasks({id})/Microsoft.Dynamics.CRM.CloseTask",
        "{}",
        "call CloseTask, call tasks",
    );
    let with = |conditions, answer| ask("PATCH accounts({id})", "{}", conditions, answer).unwrap();
    assert_eq!(
        with(Conditions::None, Answer::Nothing),
        "update accounts, create accounts"
    );
    assert_eq!(with(Conditions::MustExist, Answer::Nothing), "update accounts");
    assert_eq!(with(Conditions::MustNotExist, Answer::Nothing), "create accounts");
    assert_eq!(
        with(Conditions::MustExist, Answer::Row),
        "update accounts, read accounts"
    );
    check_body(
        "POST accounts?$select=name&$expand=primarycontactid",
        "{}",
        "create accounts, read contacts, read accounts",
    );
}

#[test]
fn lists_that_do_not_fit_together_are_refused() {
    let to_nowhere = TableShape {
        navigations: BTreeMap::from([("x".to_owned(), "nowhere".to_owned())]),
        columns: Vec::new(),
    };
    let error = Surface::new(&BTreeMap::from([("a".to_owned(), to_nowhere)]), &[]).unwrap_err();
    assert_eq!(error.to_string(), "`a.x` leads to `nowhere`, which is no table here");
    assert!(Surface::new(&BTreeMap::new(), &["$batch".to_owned()]).is_err());
    let twice = BTreeMap::from([("a".to_owned(), TableShape::default())]);
    assert!(Surface::new(&twice, &["a".to_owned()]).is_err());
}
