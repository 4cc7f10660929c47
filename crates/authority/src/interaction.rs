//! A sign-in between its first request and its answer: what is wanted at the end, and how far the person has come.
//!
//! In: a request; then the pages that come back. Out: the next page, or the answer. INVARIANT: an [`Interaction`] leaves
//! this authority only sealed, and is opened only in the browser in which it was begun, within [`LIFETIME_SECONDS`]; what
//! it says was proved was proved here.

pub(crate) mod admin_consent;
pub(crate) mod answer;
pub(crate) mod asked;
pub(crate) mod authorize;
pub(crate) mod conduct;
pub(crate) mod device;
pub(crate) mod next;
pub(crate) mod recipient;
pub(crate) mod said;
pub(crate) mod sealed;
pub(crate) mod security_info;
pub(crate) mod standing;
pub(crate) mod wanted;
pub(crate) mod who;

use oauth::{ObjectId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::authorization::Method;
use crate::call::Endpoint;
use crate::passkey::Challenge;
use admin_consent::AdminConsentRequest;

/// How long a person may take.
pub(crate) const LIFETIME_SECONDS: i64 = 15 * 60;

/// A sign-in on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Interaction {
    /// What is wanted at the end.
    pub(crate) purpose: Purpose,
    /// The tenant segment of the path at which it began.
    pub(crate) unverified_tenant: String,
    /// How far the person has come with saying and proving who they are.
    pub(crate) progress: Progress,
    /// How far they have come with letting the application in.
    pub(crate) consent: ConsentProgress,
    /// Whether they said that the device is theirs.
    pub(crate) device: DeviceProgress,
    /// When it began; a sign-in from then on is one of this interaction.
    pub(crate) began_at_seconds: i64,
    /// What a passkey must sign on the page that was last shown; empty before the first.
    pub(crate) passkey_challenge: String,
}

/// What is wanted at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Purpose {
    /// An answer of the authorization endpoint to this request, a query.
    Authorize {
        /// Which of the two endpoints.
        endpoint: Endpoint,
        /// The request.
        request: String,
    },
    /// An administrator's consent for everybody.
    AdminConsent {
        /// Which of the two endpoints.
        endpoint: Endpoint,
        /// The request.
        request: AdminConsentRequest,
    },
    /// A person's answer to a device that shows this code.
    Device {
        /// The code as it was typed.
        user_code: String,
    },
    /// The page of a person's own security info.
    SecurityInfo,
}

/// How far a person has come with saying and proving who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Progress {
    /// They said nothing yet.
    Begun,
    /// They want to be somebody who is not signed in in this browser.
    Another,
    /// They named themselves, and their tenant may be signed in to here.
    Named {
        /// The user name as it was typed.
        name: String,
    },
    /// They have proved a part.
    Partly(PartialProof),
    /// They have signed in on the way.
    SignedIn {
        /// The session.
        session: Uuid,
    },
    /// They have chosen among those who were signed in.
    Chosen {
        /// The session.
        session: Uuid,
    },
}

/// A part of what a person must prove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartialProof {
    /// The person's tenant.
    pub(crate) tenant: TenantId,
    /// The person.
    pub(crate) person: ObjectId,
    /// What was proved.
    pub(crate) methods: Vec<Method>,
    /// When.
    pub(crate) at_seconds: i64,
    /// What is still to be done.
    pub(crate) missing: Missing,
}

/// What a person must still do after the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Missing {
    /// Show a second factor: a one-time password, a recovery code, or a passkey.
    OneTimePassword,
    /// Choose another password.
    NewPassword,
}

/// How far a person has come with letting an application in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ConsentProgress {
    /// They were not asked.
    Open,
    /// They were shown this, and nothing else can be accepted.
    Shown(Vec<Shown>),
    /// They have accepted.
    Given,
}

/// What a page of consent asked for of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shown {
    /// The resource's application id.
    pub(crate) resource: Uuid,
    /// The scopes.
    pub(crate) scopes: Vec<String>,
    /// The ids of the roles.
    pub(crate) roles: Vec<Uuid>,
}

/// Whether a person said that a device is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DeviceProgress {
    /// They were not asked.
    Open,
    /// They said so.
    Confirmed,
}

impl Interaction {
    /// One that begins now.
    pub(crate) fn begin(purpose: Purpose, unverified_tenant: String, now: Timestamp) -> Self {
        Self {
            purpose,
            unverified_tenant,
            progress: Progress::Begun,
            consent: ConsentProgress::Open,
            device: DeviceProgress::Open,
            began_at_seconds: now.seconds(),
            passkey_challenge: String::new(),
        }
    }

    /// What a passkey must have signed.
    pub(crate) fn challenge(&self) -> Challenge {
        let began_at = Timestamp::from_seconds(self.began_at_seconds);
        Challenge {
            text: self.passkey_challenge.clone(),
            ends_at: began_at.plus_seconds(LIFETIME_SECONDS),
        }
    }
}
