//! What is said of requests that mean nothing, and what the planner makes of values.

use odata::{Payload, Preferences, Request};
use uuid::Uuid;

use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::plan::{self, Action, Attempts, Cell, Conditions, Context, Speaker, Wants};

const ACCOUNT: &str = "accounts(5a1e0c11-0001-4e0a-9b1c-10aa00000001)";
const CONTACT: &str = "contacts(5a1e0c11-0002-4e0a-9b1c-10aa00000002)";

fn catalogue() -> Catalogue {
    Catalogue::standard().unwrap()
}

fn context(catalogue: &Catalogue) -> Context<'_> {
    Context {
        catalogue,
        speaker: Speaker {
            user: Uuid::from_u128(1),
            unit: Uuid::from_u128(2),
            teams: &[],
        },
        formatted_values: false,
        service_root: "https://contoso.test/api/data/v9.2",
        references: &plan::NO_REFERENCES,
        representation: false,
        max_page_size: Preferences::parse(["odata.maxpagesize=2"]).unwrap().max_page_size,
    }
}

fn request(url: &str) -> Request {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    Request::parse(path, &query.replace(' ', "%20")).unwrap()
}

fn read(url: &str) -> Result<plan::ReadPlan, Error> {
    plan::read(&context(&catalogue()), &request(url))
}

#[track_caller]
fn check_read(url: &str, expected: &str) {
    match read(url) {
        Ok(plan) => panic!("{url} is planned: {plan:?}"),
        Err(error) => assert_eq!(error.to_string(), expected, "{url}"),
    }
}

#[test]
fn unknown_names() {
    check_read("acounts", "resource not found for the segment `acounts`");
    check_read("accounts/name", "resource not found for the segment `name`");
    check_read(&format!("{ACCOUNT}/nam"), "resource not found for the segment `nam`");
    check_read(
        &format!("{ACCOUNT}/name/name"),
        "resource not found for the segment `name`",
    );
    check_read(
        "accounts?$select=nam",
        "could not find a property named `nam` on type `account`",
    );
    check_read(
        "accounts?$filter=nam eq 1",
        "could not find a property named `nam` on type `account`",
    );
    check_read(
        "accounts?$orderby=nam",
        "could not find a property named `nam` on type `account`",
    );
    check_read(
        "accounts?$expand=nam",
        "could not find a property named `nam` on type `account`",
    );
    check_read(
        "accounts?$expand=primarycontactid($select=nam)",
        "could not find a property named `nam` on type `contact`",
    );
    check_read(
        "accounts?$filter=primarycontactid/nam eq 1",
        "could not find a property named `nam` on type `contact`",
    );
    check_read("accounts(name='x')", "`name` is no key of `account`");
}

#[test]
fn wrong_literals() {
    check_read(
        "accounts?$filter=name eq 1",
        "`1` is not a value for `name`: text in single quotes expected",
    );
    check_read(
        "accounts?$filter=revenue eq 'x'",
        "`'x'` is not a value for `revenue`: a number expected",
    );
    check_read(
        "accounts?$filter=creditonhold eq 1",
        "`1` is not a value for `creditonhold`: `true` or `false` expected",
    );
    check_read(
        "accounts?$filter=createdon gt 5",
        "`5` is not a value for `createdon`: a point in time like `2025-03-04T08:15:31Z` expected",
    );
    check_read(
        "accounts?$filter=_ownerid_value eq 'x'",
        "`'x'` is not a value for `_ownerid_value`: a guid expected",
    );
    check_read("accounts('x')", "`'x'` is not a value for `accountid`: a guid expected");
    check_read(
        "accounts?$filter=revenue gt null",
        "`null` can be compared with `revenue` by `eq` and `ne` alone",
    );
}

