//! Claims of id tokens (OpenID Connect Core section 2).
//!
//! In: who signed in, and how. Out: the wire form of v1.0 or v2.0.
//!
//! INVARIANT: the audience is the client; names are there only when the client was given the scope `profile`.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::{Groups, TokenVersion, as_text, backdated_s, expires_s};
use crate::clock::Timestamp;
use crate::ids::{AppId, ObjectId, TenantId};
use crate::secret::Secret;

/// What the scope `profile` opens.
#[derive(Clone, Copy, Debug)]
pub struct ProfileClaims<'a> {
    /// `oid`: the person.
    pub person: ObjectId,
    /// `unique_name` and `upn` in v1.0, `preferred_username` in v2.0.
    pub upn: &'a str,
    /// `name`.
    pub display_name: &'a str,
    /// `given_name`, v1.0 only.
    pub given_name: Option<&'a str>,
    /// `family_name`, v1.0 only.
    pub surname: Option<&'a str>,
}

/// What an id token says, whatever its version.
#[derive(Clone, Copy, Debug)]
pub struct IdTokenClaims<'a> {
    /// `aud`: the client.
    pub audience: AppId,
    /// `iss`: the issuer in the form of the endpoint that was asked, with the GUID of the issuing tenant.
    pub issuer: &'a str,
    /// `tid`: the tenant that issues.
    pub tenant: TenantId,
    /// `sub`: the person as this client sees them, by [`crate::pairwise_subject`].
    pub subject: &'a str,
    /// What the scope `profile` opens.
    pub profile: Option<ProfileClaims<'a>>,
    /// `email`: what the scope `email` opens.
    pub email: Option<&'a str>,
    /// `nonce` of the authorization request.
    pub nonce: Option<&'a str>,
    /// `auth_time`: when the person proved themselves; when the client asked for it or sent `max_age`.
    pub authenticated: Option<Timestamp>,
    /// `amr`: how they did, such as `pwd` (RFC 8176), v1.0 only.
    pub methods: &'a [&'a str],
    /// `c_hash`: the [`half_hash`] of the code, when this token comes beside one from the authorization endpoint.
    pub code_hash: Option<&'a str>,
    /// `at_hash`: the [`half_hash`] of the access token, likewise.
    pub access_token_hash: Option<&'a str>,
    /// `login_hint`: opaque, for the next sign-in or sign-out, when the client asked for it.
    pub login_hint: Option<&'a str>,
    /// `sid`: the session.
    pub session_id: &'a str,
    /// `roles`: values of the app roles that the person has at the client; no claim when empty.
    pub roles: &'a [String],
    /// `groups`, or where to ask for them.
    pub groups: Groups<'a>,
    /// `uti`: the name of this token in the sign-in log, 22 characters of base64url.
    pub token_id: &'a str,
    /// The true moment of issue.
    pub issued: Timestamp,
    /// Seconds from the issue to `exp`.
    pub lifetime_s: i64,
}

/// `c_hash` or `at_hash`: the left half of the SHA-256 in base64url (OpenID Connect Core section 3.3.2.11). The
/// algorithm of an id token is always one with SHA-256.
#[must_use]
pub fn half_hash(value: &Secret<String>) -> String {
    let hash = digest::digest(&digest::SHA256, value.expose().as_bytes());
    let half = hash.as_ref().get(..digest::SHA256_OUTPUT_LEN / 2).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(half)
}

impl<'a> IdTokenClaims<'a> {
    /// The claims of a v1.0 token.
    #[must_use]
    pub fn v1(&self) -> IdTokenV1<'a> {
        let profile = self.profile;
        IdTokenV1 {
            amr: self.methods,
            family_name: profile.and_then(|profile| profile.surname),
            given_name: profile.and_then(|profile| profile.given_name),
            unique_name: profile.map(|profile| profile.upn),
            upn: profile.map(|profile| profile.upn),
            ver: TokenVersion::V1.as_str(),
            shared: self.shared(),
        }
    }

    /// The claims of a v2.0 token.
    #[must_use]
    pub fn v2(&self) -> IdTokenV2<'a> {
        IdTokenV2 {
            preferred_username: self.profile.map(|profile| profile.upn),
            ver: TokenVersion::V2.as_str(),
            shared: self.shared(),
        }
    }

    fn shared(&self) -> SharedClaims<'a> {
        SharedClaims {
            aud: self.audience,
            iss: self.issuer,
            iat: backdated_s(self.issued),
            nbf: backdated_s(self.issued),
            exp: expires_s(self.issued, self.lifetime_s),
            auth_time: self.authenticated.map(Timestamp::seconds),
            at_hash: self.access_token_hash,
            c_hash: self.code_hash,
            email: self.email,
            groups: self.groups,
            login_hint: self.login_hint,
            name: self.profile.map(|profile| profile.display_name),
            nonce: self.nonce,
            oid: self.profile.map(|profile| Text(profile.person)),
            roles: self.roles,
            sid: self.session_id,
            sub: self.subject,
            tid: self.tenant,
            uti: self.token_id,
        }
    }
}

/// An id that is printed as its hyphenated text.
#[derive(Clone, Debug, Serialize)]
struct Text(#[serde(serialize_with = "as_text")] ObjectId);

/// What both versions have.
#[derive(Clone, Debug, Serialize)]
struct SharedClaims<'a> {
    #[serde(serialize_with = "as_text")]
    aud: AppId,
    iss: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_hash: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    c_hash: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(flatten)]
    groups: Groups<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    login_hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oid: Option<Text>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    roles: &'a [String],
    sid: &'a str,
    sub: &'a str,
    #[serde(serialize_with = "as_text")]
    tid: TenantId,
    uti: &'a str,
}

/// Wire form of an id token, version 1.0. Made by [`IdTokenClaims::v1`].
#[derive(Clone, Debug, Serialize)]
pub struct IdTokenV1<'a> {
    #[serde(flatten)]
    shared: SharedClaims<'a>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    amr: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unique_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upn: Option<&'a str>,
    ver: &'static str,
}

/// Wire form of an id token, version 2.0. Made by [`IdTokenClaims::v2`].
#[derive(Clone, Debug, Serialize)]
pub struct IdTokenV2<'a> {
    #[serde(flatten)]
    shared: SharedClaims<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<&'a str>,
    ver: &'static str,
}
