//! The catalogue that every environment has: whole, and under the names that Dataverse documents.

use super::*;

#[test]
fn the_standard_catalogue_is_whole() {
    let catalogue = Catalogue::standard().unwrap();
    let names: Vec<&str> = catalogue
        .tables()
        .iter()
        .map(|table| table.logical_name.as_str())
        .collect();
    let expected = [
        "account",
        "businessunit",
        "contact",
        "organization",
        "privilege",
        "role",
        "roleprivileges",
        "systemuser",
        "systemuserroles",
        "task",
        "team",
        "teammembership",
        "teamroles",
        "transactioncurrency",
    ];
    assert_eq!(names, expected);
    for table in catalogue.tables() {
        assert_eq!(catalogue.table(table.id).logical_name, table.logical_name);
        for column in &table.columns {
            assert_eq!(table.column(column.id).logical_name, column.logical_name);
        }
    }
}

#[test]
fn navigations_have_their_documented_names() {
    let catalogue = Catalogue::standard().unwrap();
    let check = |table: &str, navigations: &str| {
        let table = catalogue.logical_name(table).unwrap();
        for navigation in navigations.split(' ') {
            let is_there = table.navigations.contains_key(navigation);
            assert!(is_there, "{navigation} of {}", table.logical_name);
        }
    };
    check(
        "account",
        "primarycontactid parentaccountid account_parent_account contact_customer_accounts",
    );
    check(
        "account",
        "Account_Tasks ownerid owninguser owningbusinessunit createdby transactioncurrencyid",
    );
    check(
        "contact",
        "parentcustomerid_account parentcustomerid_contact contact_customer_contacts",
    );
    check("contact", "account_primary_contact Contact_Tasks");
    check(
        "task",
        "regardingobjectid_account_task regardingobjectid_contact_task ownerid_task ownerid",
    );
    check(
        "systemuser",
        "systemuserroles_association teammembership_association lk_accountbase_createdby",
    );
    check(
        "businessunit",
        "business_unit_accounts business_unit_system_users parentbusinessunitid",
    );
    check(
        "role",
        "roleprivileges_association systemuserroles_association teamroles_association",
    );
    check("privilege", "roleprivileges_association");
}

#[test]
fn privileges_are_named_after_their_tables() {
    let catalogue = Catalogue::standard().unwrap();
    let depths = |name: &str| catalogue.privilege(name).unwrap().depths.clone();
    assert_eq!(depths("prvReadAccount"), Depth::ALL);
    assert_eq!(depths("prvReadActivity"), Depth::ALL);
    assert_eq!(depths("prvAssignRole"), [Depth::Local, Depth::Deep, Depth::Global]);
    assert_eq!(depths("prvReadUser"), [Depth::Local, Depth::Deep, Depth::Global]);
    assert_eq!(depths("prvWriteOrganization"), [Depth::Global]);
    assert_eq!(depths("prvActOnBehalfOfAnotherUser"), [Depth::Global]);
    assert!(catalogue.privilege("prvReadTask").is_none());
    assert!(catalogue.privilege("prvReadSystemUser").is_none());
}

#[test]
fn depths_have_words_and_masks() {
    let check = |depth: Depth, mask: i64, word: &str| {
        assert_eq!((i64::from(depth.mask()), depth.word()), (mask, word));
        assert_eq!(Depth::from_mask(mask), Some(depth));
    };
    check(Depth::Basic, 1, "Basic");
    check(Depth::Local, 2, "Local");
    check(Depth::Deep, 4, "Deep");
    check(Depth::Global, 8, "Global");
    assert_eq!(Depth::from_mask(3), None);
}
