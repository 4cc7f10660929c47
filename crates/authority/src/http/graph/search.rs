//! `$search`, asked of an object as it is about to be shown.
//!
//! In: a search and an object in its JSON form. Out: whether the object is a hit. Invariant: [`check`] has refused what
//! [`finds`] does not know; texts are compared in any case of their letters.

use odata::Search;
use serde_json::Value;

use super::filter::unsupported;
use crate::graph::GraphRefusal;

/// Properties of which each word is looked at; of the others only how they begin, as in Microsoft Graph.
const BY_WORDS: [&str; 2] = ["displayName", "description"];

/// Refuses terms that name no property of the object, and what Microsoft Graph has no operator for.
pub(crate) fn check(search: &Search, properties: &[&str]) -> Result<(), GraphRefusal> {
    match search {
        Search::And(parts) | Search::Or(parts) => parts.iter().try_for_each(|part| check(part, properties)),
        Search::Not(_) => Err(unsupported(
            "The operator 'NOT' of '$search' is not supported".to_owned(),
        )),
        Search::Term(term) => match clause(term) {
            Some((property, _)) if properties.contains(&property) => Ok(()),
            Some((property, _)) => Err(unsupported(format!("Could not find a property named '{property}'"))),
            None => Err(unsupported(
                "'$search' takes clauses of the form '\"displayName:<words>\"', joined by 'AND' or 'OR'".to_owned(),
            )),
        },
    }
}

/// Whether an object is a hit.
pub(crate) fn finds(search: &Search, object: &Value) -> bool {
    match search {
        Search::And(parts) => parts.iter().all(|part| finds(part, object)),
        Search::Or(parts) => parts.iter().any(|part| finds(part, object)),
        Search::Not(part) => !finds(part, object),
        Search::Term(term) => clause(term).is_some_and(|(property, wanted)| {
            let text = object.get(property).and_then(Value::as_str).unwrap_or_default();
            let (text, wanted) = (text.to_lowercase(), wanted.to_lowercase());
            if BY_WORDS.contains(&property) {
                has_words(&text, &wanted)
            } else {
                text.starts_with(&wanted)
            }
        }),
    }
}

/// `displayName:nightly sync`: the property, and what it should hold.
fn clause(term: &str) -> Option<(&str, &str)> {
    let (property, wanted) = term.split_once(':')?;
    let (property, wanted) = (property.trim(), wanted.trim());
    (!property.is_empty() && !wanted.is_empty()).then_some((property, wanted))
}

/// Whether each of the wanted words is the beginning of one of the text's.
fn has_words(text: &str, wanted: &str) -> bool {
    let is_between = |char: char| !char.is_alphanumeric();
    let own: Vec<&str> = text.split(is_between).collect();
    let mut wanted = wanted.split(is_between).filter(|word| !word.is_empty());
    wanted.all(|word| own.iter().any(|own| own.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn search(text: &str) -> Search {
        let query = format!("$search={}", text.replace('"', "%22").replace(' ', "%20"));
        odata::QueryOptions::parse(&query).unwrap().search.unwrap()
    }

    #[test]
    fn what_is_not_supported_is_refused() {
        let refused = |text: &str, expected: &str| {
            let refusal = check(&search(text), &["displayName"]).unwrap_err();
            assert!(refusal.to_string().contains(expected), "{refusal}");
        };
        refused("sync", "takes clauses");
        refused(r#""displayName:""#, "takes clauses");
        refused(r#""planet:x""#, "'planet'");
        refused(r#""displayName:a" OR "planet:x""#, "'planet'");
        refused(r#"NOT "displayName:x""#, "'NOT'");
    }

    #[test]
    fn words_are_found() {
        let object = json!({ "displayName": "Nightly-Sync job", "mail": "sync@contoso.example" });
        let found = |text: &str, expected: bool| assert_eq!(finds(&search(text), &object), expected, "{text}");
        found(r#""displayName:sync nig""#, true);
        found(r#""displayName:ync""#, false);
        found(r#""displayName:job" AND "mail:Sync""#, true);
        found(r#""displayName:job" AND "mail:contoso""#, false);
        found(r#""displayName:x" OR "mail:sync@""#, true);
        found("displayName:night", true);
    }
}
