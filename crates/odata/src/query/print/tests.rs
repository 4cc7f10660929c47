//! What is printed reads as the same options; names that are none are refused.

use proptest::prelude::*;

use super::*;
use crate::{Literal, OrderBy};

#[track_caller]
fn same(query: &str) {
    let options = QueryOptions::parse(query).unwrap();
    let printed = options.print().unwrap();
    assert_eq!(QueryOptions::parse(&printed).unwrap(), options, "{query} -> {printed}");
}

fn path_of(names: &[&str]) -> PropertyPath {
    PropertyPath {
        segments: names.iter().map(|&name| name.to_owned()).collect(),
    }
}

fn equals(column: &str, literal: Literal) -> Expr {
    Expr::Binary {
        op: BinaryOp::Eq,
        left: Box::new(Expr::Path(path_of(&[column]))),
        right: Box::new(Expr::Literal(literal)),
    }
}

#[test]
fn a_name_that_is_none_is_refused() {
    for bad in ["", "name eq 'x' or name", "a b", "1a", "a'", "a&b", "a.", "x(y)", "a,b"] {
        let select = QueryOptions {
            select: Some(vec![path_of(&[bad])]),
            ..QueryOptions::default()
        };
        let filter = QueryOptions {
            filter: Some(equals(bad, Literal::Null)),
            ..QueryOptions::default()
        };
        let order = QueryOptions {
            order_by: vec![OrderBy {
                path: path_of(&["name", bad]),
                direction: Direction::Ascending,
            }],
            ..QueryOptions::default()
        };
        let expand = QueryOptions {
            expand: vec![Expand {
                navigation: bad.to_owned(),
                options: ExpandOptions::Ref,
            }],
            ..QueryOptions::default()
        };
        for options in [select, filter, order, expand] {
            assert_eq!(options.print(), Err(PrintError { name: bad.to_owned() }));
        }
    }
}

#[test]
fn a_number_that_is_none_is_a_text() {
    let options = QueryOptions {
        filter: Some(equals("revenue", Literal::Decimal("1 or true".to_owned()))),
        ..QueryOptions::default()
    };
    let printed = options.print().unwrap();
    let expected = equals("revenue", Literal::String("1 or true".to_owned()));
    assert_eq!(QueryOptions::parse(&printed).unwrap().filter, Some(expected));
}

#[test]
fn options_read_as_they_were_printed() {
    same("");
    same("$select=name,revenue&$top=3&$count=true&$orderby=name desc,revenue");
    same("$filter=name eq 'O''Brien %26 Söhne + 1' and revenue gt 1.50 or not (statecode eq 1)");
    same("$filter=(name eq 'a' or name eq 'b') and (revenue ge 1e3 or createdon lt 2025-03-04T08:15:31Z)");
    same("$filter=contains(name,'x;y)') and _primarycontactid_value eq 5a1e0c11-0001-4e0a-9b1c-10aa00000001");
    same("$filter=Account_Tasks/any(t:t/subject eq 'Call' and t/statecode ne null) and Account_Tasks/any()");
    same("$filter=Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=[\"a\",\"b'c\"])");
    same(
        "$expand=primarycontactid($select=fullname;$expand=owninguser($select=fullname)),Account_Tasks($filter=subject eq 'a;b)';$top=2),parentaccountid/$ref",
    );
    same("$filter=name in ('a','b''c',null) and not (statecode in (0,1))");
    same(r#"$search="displayName:a \" OR \\ b" AND NOT (sync OR "x y")"#);
    same("$skiptoken=%3Ccookie%3E&$id=https://x.example/contacts(1)");
}

proptest! {
    #[test]
    fn no_text_ends_its_literal(text: String) {
        prop_assume!(!text.contains('\0') && text.len() < 2000);
        let filter = Some(equals("name", Literal::String(text)));
        let options = QueryOptions { filter, ..QueryOptions::default() };
        prop_assert_eq!(QueryOptions::parse(&options.print().unwrap()).unwrap(), options);
    }
}
