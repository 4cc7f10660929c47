//! The proof of one token request, by the kind of the credential.
//!
//! In: a credential and whom it is shown to. Out: a [`Proof`]. Invariant: an assertion lives for ten minutes and is made
//! for one endpoint.

use std::sync::Arc;

use oauth::{AssertionRequest, Secret, random};

use super::{Credential, Kind, Now, Proof, ProofRequest};
use crate::{Cause, Error};

/// How long an assertion lives: Microsoft's advice is five to ten minutes.
const ASSERTION_LIFE_SECONDS: i64 = 600;

/// The proof for one token request.
pub(crate) async fn prove(credential: &Credential, request: &ProofRequest, now: Now<'_>) -> Result<Proof, Error> {
    let failed = |source: Cause| Error::SetUp {
        what: "the credential gave no proof",
        source: Some(source),
    };
    match &credential.0 {
        Kind::Secret(secret) => Ok(Proof::Secret(Secret::clone(secret))),
        Kind::Certificate(signer) => {
            let assertion = signer.sign(&AssertionRequest {
                client_id: request.app_id,
                audience: request.token_endpoint.as_str(),
                jti: random::uuid_v4(now.random),
                now: now.clock.now(),
                life_seconds: ASSERTION_LIFE_SECONDS,
            });
            assertion
                .map(Proof::Assertion)
                .map_err(|source| failed(Arc::new(source)))
        }
        Kind::FederatedFile(path) => {
            let read = tokio::fs::read_to_string(path.as_path()).await;
            let text = Secret::new(read.map_err(|source| failed(Arc::new(source)))?);
            Ok(Proof::Assertion(Secret::new(text.expose().trim().to_owned())))
        }
        Kind::MutualTls(_) => Ok(Proof::Connection),
        Kind::Custom(prover) => prover.prove(request).await.map_err(failed),
    }
}

/// What the connection itself shows.
pub(crate) fn tls_identity(credential: &Credential) -> Result<Option<reqwest::Identity>, Error> {
    match &credential.0 {
        Kind::MutualTls(pem) => reqwest::Identity::from_pem(pem.expose().as_bytes())
            .map(Some)
            .map_err(|why| Error::set_up("the certificate for mutual TLS cannot be used", why)),
        Kind::Secret(_) | Kind::Certificate(_) | Kind::FederatedFile(_) | Kind::Custom(_) => Ok(None),
    }
}
