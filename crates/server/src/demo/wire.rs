//! Requests to an environment without a socket between: the same routers, tokens and answers.
//!
//! In: a path below the service root and a JSON body. Out: the answer's JSON, or an error with its text.

use anyhow::{Context as _, bail};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, header},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use super::Tenant;
use crate::{env_file::EnvFile, system::System};

const ANSWER_LIMIT_BYTES: usize = 16 * 1024 * 1024;

/// One application's access to one environment; cheap to clone.
#[derive(Clone)]
pub(crate) struct Wire {
    router: Router,
    authorization: String,
}

impl Wire {
    /// Gets a token with the credentials that the founding wrote.
    pub(crate) async fn sign_in(system: &System, tenant: &Tenant, credentials: &EnvFile) -> anyhow::Result<Self> {
        let value = |name: &str| credentials.get(name).with_context(|| format!("`{name}` is missing"));
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", value("CLIENT_ID")?)
            .append_pair("client_secret", value("CLIENT_SECRET")?)
            .append_pair("scope", &format!("{}/.default", value("ENVIRONMENT")?))
            .finish();
        let request = Request::post(format!("/{}/oauth2/v2.0/token", tenant.id()))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))?;
        let answer = ask(&system.authority.router(), request).await?;
        let token = answer
            .get("access_token")
            .and_then(Value::as_str)
            .context("no token in the answer")?;
        let router = system
            .environments
            .get(tenant.name)
            .context("the environment is not served")?;
        Ok(Self {
            router: router.clone(),
            authorization: format!("Bearer {token}"),
        })
    }

    /// Reads.
    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.send(Method::GET, path, Value::Null).await
    }

    /// Creates, associates, or calls an action.
    pub(crate) async fn post(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        self.send(Method::POST, path, body).await
    }

    /// Adds a row to a collection-valued navigation: `associate("systemusers(..)/systemuserroles_association", "roles", id)`.
    pub(crate) async fn associate(&self, navigation: &str, set: &str, id: Uuid) -> anyhow::Result<()> {
        self.post(
            &format!("{navigation}/$ref"),
            json!({ "@odata.id": format!("/{set}({id})") }),
        )
        .await?;
        Ok(())
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> anyhow::Result<Value> {
        let doing = format!("{method} {path}");
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/data/v9.2/{path}"))
            .header(header::AUTHORIZATION, &self.authorization);
        let request = if body.is_null() {
            request.body(Body::empty())
        } else {
            request
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.to_string()))
        };
        ask(&self.router, request?).await.context(doing)
    }
}

/// Asks, and gives the JSON of a good answer; null when it has no body.
async fn ask(router: &Router, request: Request<Body>) -> anyhow::Result<Value> {
    let response = router.clone().oneshot(request).await?;
    let status = response.status();
    let body = to_bytes(response.into_body(), ANSWER_LIMIT_BYTES).await?;
    if !status.is_success() {
        bail!("{status}: {}", String::from_utf8_lossy(&body));
    }
    Ok(if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&body)?
    })
}
