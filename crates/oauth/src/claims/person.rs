//! Claims of delegated access tokens.
//!
//! In: the facts of a grant to an application that speaks for a person. Out: the wire form of v1.0 or v2.0.
//!
//! INVARIANT: `scp` is always there, by which a resource tells the token from an app-only one.

use serde::Serialize;
use uuid::Uuid;

use super::{ClientProof, Groups, TokenVersion, as_text, as_texts, backdated_s, expires_s};
use crate::clock::Timestamp;
use crate::confirmation::Confirmation;
use crate::ids::{AppId, ObjectId, TenantId};

/// `acr` of a person who signed in with credentials of their own.
const AUTHENTICATED: &str = "1";

/// What a delegated access token says, whatever its version.
#[derive(Clone, Copy, Debug)]
pub struct PersonTokenClaims<'a> {
    /// `aud`: in v1.0 the resource as it was asked for, in v2.0 the resource's app id.
    pub audience: &'a str,
    /// `iss`: the issuer in the form of the token's version, with the GUID of the issuing tenant.
    pub issuer: &'a str,
    /// `tid`: the tenant that issues.
    pub tenant: TenantId,
    /// `appid` or `azp`: the client.
    pub app_id: AppId,
    /// `app_displayname`, v1.0 only.
    pub app_display_name: &'a str,
    /// How the client proved itself.
    pub proof: ClientProof,
    /// `oid`: the person.
    pub person: ObjectId,
    /// `sub`: the person as this client sees them, by [`crate::pairwise_subject`].
    pub subject: &'a str,
    /// `upn` and `unique_name` in v1.0, `preferred_username` in v2.0.
    pub upn: &'a str,
    /// `name`.
    pub display_name: &'a str,
    /// `given_name`, v1.0 only.
    pub given_name: Option<&'a str>,
    /// `family_name`, v1.0 only.
    pub surname: Option<&'a str>,
    /// `email`.
    pub email: Option<&'a str>,
    /// `scp`: the names of the granted scopes without their resource, with spaces between; at least one.
    pub scopes: &'a str,
    /// `roles`: values of the app roles that the person has at the resource; no claim when empty.
    pub roles: &'a [String],
    /// `groups`, or where to ask for them.
    pub groups: Groups<'a>,
    /// `wids`: template ids of the person's directory roles; no claim when empty.
    pub directory_roles: &'a [Uuid],
    /// `amr`: how the person proved themselves, such as `pwd` (RFC 8176), v1.0 only.
    pub methods: &'a [&'a str],
    /// `auth_time`: when they did (RFC 9068 section 2.2.1).
    pub authenticated: Timestamp,
    /// `sid`: the session.
    pub session_id: &'a str,
    /// `uti`: the name of this token in the sign-in log, 22 characters of base64url.
    pub token_id: &'a str,
    /// The true moment of issue.
    pub issued: Timestamp,
    /// Seconds from the issue to `exp`.
    pub lifetime_s: i64,
    /// `cnf`: the key that the token is bound to; no claim for a bearer token.
    pub confirmation: Option<&'a Confirmation>,
}

impl<'a> PersonTokenClaims<'a> {
    /// The claims of a v1.0 token.
    #[must_use]
    pub fn v1(&self) -> PersonAccessTokenV1<'a> {
        PersonAccessTokenV1 {
            aud: self.audience,
            iss: self.issuer,
            iat: backdated_s(self.issued),
            nbf: backdated_s(self.issued),
            exp: expires_s(self.issued, self.lifetime_s),
            acr: AUTHENTICATED,
            amr: self.methods,
            app_displayname: self.app_display_name,
            appid: self.app_id,
            appidacr: self.proof.as_str(),
            auth_time: self.authenticated.seconds(),
            email: self.email,
            family_name: self.surname,
            given_name: self.given_name,
            groups: self.groups,
            name: self.display_name,
            oid: self.person,
            roles: self.roles,
            scp: self.scopes,
            sid: self.session_id,
            sub: self.subject,
            tid: self.tenant,
            unique_name: self.upn,
            upn: self.upn,
            uti: self.token_id,
            ver: TokenVersion::V1.as_str(),
            wids: self.directory_roles,
            cnf: self.confirmation,
        }
    }

    /// The claims of a v2.0 token.
    #[must_use]
    pub fn v2(&self) -> PersonAccessTokenV2<'a> {
        PersonAccessTokenV2 {
            aud: self.audience,
            iss: self.issuer,
            iat: backdated_s(self.issued),
            nbf: backdated_s(self.issued),
            exp: expires_s(self.issued, self.lifetime_s),
            auth_time: self.authenticated.seconds(),
            azp: self.app_id,
            azpacr: self.proof.as_str(),
            email: self.email,
            groups: self.groups,
            name: self.display_name,
            oid: self.person,
            preferred_username: self.upn,
            roles: self.roles,
            scp: self.scopes,
            sid: self.session_id,
            sub: self.subject,
            tid: self.tenant,
            uti: self.token_id,
            ver: TokenVersion::V2.as_str(),
            wids: self.directory_roles,
            cnf: self.confirmation,
        }
    }
}

/// Wire form of a delegated access token, version 1.0. Made by [`PersonTokenClaims::v1`].
#[derive(Clone, Debug, Serialize)]
pub struct PersonAccessTokenV1<'a> {
    aud: &'a str,
    iss: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    acr: &'static str,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    amr: &'a [&'a str],
    app_displayname: &'a str,
    #[serde(serialize_with = "as_text")]
    appid: AppId,
    appidacr: &'static str,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<&'a str>,
    #[serde(flatten)]
    groups: Groups<'a>,
    name: &'a str,
    #[serde(serialize_with = "as_text")]
    oid: ObjectId,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    roles: &'a [String],
    scp: &'a str,
    sid: &'a str,
    sub: &'a str,
    #[serde(serialize_with = "as_text")]
    tid: TenantId,
    unique_name: &'a str,
    upn: &'a str,
    uti: &'a str,
    ver: &'static str,
    #[serde(skip_serializing_if = "<[Uuid]>::is_empty", serialize_with = "as_texts")]
    wids: &'a [Uuid],
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<&'a Confirmation>,
}

/// Wire form of a delegated access token, version 2.0. Made by [`PersonTokenClaims::v2`].
#[derive(Clone, Debug, Serialize)]
pub struct PersonAccessTokenV2<'a> {
    aud: &'a str,
    iss: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    auth_time: i64,
    #[serde(serialize_with = "as_text")]
    azp: AppId,
    azpacr: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(flatten)]
    groups: Groups<'a>,
    name: &'a str,
    #[serde(serialize_with = "as_text")]
    oid: ObjectId,
    preferred_username: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    roles: &'a [String],
    scp: &'a str,
    sid: &'a str,
    sub: &'a str,
    #[serde(serialize_with = "as_text")]
    tid: TenantId,
    uti: &'a str,
    ver: &'static str,
    #[serde(skip_serializing_if = "<[Uuid]>::is_empty", serialize_with = "as_texts")]
    wids: &'a [Uuid],
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<&'a Confirmation>,
}
