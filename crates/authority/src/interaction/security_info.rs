//! The page on which people look after what they sign in with: an application of the authority's own.
//!
//! In: nothing. Out: [`Asked`]. INVARIANT: `max_age` is zero, so the page opens only to a sign-in made for it; whoever has
//! no more than a cookie does not see it.

use super::asked::{Asked, Goal, Rules, Wants};
use crate::well_known;

/// What a visit of the page is about.
pub(super) fn load() -> Asked {
    Asked {
        client: well_known::security_info(),
        tenant: None,
        rules: Rules {
            max_age_s: Some(0),
            ..Rules::default()
        },
        wants: Wants::Registered,
        goal: Goal::SecurityInfo,
    }
}
