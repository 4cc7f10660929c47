//! The row of an application user, as far as the directory tells it.
//!
//! In: a service principal. Out: columns of `systemuser`. Invariant: none of them is ever taken from a caller.

use oauth::AppId;

use crate::directory::ServicePrincipal;
use crate::plan::Cell;

/// `accessmode` of every application user: non-interactive.
pub(crate) const ACCESS_MODE: i64 = 4;

/// The longest `fullname`, in UTF-16 code units.
const MAX_NAME: usize = 200;

/// The longest `internalemailaddress`, in UTF-16 code units.
const MAX_EMAIL: usize = 100;

/// The columns, by logical name.
pub(crate) fn cells(app: AppId, principal: &ServicePrincipal) -> Vec<(&'static str, Cell)> {
    // The name of an application may change and need not be one of its kind; its id does not, and is.
    let user_name = format!("{app}@{}", principal.tenant_domain);
    let name = shortened(&principal.display_name, MAX_NAME);
    vec![
        ("applicationid", Cell::Guid(app.uuid())),
        (
            "applicationiduri",
            principal.app_id_uri.clone().map_or(Cell::Null, Cell::Text),
        ),
        ("azureactivedirectoryobjectid", Cell::Guid(principal.object_id.uuid())),
        ("internalemailaddress", Cell::Text(shortened(&user_name, MAX_EMAIL))),
        ("domainname", Cell::Text(user_name)),
        ("firstname", Cell::Null),
        ("lastname", Cell::Text(name.clone())),
        ("fullname", Cell::Text(name)),
        ("accessmode", Cell::Int(ACCESS_MODE)),
        ("islicensed", Cell::Bool(false)),
    ]
}

fn shortened(text: &str, most: usize) -> String {
    let mut length = 0;
    text.chars()
        .take_while(|letter| {
            length += letter.len_utf16();
            length <= most
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_whole_letters() {
        let check = |text: &str, most, expected: &str| assert_eq!(shortened(text, most), expected);
        check("abc", 3, "abc");
        check("abcd", 3, "abc");
        check("a😀b", 2, "a");
        check("a😀b", 3, "a😀");
    }
}
