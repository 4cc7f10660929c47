//! For whom an access token still speaks. Tokens live for an hour and more; what they rest on can end before.
//!
//! In: a verified token and the resource that it is for. Out: its holder as the directory knows them now, or none.
//! INVARIANT: nobody who takes an access token of this authority asks less than this: the application is let in, the
//! person may sign in and has not been signed out since, and only what is still consented to counts.

use std::sync::Arc;

use oauth::{TenantId, TokenKind, VerifiedToken};

use crate::application::ServicePrincipal;
use crate::consent;
use crate::person::Person;
use crate::resource::Resource;
use crate::snapshot::Snapshot;
use crate::store;

/// How far the `iat` of an access token lies before its issue.
const BACKDATED_SECONDS: i64 = 300;

/// For whom a token speaks.
#[derive(Debug, Clone)]
pub(crate) enum Holder {
    /// The application itself.
    Application(Arc<ServicePrincipal>),
    /// A person, through the application.
    Person {
        /// The person.
        person: Arc<Person>,
        /// What the application may do in the person's name: of the token's scopes those that are still consented to.
        scopes: Vec<String>,
    },
}

/// The holder of a token, if what it rests on still holds.
pub(crate) async fn find(
    snapshot: &Snapshot,
    tenant: TenantId,
    resource: &Resource,
    token: &VerifiedToken,
) -> Result<Option<Holder>, store::Error> {
    let principal = snapshot.service_principal(tenant, token.app_id()).await?;
    let Some(principal) = principal.filter(|principal| principal.enabled) else {
        return Ok(None);
    };
    match token.kind() {
        TokenKind::App if principal.object_id == token.object_id() => Ok(Some(Holder::Application(principal))),
        TokenKind::App => Ok(None),
        TokenKind::Person { scopes } => person(snapshot, tenant, resource, token, scopes).await,
    }
}

async fn person(
    snapshot: &Snapshot,
    tenant: TenantId,
    resource: &Resource,
    token: &VerifiedToken,
    scopes: &[String],
) -> Result<Option<Holder>, store::Error> {
    let person = snapshot.person(tenant, token.object_id()).await?;
    let issued = token.issued_at().plus_seconds(BACKDATED_SECONDS);
    let holds = |person: &Arc<Person>| person.enabled && person.sessions_valid_from <= issued;
    let (Some(person), Some(client)) = (person.filter(holds), snapshot.client(token.app_id()).await?) else {
        return Ok(None);
    };
    let granted = consent::granted(snapshot, tenant, &client.application, person.object_id, resource).await?;
    let scopes = scopes.iter().filter(|scope| granted.covers(scope)).cloned().collect();
    Ok(Some(Holder::Person { person, scopes }))
}
