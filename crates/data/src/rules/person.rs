//! The row of a person, as far as the directory tells it.
//!
//! In: a person of the directory. Out: columns of `systemuser`.
//! Invariant: who they are is never taken from a caller; how they are named may be.

use crate::directory::Person;
use crate::plan::Cell;
use crate::rules::draft::Draft;

pub(super) fn settle(draft: &mut Draft<'_>, person: &Person) {
    let text = |text: &str| {
        if text.is_empty() {
            Cell::Null
        } else {
            Cell::Text(text.to_owned())
        }
    };
    draft.settle("azureactivedirectoryobjectid", Cell::Guid(person.object_id.uuid()));
    draft.settle("domainname", text(&person.user_principal_name));
    draft.settle("islicensed", Cell::Bool(person.licensed));
    draft.settle("issyncwithdirectory", Cell::Bool(true));
    draft.settle_default("internalemailaddress", text(&person.user_principal_name));
    if draft.is_given("firstname") || draft.is_given("lastname") {
        return;
    }
    // Not everybody has a name of two parts.
    let is_whole = !person.given_name.is_empty() || !person.surname.is_empty();
    let last = if is_whole {
        &person.surname
    } else {
        &person.display_name
    };
    draft.settle("firstname", text(&person.given_name));
    draft.settle("lastname", text(last));
}
