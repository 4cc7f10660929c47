//! An authenticator in software: makes passkeys and uses them, rightly or as a test wants them wrong.

use aws_lc_rs::digest;
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::browser::Page;
use crate::world::ORIGIN;

const PRESENT_AND_VERIFIED: u8 = 0b0000_0101;
const ATTESTED: u8 = 0b0100_0000;

/// An authenticator with one passkey.
pub(crate) struct Authenticator {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    /// The person's id, once there is a passkey.
    pub(crate) user: String,
    /// Uses so far.
    pub(crate) count: u32,
}

/// What an authenticator and its browser say.
#[derive(Clone)]
pub(crate) struct Words {
    pub(crate) kind: &'static str,
    pub(crate) origin: String,
    pub(crate) party: String,
    pub(crate) challenge: String,
    pub(crate) flags: u8,
    pub(crate) count: u32,
    pub(crate) user: String,
    pub(crate) is_in_frame: bool,
}

impl Authenticator {
    pub(crate) fn new(id: u8) -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            id: vec![id; 16],
            user: String::new(),
            count: 0,
        }
    }

    /// The right words for a page.
    pub(crate) fn words(&self, page: &Page, kind: &'static str) -> Words {
        Words {
            kind,
            origin: ORIGIN.to_owned(),
            party: page.said_to_script("party"),
            challenge: page.said_to_script("challenge"),
            flags: PRESENT_AND_VERIFIED,
            count: self.count + 1,
            user: self.user.clone(),
            is_in_frame: false,
        }
    }

    /// Makes the passkey that a page asks for.
    pub(crate) fn create(&mut self, page: &Page) -> String {
        self.user = page.said_to_script("user");
        let words = self.words(page, "webauthn.create");
        self.count += 1;
        self.create_with(&words)
    }

    pub(crate) fn create_with(&self, words: &Words) -> String {
        let mut data = authenticator_data(words, words.flags | ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        let key = self.key.public_key().as_der().unwrap();
        json!({
            "id": text(&self.id),
            "clientData": text(client_data(words).as_bytes()),
            "authenticatorData": text(&data),
            "publicKey": text(key.as_ref()),
            "algorithm": -7,
        })
        .to_string()
    }

    /// Uses the passkey on a page.
    pub(crate) fn get(&mut self, page: &Page) -> String {
        let words = self.words(page, "webauthn.get");
        self.count += 1;
        self.get_with(&words)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "chance of the signature, which no test looks at"
    )]
    pub(crate) fn get_with(&self, words: &Words) -> String {
        let data = authenticator_data(words, words.flags);
        let client_data = client_data(words);
        let mut signed = data.clone();
        signed.extend(digest::digest(&digest::SHA256, client_data.as_bytes()).as_ref());
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": text(&self.id),
            "clientData": text(client_data.as_bytes()),
            "authenticatorData": text(&data),
            "signature": text(signature.as_ref()),
            "userHandle": words.user,
        })
        .to_string()
    }

    /// The id of its passkey, as pages name it.
    pub(crate) fn id_text(&self) -> String {
        text(&self.id)
    }
}

fn authenticator_data(words: &Words, flags: u8) -> Vec<u8> {
    let mut data = digest::digest(&digest::SHA256, words.party.as_bytes())
        .as_ref()
        .to_vec();
    data.push(flags);
    data.extend(words.count.to_be_bytes());
    data
}

fn client_data(words: &Words) -> String {
    json!({
        "type": words.kind,
        "challenge": words.challenge,
        "origin": words.origin,
        "crossOrigin": words.is_in_frame,
    })
    .to_string()
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
