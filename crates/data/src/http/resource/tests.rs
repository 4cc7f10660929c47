//! Each kind of resource with each method, refusals first.

use super::*;

const ID: &str = "5a1e0c11-0001-4e0a-9b1c-10aa00000001";

#[track_caller]
fn check(method: &str, path: &str, expected: Result<Operation<'_>, &str>) {
    let path = path.replace("{id}", ID);
    let path = odata::Request::parse(&path, "").unwrap().path;
    let catalogue = Catalogue::standard().unwrap();
    let found = operation(&method.parse().unwrap(), &path, &catalogue).map_err(|error| error.to_string());
    assert_eq!(
        found.as_ref().map_err(String::as_str),
        expected.as_ref().map_err(|message| *message)
    );
}

#[test]
fn refusals_say_what_goes() {
    check(
        "PATCH",
        "accounts",
        Err("the method `PATCH` is not allowed for a collection of rows, which takes `GET`, `POST`"),
    );
    check(
        "DELETE",
        "accounts",
        Err("the method `DELETE` is not allowed for a collection of rows, which takes `GET`, `POST`"),
    );
    check(
        "POST",
        "accounts({id})",
        Err("the method `POST` is not allowed for a row, which takes `GET`, `PATCH`, `DELETE`"),
    );
    check(
        "PUT",
        "accounts({id})",
        Err("the method `PUT` is not allowed for a row, which takes `GET`, `PATCH`, `DELETE`"),
    );
    check(
        "POST",
        "accounts({id})/name",
        Err("the method `POST` is not allowed for a part of a row, which takes `GET`, `PUT`, `DELETE`"),
    );
    check(
        "POST",
        "",
        Err("the method `POST` is not allowed for the service root, which takes `GET`"),
    );
    check(
        "DELETE",
        "accounts/$count",
        Err("the method `DELETE` is not allowed for a count or a raw value, which takes `GET`"),
    );
    check(
        "DELETE",
        "WhoAmI",
        Err("the method `DELETE` is not allowed for a function or action, which takes `GET`, `POST`"),
    );
    check(
        "GET",
        "$batch",
        Err("the method `GET` is not allowed for `$batch`, which takes `POST`"),
    );
    check("GET", "$metadata", Err("`$metadata` is not available in this service"));
}

#[test]
fn each_resource_has_its_operations() {
    check("GET", "", Ok(Operation::ServiceDocument));
    check("GET", "accounts", Ok(Operation::Read));
    check("POST", "accounts", Ok(Operation::Create));
    check("GET", "accounts({id})", Ok(Operation::Read));
    check("PATCH", "accounts({id})", Ok(Operation::Update));
    check("DELETE", "accounts(accountnumber='1')", Ok(Operation::Delete));
    check("PUT", "accounts({id})/name", Ok(Operation::PutProperty));
    check("DELETE", "accounts({id})/name", Ok(Operation::DeleteProperty));
    check(
        "POST",
        "accounts({id})/contact_customer_accounts/$ref",
        Ok(Operation::AddReference),
    );
    check(
        "PUT",
        "accounts({id})/primarycontactid/$ref",
        Ok(Operation::SetReference),
    );
    check(
        "DELETE",
        "accounts({id})/primarycontactid/$ref",
        Ok(Operation::RemoveReference),
    );
    check("POST", "$batch", Ok(Operation::Batch));
    check("GET", "WhoAmI()", Ok(Operation::Function("WhoAmI")));
    check("GET", "acounts", Ok(Operation::Function("acounts")));
    check(
        "POST",
        "roles({id})/Microsoft.Dynamics.CRM.AddPrivilegesRole",
        Ok(Operation::Action("AddPrivilegesRole")),
    );
}
