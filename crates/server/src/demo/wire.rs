//! One application's access to one environment of the demonstration world.
//!
//! In: credentials, a path below the service root and a JSON body. Out: the answer's JSON, or an error with its text.
//! Invariant: the application asks with a token like any other.

use std::sync::Arc;

use anyhow::Context as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Tenant;
use crate::{
    env_file::EnvFile,
    origins::Target,
    serve::{Routing, in_process::Call},
    system::System,
};

/// The access; cheap to clone.
#[derive(Clone)]
pub(crate) struct Wire {
    routing: Arc<Routing>,
    target: Target,
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
        let call = Call {
            method: "POST",
            path: &format!("/{}/oauth2/v2.0/token", tenant.id()),
            authorization: "",
            content_type: "application/x-www-form-urlencoded",
            body: form,
        };
        let answer = system.routing.ask(&Target::Authority, call).await?;
        let token = answer
            .get("access_token")
            .and_then(Value::as_str)
            .context("no token in the answer")?;
        Ok(Self {
            routing: Arc::clone(&system.routing),
            target: Target::Environment(tenant.name.to_owned()),
            authorization: format!("Bearer {token}"),
        })
    }

    /// Reads.
    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.send("GET", path, Value::Null).await
    }

    /// Creates, associates, or calls an action.
    pub(crate) async fn post(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        self.send("POST", path, body).await
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

    async fn send(&self, method: &str, path: &str, body: Value) -> anyhow::Result<Value> {
        let call = Call {
            method,
            path: &format!("/api/data/v9.2/{path}"),
            authorization: &self.authorization,
            content_type: "application/json",
            body: if body.is_null() {
                String::new()
            } else {
                body.to_string()
            },
        };
        let asked = self.routing.ask(&self.target, call).await;
        asked.with_context(|| format!("{method} {path}"))
    }
}
