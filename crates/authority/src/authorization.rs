//! What a person let an application have: what a code or a device code stands for, and a refresh token goes on with.
//!
//! In: a finished sign-in with its consent. Out: [`Authorization`], kept as JSON beside the hash of the code or token.
//! INVARIANT: it records what was decided then; whoever redeems it checks anew what still holds (person, consent,
//! service principal, sessions).

use oauth::{AppId, ObjectId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A person's authorization of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Authorization {
    /// The tenant that issues.
    pub(crate) tenant: TenantId,
    /// The application.
    pub(crate) app_id: AppId,
    /// The person.
    pub(crate) person: ObjectId,
    /// The scope as it was asked for, OpenID Connect's words included; for the v1.0 endpoints these words only.
    pub(crate) scope: String,
    /// The `resource` of the v1.0 endpoints.
    pub(crate) resource: Option<String>,
    /// To be repeated in the ID token.
    pub(crate) nonce: Option<String>,
    /// The sign-in.
    pub(crate) sign_in: SignIn,
    /// The thumbprint of the key to which the tokens shall be bound (`dpop_jkt`).
    pub(crate) key_thumbprint: Option<String>,
}

/// When and how a person signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignIn {
    /// The session: the `sid` claim.
    pub(crate) session: Uuid,
    /// Seconds since 1970: the `auth_time` claim.
    pub(crate) at_seconds: i64,
    /// How the person proved themselves: the `amr` claim.
    pub(crate) methods: Vec<Method>,
}

/// A way in which a person proved themselves (RFC 8176).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Method {
    /// A password.
    Pwd,
    /// A one-time password.
    Otp,
    /// A passkey. Not `hwk`: nobody can tell whether its key is in hardware.
    Fido,
    /// More than one factor.
    Mfa,
}

impl SignIn {
    /// When.
    pub(crate) fn at(&self) -> Timestamp {
        Timestamp::from_seconds(self.at_seconds)
    }
}

impl Method {
    /// The way that a word in the `amr` claim names.
    pub(crate) fn of(word: &str) -> Option<Self> {
        [Self::Pwd, Self::Otp, Self::Fido, Self::Mfa]
            .into_iter()
            .find(|method| method.as_str() == word)
    }

    /// The word in the `amr` claim.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pwd => "pwd",
            Self::Otp => "otp",
            Self::Fido => "fido",
            Self::Mfa => "mfa",
        }
    }
}
