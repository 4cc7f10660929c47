//! Scopes from strangers.
//!
//! In: a text. Invariant: nothing panics; scopes that are printed are read as the same; the resource of an application's
//! scope is the scope without its `/.default`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth::{RequestedScopes, ResourceScope};

fuzz_target!(|text: &str| {
    if let Ok(scope) = ResourceScope::parse(text) {
        assert_eq!(text.trim_matches(' '), format!("{}/.default", scope.resource()));
    }
    if let Ok(scopes) = RequestedScopes::parse(text) {
        let printed = scopes.to_text();
        assert_eq!(RequestedScopes::parse(&printed).as_ref(), Ok(&scopes), "{printed}");
    }
});
