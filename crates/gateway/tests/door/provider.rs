//! An OpenID provider that answers as it is told.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use aws_lc_rs::digest;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::{Algorithm, SigningKey};
use serde_json::{Value, json};
use url::Url;

pub(crate) const CLIENT: &str = "orders";
pub(crate) const CONTOSO: &str = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b";
pub(crate) const FABRIKAM: &str = "9d0cc36b-42ac-53ed-bbf2-81e96bd929ba";
pub(crate) const INA: &str = "b7c8d9e0-f1a2-4b3c-8d4e-5f6071829304";

/// Making keys takes long: all providers share these.
static KEYS: LazyLock<[SigningKey; 2]> =
    LazyLock::new(|| [0; 2].map(|_| SigningKey::generate(Algorithm::Es256).unwrap()));

/// What it does; changed by a test while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) is_away: bool,
    pub(crate) names_issuer: bool,
    /// Which key signs, and which are published.
    pub(crate) signing_key: usize,
    pub(crate) published_keys: Vec<usize>,
    /// Claims that replace the good ones; `null` takes one out.
    pub(crate) claims: Value,
    /// How often the keys were asked for.
    pub(crate) keys_asked: usize,
    /// What the token endpoint was last sent.
    pub(crate) form: HashMap<String, String>,
}

#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) origin: String,
    script: Arc<Mutex<Script>>,
    codes: Arc<Mutex<HashMap<String, Granted>>>,
    now_s: Arc<dyn Fn() -> i64 + Send + Sync>,
}

/// A code with what it was given for.
#[derive(Clone)]
struct Granted {
    nonce: String,
    challenge: String,
    redirect_uri: String,
}

impl Provider {
    pub(crate) async fn start(now_s: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            script: Arc::new(Mutex::new(Script {
                is_away: false,
                names_issuer: true,
                signing_key: 0,
                published_keys: vec![0],
                claims: json!({}),
                keys_asked: 0,
                form: HashMap::new(),
            })),
            codes: Arc::default(),
            now_s: Arc::new(now_s),
        };
        let router = axum::Router::new()
            .route("/organizations/v2.0/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub(crate) fn told(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().unwrap());
    }

    pub(crate) fn script(&self) -> Script {
        self.script.lock().unwrap().clone()
    }

    pub(crate) fn configured_issuer(&self) -> String {
        format!("{}/organizations/v2.0", self.origin)
    }

    pub(crate) fn issuer_of(&self, tenant: &str) -> String {
        format!("{}/{tenant}/v2.0", self.origin)
    }

    /// The person signs in where they were sent: the query with which they come back.
    pub(crate) fn grant(&self, location: &str) -> String {
        let url = Url::parse(location).unwrap();
        assert_eq!(url.path(), "/authorize");
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["client_id"], CLIENT);
        let code = format!("code-{}", self.codes.lock().unwrap().len());
        let granted = Granted {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
        };
        self.codes.lock().unwrap().insert(code.clone(), granted);
        let issuer = self.script().names_issuer.then(|| self.issuer_of(CONTOSO));
        let issuer = issuer.map(|issuer| format!("&iss={issuer}")).unwrap_or_default();
        format!("code={code}&state={}{issuer}", asked["state"])
    }

    /// A token with the good claims of this kind and the changes of the script.
    fn sign(&self, typ: &str, mut claims: Value) -> String {
        let script = self.script();
        for (name, value) in script.claims.as_object().unwrap() {
            let members = claims.as_object_mut().unwrap();
            members.remove(name);
            if !value.is_null() {
                members.insert(name.clone(), value.clone());
            }
        }
        KEYS[script.signing_key].sign_as(typ, &claims).unwrap()
    }

    pub(crate) fn logout_token(&self, changes: &Value) -> String {
        let now = (self.now_s)();
        let mut claims = json!({
            "iss": self.issuer_of(CONTOSO), "tid": CONTOSO, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": "j",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let typ = "logout+jwt";
        KEYS[self.script().signing_key].sign_as(typ, &claims).unwrap()
    }
}

async fn discovery(State(provider): State<Provider>) -> Response {
    let script = provider.script();
    if script.is_away {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let origin = &provider.origin;
    Json(json!({
        "issuer": format!("{origin}/{{tenantid}}/v2.0"),
        "authorization_endpoint": format!("{origin}/authorize"),
        "token_endpoint": format!("{origin}/token"),
        "jwks_uri": format!("{origin}/keys"),
        "end_session_endpoint": format!("{origin}/logout"),
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "authorization_response_iss_parameter_supported": script.names_issuer,
    }))
    .into_response()
}

async fn keys(State(provider): State<Provider>) -> Response {
    provider.told(|script| script.keys_asked += 1);
    let script = provider.script();
    let jwks: Vec<_> = script
        .published_keys
        .iter()
        .map(|at| KEYS[*at].public_jwk(None))
        .collect();
    Json(json!({ "keys": jwks })).into_response()
}

async fn token(State(provider): State<Provider>, Form(form): Form<HashMap<String, String>>) -> Response {
    let script = provider.script();
    if script.is_away {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    provider.told(|script| script.form.clone_from(&form));
    // A code is used once, and redeemed with its verifier at its redirect URI.
    let granted = provider.codes.lock().unwrap().remove(&form["code"]);
    let challenge = digest::digest(&digest::SHA256, form["code_verifier"].as_bytes());
    let is_good = granted.as_ref().is_some_and(|granted| {
        granted.challenge == URL_SAFE_NO_PAD.encode(challenge)
            && granted.redirect_uri == form["redirect_uri"]
            && form["client_secret"] == "provider secret"
    });
    let Some(granted) = granted.filter(|_| is_good) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    };
    let now = (provider.now_s)();
    let claims = json!({
        "iss": provider.issuer_of(CONTOSO), "sub": "ina", "aud": CLIENT, "iat": now, "exp": now + 3600,
        "nonce": granted.nonce, "sid": "provider-session", "tid": CONTOSO, "oid": INA, "name": "Ina Berg",
        "roles": ["sales"], "login_hint": "hint", "department": "north",
    });
    Json(json!({ "token_type": "Bearer", "access_token": "the person's own token", "id_token": provider.sign("JWT", claims) }))
        .into_response()
}
