//! Passkeys: what a browser's authenticator says, held against what was asked (Web Authentication Level 3, sections 7.1
//! and 7.2).
//!
//! In: the JSON of a page's script, a challenge, the authority's origin. Out: a credential, or its new counter; or the
//! [`Fault`] of it. INVARIANT: pure; nothing counts but for this origin, this challenge, and with the person verified.

mod authenticator_data;
mod client_data;
mod public_key;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::{ObjectId, Random, Secret, TenantId, Timestamp, random};
use serde::Deserialize;
use uuid::Uuid;

use crate::origin::Origin;
use authenticator_data::AuthenticatorSaid;
use client_data::Ceremony;
pub(crate) use public_key::{Algorithm, PublicKey};

/// Bytes of a challenge; 16 at least (section 13.4.3).
const CHALLENGE_BYTES: usize = 32;
/// The longest id of a credential (section 4, Credential ID).
const MOST_ID_BYTES: usize = 1023;
/// The longest JSON that is read: an id, a signature and an RSA key take about 4 KiB.
const MOST_JSON_BYTES: usize = 16 * 1024;

/// Why a passkey was not taken. The person is told only that it was not; this is for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// What was sent has another form.
    #[error("passkey data malformed")]
    Malformed,
    /// It is an answer to the other of the two questions.
    #[error("passkey data of another ceremony")]
    Ceremony,
    /// It answers another challenge, or none was asked.
    #[error("passkey challenge is another one")]
    Challenge,
    /// The challenge was answered before.
    #[error("passkey challenge answered before")]
    Used,
    /// It was made on another site, or in a frame of one.
    #[error("passkey used at another origin")]
    Origin,
    /// It is a passkey of another site.
    #[error("passkey of another relying party")]
    RelyingParty,
    /// The authenticator did not verify the person.
    #[error("person not verified by the authenticator")]
    NotVerified,
    /// The key is of an algorithm that was not asked for, or no key.
    #[error("passkey with an unusable key")]
    Key,
    /// No passkey of anybody has this id.
    #[error("passkey unknown")]
    Unknown,
    /// It is somebody else's than it says, or than was asked.
    #[error("passkey of another person")]
    Owner,
    /// The signature is not of its key.
    #[error("passkey signature wrong")]
    Signature,
    /// The counter went back, or another use came first: there may be a copy of the passkey.
    #[error("passkey counter went back")]
    Counter,
    /// A passkey that cannot be copied to other devices says that it can, or the other way round.
    #[error("passkey changed its kind of backup")]
    Backup,
}

/// The site for which a passkey is made: the authority's origin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RelyingParty<'a> {
    /// As browsers write it, without the port that its scheme has anyway.
    origin: &'a str,
    /// The host (section 5.1.2).
    pub(crate) id: &'a str,
}

impl<'a> RelyingParty<'a> {
    /// The relying party of an origin.
    pub(crate) fn of(origin: &'a Origin) -> Self {
        let text = origin.as_str();
        let default_port = if text.starts_with("https:") { ":443" } else { ":80" };
        Self {
            origin: text.strip_suffix(default_port).unwrap_or(text),
            id: origin.host(),
        }
    }
}

/// What an authenticator is asked to sign: chance, and up to when an answer counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// As base64url; empty where nothing was asked.
    pub(crate) text: String,
    /// No answer counts from then on.
    pub(crate) ends_at: Timestamp,
}

/// The text of a new challenge.
pub(crate) fn new_challenge(random: &dyn Random) -> String {
    random::text(random, CHALLENGE_BYTES)
}

/// A person as authenticators know them (section 5.4.3): two ids, which say nothing about the person.
pub(crate) fn user_handle(tenant: TenantId, person: ObjectId) -> String {
    let (tenant, person) = (tenant.uuid(), person.uuid());
    URL_SAFE_NO_PAD.encode([*tenant.as_bytes(), *person.as_bytes()].concat())
}

/// The text of a credential's id in pages.
pub(crate) fn id_text(credential_id: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(credential_id)
}

/// A passkey just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) credential_id: Vec<u8>,
    pub(crate) key: PublicKey,
    pub(crate) sign_count: u32,
    /// The kind of authenticator, as it says itself; nil for most.
    pub(crate) aaguid: Uuid,
    /// Whether it may be copied to other devices of the person.
    pub(crate) is_backed_up: bool,
}