#[test]
fn what_is_no_condition() {
    check_read("accounts?$filter=name", "`name` in `$filter` is not a condition");
    check_read("accounts?$filter=1", "a literal in `$filter` is not a condition");
    check_read(
        "accounts?$filter=1 eq 1",
        "`$filter` compares a property with a value or with another property; nothing else can be compared",
    );
    check_read(
        "accounts?$filter=primarycontactid eq 5a1e0c11-0002-4e0a-9b1c-10aa00000002",
        "`primarycontactid` leads to a row, which can only be compared with null; the lookup's value is the property \
         `_<lookup>_value`",
    );
    check_read(
        "accounts?$filter=name eq revenue",
        "`name` and `revenue` are of different types and cannot be compared",
    );
    check_read(
        "accounts?$filter=name eq primarycontactid/fullname",
        "`primarycontactid/fullname` cannot be compared with another property: only columns of the same row can",
    );
    let many = (0..501)
        .map(|number| format!("statecode eq {number}"))
        .collect::<Vec<_>>()
        .join(" or ");
    check_read(
        &format!("accounts?$filter={many}"),
        "number of conditions in the query exceeded the limit of 500",
    );
}

#[test]
fn functions() {
    check_read(
        "accounts?$filter=length(name) eq 1",
        "`$filter` compares a property with a value or with another property; nothing else can be compared",
    );
    check_read(
        "accounts?$filter=startswith(name)",
        "`startswith` takes a property and a text in single quotes",
    );
    check_read(
        "accounts?$filter=contains(revenue,'1')",
        "`contains` is for text, which `revenue` is not",
    );
    check_read(
        "accounts?$filter=contains(name,'[ab]')",
        "`[ab]` holds a character class, which is not supported; `[[]` stands for the bracket itself",
    );
    check_read(
        "accounts?$filter=Microsoft.Dynamics.CRM.Today(PropertyName='createdon')",
        "the function `Microsoft.Dynamics.CRM.Today` is not supported in `$filter`",
    );
    check_read(
        "accounts?$filter=not Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')",
        "Not operator along with the Custom Named Condition operators is not allowed",
    );
    check_read(
        "accounts?$filter=Microsoft.Dynamics.CRM.EqualUserId(PropertyName='name')",
        "`Microsoft.Dynamics.CRM.EqualUserId` cannot be asked of `name`",
    );
}

#[test]
fn collections_and_rows() {
    check_read(
        "accounts?$filter=Account_Tasks/subject eq 'x'",
        "`Account_Tasks` leads to a collection, which cannot stand in a path; use `any` or `all`",
    );
    check_read(
        "accounts?$filter=primarycontactid/any(c:c/fullname eq 'x')",
        "`primarycontactid` leads to one row; `any` and `all` are for collections",
    );
    check_read(
        "accounts?$filter=Account_Tasks/any(t:name eq 'x')",
        "`name` does not begin with `t/`: a condition of `any` or `all` can only be over its own rows",
    );
    check_read(
        "accounts?$expand=Account_Tasks/$ref",
        "Expand with $ref is only supported on lookup type navigation property.",
    );
    check_read(
        "accounts?$expand=primarycontactid($top=1)",
        "Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested \
         one-to-many relationship.",
    );
    check_read(
        "accounts?$expand=Account_Tasks($expand=regardingobjectid_account_task)",
        "`$expand` within `$expand` is not supported",
    );
    check_read(
        &format!("{ACCOUNT}?$filter=name eq 'x'"),
        "`$filter` has no meaning for the addressed resource",
    );
    check_read(
        "accounts/$count?$select=name",
        "`$select` has no meaning for the addressed resource",
    );
}

/// The token of the page behind a row with these keys.
fn next(url: &str, keys: &[Cell]) -> String {
    let Wants::Page(page) = read(url).unwrap().wants else {
        panic!("no page")
    };
    page.next(keys, Some(7))
}

