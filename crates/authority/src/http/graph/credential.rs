//! `passwordCredential` and `keyCredential`: what an application proves itself with.
//!
//! In: calls. Out: credentials in Microsoft Graph's shape. Invariant: a secret is shown once, when it is made; a caller
//! never chooses one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth::{AppId, AssertionError, Certificate, ExpectedAssertion, Timestamp, UnverifiedAssertion, thumbprint};
use odata::DateTime;
use serde_json::{Value, json};
use uuid::Uuid;

use super::application;
use super::asked::Asked;
use super::body::Body;
use super::reply::Reply;
use crate::application::Application;
use crate::graph::GraphRefusal;
use crate::manage;
use crate::manage::application_certificate::{NewCertificate, WantedCertificate};
use crate::manage::application_secret::NewSecret;
use crate::store::application_list::ListedApplication;
use crate::store::credential_list::{self, ListedCertificate, ListedSecret};

/// How long a secret lives where the caller does not say.
const SECRET_SECONDS: i64 = 2 * 365 * 24 * 60 * 60;
/// The audience of proofs of possession: the directory API of old.
const PROOF_AUDIENCE: &str = "00000002-0000-0000-c000-000000000000";
/// How long a proof may live.
const PROOF_SECONDS: i64 = 600;

/// Whether certificates are shown themselves, or only that they exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    WithKeys,
    WithoutKeys,
}

/// `POST /applications/{id}/addPassword`
pub(crate) async fn add_password(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let found = find(asked).await?;
    let mut body = asked.body().or_else(|refusal| match asked.unverified_body {
        [] => Body::parse(b"{}"),
        _ => Err(refusal),
    })?;
    let mut wanted = match body.object("passwordCredential")? {
        Some(wanted) => wanted,
        None => Body::parse(b"{}")?,
    };
    body.finish()?;
    let now = asked.authority.clock().now();
    let starts_at = time(&mut wanted, "startDateTime")?.unwrap_or(now);
    let ends_at = time(&mut wanted, "endDateTime")?.unwrap_or(starts_at.plus_seconds(SECRET_SECONDS));
    let display_name: Option<String> = wanted.optional("displayName")?;
    if wanted.optional::<String>("secretText")?.is_some() {
        return Err(wanted.wrong("secretText", "is made by the directory and cannot be chosen"));
    }
    wanted.ignore(&["keyId", "hint", "customKeyIdentifier"]);
    wanted.finish()?;
    let new = NewSecret {
        app_id: found.application.app_id,
        display_name: display_name
            .clone()
            .unwrap_or_else(|| "Password uploaded by the directory API".to_owned()),
        starts_at,
        ends_at,
    };
    let shown_name = new.display_name.clone();
    let added = manage::application_secret::add(asked.authority, asked.mandate(), new).await?;
    let object = json!({
        "customKeyIdentifier": null,
        "displayName": shown_name,
        "startDateTime": starts_at.to_string(),
        "endDateTime": ends_at.to_string(),
        "keyId": added.id.to_string(),
        "hint": added.hint,
        "secretText": added.value.expose(),
    });
    Ok(Reply::value(asked, "microsoft.graph.passwordCredential", object))
}

/// `POST /applications/{id}/removePassword`
pub(crate) async fn remove_password(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let found = find(asked).await?;
    let mut body = asked.body()?;
    let id: Uuid = body.required("keyId")?;
    body.finish()?;
    let app_id = found.application.app_id;
    manage::application_secret::remove(asked.authority, asked.mandate(), app_id, id).await?;
    Ok(Reply::done())
}

/// `POST /applications/{id}/addKey`
pub(crate) async fn add_key(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let found = find(asked).await?;
    let mut body = asked.body()?;
    let proof: String = body.required("proof")?;
    let wanted = body
        .object("keyCredential")?
        .ok_or(GraphRefusal::Missing { name: "keyCredential" })?;
    if body.optional::<Value>("passwordCredential")?.is_some() {
        return Err(body.wrong(
            "passwordCredential",
            "must be null: only certificates to verify with are taken",
        ));
    }
    body.finish()?;
    let app_id = found.application.app_id;
    let known = certificates(asked, app_id).await?;
    check_proof(asked, &found.application, &known, &proof)?;
    let new = match wanted_certificate(wanted)? {
        WantedCertificate::Kept(_) => return Err(GraphRefusal::Missing { name: "key" }),
        WantedCertificate::New(new) => NewCertificate { app_id, ..new },
    };
    let id = manage::application_certificate::add(asked.authority, asked.mandate(), new).await?;
    let added = credential_list::certificates(asked.changed().await?.database(), &[app_id]).await?;
    let added = added.iter().find(|one| one.id == id);
    let object = added
        .map(|one| certificate_json(one, Shown::WithoutKeys))
        .unwrap_or_default();
    Ok(Reply::value(asked, "microsoft.graph.keyCredential", object))
}

/// `POST /applications/{id}/removeKey`
pub(crate) async fn remove_key(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let found = find(asked).await?;
    let mut body = asked.body()?;
    let proof: String = body.required("proof")?;
    let id: Uuid = body.required("keyId")?;
    body.finish()?;
    let app_id = found.application.app_id;
    let known = certificates(asked, app_id).await?;
    check_proof(asked, &found.application, &known, &proof)?;
    manage::application_certificate::remove(asked.authority, asked.mandate(), app_id, id).await?;
    Ok(Reply::done())
}