/// What must be known of a passkey to check its use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) tenant: TenantId,
    pub(crate) person: ObjectId,
    pub(crate) key: &'a PublicKey,
    pub(crate) sign_count: u32,
    pub(crate) is_backed_up: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RegistrationJson {
    id: String,
    client_data: String,
    authenticator_data: String,
    /// As `SubjectPublicKeyInfo` (section 5.2.1.1).
    public_key: String,
    algorithm: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AssertionJson {
    id: String,
    client_data: String,
    authenticator_data: String,
    signature: String,
    user_handle: String,
}

/// Reads a passkey that was just made. No attestation is asked for, so the key is the browser's word: a person can give
/// only themselves a wrong one.
pub(crate) fn register(
    party: RelyingParty<'_>,
    challenge: &Challenge,
    unverified_json: &Secret<String>,
) -> Result<Registered, Fault> {
    let json: RegistrationJson = read_json(unverified_json)?;
    client_data::check(party, Ceremony::Create, challenge, &decoded(&json.client_data)?)?;
    let bytes = decoded(&json.authenticator_data)?;
    let authenticator = AuthenticatorSaid::read(&bytes)?;
    authenticator.check(party)?;
    let attested = authenticator.attested.as_ref().ok_or(Fault::Malformed)?;
    if attested.credential_id != decoded(&json.id)? || !is_id(attested.credential_id) {
        return Err(Fault::Malformed);
    }
    let algorithm = Algorithm::of_cose(json.algorithm).ok_or(Fault::Key)?;
    Ok(Registered {
        credential_id: attested.credential_id.to_vec(),
        key: PublicKey::read(algorithm, decoded(&json.public_key)?).ok_or(Fault::Key)?,
        sign_count: authenticator.sign_count,
        aaguid: attested.aaguid,
        is_backed_up: authenticator.is_backup_eligible(),
    })
}

/// The use of a passkey, read but not believed.
#[derive(Debug)]
pub(crate) struct Assertion {
    /// Which passkey.
    pub(crate) unverified_id: Vec<u8>,
    client_data: Vec<u8>,
    authenticator_data: Vec<u8>,
    signature: Vec<u8>,
    user_handle: String,
}

impl Assertion {
    /// Reads the use of a passkey.
    pub(crate) fn read(unverified_json: &Secret<String>) -> Result<Self, Fault> {
        let json: AssertionJson = read_json(unverified_json)?;
        let unverified_id = decoded(&json.id)?;
        if !is_id(&unverified_id) {
            return Err(Fault::Malformed);
        }
        Ok(Self {
            unverified_id,
            client_data: decoded(&json.client_data)?,
            authenticator_data: decoded(&json.authenticator_data)?,
            signature: decoded(&json.signature)?,
            user_handle: json.user_handle,
        })
    }

    /// Checks it, and gives the new counter.
    pub(crate) fn verify(
        &self,
        party: RelyingParty<'_>,
        challenge: &Challenge,
        known: Known<'_>,
    ) -> Result<u32, Fault> {
        if self.user_handle != user_handle(known.tenant, known.person) {
            return Err(Fault::Owner);
        }
        client_data::check(party, Ceremony::Get, challenge, &self.client_data)?;
        let authenticator = AuthenticatorSaid::read(&self.authenticator_data)?;
        authenticator.check(party)?;
        if authenticator.is_backup_eligible() != known.is_backed_up {
            return Err(Fault::Backup);
        }
        let mut signed = self.authenticator_data.clone();
        signed.extend_from_slice(&client_data::hash(&self.client_data));
        if !known.key.verifies(&signed, &self.signature) {
            return Err(Fault::Signature);
        }
        // Authenticators that do not count say 0 for ever (section 6.1.1).
        let counts = known.sign_count > 0 || authenticator.sign_count > 0;
        if counts && authenticator.sign_count <= known.sign_count {
            return Err(Fault::Counter);
        }
        Ok(authenticator.sign_count)
    }
}

fn read_json<T: for<'de> Deserialize<'de>>(unverified_json: &Secret<String>) -> Result<T, Fault> {
    let text = unverified_json.expose();
    if text.len() > MOST_JSON_BYTES {
        return Err(Fault::Malformed);
    }
    serde_json::from_str(text).ok().ok_or(Fault::Malformed)
}

fn decoded(base64url: &str) -> Result<Vec<u8>, Fault> {
    URL_SAFE_NO_PAD.decode(base64url).ok().ok_or(Fault::Malformed)
}

fn is_id(bytes: &[u8]) -> bool {
    (1..=MOST_ID_BYTES).contains(&bytes.len())
}