#[test]
fn skip_tokens() {
    let url = "accounts?$select=name&$orderby=name&$top=3&$count=true";
    let keys = [Cell::Null, Cell::Guid(Uuid::from_u128(5))];
    let token = next(url, &keys);
    let Wants::Page(page) = read(&format!("{url}&$skiptoken={token}")).unwrap().wants else {
        panic!("no page")
    };
    assert_eq!(
        (page.number, page.top, page.count),
        (2, Some(1), plan::Counting::Known(7))
    );
    assert_eq!(page.after.as_deref(), Some(keys.as_slice()));
    let not_ours = "the `$skiptoken` is not one that this service has given";
    check_read(&format!("{url}&$skiptoken=x"), not_ours);
    check_read(&format!("{url}&$skiptoken={}", next(url, &keys[..1])), not_ours);
    check_read(
        &format!("{url}&$skiptoken={}", next(url, &[Cell::Int(1), Cell::Int(2)])),
        not_ours,
    );
    let others = "the `$skiptoken` belongs to another query";
    for other in [
        "accounts?$select=name&$orderby=name desc&$top=3&$count=true",
        "accounts?$select=name&$orderby=name&$top=3&$count=true&$filter=name eq 'x'",
        "accounts?$select=revenue&$orderby=name&$top=3&$count=true",
        "accounts?$orderby=name&$top=3&$count=true",
        "accounts?$select=name&$orderby=name&$top=4&$count=true",
        "accounts?$select=name&$orderby=name&$top=3",
        "contacts?$select=fullname&$orderby=fullname&$top=3&$count=true",
    ] {
        check_read(&format!("{other}&$skiptoken={token}"), others);
    }
}

fn create(set: &str, body: &str) -> Result<Vec<Cell>, Error> {
    let (catalogue, payload) = (catalogue(), Payload::parse(body.as_bytes()).unwrap());
    let plan = plan::create(&context(&catalogue), &request(set), &payload, &|| Uuid::from_u128(9))?.first;
    let Action::Create { cells, .. } = plan.action else {
        panic!("no create")
    };
    Ok(cells.into_iter().map(|(_, cell)| cell).collect())
}

#[track_caller]
fn check_create(body: &str, expected: &str) {
    let cells = create("accounts", body).map_err(|error| error.to_string());
    assert_eq!(cells, Err(expected.to_owned()), "{body}");
}

#[track_caller]
fn check_cell(body: &str, expected: Cell) {
    assert_eq!(
        create("accounts", body).map_err(|error| error.to_string()),
        Ok(vec![expected]),
        "{body}"
    );
}

