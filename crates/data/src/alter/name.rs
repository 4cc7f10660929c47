//! Names of what is added.
//!
//! In: a schema name. Out: the logical name, or what is wrong with it.
//! Invariant: a name that passes begins with a publisher's prefix, and can stand in SQL, in a URL and in JSON as it is.

use crate::alter::CatalogueRefusal;

/// The longest logical name: the loader's bound, less the `id` of a table's key.
const MAX_NAME: usize = 46;

/// The longest publisher's prefix, as Dataverse has it; the shortest has two characters.
const MAX_PREFIX: usize = 8;

/// Checks the schema name of a table, column, choice or relationship, and gives its logical name.
pub(super) fn logical(schema_name: &str) -> Result<String, CatalogueRefusal> {
    let refused = |why| CatalogueRefusal::Name {
        name: schema_name.chars().take(2 * MAX_NAME).collect(),
        why,
    };
    let Some((prefix, rest)) = schema_name.split_once('_') else {
        return Err(refused(
            "it must begin with the prefix of a publisher and an underscore, as in `new_Order`",
        ));
    };
    if !(2..=MAX_PREFIX).contains(&prefix.len())
        || !prefix.starts_with(|first: char| first.is_ascii_alphabetic())
        || !prefix.bytes().all(|byte| byte.is_ascii_alphanumeric())
    {
        return Err(refused(
            "the prefix before the first underscore has 2 to 8 letters and digits, a letter first",
        ));
    }
    if prefix.to_ascii_lowercase().starts_with("mscrm") {
        return Err(refused("prefixes that begin with `mscrm` are kept for Microsoft"));
    }
    if rest.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(refused(
            "behind the prefix stand letters from a to z, digits and underscores",
        ));
    }
    if schema_name.contains("__") {
        return Err(refused(
            "two underscores in a row are kept for the database's own columns",
        ));
    }
    if schema_name.len() > MAX_NAME {
        return Err(refused("it is longer than 46 characters"));
    }
    Ok(schema_name.to_ascii_lowercase())
}

/// Checks a table's name in URLs.
pub(super) fn entity_set(name: &str) -> Result<(), CatalogueRefusal> {
    if logical(name)? == name {
        Ok(())
    } else {
        Err(CatalogueRefusal::Name {
            name: name.to_owned(),
            why: "the name of a table in URLs is in lower case",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(
            logical(name).unwrap_err().to_string(),
            format!("`{name}` cannot be a name: {expected}")
        );
    }

    #[test]
    fn names_that_nothing_can_have() {
        for name in ["", "Order", "order", "newOrder", "Ordnung9"] {
            check(
                name,
                "it must begin with the prefix of a publisher and an underscore, as in `new_Order`",
            );
        }
        for name in [
            "n_Order",
            "_order",
            "publisher_Order",
            "1ew_Order",
            "nö_Order",
            "n-w_Order",
            "\"a_x",
        ] {
            check(
                name,
                "the prefix before the first underscore has 2 to 8 letters and digits, a letter first",
            );
        }
        check("mscrm_Order", "prefixes that begin with `mscrm` are kept for Microsoft");
        check(
            "MSCRMx_Order",
            "prefixes that begin with `mscrm` are kept for Microsoft",
        );
        for name in [
            "new_",
            "new_Örder",
            "new_a b",
            "new_a\"",
            "new_a'",
            "new_a.b",
            "new_a\0",
        ] {
            check(
                name,
                "behind the prefix stand letters from a to z, digits and underscores",
            );
        }
        check(
            "new_a__b",
            "two underscores in a row are kept for the database's own columns",
        );
        check(&format!("new_{}", "a".repeat(43)), "it is longer than 46 characters");
        let entity_set = entity_set("new_Orders").unwrap_err().to_string();
        assert_eq!(
            entity_set,
            "`new_Orders` cannot be a name: the name of a table in URLs is in lower case"
        );
    }

    #[test]
    fn names_that_pass() {
        assert_eq!(logical("new_Order").unwrap(), "new_order");
        assert_eq!(logical("cr123_order_line").unwrap(), "cr123_order_line");
        assert_eq!(logical("ab_1").unwrap(), "ab_1");
        assert_eq!(logical(&format!("new_{}", "a".repeat(42))).unwrap().len(), 46);
        entity_set("new_orders").unwrap();
    }
}
