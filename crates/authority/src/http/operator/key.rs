//! `/api/signingKeys`: the keys that sign tokens, listed and rolled.
//!
//! In: a mandate and what was sent. Out: the keys as JSON. Invariant: no private key is in an answer.

use http::StatusCode;
use oauth::Algorithm;
use serde_json::{Value, json};

use super::reply;
use crate::authority::Authority;
use crate::graph::GraphRefusal;
use crate::http::graph::body::Body;
use crate::http::graph::reply::Reply;
use crate::manage::signing_key::{self, Roll, SigningKeyRole, SigningKeyState};
use crate::manage::{ManageError, Mandate};

/// `GET /api/signingKeys`
pub(super) async fn list(authority: &Authority, mandate: &Mandate) -> Result<Reply, GraphRefusal> {
    let keys = signing_key::list(authority, mandate).await?;
    let published = keys.iter().filter(|key| key.role != SigningKeyRole::Retired);
    let value: Vec<Value> = published.map(shown).collect();
    Ok(reply(StatusCode::OK, json!({ "value": value })))
}

/// `POST /api/signingKeys/roll`
pub(super) async fn roll(authority: &Authority, mandate: &Mandate, mut body: Body) -> Result<Reply, GraphRefusal> {
    let algorithm: String = body.required("algorithm")?;
    let kind: String = body.required("kind")?;
    let parsed = Algorithm::from_name(&algorithm);
    let algorithm = parsed.ok_or_else(|| body.wrong("algorithm", "is not RS256, PS256 or ES256"))?;
    let kind = match kind.as_str() {
        "planned" => Roll::Planned,
        "emergency" => Roll::Emergency,
        _ => return Err(body.wrong("kind", "is not planned or emergency")),
    };
    let unchosen = body.wrong("algorithm", "is not used by any tenant");
    body.finish()?;
    match signing_key::roll(authority, mandate, algorithm, kind).await {
        Ok(()) => list(authority, mandate).await,
        Err(ManageError::NotFound { .. }) => Err(unchosen),
        Err(error) => Err(error.into()),
    }
}

fn shown(key: &SigningKeyState) -> Value {
    json!({
        "kid": key.kid,
        "algorithm": key.algorithm.as_str(),
        "role": role_name(key.role),
        "notBefore": key.signs_from.to_string(),
        "retireAt": key.published_until.map(|until| until.to_string()),
    })
}

fn role_name(role: SigningKeyRole) -> &'static str {
    match role {
        SigningKeyRole::Next => "next",
        SigningKeyRole::Current => "current",
        SigningKeyRole::Previous => "previous",
        SigningKeyRole::Retired => "retired",
    }
}
