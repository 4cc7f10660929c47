//! Signing in: the code flow of OpenID Connect with PKCE, state and nonce.
//!
//! In: where the person wanted to go; later the provider's answer with the cookie that the browser was given. Out: where
//! to send the browser; later a [`Person`]. Invariant: an answer counts only in the browser in which the sign-in began,
//! once begun here, from the provider that was asked, for a person of a subscriber.

pub(crate) mod return_path;
mod who;

use std::sync::Arc;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::{Clock, Random, Timestamp, VerifiedIdToken};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::person::Person;
use crate::provider::{Exchange, Provider, ProviderError, Published};
use crate::session::CookieKeys;

pub(crate) use who::WhoError;
pub use who::{PersonRules, SpeaksFor, TenantRule};

const PURPOSE: &str = "sign-in";
/// How long a person may take at the provider.
pub(crate) const PATIENCE_S: i64 = 10 * 60;
/// Bytes of chance in state, nonce and verifier; the latter has 43 characters then, as RFC 7636 section 4.1 demands.
const CHANCE_BYTES: usize = 32;

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInError {
    #[error("the sign-in was not begun in this browser, or too long ago")]
    NotBegun,
    #[error("the answer came from another provider than was asked")]
    OtherProvider,
    #[error("the provider refused the sign-in: `{0}`")]
    Refused(String),
    #[error("the provider's answer has no code")]
    NoCode,
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Who(#[from] WhoError),
}

/// What is remembered while the person is at the provider, in a sealed cookie.
#[derive(Serialize, Deserialize)]
struct Pending {
    state: String,
    nonce: String,
    code_verifier: String,
    return_path: String,
    begun_ms: i64,
}

/// Where to send the browser, and what to let it keep.
pub(crate) struct Begun {
    pub(crate) location: String,
    pub(crate) state: String,
    pub(crate) cookie: String,
}

/// The provider's answer, as it came.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Answer {
    pub(crate) state: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) iss: Option<String>,
    pub(crate) error: Option<String>,
}

/// Somebody who has signed in.
pub(crate) struct SignedIn {
    pub(crate) person: Person,
    pub(crate) provider_session: Option<String>,
    pub(crate) login_hint: Option<String>,
    pub(crate) return_path: String,
}

/// What signing in needs.
pub(crate) struct SignIn {
    pub(crate) provider: Provider,
    pub(crate) redirect_uri: String,
    pub(crate) rules: PersonRules,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

impl SignIn {
    /// Begins. `return_path` has been checked.
    pub(crate) async fn begin(&self, keys: &CookieKeys, return_path: String) -> Result<Begun, ProviderError> {
        let published = self.provider.published().await?;
        let chance = || oauth::random::text(&*self.random, CHANCE_BYTES);
        let pending = Pending {
            state: chance(),
            nonce: chance(),
            code_verifier: chance(),
            return_path,
            begun_ms: self.clock.now().millis(),
        };
        let unsealed = || ProviderError::Options { what: "sign-in" };
        let plain = serde_json::to_vec(&pending).map_err(|_never| unsealed())?;
        let cookie = keys.seal(PURPOSE, &plain, &*self.random).ok_or_else(unsealed)?;
        Ok(Begun {
            location: self.location(&published, &pending),
            state: pending.state,
            cookie,
        })
    }

    fn location(&self, published: &Published, pending: &Pending) -> String {
        let challenge = digest::digest(&digest::SHA256, pending.code_verifier.as_bytes());
        let mut url = published.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("client_id", &self.provider.options.client_id)
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", &self.provider.options.scopes.join(" "))
            .append_pair("state", &pending.state)
            .append_pair("nonce", &pending.nonce)
            .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge))
            .append_pair("code_challenge_method", "S256");
        url.into()
    }

    /// Ends, in this order: begun here, answered by whom it was asked, granted, proved, of a subscriber.
    pub(crate) async fn finish(
        &self,
        keys: &CookieKeys,
        unverified_cookie: Option<&str>,
        answer: &Answer,
        is_subscriber: impl Fn(&str) -> bool,
    ) -> Result<SignedIn, SignInError> {
        let pending = self.pending(keys, unverified_cookie, answer)?;
        let published = self.provider.published().await?;
        named_issuer(&published, answer)?;
        if let Some(error) = &answer.error {
            return Err(SignInError::Refused(error.chars().take(100).collect()));
        }
        let exchange = Exchange {
            code: answer.code.as_deref().ok_or(SignInError::NoCode)?,
            code_verifier: &pending.code_verifier,
            redirect_uri: &self.redirect_uri,
            nonce: &pending.nonce,
        };
        let token = self.provider.redeem(&exchange).await?;
        if answer.iss.as_deref().is_some_and(|iss| iss != token.issuer()) {
            return Err(SignInError::OtherProvider);
        }
        let person = who::person(&token, &self.rules, is_subscriber)?;
        Ok(SignedIn {
            person,
            provider_session: token.session_id().map(str::to_owned),
            login_hint: text(&token, "login_hint"),
            return_path: pending.return_path,
        })
    }

    fn pending(
        &self,
        keys: &CookieKeys,
        unverified_cookie: Option<&str>,
        answer: &Answer,
    ) -> Result<Pending, SignInError> {
        let opened = unverified_cookie.and_then(|cookie| keys.open(PURPOSE, cookie));
        let opened = opened.ok_or(SignInError::NotBegun)?;
        let pending: Pending = serde_json::from_slice(&opened).map_err(|_other| SignInError::NotBegun)?;
        let state = answer.state.as_deref().unwrap_or_default();
        let is_same: bool = state.as_bytes().ct_eq(pending.state.as_bytes()).into();
        let ends = Timestamp::from_millis(pending.begun_ms).plus_seconds(PATIENCE_S);
        if is_same && self.clock.now() < ends {
            Ok(pending)
        } else {
            Err(SignInError::NotBegun)
        }
    }
}

/// RFC 9207 section 2.4: an issuer that is announced must be there, and one that is there must be right.
fn named_issuer(published: &Published, answer: &Answer) -> Result<(), SignInError> {
    let is_right = match &answer.iss {
        Some(iss) => published.issuer.admits(iss),
        None => !published.names_issuer,
    };
    if is_right {
        Ok(())
    } else {
        Err(SignInError::OtherProvider)
    }
}

fn text(token: &VerifiedIdToken, claim: &str) -> Option<String> {
    token.claim(claim)?.as_str().map(str::to_owned)
}
