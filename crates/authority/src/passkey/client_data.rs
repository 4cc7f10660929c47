//! Client data (Web Authentication section 5.8.1): what the browser says of the page on which a passkey was used.
//!
//! In: JSON. Out: whether it is an answer to our question. Invariant: a page in a frame of another site is another origin.

use aws_lc_rs::digest;
use serde::Deserialize;

use super::{Challenge, Fault, RelyingParty};

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ceremony {
    /// A new passkey.
    Create,
    /// The use of one.
    Get,
}

/// Browsers add members as they like (section 5.8.1).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientSaid {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

/// Checks it.
pub(super) fn check(
    party: RelyingParty<'_>,
    ceremony: Ceremony,
    challenge: &Challenge,
    unverified_json: &[u8],
) -> Result<(), Fault> {
    let said: ClientSaid = serde_json::from_slice(unverified_json).ok().ok_or(Fault::Malformed)?;
    let expected = match ceremony {
        Ceremony::Create => "webauthn.create",
        Ceremony::Get => "webauthn.get",
    };
    if said.r#type != expected {
        return Err(Fault::Ceremony);
    }
    if challenge.text.is_empty() || said.challenge != challenge.text {
        return Err(Fault::Challenge);
    }
    if said.origin != party.origin || said.cross_origin || said.top_origin.is_some() {
        return Err(Fault::Origin);
    }
    Ok(())
}

/// What an authenticator signs of it.
pub(super) fn hash(json: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, json).as_ref().to_vec()
}
