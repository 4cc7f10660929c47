//! Discovery documents and keys of foreign issuers.
//!
//! In: JSON. Invariant: nothing panics; what was read is printed so that it is read as the same; a set of keys finds no
//! key that was not in the document.

#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth::{JwkSet, KeySet, ProviderMetadata, thumbprint};

fuzz_target!(|json: &[u8]| {
    if let Ok(metadata) = serde_json::from_slice::<ProviderMetadata>(json) {
        let printed = serde_json::to_vec(&metadata).expect("metadata can be printed");
        assert_eq!(
            serde_json::from_slice::<ProviderMetadata>(&printed).ok(),
            Some(metadata)
        );
    }
    let Ok(published) = serde_json::from_slice::<JwkSet>(json) else {
        return;
    };
    let printed = serde_json::to_vec(&published).expect("keys can be printed");
    assert_eq!(
        serde_json::from_slice::<JwkSet>(&printed).ok().as_ref(),
        Some(&published)
    );
    for key in &published.keys {
        if let Some(name) = thumbprint::jwk(key) {
            assert_eq!(name.len(), 43);
        }
    }
    if let Ok(keys) = KeySet::new(published.keys) {
        assert!(!keys.contains(""));
    }
});
