//! The tables that the data files become.

use super::*;

fn check_table(name: &str, expected: &[&str]) {
    let catalogue = Catalogue::standard().unwrap();
    let table = catalogue.logical_name(name).unwrap();
    let mut told = Vec::new();
    let made = create(table);
    told.extend(made.columns.iter().map(|column| {
        format!(
            "{} {:?}{}",
            column.name,
            column.ty,
            if column.nullable { "" } else { " not null" }
        )
    }));
    told.extend(
        made.unique
            .iter()
            .map(|(name, columns)| format!("unique {name}: {}", columns.join(", "))),
    );
    told.extend(
        indexes(table)
            .iter()
            .map(|index| format!("index {}: {}", index.name, index.columns.join(", "))),
    );
    assert_eq!(told, expected);
}

#[test]
fn an_intersect_table() {
    check_table(
        "systemuserroles",
        &[
            "roleid Guid",
            "systemuserid Guid",
            "systemuserroleid Guid not null",
            "versionnumber Int not null",
            "unique systemuserroles_pair: systemuserid, roleid",
            "index systemuserroles__roleid: roleid",
        ],
    );
}

#[test]
fn texts_are_folded_and_keys_compare_the_folded_form() {
    check_table(
        "transactioncurrency",
        &[
            "createdby Guid",
            "createdon Int",
            "createdonbehalfby Guid",
            "currencyname Text",
            "currencyname__folded Text",
            "currencyprecision Int",
            "currencysymbol Text",
            "currencysymbol__folded Text",
            "exchangerate Int",
            "importsequencenumber Int",
            "isocurrencycode Text",
            "isocurrencycode__folded Text",
            "modifiedby Guid",
            "modifiedon Int",
            "modifiedonbehalfby Guid",
            "organizationid Guid",
            "overriddencreatedon Int",
            "statecode Int",
            "statuscode Int",
            "transactioncurrencyid Guid not null",
            "versionnumber Int not null",
            "index index__813bbe1211b9512b9045cf8360eb9f93: currencyname__folded, transactioncurrencyid",
        ],
    );
}

#[test]
fn lookups_that_rows_are_found_by_have_an_index() {
    let catalogue = Catalogue::standard().unwrap();
    let contact = catalogue.logical_name("contact").unwrap();
    let told: Vec<String> = indexes(contact).iter().map(|index| index.columns.join(", ")).collect();
    let expected = [
        "fullname__folded, contactid",
        "ownerid",
        "owningbusinessunit",
        "parentcustomerid",
        "preferredsystemuserid",
        "transactioncurrencyid",
    ];
    assert_eq!(told, expected);
}

#[test]
fn no_name_is_longer_than_postgres_takes() {
    for statement in statements(&Catalogue::standard().unwrap()) {
        let names: Vec<Name> = match statement.clone() {
            Sql::CreateTable(table) => table
                .columns
                .into_iter()
                .map(|column| column.name)
                .chain([table.table])
                .collect(),
            Sql::CreateIndex(index) => vec![index.name],
            Sql::CreateSequence { name, .. } => vec![name],
            Sql::Select(_)
            | Sql::Insert(_)
            | Sql::Update(_)
            | Sql::Delete(_)
            | Sql::Advance { .. }
            | Sql::AddColumn { .. }
            | Sql::DropColumn { .. }
            | Sql::DropTable { .. }
            | Sql::DropIndex { .. } => {
                panic!("{statement:?}")
            }
        };
        assert!(names.iter().all(|name| name.len() <= 63), "{names:?}");
    }
}

#[test]
fn the_fingerprint_follows_the_shape() {
    let standard = fingerprint(&Catalogue::standard().unwrap());
    assert_eq!(standard, fingerprint(&Catalogue::standard().unwrap()));
    let mut files = crate::catalogue::Files::STANDARD;
    files.privileges = "[privileges]\nprvActOnBehalfOfAnotherUser = [\"global\"]";
    assert_ne!(standard, fingerprint(&Catalogue::from_files(&files).unwrap()));
}
