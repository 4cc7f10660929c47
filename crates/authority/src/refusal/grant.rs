//! Why a code, a refresh token, a device code or an assertion of a person cannot be redeemed.
//!
//! In: nothing. Out: [`GrantRefusal`], a part of [`super::Refusal`]. INVARIANT: no variant carries a secret.

use oauth::{Timestamp, TokenError};

/// Why what a person gave cannot be redeemed, or an application cannot have what it asks for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GrantRefusal {
    /// It is none that was made here, or was made for another client.
    #[error("{what} unknown, or of another client")]
    Unusable {
        /// Code, refresh token or device code.
        what: &'static str,
    },
    /// Its time is over.
    #[error("{what} expired")]
    Expired {
        /// Code, refresh token or device code.
        what: &'static str,
    },
    /// The code has been redeemed before.
    #[error("code redeemed before")]
    CodeUsed,
    /// It was made in another tenant than the one of the path.
    #[error("made in another tenant than `{tenant}`")]
    TenantMismatch {
        /// The tenant of the path.
        tenant: String,
    },
    /// The redirect URI is not the one to which the code was sent.
    #[error("redirect uri differs from that of the authorization request")]
    RedirectUriMismatch,
    /// The verifier is not the one of the challenge.
    #[error("code verifier does not match")]
    VerifierMismatch,
    /// The verifier is none (RFC 7636 section 4.1).
    #[error("code verifier malformed")]
    VerifierMalformed,
    /// There is a challenge and no verifier.
    #[error("code verifier missing")]
    VerifierMissing,
    /// There is a verifier and no challenge: somebody took the challenge away (RFC 9700 section 4.8.2).
    #[error("code verifier without a code challenge")]
    VerifierUnexpected,
    /// A page in a browser redeems a code that it asked for without a challenge.
    #[error("code of a page has no challenge")]
    ChallengeMissing,
    /// What was made for a page in a browser is redeemed by something else.
    #[error("grant of a single-page application redeemed outside of a page")]
    PageOnly,
    /// It is bound to a key, and the client showed none or another.
    #[error("bound to another key")]
    KeyMismatch,
    /// The client must prove itself for this grant and did not.
    #[error("client without a credential")]
    ClientUnproved,

    /// The scope cannot be read.
    #[error("scope `{scope}` malformed")]
    ScopeMalformed {
        /// The scope.
        scope: String,
    },
    /// The scope names more than one resource.
    #[error("scope `{scope}` names several resources")]
    SeveralResources {
        /// The scope.
        scope: String,
    },
    /// Nothing is left that a token could be for.
    #[error("scope names nothing to be had")]
    ScopeEmpty,
    /// The resource offers no such scope.
    #[error("scope `{scope}` not offered by `{resource}`")]
    ScopeNotOffered {
        /// The scope.
        scope: String,
        /// The resource's application.
        resource: String,
    },
    /// The application asked for all that it registered, and it registered nothing of this resource.
    #[error("application `{application}` registered nothing of `{resource}`")]
    NothingRegistered {
        /// The client id.
        application: String,
        /// The resource's application.
        resource: String,
    },
    /// The resource serves assigned applications only.
    #[error("application `{application}` not assigned to a role of `{resource}`")]
    ApplicationNotAssigned {
        /// The client id.
        application: String,
        /// The resource's application.
        resource: String,
    },

    /// The refresh token was not used for too long.
    #[error("refresh token of {issued} inactive")]
    RefreshTokenInactive {
        /// When it was made.
        issued: Timestamp,
        /// How long it may lie.
        limit_seconds: i64,
    },
    /// The refresh token of a page has come to its fixed end.
    #[error("refresh token of a page, of {issued}, at its end")]
    RefreshTokenEnded {
        /// When the first of its family was made.
        issued: Timestamp,
    },
    /// The refresh token was used before, and not just now: one of two holders is a thief.
    #[error("refresh token used again")]
    RefreshTokenReused,
    /// The refresh token was revoked.
    #[error("refresh token revoked")]
    RefreshTokenRevoked,
    /// The person's sessions were revoked after the sign-in.
    #[error("sign-in of {signed_in} before sessions were revoked at {valid_from}")]
    SessionsRevoked {
        /// When the person signed in.
        signed_in: Timestamp,
        /// From when on sign-ins count.
        valid_from: Timestamp,
    },
    /// The person's password was changed after they signed in with it.
    #[error("sign-in of {signed_in} by a password that was changed at {changed}")]
    PasswordChanged {
        /// When the person signed in.
        signed_in: Timestamp,
        /// When the password was changed.
        changed: Timestamp,
    },
    /// The person is no longer in the directory.
    #[error("person `{person}` gone")]
    PersonGone {
        /// The person's id.
        person: String,
        /// The tenant.
        tenant: String,
    },
    /// The person was switched off.
    #[error("person `{person}` disabled")]
    PersonDisabled {
        /// The person's id.
        person: String,
    },

    /// The assertion is an ID token.
    #[error("id token in place of an access token")]
    AssertionIsIdToken,
    /// The assertion's time is over, or has not begun.
    #[error("assertion outside of its time")]
    AssertionOutOfTime(#[source] TokenError),
    /// The assertion is no access token for the client.
    #[error("assertion refused")]
    AssertionRefused(#[source] TokenError),
    /// The assertion speaks for an application, not for a person.
    #[error("assertion speaks for no person")]
    AssertionWithoutPerson,

    /// The person has not answered yet.
    #[error("device code not answered yet")]
    AuthorizationPending,
    /// The person said no.
    #[error("device code declined")]
    AuthorizationDeclined,
    /// The device code is none, or was redeemed.
    #[error("device code unknown")]
    BadVerificationCode,
    /// The person did not answer in time.
    #[error("device code expired")]
    DeviceCodeExpired,
    /// An application for one tenant asks at an address of many.
    #[error("application `{application}` of one tenant asked at an alias")]
    SingleTenantApplication {
        /// The client id.
        application: String,
    },
    /// The application may not ask what tokens are worth.
    #[error("application `{application}` may not introspect")]
    IntrospectionOff {
        /// The client id.
        application: String,
    },
}
