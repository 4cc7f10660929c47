//! The running server and the operator's key to it.
//!
//! In: [`Reach`]. Out: answers of the operator's API, and the directory API of a tenant. Invariant: the key is read from a
//! file and sent to the authority only; it is never an argument, which other users of the machine could read.

use std::{fs, path::Path};

use anyhow::{Context as _, anyhow, bail};
use reqwest::{Certificate, Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;

use super::{
    Reach,
    graph::{self, Graph},
};
use crate::{env_file::EnvFile, folder};

/// See the module.
pub(super) struct Server {
    http: Client,
    url: String,
    key: String,
}

impl Server {
    /// Reads where the server is.
    pub(super) fn reach(reach: &Reach) -> anyhow::Result<Self> {
        let demo = fs::read_to_string(reach.data_dir.join("demo.env")).unwrap_or_default();
        let demo = EnvFile::parse(&demo);
        let told = |name: &str| demo.get(name).map(str::to_owned);
        let Some(url) = reach.url.clone().or_else(|| told("COMMONHOLD_URL")) else {
            bail!(
                "no server is known: `{}` is no data folder of `commonhold up`; say --data-dir, or --url",
                reach.data_dir.display()
            );
        };
        let ca = match (&reach.ca, &reach.url) {
            (Some(ca), _) => Some(ca.clone()),
            (None, None) => told("COMMONHOLD_CA").map(Into::into),
            (None, Some(_)) => None,
        };
        let own_key = reach.data_dir.join(folder::OPERATOR_KEY);
        let key = read_key(reach.operator_key_file.as_deref().unwrap_or(&own_key))?;
        let mut http = Client::builder();
        if let Some(ca) = ca {
            let pem = fs::read(&ca).with_context(|| format!("reading `{}`", ca.display()))?;
            http = http.add_root_certificate(Certificate::from_pem(&pem)?);
        }
        Ok(Self {
            http: http.build()?,
            url: url.trim_end_matches('/').to_owned(),
            key,
        })
    }

    /// Calls the operator's API.
    pub(super) async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let request = self.http.request(method, format!("{}/api/{path}", self.url));
        let request = request.bearer_auth(&self.key);
        send(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    /// The directory API of a tenant.
    pub(super) async fn graph(self, tenant: &str) -> anyhow::Result<Graph> {
        let answer = self
            .call(Method::POST, &format!("tenants/{}/token", graph::segment(tenant)), None)
            .await?;
        let token = answer
            .get("access_token")
            .and_then(Value::as_str)
            .context("the server gave no token")?;
        Ok(Graph::new(self.http, &self.url, token))
    }
}

fn read_key(path: &Path) -> anyhow::Result<String> {
    let key = fs::read_to_string(path).with_context(|| {
        format!(
            "reading the operator's key `{}`; say --operator-key-file, and run this as the user who may read it",
            path.display()
        )
    })?;
    let key = key.trim();
    if key.is_empty() || !key.chars().all(|char| char.is_ascii_graphic()) {
        bail!("`{}` holds no operator's key", path.display());
    }
    Ok(key.to_owned())
}

/// Sends a request; a refusal becomes an error with the server's own words.
pub(super) async fn send(request: RequestBuilder) -> anyhow::Result<Value> {
    let answer = request.send().await.map_err(|error| silence(&error))?;
    let status = answer.status();
    let text = answer.text().await.context("the answer was cut off")?;
    if status.is_success() {
        return match text.as_str() {
            "" => Ok(Value::Null),
            json => serde_json::from_str(json).context("the answer is not JSON"),
        };
    }
    let json: Value = serde_json::from_str(&text).unwrap_or_default();
    let said = ["/error/message", "/error_description"];
    let said = said.iter().find_map(|place| json.pointer(place)?.as_str());
    let reason = said.map_or_else(
        || meaning(status).to_owned(),
        |text| missing(text).unwrap_or_else(|| text.to_owned()),
    );
    bail!("refused ({}): {reason}", status.as_u16())
}

/// Why there was no answer: the innermost cause says it best.
fn silence(error: &reqwest::Error) -> anyhow::Error {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let host = error.url().map(|url| url.origin().ascii_serialization());
    anyhow!("no answer from {}: {cause}", host.unwrap_or_default())
}

/// What does not exist, in fewer words than the directory API's.
fn missing(text: &str) -> Option<String> {
    let (name, _) = text.strip_prefix("Resource '")?.split_once("' does not exist")?;
    let name = name
        .strip_prefix("appId='")
        .and_then(|name| name.strip_suffix('\''))
        .unwrap_or(name);
    Some(format!("there is no `{name}`"))
}

fn meaning(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "the operator's key is not the server's",
        StatusCode::NOT_FOUND => "the server does not have this API",
        _ => "the server gave no reason",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        let told = |id: &str| {
            missing(&format!(
                "Resource '{id}' does not exist or one of its queried objects is not present."
            ))
        };
        assert_eq!(
            told("ada@contoso.example").as_deref(),
            Some("there is no `ada@contoso.example`")
        );
        assert_eq!(told("appId='x'").as_deref(), Some("there is no `x`"));
        assert_eq!(missing("Insufficient privileges."), None);
    }
}
