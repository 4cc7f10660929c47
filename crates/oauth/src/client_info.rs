//! The `client_info` member of an answer, by which MSAL tells accounts apart: ids come in, text goes out.
//!
//! INVARIANT: it names the person's home account, and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::ids::{ObjectId, TenantId};

/// `{"uid": ..., "utid": ...}` in base64url: the person's object id at home and the home tenant. MSAL joins them to
/// its `home_account_id`.
#[must_use]
pub fn client_info(home_object: ObjectId, home_tenant: TenantId) -> String {
    URL_SAFE_NO_PAD.encode(format!(r#"{{"uid":"{home_object}","utid":"{home_tenant}"}}"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_of_the_reference() {
        let home_object = "b7c8d9e0-f1a2-4b3c-8d4e-5f6071829304".parse().unwrap();
        let home_tenant = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b".parse().unwrap();
        let expected = concat!(
            "eyJ1aWQiOiJiN2M4ZDllMC1mMWEyLTRiM2MtOGQ0ZS01ZjYwNzE4MjkzMDQiLCJ1dGlkIjoiNWI4ZTJjMWEtN2Q0NC00ZjBlLTlh",
            "NjMtMWMyZDNlNGY1YTZiIn0"
        );
        assert_eq!(client_info(home_object, home_tenant), expected);
    }
}
