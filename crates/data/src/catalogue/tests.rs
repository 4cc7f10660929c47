//! Each mistake in a data file, with the words that its author reads.

mod standard;

use super::*;

/// Two tables, enough for every mistake.
const PARENT: &str = r#"
logical_name = "parent"
schema_name = "Parent"
entity_set = "parents"
object_type_code = 1
ownership = "organization"
primary_id = "parentid"
primary_name = "name"
rights = ["create", "read"]

[columns]
name = { type = "string", max_length = 100 }
parentid = { type = "guid", required = "system", write = "create" }
"#;

const CHILD: &str = r#"
logical_name = "child"
schema_name = "Child"
entity_set = "children"
object_type_code = 2
ownership = "none"
primary_id = "childid"

[columns]
childid = { type = "guid" }
parentid = { type = "lookup", targets = [{ table = "parent", collection = "parent_children", on_delete = "cascade" }] }
"#;

fn load(parent: &str, child: &str, standard: &str, privileges: &str) -> Result<Catalogue, CatalogueError> {
    Catalogue::from_files(&Files {
        tables: &[("parent.toml", parent), ("child.toml", child)],
        standard,
        privileges,
    })
}

/// Replaces a text of one of the two files; the mistake must be found.
#[track_caller]
fn check(file: &str, text: &str, mistake: &str, expected: &str) {
    assert!(file.contains(text), "{text}");
    let wrong = file.replacen(text, mistake, 1);
    let (parent, child) = if file == PARENT {
        (wrong.as_str(), CHILD)
    } else {
        (PARENT, wrong.as_str())
    };
    let error = load(parent, child, "[groups]", "[privileges]").unwrap_err();
    assert_eq!(error.to_string(), expected);
}

/// Adds columns, or sections, to the child.
#[track_caller]
fn check_added(added: &str, expected: &str) {
    check(
        CHILD,
        "childid = { type = \"guid\" }",
        &format!("childid = {{ type = \"guid\" }}\n{added}"),
        expected,
    );
}

/// Adds a column of this kind to the child.
#[track_caller]
fn check_kind(kind: &str, expected: &str) {
    check_added(
        &format!("x = {{ {kind} }}"),
        &format!("the data file `child.toml`: the column `x`: {expected}"),
    );
}

#[test]
fn the_two_tables_load() {
    let catalogue = load(PARENT, CHILD, "[groups]", "[privileges]\nprvJump = [\"global\"]").unwrap();
    let (parent, child) = (
        catalogue.logical_name("parent").unwrap(),
        catalogue.entity_set("children").unwrap(),
    );
    let lookup = child.column_named("parentid").unwrap();
    assert_eq!(lookup.property, "_parentid_value");
    assert_eq!(child.properties.get("_parentid_value"), Some(&lookup.id));
    let one = Navigation::One {
        column: lookup.id,
        target: parent.id,
    };
    let many = Navigation::Many {
        table: child.id,
        column: lookup.id,
    };
    assert_eq!(child.navigations.get("parentid"), Some(&one));
    assert_eq!(parent.navigations.get("parent_children"), Some(&many));
    let names: Vec<&str> = catalogue
        .privileges()
        .iter()
        .map(|privilege| privilege.name.as_str())
        .collect();
    assert_eq!(names, ["prvCreateParent", "prvReadParent", "prvJump"]);
    assert_eq!(
        parent.privileges.get(&Right::Read),
        Some(&PrivilegeId::of("prvReadParent"))
    );
    assert_eq!(
        catalogue.privilege("PRVREADPARENT").unwrap().on,
        Some((parent.id, Right::Read))
    );
}

#[test]
fn texts_that_are_no_data_files_are_refused() {
    check(
        PARENT,
        "schema_name",
        "schemaname",
        "the data file `parent.toml` cannot be read",
    );
    check(
        PARENT,
        "max_length = 100",
        "max_lenght = 100",
        "the data file `parent.toml` cannot be read",
    );
    check(
        PARENT,
        "max_length = 100",
        "max_length = 100, color = 1",
        "the data file `parent.toml` cannot be read",
    );
    check(
        PARENT,
        "\"organization\"",
        "\"everybody\"",
        "the data file `parent.toml` cannot be read",
    );
    check(
        PARENT,
        "[columns]",
        "[columns",
        "the data file `parent.toml` cannot be read",
    );
}