/// The certificates that a body wants there to be, if it names any.
pub(crate) fn wanted_certificates(body: &mut Body) -> Result<Option<Vec<WantedCertificate>>, GraphRefusal> {
    let Some(wanted) = body.objects("keyCredentials")? else {
        return Ok(None);
    };
    wanted
        .into_iter()
        .map(wanted_certificate)
        .collect::<Result<_, _>>()
        .map(Some)
}

/// What is shown of a secret.
pub(crate) fn secret_json(secret: &ListedSecret) -> Value {
    json!({
        "customKeyIdentifier": null,
        "displayName": secret.display_name,
        "startDateTime": secret.starts_at.to_string(),
        "endDateTime": secret.ends_at.to_string(),
        "keyId": secret.id.to_string(),
        "hint": secret.hint,
        "secretText": null,
    })
}

/// What is shown of a certificate.
pub(crate) fn certificate_json(certificate: &ListedCertificate, shown: Shown) -> Value {
    json!({
        "customKeyIdentifier": standard(&thumbprint::x5t(&certificate.der)),
        "displayName": certificate.display_name,
        "startDateTime": certificate.starts_at.to_string(),
        "endDateTime": certificate.ends_at.to_string(),
        "keyId": certificate.id.to_string(),
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "key": match shown {
            Shown::WithKeys => Value::String(STANDARD.encode(&certificate.der)),
            Shown::WithoutKeys => Value::Null,
        },
    })
}

async fn find(asked: &Asked<'_>) -> Result<ListedApplication, GraphRefusal> {
    let found = application::find(asked).await?;
    asked.covers_owned(found.application.object_id).await?;
    Ok(found)
}

async fn certificates(asked: &Asked<'_>, app_id: AppId) -> Result<Vec<ListedCertificate>, GraphRefusal> {
    Ok(credential_list::certificates(asked.snapshot.database(), &[app_id]).await?)
}

/// A certificate of whatever application the body is about.
fn wanted_certificate(mut wanted: Body) -> Result<WantedCertificate, GraphRefusal> {
    let key: Option<String> = wanted.optional("key")?;
    let id: Option<Uuid> = wanted.optional("keyId")?;
    let kind: Option<String> = wanted.optional("type")?;
    let usage: Option<String> = wanted.optional("usage")?;
    if kind.is_some_and(|kind| kind != "AsymmetricX509Cert") {
        return Err(wanted.wrong("type", "is not 'AsymmetricX509Cert'"));
    }
    if usage.is_some_and(|usage| usage != "Verify") {
        return Err(wanted.wrong("usage", "is not 'Verify'"));
    }
    let display_name = wanted.optional("displayName")?;
    let starts_at = time(&mut wanted, "startDateTime")?;
    let ends_at = time(&mut wanted, "endDateTime")?;
    let malformed = wanted.wrong("key", "is not base64");
    wanted.ignore(&["customKeyIdentifier"]);
    wanted.finish()?;
    match (key, id) {
        (Some(key), _) => Ok(WantedCertificate::New(NewCertificate {
            app_id: Uuid::nil().into(),
            certificate: STANDARD.decode(key).ok().ok_or(malformed)?,
            display_name,
            starts_at,
            ends_at,
        })),
        (None, Some(id)) => Ok(WantedCertificate::Kept(id)),
        (None, None) => Err(GraphRefusal::Missing { name: "key" }),
    }
}

/// Whoever asks holds the key of a certificate that is valid now: a token alone must not be enough to stay for ever.
fn check_proof(
    asked: &Asked<'_>,
    application: &Application,
    known: &[ListedCertificate],
    unverified_proof: &str,
) -> Result<(), GraphRefusal> {
    let proof = UnverifiedAssertion::parse(unverified_proof).map_err(GraphRefusal::Proof)?;
    let object_id = application.object_id.to_string();
    let now = asked.authority.clock().now();
    let expected = ExpectedAssertion {
        issuer: &object_id,
        // Proofs carry none: the application speaks of itself.
        subject: None,
        audiences: &[PROOF_AUDIENCE.to_owned()],
        now,
        longest_life_s: Some(PROOF_SECONDS),
    };
    let mut last: Option<AssertionError> = None;
    for one in known.iter().filter(|one| one.starts_at <= now && now < one.ends_at) {
        let Ok(certificate) = Certificate::from_der(&one.der) else {
            continue;
        };
        match oauth::verify_with_certificate(&proof, &certificate, &expected) {
            Ok(_) => return Ok(()),
            Err(error) => last = Some(error),
        }
    }
    Err(last.map_or(GraphRefusal::ProofKey, GraphRefusal::Proof))
}

fn time(body: &mut Body, name: &str) -> Result<Option<Timestamp>, GraphRefusal> {
    let Some(text) = body.optional::<String>(name)? else {
        return Ok(None);
    };
    match DateTime::parse(&text) {
        Some(DateTime(seconds)) => Ok(Some(Timestamp::from_seconds(seconds))),
        None => Err(body.wrong(name, "is not a point in time like 2026-03-01T00:00:00Z")),
    }
}

/// Base64 as JSON has it, of base64url without padding.
fn standard(url_safe: &str) -> String {
    let mut text = url_safe.replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}
