//! One request for a token: the client credentials grant (RFC 6749, section 4.4).
//!
//! In: an environment and its application's credential. Out: a token, or the authority's refusal with its AADSTS codes.
//! Invariant: the credential is sent to the token endpoint alone; redirects are not followed.

use http::header;
use oauth::{ErrorResponse, TokenResponse};
use reqwest::Response;
use url::Url;

use super::Token;
use crate::{
    AuthorityRefusal, Error, authority,
    credential::{Now, Proof, ProofRequest, prove},
    place::Place,
};

/// `client_assertion_type` (RFC 7523, section 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// What every environment refuses to strangers.
const CHALLENGED: &str = "WhoAmI";

/// Asks the authority for a token.
pub(super) async fn token(place: &Place) -> Result<Token, Error> {
    let doing = "asking the authority for a token";
    let endpoint = endpoint(place).await?;
    let application = place.application();
    let request = ProofRequest {
        app_id: application.app_id,
        token_endpoint: endpoint.clone(),
    };
    let now = Now {
        clock: place.clock(),
        random: application.options.random.as_ref(),
    };
    let proof = prove(&application.credential, &request, now).await?;
    let client_id = application.app_id.to_string();
    let scope = place.address().scope();
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_id", &client_id),
        ("scope", &scope),
    ];
    match &proof {
        Proof::Secret(secret) => form.push(("client_secret", secret.expose())),
        Proof::Assertion(assertion) => {
            form.push(("client_assertion_type", JWT_BEARER));
            form.push(("client_assertion", assertion.expose()));
        }
        Proof::Connection => {}
    }
    let sent = application
        .http
        .post(endpoint)
        .timeout(application.options.request_timeout)
        .form(&form)
        .send();
    let response = sent.await.map_err(|why| Error::unreachable(doing, why))?;
    let asked_at = place.clock().now();
    if !response.status().is_success() {
        return Err(refusal(response).await);
    }
    let body = response.bytes().await.map_err(|why| Error::unreachable(doing, why))?;
    let response: TokenResponse = serde_json::from_slice(&body).map_err(|why| Error::shape(doing, why))?;
    Token::new(&response, asked_at)
}

/// Where to ask: given, known from before, or named by the environment now.
async fn endpoint(place: &Place) -> Result<Url, Error> {
    if let Some(known) = place.token_endpoint() {
        return Ok(known);
    }
    let doing = "asking the environment for its authority";
    let options = &place.application().options;
    let request = place
        .application()
        .http
        .get(place.address().within(CHALLENGED)?)
        .timeout(options.request_timeout);
    let response = request.send().await.map_err(|why| Error::unreachable(doing, why))?;
    let challenge = response
        .headers()
        .get(header::WWW_AUTHENTICATE)
        .and_then(|value| value.to_str().ok())
        .ok_or(Error::NoChallenge { source: None })?;
    let found = authority::challenged(challenge, place.address(), options)?;
    place.found_token_endpoint(&found);
    Ok(found)
}

/// A proxy in front may answer anything; the status alone is then told.
async fn refusal(response: Response) -> Error {
    let status = response.status().as_u16();
    let body = response.bytes().await.unwrap_or_default();
    let told: ErrorResponse = serde_json::from_slice(&body).unwrap_or_default();
    let present = |text: String| Some(text).filter(|text| !text.is_empty());
    Error::Authority(Box::new(AuthorityRefusal {
        status,
        error: told.error,
        codes: told.error_codes,
        description: told.error_description,
        trace_id: present(told.trace_id),
        correlation_id: present(told.correlation_id),
    }))
}
