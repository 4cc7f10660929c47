//! Claims of app-only access tokens: the facts of a grant come in, the wire form of v1.0 or v2.0 goes out.
//!
//! The opaque claims `aio` and `rh` of the real service are left out: resources must ignore them.
//!
//! INVARIANT: `oid` and `sub` are the same service principal, `iat` equals `nbf` and lies 300 s before the issue.

use std::fmt;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::ids::{AppId, ObjectId, TenantId};

/// How far `iat` and `nbf` are dated back, so that a resource whose clock is behind takes a fresh token.
const BACKDATED_S: i64 = 300;

/// The format of a token, chosen by the resource it is for, not by the endpoint that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenVersion {
    /// `ver` 1.0: what Dataverse and Graph receive.
    V1,
    /// `ver` 2.0: a resource with `requestedAccessTokenVersion` 2.
    V2,
}

impl TokenVersion {
    /// The `ver` claim.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1.0",
            Self::V2 => "2.0",
        }
    }
}

/// How the client proved itself: the `appidacr` or `azpacr` claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClientProof {
    /// A public client: no proof.
    None,
    /// A client secret.
    Secret,
    /// A certificate or a federated assertion.
    Certificate,
}

impl ClientProof {
    /// The text of the claim: a digit in a string.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Secret => "1",
            Self::Certificate => "2",
        }
    }
}

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
}

impl<'a> AppTokenClaims<'a> {
    /// The claims of a v1.0 token.
    #[must_use]
    pub fn v1(&self) -> AccessTokenV1<'a> {
        AccessTokenV1 {
            aud: self.audience,
            iss: self.issuer,
            iat: self.backdated_s(),
            nbf: self.backdated_s(),
            exp: self.expires_s(),
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
        }
    }

    /// The claims of a v2.0 token.
    #[must_use]
    pub fn v2(&self) -> AccessTokenV2<'a> {
        AccessTokenV2 {
            aud: self.audience,
            iss: self.issuer,
            iat: self.backdated_s(),
            nbf: self.backdated_s(),
            exp: self.expires_s(),
            azp: self.app_id,
            azpacr: self.proof.as_str(),
            oid: self.service_principal,
            roles: self.roles,
            sub: self.service_principal,
            tid: self.tenant,
            uti: self.token_id,
            ver: TokenVersion::V2.as_str(),
        }
    }

    fn backdated_s(&self) -> i64 {
        self.issued.plus_seconds(-BACKDATED_S).seconds()
    }

    fn expires_s(&self) -> i64 {
        self.issued.plus_seconds(self.lifetime_s).seconds()
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
}

fn as_text<S: Serializer>(id: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

fn as_texts<S: Serializer>(ids: &[Uuid], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(ids.iter().map(Uuid::to_string))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims<'a>(roles: &'a [String], directory_roles: &'a [Uuid]) -> AppTokenClaims<'a> {
        AppTokenClaims {
            audience: "https://fabrikam.crm.example.test",
            issuer: "https://login.example.test/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/",
            tenant: "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b".parse().unwrap(),
            app_id: "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10".parse().unwrap(),
            app_display_name: "Nightly sync",
            service_principal: "e2f1a0b9-8c7d-4e6f-a5b4-c3d2e1f0a9b8".parse().unwrap(),
            proof: ClientProof::Secret,
            roles,
            directory_roles,
            tenant_region: (!roles.is_empty()).then_some("EU"),
            tenant_created: (!roles.is_empty()).then_some(Timestamp::from_seconds(1_609_459_200)),
            token_id: "PXr8pzjFQLiaWSnd1gHQIg",
            issued: Timestamp::from_seconds(1_760_000_000),
            lifetime_s: 3_600,
        }
    }

    fn check(claims: &impl Serialize, expected: &str) {
        assert_eq!(serde_json::to_string(claims).unwrap(), expected);
    }

    #[test]
    fn empty_claims_are_left_out() {
        check(
            &claims(&[], &[]).v1(),
            concat!(
                r#"{"aud":"https://fabrikam.crm.example.test","#,
                r#""iss":"https://login.example.test/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/","#,
                r#""iat":1759999700,"nbf":1759999700,"exp":1760003600,"app_displayname":"Nightly sync","#,
                r#""appid":"0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10","appidacr":"1","#,
                r#""idp":"https://login.example.test/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/","idtyp":"app","#,
                r#""oid":"e2f1a0b9-8c7d-4e6f-a5b4-c3d2e1f0a9b8","sub":"e2f1a0b9-8c7d-4e6f-a5b4-c3d2e1f0a9b8","#,
                r#""tid":"5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b","uti":"PXr8pzjFQLiaWSnd1gHQIg","ver":"1.0"}"#
            ),
        );
        check(
            &claims(&[], &[]).v2(),
            concat!(
                r#"{"aud":"https://fabrikam.crm.example.test","#,
                r#""iss":"https://login.example.test/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/","#,
                r#""iat":1759999700,"nbf":1759999700,"exp":1760003600,"#,
                r#""azp":"0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10","azpacr":"1","#,
                r#""oid":"e2f1a0b9-8c7d-4e6f-a5b4-c3d2e1f0a9b8","sub":"e2f1a0b9-8c7d-4e6f-a5b4-c3d2e1f0a9b8","#,
                r#""tid":"5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b","uti":"PXr8pzjFQLiaWSnd1gHQIg","ver":"2.0"}"#
            ),
        );
    }

    #[test]
    fn roles_region_and_creation_are_printed_when_there() {
        let roles = ["Orders.Read.All".to_owned()];
        let directory_roles = [Uuid::try_parse("0997a1d0-0d1d-4acb-b408-d5ca73121e90").unwrap()];
        let claims = claims(&roles, &directory_roles);
        let v1 = serde_json::to_value(claims.v1()).unwrap();
        assert_eq!(v1.get("roles"), Some(&serde_json::json!(["Orders.Read.All"])));
        assert_eq!(
            v1.get("wids"),
            Some(&serde_json::json!(["0997a1d0-0d1d-4acb-b408-d5ca73121e90"]))
        );
        assert_eq!(v1.get("tenant_region_scope"), Some(&serde_json::json!("EU")));
        assert_eq!(v1.get("xms_tcdt"), Some(&serde_json::json!(1_609_459_200)));
        let v2 = serde_json::to_value(claims.v2()).unwrap();
        assert_eq!(v2.get("roles"), Some(&serde_json::json!(["Orders.Read.All"])));
    }

    #[test]
    fn proofs_are_digits() {
        let texts = [ClientProof::None, ClientProof::Secret, ClientProof::Certificate].map(ClientProof::as_str);
        assert_eq!(texts, ["0", "1", "2"]);
    }
}
