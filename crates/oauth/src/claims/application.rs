//! Claims of app-only access tokens.
//!
//! In: the facts of a grant to an application. Out: the wire form of v1.0 or v2.0.
//!
//! INVARIANT: `oid` and `sub` are the same service principal, and there is no `scp`.

use serde::Serialize;
use uuid::Uuid;

use super::{ClientProof, TokenVersion, as_text, as_texts, backdated_s, expires_s};
use crate::clock::Timestamp;
use crate::confirmation::Confirmation;
use crate::ids::{AppId, ObjectId, TenantId};

/// What an app-only access token says, whatever its version.
#[derive(Clone, Copy, Debug)]
pub struct AppTokenClaims<'a> {
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
    /// `oid` and `sub`: the client's service principal in the tenant.
    pub service_principal: ObjectId,
    /// How the client proved itself.
    pub proof: ClientProof,
    /// `roles`: values of the app roles granted at the resource; no claim when empty.
    pub roles: &'a [String],
    /// `wids`: template ids of directory roles, v1.0 only; no claim when empty.
    pub directory_roles: &'a [Uuid],
    /// `tenant_region_scope`, v1.0 only.
    pub tenant_region: Option<&'a str>,
    /// `xms_tcdt`: when the tenant was made, v1.0 only.
    pub tenant_created: Option<Timestamp>,
    /// `uti`: the name of this token in the sign-in log, 22 characters of base64url.
    pub token_id: &'a str,
    /// The true moment of issue.
    pub issued: Timestamp,
    /// Seconds from the issue to `exp`.
    pub lifetime_s: i64,
    /// `cnf`: the key that the token is bound to; no claim for a bearer token.
    pub confirmation: Option<&'a Confirmation>,
}

impl<'a> AppTokenClaims<'a> {
    /// The claims of a v1.0 token.
    #[must_use]
    pub fn v1(&self) -> AccessTokenV1<'a> {
        AccessTokenV1 {
            aud: self.audience,
            iss: self.issuer,
            iat: backdated_s(self.issued),
            nbf: backdated_s(self.issued),
            exp: expires_s(self.issued, self.lifetime_s),
            app_displayname: self.app_display_name,
            appid: self.app_id,
            appidacr: self.proof.as_str(),
            idp: self.issuer,
            idtyp: "app",
            oid: self.service_principal,
            roles: self.roles,
            sub: self.service_principal,
            tenant_region_scope: self.tenant_region,
            tid: self.tenant,
            uti: self.token_id,
            ver: TokenVersion::V1.as_str(),
            wids: self.directory_roles,
            xms_tcdt: self.tenant_created.map(Timestamp::seconds),
            cnf: self.confirmation,
        }
    }

    /// The claims of a v2.0 token.
    #[must_use]
    pub fn v2(&self) -> AccessTokenV2<'a> {
        AccessTokenV2 {
            aud: self.audience,
            iss: self.issuer,
            iat: backdated_s(self.issued),
            nbf: backdated_s(self.issued),
            exp: expires_s(self.issued, self.lifetime_s),
            azp: self.app_id,
            azpacr: self.proof.as_str(),
            oid: self.service_principal,
            roles: self.roles,
            sub: self.service_principal,
            tid: self.tenant,
            uti: self.token_id,
            ver: TokenVersion::V2.as_str(),
            cnf: self.confirmation,
        }
    }
}

/// Wire form of an app-only access token, version 1.0. Made by [`AppTokenClaims::v1`].
#[derive(Clone, Debug, Serialize)]
pub struct AccessTokenV1<'a> {
    aud: &'a str,
    iss: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    app_displayname: &'a str,
    #[serde(serialize_with = "as_text")]
    appid: AppId,
    appidacr: &'static str,
    idp: &'a str,
    idtyp: &'static str,
    #[serde(serialize_with = "as_text")]
    oid: ObjectId,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    roles: &'a [String],
    #[serde(serialize_with = "as_text")]
    sub: ObjectId,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_region_scope: Option<&'a str>,
    #[serde(serialize_with = "as_text")]
    tid: TenantId,
    uti: &'a str,
    ver: &'static str,
    #[serde(skip_serializing_if = "<[Uuid]>::is_empty", serialize_with = "as_texts")]
    wids: &'a [Uuid],
    #[serde(skip_serializing_if = "Option::is_none")]
    xms_tcdt: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<&'a Confirmation>,
}

/// Wire form of an app-only access token, version 2.0. Made by [`AppTokenClaims::v2`].
#[derive(Clone, Debug, Serialize)]
pub struct AccessTokenV2<'a> {
    aud: &'a str,
    iss: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    #[serde(serialize_with = "as_text")]
    azp: AppId,
    azpacr: &'static str,
    #[serde(serialize_with = "as_text")]
    oid: ObjectId,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    roles: &'a [String],
    #[serde(serialize_with = "as_text")]
    sub: ObjectId,
    #[serde(serialize_with = "as_text")]
    tid: TenantId,
    uti: &'a str,
    ver: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<&'a Confirmation>,
}
