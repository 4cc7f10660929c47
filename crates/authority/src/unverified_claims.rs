//! What a token says before anybody believes it.
//!
//! In: the text of a JWS. Out: some of its claims. INVARIANT: nothing is verified here; whoever reads a claim here has learned only
//! where to look for the keys, or what to ask a person about.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;

/// The claims that `T` has members for; `None` where the text is no token, or a claim is missing or of another type.
pub(crate) fn read<T: DeserializeOwned>(unverified_token: &str) -> Option<T> {
    let payload = unverified_token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Claims {
        sid: String,
    }

    #[test]
    fn only_whole_claims_are_read() {
        let check = |token: &str, expected: Option<&str>| {
            let claims = expected.map(|sid| Claims { sid: sid.to_owned() });
            assert_eq!(read::<Claims>(token), claims, "{token}");
        };
        check("", None);
        check("a", None);
        check("a.!.c", None);
        check("a.e30.c", None);
        check(&format!("a.{}.c", URL_SAFE_NO_PAD.encode(r#"{"sid":1}"#)), None);
        check(
            &format!("a.{}.c", URL_SAFE_NO_PAD.encode(r#"{"sid":"s","x":1}"#)),
            Some("s"),
        );
    }
}
