//! Requests to the provider.
//!
//! Invariant: an answer is read up to a limit, within a limit of time, and never from where a redirect leads to.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth::{Secret, percent_encoded};
use reqwest::header::{ACCEPT, AUTHORIZATION};
use reqwest::{Certificate, Client, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use url::Url;

use super::ProviderError;

const PATIENCE: Duration = Duration::from_secs(10);
/// Discovery documents have a few KiB, key documents of many keys with certificates tens of them.
const ANSWER_LIMIT_BYTES: usize = 512 * 1024;

pub(super) struct Fetch(Client);

impl Fetch {
    pub(super) fn new(trust: &[Vec<u8>]) -> Result<Self, ProviderError> {
        let mut builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .timeout(PATIENCE);
        let refused = |_bad: reqwest::Error| ProviderError::Options {
            what: "trusted certificates",
        };
        for pem in trust {
            for certificate in Certificate::from_pem_bundle(pem).map_err(refused)? {
                builder = builder.add_root_certificate(certificate);
            }
        }
        Ok(Self(builder.build().map_err(refused)?))
    }

    pub(super) async fn json<T: DeserializeOwned>(&self, doing: &'static str, url: Url) -> Result<T, ProviderError> {
        let (status, body) = send(doing, self.0.get(url)).await?;
        if !status.is_success() {
            return Err(unusable(doing, format!("it is {status}")));
        }
        parse(doing, &body)
    }

    /// Posts a form; a refusal is read like a good answer, since it says why in the same shape.
    pub(super) async fn form<T: DeserializeOwned>(
        &self,
        doing: &'static str,
        url: Url,
        form: &[(&str, &str)],
        basic: Option<(&str, &Secret<String>)>,
    ) -> Result<T, ProviderError> {
        let mut request = self.0.post(url).form(form);
        if let Some((client_id, secret)) = basic {
            // RFC 6749 section 2.3.1: both are encoded as form values first.
            let pair = format!("{}:{}", percent_encoded(client_id), percent_encoded(secret.expose()));
            request = request.header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair)));
        }
        let (status, body) = send(doing, request).await?;
        if status.is_server_error() {
            return Err(unusable(doing, format!("it is {status}")));
        }
        parse(doing, &body)
    }
}

async fn send(doing: &'static str, request: RequestBuilder) -> Result<(reqwest::StatusCode, Vec<u8>), ProviderError> {
    let lost = |source| ProviderError::Unreachable { doing, source };
    let request = request.header(ACCEPT, "application/json");
    let mut answer: Response = request.send().await.map_err(lost)?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(lost)? {
        if body.len() + chunk.len() > ANSWER_LIMIT_BYTES {
            return Err(unusable(doing, format!("it is longer than {ANSWER_LIMIT_BYTES} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((answer.status(), body))
}

fn parse<T: DeserializeOwned>(doing: &'static str, body: &[u8]) -> Result<T, ProviderError> {
    serde_json::from_slice(body).map_err(|error| unusable(doing, error.to_string()))
}

fn unusable(doing: &'static str, why: String) -> ProviderError {
    ProviderError::Answer { doing, why }
}
