//! Why a client did not prove itself, apart from secrets: assertions, certificates, federated credentials.
//!
//! In: nothing. Out: [`AssertionRefusal`], a part of [`super::Refusal`]. INVARIANT: no variant carries the assertion.

use oauth::{JwsError, Timestamp};

use crate::issuer_keys::FetchError;

/// Why a client did not prove itself.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AssertionRefusal {
    /// An application that has no credential sent one.
    #[error("credential sent by the public client `{application}`")]
    PublicClient {
        /// The client id.
        application: String,
    },
    /// The client opened the connection with a certificate that is none of the application's, and sent nothing else.
    #[error("tls certificate is none of application `{application}`")]
    TlsCertificateUnknown {
        /// The client id.
        application: String,
        /// SHA-1 of the certificate, base64url.
        thumbprint: String,
    },

    /// The assertion is not a JWT that can be looked at.
    #[error("client assertion cannot be read")]
    Malformed(#[source] JwsError),
    /// A claim that is needed is missing, or is not a number where it must be one.
    #[error("client assertion has no usable claim `{claim}`")]
    ClaimMissing {
        /// The claim.
        claim: &'static str,
    },
    /// It is signed by an algorithm that is not taken, or that does not fit the key.
    #[error("client assertion is signed by `{algorithm}`")]
    Algorithm {
        /// The algorithm.
        algorithm: String,
    },
    /// It names another application than the request.
    #[error("client assertion of `{issuer}` for application `{application}`")]
    OtherApplication {
        /// The client id of the request.
        application: String,
        /// The `iss` claim.
        issuer: String,
    },
    /// Issuer and subject are not the same application.
    #[error("client assertion of application `{application}` has the subject `{subject}`")]
    OtherSubject {
        /// The client id.
        application: String,
        /// The `sub` claim.
        subject: String,
    },
    /// It names a certificate that is none of the application's, or the application has none.
    #[error("client assertion names no certificate of application `{application}`")]
    KeyNotFound {
        /// The client id.
        application: String,
        /// The thumbprint that the assertion names; empty where it names none.
        thumbprint: String,
    },
    /// The signature is right and the certificate's time is over.
    #[error("certificate `{thumbprint}` of application `{application}` expired")]
    KeyExpired {
        /// The client id.
        application: String,
        /// SHA-1 of the certificate, base64url.
        thumbprint: String,
    },
    /// The signature is right and the certificate's time has not begun.
    #[error("certificate `{thumbprint}` of application `{application}` not valid yet")]
    KeyNotYetValid {
        /// The client id.
        application: String,
        /// SHA-1 of the certificate, base64url.
        thumbprint: String,
    },
    /// The signature was not made with the key.
    #[error("signature of a client assertion for application `{application}` does not verify")]
    Signature {
        /// The client id.
        application: String,
    },
    /// It was made for somebody else.
    #[error("client assertion for the audience `{audience}`")]
    Audience {
        /// The client id.
        application: String,
        /// The `aud` claim.
        audience: String,
    },
    /// It is not valid now.
    #[error("client assertion outside of its time, {boundary} at {at}")]
    Time {
        /// The present moment.
        now: Timestamp,
        /// Which end of its time.
        boundary: Boundary,
        /// That end.
        at: Timestamp,
    },
    /// It was sent before, by an application whose assertions count once.
    #[error("client assertion of application `{application}` sent again")]
    SentAgain {
        /// The client id.
        application: String,
    },

    /// It was issued by this authority itself.
    #[error("token of the own issuer `{issuer}` shown as a federated assertion")]
    OwnToken {
        /// The `iss` claim.
        issuer: String,
    },
    /// The application trusts no foreign issuer at all.
    #[error("application `{application}` has no federated credential")]
    FederatedNone {
        /// The client id.
        application: String,
        /// The `iss` claim.
        issuer: String,
        /// The `sub` claim.
        subject: String,
        /// The `aud` claim.
        audience: String,
    },
    /// The application trusts other issuers.
    #[error("issuer `{issuer}` matches no federated credential")]
    FederatedIssuer {
        /// The `iss` claim.
        issuer: String,
    },
    /// The application trusts this issuer for other subjects.
    #[error("subject `{subject}` matches no federated credential")]
    FederatedSubject {
        /// The `sub` claim.
        subject: String,
    },
    /// The application trusts this issuer and subject for another audience.
    #[error("audience `{audience}` matches no federated credential")]
    FederatedAudience {
        /// The `aud` claim.
        audience: String,
    },
    /// The issuer publishes no key of the name in the assertion.
    #[error("key `{key_id}` is not published by `{issuer}`")]
    FederatedKeyNotFound {
        /// The issuer.
        issuer: String,
        /// The `kid` of the assertion; empty where it names none.
        key_id: String,
    },
    /// The issuer's keys could not be had.
    #[error("could not get the keys of issuer `{issuer}`")]
    IssuerUnavailable {
        /// The issuer.
        issuer: String,
        /// What happened.
        #[source]
        source: FetchError,
    },
}

/// An end of an assertion's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Boundary {
    /// It begins later.
    Begins,
    /// It ended earlier.
    Ended,
    /// It ends later than assertions may that count once.
    EndsTooLate,
}

impl std::fmt::Display for Boundary {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Begins => "begins",
            Self::Ended => "ended",
            Self::EndsTooLate => "ends too late",
        })
    }
}
