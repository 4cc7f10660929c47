//! The OpenID provider as its client sees it: discovery and keys, and codes redeemed for id tokens.
//!
//! In: where the provider is and who we are there. Out: a [`Snapshot`] of what it publishes, and verified tokens.
//! Invariant: nothing is fetched without limits of time and size, keys of unknown names not more often than once a
//! minute, and an answer counts only where it is the configured provider's.

mod fetch;
mod published;

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use oauth::{
    Clock, ExpectedIdToken, ExpectedLogoutToken, KeySet, ProviderTokenError, Secret, Timestamp, TokenError,
    VerifiedIdToken, VerifiedLogoutToken,
};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use fetch::Fetch;
pub(crate) use published::Published;

/// What is published is asked for again when it is so old.
const FRESH_S: i64 = 60 * 60;
/// While the provider is away, what it published counts for so long.
const USABLE_S: i64 = 24 * 60 * 60;
/// Unknown keys are asked for so often at most: anybody can send tokens that name one.
const REFRESH_EVERY_S: i64 = 60;

/// Who the gateway is at its provider.
#[derive(Clone, Debug)]
pub struct ProviderOptions {
    /// The issuer: the address before `/.well-known/openid-configuration`. With Entra ID
    /// `https://login.microsoftonline.com/organizations/v2.0` for people of every tenant that has subscribed.
    pub issuer: String,
    /// The client id.
    pub client_id: String,
    /// The client secret; `None` for a public client, which PKCE alone protects.
    pub client_secret: Option<Secret<String>>,
    /// `openid` and what else is to be known of the person.
    pub scopes: Vec<String>,
    /// Certificates of CAs to trust besides those of the system, as PEM.
    pub trust: Vec<Vec<u8>>,
}