#[test]
fn names_that_are_taken_or_cannot_be_are_refused() {
    check(
        CHILD,
        "\"child\"",
        "\"parent\"",
        "the data file `child.toml`: the table `parent` is there twice",
    );
    check(
        CHILD,
        "\"children\"",
        "\"parents\"",
        "the data file `parent.toml`: the entity set `parents` is there twice",
    );
    check(
        CHILD,
        "code = 2",
        "code = 1",
        "the data file `parent.toml`: the object type code `1` is there twice",
    );
    check(
        CHILD,
        "\"child\"",
        "\"Child\"",
        "the data file `child.toml`: `Child` cannot name a table, column or key",
    );
    check(
        CHILD,
        "\"child\"",
        "\"a__b\"",
        "the data file `child.toml`: `a__b` cannot name a table, column or key",
    );
    check_added(
        "x__y = { type = \"guid\" }",
        "the data file `child.toml`: `x__y` cannot name a table, column or key",
    );
    check_added(
        "1x = { type = \"guid\" }",
        "the data file `child.toml`: `1x` cannot name a table, column or key",
    );
    check_added(
        "x = { type = \"guid\", property = \"childid\" }",
        "the data file `child.toml`: the property `childid` is there twice",
    );
    check(
        CHILD,
        "\"parent_children\"",
        "\"name\"",
        "the data file `child.toml`: the navigation `name` of `parent` is there twice",
    );
    check_added(
        "x = { type = \"lookup\", targets = [{ table = \"parent\", collection = \"parent_children\", on_delete = \"restrict\" }] }",
        "the data file `child.toml`: the navigation `parent_children` of `parent` is there twice",
    );
}

#[test]
fn what_leads_nowhere_is_refused() {
    check(
        CHILD,
        "table = \"parent\"",
        "table = \"aunt\"",
        "the data file `child.toml`: the column `parentid`: there is no table `aunt`",
    );
    check(
        CHILD,
        ", collection = \"parent_children\"",
        "",
        "the data file `child.toml`: the column `parentid`: the navigation on `parent` has no name",
    );
    check(
        PARENT,
        "primary_id = \"parentid\"",
        "primary_id = \"id\"",
        "the data file `parent.toml`: there is no column `id`",
    );
    check(
        PARENT,
        "primary_name = \"name\"",
        "primary_name = \"title\"",
        "the data file `parent.toml`: there is no column `title`",
    );
    check(
        PARENT,
        "rights = ",
        "standard = [\"stamps\"]\nrights = ",
        "the data file `parent.toml`: there is no standard group `stamps`",
    );
    check(
        PARENT,
        "[columns]",
        "[keys]\na_key = [\"nobody\"]\n[columns]",
        "the data file `parent.toml`: there is no column `nobody`",
    );
    check(
        PARENT,
        "[columns]",
        "[collections]\nname = \"x\"\n[columns]",
        "the data file `parent.toml`: `collections` names `name`, which is no lookup",
    );
    let intersect = "primary_id = \"childid\"\nintersect = [{ table = \"parent\", column = \"parentid\", navigation = \"a\" }, { table = \"aunt\", column = \"childid\", navigation = \"b\" }]";
    check(
        CHILD,
        "primary_id = \"childid\"",
        intersect,
        "the data file `child.toml`: there is no table `aunt`",
    );
    let intersect = intersect
        .replace("aunt", "parent")
        .replace("\"childid\", n", "\"auntid\", n");
    check(
        CHILD,
        "primary_id = \"childid\"",
        &intersect,
        "the data file `child.toml`: there is no column `auntid`",
    );
}

