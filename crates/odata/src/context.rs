//! The text of `@odata.context` (OData protocol, section 10): which set, which properties, one row or many.
//!
//! In: the service root as the client addressed it, and names. Out: the context URL.
//! Invariant: names are the catalogue's own, so nothing here needs escaping.

/// What the rows carry; all their properties when both lists are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Projection<'a> {
    /// The names of `$select`, in the client's order.
    pub select: Vec<&'a str>,
    /// The expanded navigations with what their rows carry.
    pub expand: Vec<(&'a str, Projection<'a>)>,
}

/// How many rows the answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cardinality {
    /// A list of rows.
    Collection,
    /// One row: `/$entity` at the end.
    Entity,
}

/// Prints `{root}/$metadata#accounts(name,primarycontactid(fullname))/$entity`; `root` has no slash at its end.
#[must_use]
pub fn context(root: &str, set: &str, projection: &Projection<'_>, cardinality: Cardinality) -> String {
    let mut text = format!("{root}/$metadata#{set}");
    if !projection.select.is_empty() || !projection.expand.is_empty() {
        list(&mut text, projection);
    }
    match cardinality {
        Cardinality::Collection => {}
        Cardinality::Entity => text.push_str("/$entity"),
    }
    text
}

/// An expanded navigation always has its parentheses, even with nothing in them.
fn list(text: &mut String, projection: &Projection<'_>) {
    text.push('(');
    let mut separator = "";
    for name in &projection.select {
        text.push_str(separator);
        text.push_str(name);
        separator = ",";
    }
    for (navigation, nested) in &projection.expand {
        text.push_str(separator);
        text.push_str(navigation);
        list(text, nested);
        separator = ",";
    }
    text.push(')');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(projection: &Projection<'_>, cardinality: Cardinality, expected: &str) {
        assert_eq!(
            context(
                "https://org.example.com/api/data/v9.2",
                "accounts",
                projection,
                cardinality
            ),
            format!("https://org.example.com/api/data/v9.2/$metadata#{expected}")
        );
    }

    #[test]
    fn prints() {
        let contact = Projection {
            select: vec!["fullname"],
            expand: vec![],
        };
        let all = Projection::default();
        check(&all, Cardinality::Collection, "accounts");
        check(&all, Cardinality::Entity, "accounts/$entity");
        let named = Projection {
            select: vec!["name", "revenue"],
            expand: vec![],
        };
        check(&named, Cardinality::Collection, "accounts(name,revenue)");
        check(&named, Cardinality::Entity, "accounts(name,revenue)/$entity");
        let expanded = Projection {
            select: vec!["name"],
            expand: vec![("primarycontactid", contact), ("Account_Tasks", all.clone())],
        };
        check(
            &expanded,
            Cardinality::Collection,
            "accounts(name,primarycontactid(fullname),Account_Tasks())",
        );
        let only_expanded = Projection {
            select: vec![],
            expand: vec![("Account_Tasks", all)],
        };
        check(&only_expanded, Cardinality::Collection, "accounts(Account_Tasks())");
    }
}
