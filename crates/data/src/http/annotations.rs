//! Which annotations a client wants, decided once per request.
//!
//! In: `Prefer: odata.include-annotations`. Out: [`Annotated`]. Invariant: control information (`@odata.etag`,
//! `@odata.nextLink`, ...) is no annotation and is always written.

use odata::Preferences;

/// The display text of a value.
pub(crate) const FORMATTED_VALUE: &str = "@OData.Community.Display.V1.FormattedValue";
/// The table that a lookup points to.
pub(crate) const LOOKUP_TABLE: &str = "@Microsoft.Dynamics.CRM.lookuplogicalname";
/// The navigation property of a lookup.
pub(crate) const NAVIGATION: &str = "@Microsoft.Dynamics.CRM.associatednavigationproperty";
/// The number of all rows.
pub(crate) const TOTAL: &str = "@Microsoft.Dynamics.CRM.totalrecordcount";
/// Whether there are more rows than are counted.
pub(crate) const TOTAL_EXCEEDED: &str = "@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded";

/// What is written beside the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each annotation is wanted or not, independently of the others"
)]
pub(crate) struct Annotated {
    /// [`FORMATTED_VALUE`]
    pub(crate) formatted_value: bool,
    /// [`LOOKUP_TABLE`]
    pub(crate) lookup_table: bool,
    /// [`NAVIGATION`]
    pub(crate) navigation: bool,
    /// [`TOTAL`]
    pub(crate) total: bool,
    /// [`TOTAL_EXCEEDED`]
    pub(crate) total_exceeded: bool,
}

impl Annotated {
    /// What these preferences ask for.
    pub(crate) fn by(preferences: &Preferences) -> Self {
        let Some(annotations) = &preferences.annotations else {
            return Self::default();
        };
        let wanted = |name: &str| annotations.includes(name.trim_start_matches('@'));
        Self {
            formatted_value: wanted(FORMATTED_VALUE),
            lookup_table: wanted(LOOKUP_TABLE),
            navigation: wanted(NAVIGATION),
            total: wanted(TOTAL),
            total_exceeded: wanted(TOTAL_EXCEEDED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(prefer: &str, expected: Annotated) {
        assert_eq!(
            Annotated::by(&Preferences::parse([prefer]).unwrap()),
            expected,
            "{prefer}"
        );
    }

    #[test]
    fn names_and_patterns_are_understood() {
        let all = Annotated {
            formatted_value: true,
            lookup_table: true,
            navigation: true,
            total: true,
            total_exceeded: true,
        };
        check("return=minimal", Annotated::default());
        check("odata.include-annotations=\"*\"", all);
        check(
            "odata.include-annotations=\"Microsoft.Dynamics.CRM.*\"",
            Annotated {
                formatted_value: false,
                ..all
            },
        );
        let formatted = Annotated {
            formatted_value: true,
            ..Annotated::default()
        };
        check(
            "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"",
            formatted,
        );
    }
}