#[test]
fn kinds_that_cannot_be_are_refused() {
    check_kind(
        "type = \"string\", max_length = 0",
        "`max_length` is between 1 and 4000",
    );
    check_kind(
        "type = \"string\", max_length = 4001",
        "`max_length` is between 1 and 4000",
    );
    check_kind(
        "type = \"memo\", max_length = 1048577",
        "`max_length` is between 1 and 1048576",
    );
    check_kind("type = \"integer\", min = 2, max = 1", "`min` is greater than `max`");
    check_kind("type = \"double\", min = 2, max = 1", "`min` is greater than `max`");
    check_kind(
        "type = \"decimal\", scale = 2, min = 2, max = 1",
        "`min` is greater than `max`",
    );
    check_kind(
        "type = \"decimal\", scale = 10, min = 0, max = 1_000_000_000",
        "`1000000000` with 10 digits behind the point does not fit 64 bits",
    );
    check_kind(
        "type = \"decimal\", scale = 20, min = 0, max = 1",
        "`scale` is between 0 and 10",
    );
    check_kind(
        "type = \"money\", min = 0, max = 922_337_203_685_478",
        "`922337203685478` with 4 digits behind the point does not fit 64 bits",
    );
    check_kind("type = \"choice\", options = {}", "there are no options");
    check_kind(
        "type = \"choice\", options = { one = \"One\" }",
        "the option `one` is not a number of 32 bits",
    );
    check_kind(
        "type = \"choice\", options = { 1 = \"One\", 01 = \"Two\" }",
        "the option `1` is there twice",
    );
    check_kind(
        "type = \"choice\", options = { 1 = \"One\" }, default = 2",
        "the default `2` is not among the options",
    );
    check_kind(
        "type = \"status\", options = [{ value = 1, label = \"A\", state = 0 }, { value = 1, label = \"B\", state = 0 }]",
        "the option `1` is there twice",
    );
    check_kind("type = \"lookup\", targets = []", "a lookup needs a target");
}

#[test]
fn states_and_statuses_belong_together() {
    const STATE: &str = "statecode = { type = \"state\", options = { 0 = \"On\", 1 = \"Off\" } }\n";
    let status = |state: i32| {
        format!(
            "statuscode = {{ type = \"status\", options = [{{ value = 1, label = \"On\", state = 0 }}, \
             {{ value = 2, label = \"Off\", state = {state} }}] }}"
        )
    };
    let together =
        "the data file `child.toml`: `statecode` of type `state` and `statuscode` of type `status` go together";
    check_added(STATE, together);
    check_added(&status(1), together);
    check_added(
        &format!("{STATE}{}", status(2)),
        "the data file `child.toml`: the status `2` belongs to no state",
    );
    check_added(
        &format!("{STATE}{}", status(0)),
        "the data file `child.toml`: the state `1` has no status",
    );
}

#[test]
fn tables_that_row_rules_cannot_reach_are_refused() {
    check(
        CHILD,
        "\"none\"",
        "\"user\"",
        "the data file `child.toml`: its ownership needs the column `owningbusinessunit`",
    );
    check(
        CHILD,
        "\"none\"",
        "\"business\"",
        "the data file `child.toml`: its ownership needs the column `businessunitid`",
    );
    check(
        PARENT,
        "primary_id = \"parentid\"",
        "primary_id = \"name\"",
        "the data file `parent.toml`: the key `name` is not of type `guid`",
    );
    check(
        PARENT,
        "primary_name = \"name\"",
        "primary_name = \"parentid\"",
        "the data file `parent.toml`: the primary name `parentid` is not of type `string`",
    );
}

#[test]
fn keys_and_privileges_are_checked() {
    check(
        PARENT,
        "[columns]",
        "[keys]\na_key = []\n[columns]",
        "the data file `parent.toml`: the key `a_key` has no columns",
    );
    check(
        PARENT,
        "[columns]",
        "[keys]\na_key = [\"name\"]\n[unique]\na_key = [\"name\"]\n[columns]",
        "the data file `parent.toml`: the key `a_key` is there twice",
    );
    check(
        PARENT,
        "\"read\"]",
        "\"read\", \"read\"]",
        "the data file `parent.toml`: the privilege `prvReadParent` is there twice",
    );
    check(
        PARENT,
        "\"read\"]",
        "\"assign\"]",
        "the data file `parent.toml`: a row that the organization owns cannot be passed on: `Assign`",
    );
    check(
        CHILD,
        "primary_id = ",
        "rights = [\"read\"]\nprimary_id = ",
        "the data file `child.toml`: a table that nobody owns has no rights of its own",
    );
    let check = |privileges: &str| {
        let error = load(PARENT, CHILD, "[groups]", privileges).unwrap_err();
        let expected = "the data file `privileges.toml`: the privilege `prvReadParent` is there twice or has no depth";
        assert_eq!(error.to_string(), expected);
    };
    check("[privileges]\nprvReadParent = []");
    check("[privileges]\nprvReadParent = [\"global\"]");
}
