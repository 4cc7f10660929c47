//! Tokens as an authority would issue them, signed by a key that all tests share.

use std::sync::LazyLock;

use oauth::{Algorithm, AppTokenClaims, ClientProof, Clock, Confirmation, KeySet, SigningKey, Timestamp, TokenVersion};
use serde_json::{Value, json};

use super::{Application, Human, PORTAL, World, tenant};

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Rs256).unwrap());

/// The v1 and the v2 issuer of the tenant.
pub(crate) fn issuers() -> Vec<String> {
    let tenant = tenant();
    vec![
        format!("https://sts.example.test/{tenant}/"),
        format!("https://login.example.test/{tenant}/v2.0"),
    ]
}

pub(super) fn keys() -> KeySet {
    KeySet::new(vec![KEY.public_jwk(None)]).unwrap()
}

impl World {
    /// An app-only token for the environment, good for an hour.
    pub(crate) fn token(&self, application: &Application) -> String {
        self.token_for(application, &self.address.urls[0])
    }

    /// An app-only token for any audience.
    pub(crate) fn token_for(&self, application: &Application, audience: &str) -> String {
        self.app_token(application, audience, None)
    }

    /// An app-only token for the environment that is bound to a key.
    pub(crate) fn bound_token(&self, application: &Application, confirmation: &Confirmation) -> String {
        self.app_token(application, &self.address.urls[0], Some(confirmation))
    }

    fn app_token(&self, application: &Application, audience: &str, confirmation: Option<&Confirmation>) -> String {
        let issuers = issuers();
        let claims = AppTokenClaims {
            audience,
            issuer: &issuers[0],
            tenant: tenant(),
            app_id: application.app,
            app_display_name: "an application",
            service_principal: application.object,
            proof: ClientProof::Secret,
            roles: &[],
            directory_roles: &[],
            tenant_region: None,
            tenant_created: None,
            token_id: "PXr8pzjFQLiaWSnd1gHQIg",
            issued: self.clock.now(),
            lifetime_s: 3_600,
            confirmation,
        };
        KEY.sign(TokenVersion::V1, &claims.v1()).unwrap()
    }

    /// A token of a person who has signed in to the portal, good for an hour.
    pub(crate) fn person_token(&self, human: &Human) -> String {
        self.token_of(&self.person_claims(human, self.clock.now()))
    }

    /// The claims of such a token, issued at this time.
    pub(crate) fn person_claims(&self, human: &Human, at: Timestamp) -> Value {
        let at = at.seconds();
        json!({
            "aud": self.address.urls[0], "iss": issuers()[0], "iat": at, "nbf": at, "exp": at + 3_600,
            "appid": PORTAL.app.to_string(), "oid": human.object.to_string(),
            "sub": "person", "scp": "user_impersonation", "tid": tenant().to_string(), "ver": "1.0",
            "upn": human.name, "uti": "PXr8pzjFQLiaWSnd1gHQIg",
        })
    }

    /// A token with these claims, signed by the authority's key.
    #[expect(clippy::unused_self, reason = "asked of the world like every other token")]
    pub(crate) fn token_of(&self, claims: &serde_json::Value) -> String {
        KEY.sign(TokenVersion::V1, claims).unwrap()
    }
}
