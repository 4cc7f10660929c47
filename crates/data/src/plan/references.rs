//! Rows that requests of a change set have named, for the requests behind them.
//!
//! In: content ids, each with the address of a row. Out: addresses in which `$<content id>` is replaced.
//! Invariant: a name that nobody has given is refused; it never stands for itself.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::error::Error;

/// Content ids of the requests before this one, in the same change set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct References(BTreeMap<String, String>);

/// Outside of a change set no row is named.
pub(crate) static NO_REFERENCES: References = References(BTreeMap::new());

impl References {
    /// Names a row by the content id of the request that writes it. `address` is relative to the service root:
    /// `accounts(…)`.
    pub(crate) fn name(&mut self, content_id: &str, address: String) {
        self.0.insert(content_id.to_owned(), address);
    }

    /// Replaces `$1` at the beginning of an address, and leaves every other address as it is.
    pub(crate) fn resolve<'a>(&self, unverified_address: &'a str) -> Result<Cow<'a, str>, Error> {
        let Some(named) = unverified_address.strip_prefix('$') else {
            return Ok(Cow::Borrowed(unverified_address));
        };
        let end = named.find(['/', '?']).unwrap_or(named.len());
        let (id, rest) = named.split_at_checked(end).unwrap_or((named, ""));
        let address = self
            .0
            .get(id)
            .ok_or_else(|| Error::UnknownContentId { id: id.to_owned() })?;
        Ok(Cow::Owned(format!("{address}{rest}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: Result<&str, &str>) {
        let mut references = References::default();
        references.name("1", "accounts(a)".to_owned());
        let resolved = references.resolve(address).map_err(|error| error.to_string());
        assert_eq!(resolved.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn names_that_nobody_has_given_are_refused() {
        check(
            "$2",
            Err("the content id `2` names no request before this one in the change set"),
        );
        check(
            "$",
            Err("the content id `` names no request before this one in the change set"),
        );
        check(
            "$1x/name",
            Err("the content id `1x` names no request before this one in the change set"),
        );
    }

    #[test]
    fn names_stand_for_addresses() {
        check("$1", Ok("accounts(a)"));
        check("$1/name", Ok("accounts(a)/name"));
        check("$1?$select=name", Ok("accounts(a)?$select=name"));
        check("/accounts(b)", Ok("/accounts(b)"));
        check("accounts($1)", Ok("accounts($1)"));
    }
}
