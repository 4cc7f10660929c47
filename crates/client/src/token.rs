//! The access token of one environment: found, kept, and asked for anew before it ends.
//!
//! In: a credential and the environment's challenge. Out: a token that lives. Invariant: one request for a token is
//! under way at a time, whoever waits for it.

use std::sync::Arc;

use oauth::{Challenge, Clock, ErrorResponse, Secret, Timestamp, TokenResponse};
use tokio::sync::Mutex;
use url::Url;

use crate::{AuthorityRefusal, Credential, Error};

/// A token is asked for anew when it ends sooner.
const RENEW_BEFORE_SECONDS: i64 = 300;

/// The token of one environment.
pub(crate) struct Tokens {
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    credential: Credential,
    base: Url,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    endpoint: Option<Url>,
    token: Option<(Secret<String>, Timestamp)>,
}

impl Tokens {
    /// For the environment at `base`.
    pub(crate) fn new(http: reqwest::Client, clock: Arc<dyn Clock>, credential: Credential, base: Url) -> Self {
        Self {
            http,
            clock,
            credential,
            base,
            state: Mutex::default(),
        }
    }

    /// A token that lives for a while yet.
    pub(crate) async fn get(&self) -> Result<Secret<String>, Error> {
        // Held while the authority is asked: whoever comes meanwhile waits for the same answer.
        let mut state = self.state.lock().await;
        let needed_until = self.clock.now().plus_seconds(RENEW_BEFORE_SECONDS);
        if let Some((token, expires)) = &state.token
            && *expires > needed_until
        {
            return Ok(token.clone());
        }
        let endpoint = match state.endpoint.take() {
            Some(known) => known,
            None => self.discover().await?,
        };
        let response = self.request(endpoint.clone()).await?;
        let expires = self.clock.now().plus_seconds(response.expires_in);
        state.endpoint = Some(endpoint);
        state.token = Some((response.access_token.clone(), expires));
        Ok(response.access_token)
    }

    /// Forgets a token that the environment refused, unless another has taken its place already.
    pub(crate) async fn forget(&self, refused: &Secret<String>) {
        let mut state = self.state.lock().await;
        if state.token.as_ref().is_some_and(|(token, _expires)| token == refused) {
            state.token = None;
        }
    }

    /// The tenant's v2.0 token endpoint, from the challenge that an unauthenticated request meets.
    async fn discover(&self) -> Result<Url, Error> {
        let doing = "asking the environment for its authority";
        let url = self
            .base
            .join("api/data/v9.2/WhoAmI")
            .map_err(|_invalid| Error::Shape { doing, source: None })?;
        let response = self
            .http
            .get(url)
            .send()
            .await
            .map_err(|source| Error::Connection { doing, source })?;
        let header = response
            .headers()
            .get("www-authenticate")
            .and_then(|value| value.to_str().ok());
        let challenge = Challenge::parse(header.ok_or(Error::NoChallenge { source: None })?)
            .map_err(|source| Error::NoChallenge { source: Some(source) })?;
        let mut endpoint =
            Url::parse(&challenge.authorization_uri).map_err(|_invalid| Error::NoChallenge { source: None })?;
        let tenant = endpoint
            .path()
            .split('/')
            .find(|segment| !segment.is_empty())
            .map(str::to_owned);
        endpoint.set_path(&format!(
            "{}/oauth2/v2.0/token",
            tenant.ok_or(Error::NoChallenge { source: None })?
        ));
        endpoint.set_query(None);
        if endpoint.scheme() != "https" && !is_loopback(&endpoint) {
            return Err(Error::Url {
                url: endpoint.into(),
                why: "a secret is sent over HTTPS only",
            });
        }
        Ok(endpoint)
    }

    /// The client credentials grant (RFC 6749, section 4.4).
    async fn request(&self, endpoint: Url) -> Result<TokenResponse, Error> {
        let doing = "asking the authority for a token";
        let Credential::ClientSecret { client_id, secret } = &self.credential;
        let scope = format!("{}/.default", self.base.as_str().trim_end_matches('/'));
        let client_id = client_id.to_string();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &client_id),
            ("client_secret", secret.expose()),
            ("scope", &scope),
        ];
        let sent = self.http.post(endpoint).form(&form).send().await;
        let response = sent.map_err(|source| Error::Connection { doing, source })?;
        let status = response.status();
        let body = response
            .bytes()
            .await
            .map_err(|source| Error::Connection { doing, source })?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|source| Error::Shape {
                doing,
                source: Some(source),
            });
        }
        let refusal: ErrorResponse = serde_json::from_slice(&body).map_err(|source| Error::Shape {
            doing,
            source: Some(source),
        })?;
        Err(Error::Authority(AuthorityRefusal {
            status: status.as_u16(),
            error: refusal.error,
            codes: refusal.error_codes,
            description: refusal.error_description,
        }))
    }
}

/// Plain HTTP is for this machine alone.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
