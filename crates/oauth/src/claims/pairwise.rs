//! The pairwise subject (OpenID Connect Core section 8.1): who and for whom come in, an opaque name goes out.
//!
//! INVARIANT: without the salt nobody can tell that two subjects are the same person.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::ids::{AppId, ObjectId, TenantId};

/// The `sub` claim of a person in a tenant as one client sees it: 43 characters, the same for ever as long as the
/// salt is. HMAC-SHA-256 keyed by the salt over the three ids.
#[must_use]
pub fn pairwise_subject(person: ObjectId, tenant: TenantId, client: AppId, salt: &[u8]) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, salt));
    // Each id has 16 bytes, so that no two triples run together to the same text.
    for id in [person.uuid(), tenant.uuid(), client.uuid()] {
        context.update(id.as_bytes());
    }
    URL_SAFE_NO_PAD.encode(context.sign())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn subject(person: u128, tenant: u128, client: u128, salt: &[u8]) -> String {
        let [person, tenant, client] = [person, tenant, client].map(Uuid::from_u128);
        pairwise_subject(person.into(), tenant.into(), client.into(), salt)
    }

    #[test]
    fn every_part_makes_another_subject() {
        let one = subject(1, 2, 3, b"salt");
        let others = [
            subject(4, 2, 3, b"salt"),
            subject(1, 4, 3, b"salt"),
            subject(1, 2, 4, b"salt"),
            subject(2, 1, 3, b"salt"),
            subject(1, 2, 3, b"sand"),
            subject(1, 2, 3, b""),
        ];
        assert!(!others.contains(&one));
        assert_eq!(one.len(), 43);
    }

    #[test]
    fn a_subject_never_changes() {
        // HMAC-SHA-256 with the key `salt` over the bytes of the three ids.
        assert_eq!(subject(1, 2, 3, b"salt"), "3-D0WWBYujJUwuNZj6HA6nhMfC2G4fNUn0RUYIejA7c");
    }
}