#[test]
fn bodies_refused() {
    check_create(
        r#"{"nam": 1}"#,
        "could not find a property named `nam` on type `account`",
    );
    check_create(r#"{"name": 1}"#, "`1` is not a value for `name`: text expected");
    check_create(
        r#"{"revenue": "1"}"#,
        "`\"1\"` is not a value for `revenue`: a number expected",
    );
    check_create(
        r#"{"revenue": -1}"#,
        "`-1` is not a value for `revenue`: a number within the range of the column expected",
    );
    check_create(
        r#"{"numberofemployees": 1.5}"#,
        "`1.5` is not a value for `numberofemployees`: a whole number from 0 to 1000000000 expected",
    );
    check_create(
        r#"{"accountcategorycode": 9}"#,
        "`9` is not an option of `accountcategorycode`",
    );
    check_create(
        r#"{"creditonhold": 1}"#,
        "`1` is not a value for `creditonhold`: `true` or `false` expected",
    );
    check_create(
        r#"{"lastonholdtime": "yesterday"}"#,
        "`\"yesterday\"` is not a value for `lastonholdtime`: a point in time like `2025-03-04T08:15:31Z` expected",
    );
    check_create(
        r#"{"accountid": "x"}"#,
        "`\"x\"` is not a value for `accountid`: a guid expected",
    );
    let long = format!(r#"{{"name": "{}"}}"#, "𝄞".repeat(81));
    check_create(&long, "`name` of `account` takes 160 characters at most");
    check_create(
        r#"{"statecode": 0, "statuscode": 2}"#,
        "2 is not a valid status code for state code 0 of `account`",
    );
    check_create(
        r#"{"_primarycontactid_value": "x"}"#,
        "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead. \
         `_primarycontactid_value` is one; bind it by `<navigation>@odata.bind`",
    );
    check_create(
        &format!(r#"{{"primarycontactid@odata.bind": "/{ACCOUNT}"}}"#),
        &format!("`/{ACCOUNT}` is a row of `account`, where `contact` is expected"),
    );
    check_create(
        &format!(r#"{{"primarycontactid@odata.bind": "/{CONTACT}", "primarycontactid": null}}"#),
        "`primarycontactid` is given more than once",
    );
    check_create(
        r#"{"Account_Tasks": {"subject": "x"}}"#,
        "rows come along with a new row only, as an object where `Account_Tasks` leads to one row, else as an array",
    );
    check_create(
        r#"{"Account_Tasks": ["x"]}"#,
        "`\"x\"` is not a value for `Account_Tasks`: an array of rows expected",
    );
    check_create(
        r#"{"Account_Tasks": [{"subjec": "x"}]}"#,
        "could not find a property named `subjec` on type `task`",
    );
    check_create(
        r#"{"primarycontactid": {"lastname": "x"}, "primarycontactid@odata.bind": null}"#,
        "`primarycontactid` is given more than once",
    );
}

#[test]
fn values() {
    let contact = Uuid::from_u128(0x5a1e_0c11_0002_4e0a_9b1c_10aa_0000_0002);
    check_cell(r#"{"name": "Fjord  "}"#, Cell::Text("Fjord".to_owned()));
    check_cell(r#"{"description": "Fjord  "}"#, Cell::Text("Fjord  ".to_owned()));
    check_cell(r#"{"name": "  "}"#, Cell::Null);
    check_cell(r#"{"revenue": 1.00005}"#, Cell::Int(10_001));
    check_cell(r#"{"revenue": 1e3}"#, Cell::Int(10_000_000));
    check_cell(r#"{"name": ""}"#, Cell::Null);
    check_cell(
        r#"{"lastonholdtime": "2025-03-04T09:15:31+01:00"}"#,
        Cell::Int(1_741_076_131),
    );
    for address in [
        CONTACT.to_owned(),
        format!("/{CONTACT}"),
        format!("https://contoso.test/api/data/v9.2/{CONTACT}"),
        format!("https://contoso.test/api/data/v9.0/{CONTACT}"),
    ] {
        check_cell(
            &format!(r#"{{"primarycontactid@odata.bind": "{address}"}}"#),
            Cell::Guid(contact),
        );
    }
    // Read-only columns are passed over.
    assert!(matches!(create("accounts", r#"{"versionnumber": 7, "createdon": "x"}"#), Ok(cells) if cells.is_empty()));
    // A state brings its reason.
    assert!(matches!(
        create("accounts", r#"{"statecode": 1}"#).as_deref(),
        Ok([Cell::Int(1), Cell::Int(2)])
    ));
}

#[test]
fn an_owner_is_a_user_or_a_team() {
    let catalogue = catalogue();
    let team = catalogue.logical_name("team").unwrap().id;
    let body = r#"{"ownerid@odata.bind": "/teams(00000000-0000-0000-0000-000000000005)"}"#;
    check_cell(body, Cell::Reference(team, Uuid::from_u128(5)));
}

#[test]
fn a_patch_without_a_condition_updates_or_creates() {
    let catalogue = catalogue();
    let payload = Payload::parse(br#"{"name": "x"}"#).unwrap();
    let url = request(ACCOUNT);
    let attempts = plan::update(
        &context(&catalogue),
        &url,
        &payload,
        Conditions::default(),
        Uuid::from_u128(9),
    );
    let Attempts { first, otherwise, .. } = attempts.unwrap();
    assert!(matches!(first.action, Action::Update { .. }));
    let Some(Action::Create { id, .. }) = otherwise.map(|plan| plan.action) else {
        panic!("no create")
    };
    assert_eq!(id, Uuid::from_u128(0x5a1e_0c11_0001_4e0a_9b1c_10aa_0000_0001));
}