/// Why the provider is of no use.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The options cannot be used.
    #[error("the provider's {what} cannot be used")]
    Options {
        /// Which.
        what: &'static str,
    },
    /// No answer, or one that broke off.
    #[error("the provider did not answer while {doing}")]
    Unreachable {
        /// What was being done.
        doing: &'static str,
        /// Why.
        source: reqwest::Error,
    },
    /// An answer that cannot be used: a status, a size, a shape.
    #[error("the provider's answer cannot be used while {doing}: {why}")]
    Answer {
        /// What was being done.
        doing: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The code was refused.
    #[error("the provider refused the code: `{error}`")]
    Refused {
        /// The OAuth error code.
        error: String,
    },
    /// The token proves nothing.
    #[error("the provider's token was refused")]
    Token(#[source] ProviderTokenError),
}

/// The provider.
pub(crate) struct Provider {
    fetch: Fetch,
    pub(crate) options: ProviderOptions,
    clock: Arc<dyn Clock>,
    /// What was published when it was last asked.
    published: ArcSwapOption<Published>,
    /// Held by the one who asks.
    asking: Mutex<()>,
}

/// The token endpoint's answer, as far as it is read.
#[derive(Deserialize)]
struct TokenAnswer {
    id_token: Option<String>,
    error: Option<String>,
}

impl Provider {
    pub(crate) fn new(options: ProviderOptions, clock: Arc<dyn Clock>) -> Result<Self, ProviderError> {
        Ok(Self {
            fetch: Fetch::new(&options.trust)?,
            options,
            clock,
            published: ArcSwapOption::empty(),
            asking: Mutex::new(()),
        })
    }

    /// What the provider publishes: fetched once an hour, and used for a day while it cannot be.
    pub(crate) async fn published(&self) -> Result<Arc<Published>, ProviderError> {
        let now = self.clock.now();
        if let Some(held) = self.held_since(now.plus_seconds(-FRESH_S)) {
            return Ok(held);
        }
        let _turn = self.asking.lock().await;
        // Somebody else may have asked while this one waited.
        if let Some(held) = self.held_since(now.plus_seconds(-FRESH_S)) {
            return Ok(held);
        }
        match self.ask(now).await {
            Ok(fresh) => Ok(fresh),
            Err(error) => {
                let usable = self.held_since(now.plus_seconds(-USABLE_S));
                if usable.is_some() {
                    tracing::warn!(error = %error, "the provider is away; what it published before is used");
                }
                usable.ok_or(error)
            }
        }
    }

    /// Exchanges a code for a verified id token.
    pub(crate) async fn redeem(&self, exchange: &Exchange<'_>) -> Result<VerifiedIdToken, ProviderError> {
        let published = self.published().await?;
        let token = self.id_token(&published, exchange).await?;
        let verify = |published: &Published| {
            let expected = ExpectedIdToken {
                issuer: &published.issuer,
                client_id: &self.options.client_id,
                nonce: exchange.nonce,
                now: self.clock.now(),
            };
            oauth::verify_id_token(&token, &published.keys, &expected)
        };
        self.verified(published, verify).await
    }

    /// Checks a logout token.
    pub(crate) async fn logout_token(&self, unverified_token: &str) -> Result<VerifiedLogoutToken, ProviderError> {
        let published = self.published().await?;
        let verify = |published: &Published| {
            let expected = ExpectedLogoutToken {
                issuer: &published.issuer,
                client_id: &self.options.client_id,
                now: self.clock.now(),
            };
            oauth::verify_logout_token(unverified_token, &published.keys, &expected)
        };
        self.verified(published, verify).await
    }

    /// Verifies; where the key is not known, once more with the keys of now.
    async fn verified<T>(
        &self,
        published: Arc<Published>,
        verify: impl Fn(&Published) -> Result<T, ProviderTokenError>,
    ) -> Result<T, ProviderError> {
        match verify(&published) {
            Err(ProviderTokenError::Token(TokenError::UnknownKey { .. })) => {
                let fresh = self.refreshed(&published).await?;
                verify(&fresh).map_err(ProviderError::Token)
            }
            outcome => outcome.map_err(ProviderError::Token),
        }
    }

    /// What is published now, unless it was asked for a moment ago.
    async fn refreshed(&self, known: &Arc<Published>) -> Result<Arc<Published>, ProviderError> {
        let _turn = self.asking.lock().await;
        let now = self.clock.now();
        match self.held_since(now.plus_seconds(-REFRESH_EVERY_S)) {
            Some(held) => Ok(held),
            None if known.fetched > now.plus_seconds(-REFRESH_EVERY_S) => Ok(Arc::clone(known)),
            None => self.ask(now).await,
        }
    }

    /// What was fetched after a moment.
    fn held_since(&self, moment: Timestamp) -> Option<Arc<Published>> {
        self.published.load_full().filter(|held| held.fetched > moment)
    }

    async fn ask(&self, now: Timestamp) -> Result<Arc<Published>, ProviderError> {
        let document = published::document_url(&self.options.issuer)?;
        let metadata: oauth::ProviderMetadata = self.fetch.json("reading the discovery document", document).await?;
        let addresses = published::check(&self.options.issuer, &metadata)?;
        let keys: oauth::JwkSet = self.fetch.json("reading the keys", addresses.jwks_uri.clone()).await?;
        let keys = KeySet::new(keys.keys).map_err(|error| ProviderError::Answer {
            doing: "reading the keys",
            why: error.to_string(),
        })?;
        let fresh = Arc::new(addresses.with_keys(keys, now));
        self.published.store(Some(Arc::clone(&fresh)));
        Ok(fresh)
    }

    async fn id_token(&self, published: &Published, exchange: &Exchange<'_>) -> Result<String, ProviderError> {
        const DOING: &str = "redeeming the code";
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", exchange.code),
            ("redirect_uri", exchange.redirect_uri),
            ("code_verifier", exchange.code_verifier),
        ];
        let secret = self.options.client_secret.as_ref();
        let basic = secret.filter(|_| !published.takes_secret_in_form);
        if basic.is_none() {
            form.push(("client_id", &self.options.client_id));
            form.extend(secret.map(|secret| ("client_secret", secret.expose().as_str())));
        }
        let basic = basic.map(|secret| (self.options.client_id.as_str(), secret));
        let answer: TokenAnswer = self
            .fetch
            .form(DOING, published.token_endpoint.clone(), &form, basic)
            .await?;
        match (answer.id_token, answer.error) {
            (_, Some(error)) => Err(ProviderError::Refused {
                error: error.chars().take(100).collect(),
            }),
            (Some(token), None) => Ok(token),
            (None, None) => Err(ProviderError::Answer {
                doing: DOING,
                why: "there is no id token in it".to_owned(),
            }),
        }
    }
}

/// A code with what it must be redeemed with.
pub(crate) struct Exchange<'a> {
    pub(crate) code: &'a str,
    pub(crate) code_verifier: &'a str,
    pub(crate) redirect_uri: &'a str,
    pub(crate) nonce: &'a str,
}

/// An address of the provider's, over HTTPS, or on this machine.
fn endpoint(text: &str, what: &'static str) -> Result<Url, ProviderError> {
    let url = Url::parse(text).ok().filter(|url| {
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        url.scheme() == "https" || url.scheme() == "http" && local
    });
    url.ok_or(ProviderError::Options { what })
}
