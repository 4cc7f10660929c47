//! The introspection endpoint (RFC 7662): a service asks what a token is worth now.
//!
//! In: a token. Out: what it says, or that it is not active. INVARIANT: a service learns only of access tokens that were
//! made for it and of its own refresh tokens; whatever else there is about a token, it is not active.

use oauth::{ActiveToken, Confirmation, Expected, IntrospectionResponse, Secret, TokenVersion, VerifiedToken, verify};

use super::{Desk, Trail};
use crate::authority::Authority;
use crate::call::Call;
use crate::client_auth::AuthenticatedClient;
use crate::grant::refresh_token;
use crate::issue::TokenType;
use crate::opaque::Opaque;
use crate::person::Person;
use crate::refusal::{GrantRefusal, Refusal};
use crate::registration::Introspection;
use crate::store::refresh_token::Found;
use crate::tenant::Tenant;
use crate::token_holder::{self, Holder};

/// Answers what a token is worth.
pub(crate) async fn introspect(
    authority: &Authority,
    call: &Call,
    token: &Secret<String>,
    trail: &mut Trail,
) -> Result<IntrospectionResponse, Refusal> {
    let desk = Desk::open(authority, call, trail).await?;
    let tenant = desk.tenant(None, trail).await?;
    let client = desk.client(&tenant).await?;
    may_introspect(&client)?;
    let active = if Opaque::parse(token).is_some() {
        refresh_token(&desk, &tenant, &client, token).await?
    } else {
        access_token(&desk, &tenant, &client, token).await?
    };
    let active = active.map(|token| IntrospectionResponse::Active(Box::new(token)));
    Ok(active.unwrap_or(IntrospectionResponse::Inactive))
}

/// The registration must allow it, and the client must have proved itself.
fn may_introspect(client: &AuthenticatedClient) -> Result<(), Refusal> {
    let application = client.application();
    if client.proof() == oauth::ClientProof::None {
        return Err(GrantRefusal::ClientUnproved.into());
    }
    match application.registration.protocol.introspection {
        Introspection::OwnTokens => Ok(()),
        Introspection::Refused => {
            let application = application.app_id.to_string();
            Err(GrantRefusal::IntrospectionOff { application }.into())
        }
    }
}

async fn access_token(
    desk: &Desk<'_>,
    tenant: &Tenant,
    client: &AuthenticatedClient,
    unverified_token: &Secret<String>,
) -> Result<Option<ActiveToken>, Refusal> {
    let Some(token) = for_the_client(desk, tenant, client, unverified_token) else {
        return Ok(None);
    };
    let resource = desk
        .snapshot
        .resource_of(tenant.id, client.application().app_id)
        .await?;
    let Some(resource) = resource else { return Ok(None) };
    let (person, scopes) = match token_holder::find(&desk.snapshot, tenant.id, &resource, &token).await? {
        None => return Ok(None),
        Some(Holder::Application(principal)) => {
            let subject = principal.object_id.to_string();
            return Ok(Some(told(tenant, client, &token, subject)));
        }
        Some(Holder::Person { scopes, .. }) if scopes.is_empty() => return Ok(None),
        Some(Holder::Person { person, scopes }) => (person, scopes),
    };
    let subject = desk.authority.subject(tenant.id, person.object_id, token.app_id());
    Ok(Some(ActiveToken {
        scope: Some(scopes.join(" ")),
        username: Some(person.upn.clone()),
        ..told(tenant, client, &token, subject)
    }))
}

fn for_the_client(
    desk: &Desk<'_>,
    tenant: &Tenant,
    client: &AuthenticatedClient,
    unverified_token: &Secret<String>,
) -> Option<VerifiedToken> {
    let application = client.application();
    let app_id = application.app_id.to_string();
    let expected = Expected {
        issuers: &[tenant.issuer_v1.clone(), tenant.issuer_v2.clone()],
        audiences: &application
            .identifier_uris
            .iter()
            .cloned()
            .chain([app_id])
            .collect::<Vec<_>>(),
        tenant: tenant.id,
        now: desk.now,
    };
    verify(
        unverified_token.expose(),
        &desk.snapshot.keys.key_set_at(desk.now),
        &expected,
    )
    .ok()
}

/// What is told of any access token.
fn told(tenant: &Tenant, client: &AuthenticatedClient, token: &VerifiedToken, subject: String) -> ActiveToken {
    let issuer = match client.application().token_version {
        TokenVersion::V1 => &tenant.issuer_v1,
        TokenVersion::V2 => &tenant.issuer_v2,
    };
    let token_type = match token.confirmation() {
        Some(Confirmation::Jkt(_)) => TokenType::Dpop,
        Some(Confirmation::X5tS256(_)) | None => TokenType::Bearer,
    };
    ActiveToken {
        client_id: Some(token.app_id()),
        token_type: Some(token_type.as_str().to_owned()),
        expires: Some(token.expires()),
        issued: Some(token.issued_at()),
        not_before: Some(token.issued_at()),
        subject: Some(subject),
        audience: Some(token.audience().to_owned()),
        issuer: Some(issuer.clone()),
        token_id: token.token_id().map(str::to_owned),
        tenant: Some(tenant.id),
        object_id: Some(token.object_id()),
        confirmation: token.confirmation().cloned(),
        ..ActiveToken::default()
    }
}

async fn refresh_token(
    desk: &Desk<'_>,
    tenant: &Tenant,
    client: &AuthenticatedClient,
    token: &Secret<String>,
) -> Result<Option<ActiveToken>, Refusal> {
    let found = match refresh_token::load(&desk.snapshot, token).await {
        Ok(found) => found,
        Err(Refusal::Grant(GrantRefusal::Unusable { .. })) => return Ok(None),
        Err(refusal) => return Err(refusal),
    };
    let authorization = &found.family.authorization;
    let own = authorization.tenant == tenant.id && authorization.app_id == client.application().app_id;
    if !own || !refresh_token::is_active(&found, desk.now) {
        return Ok(None);
    }
    let person = desk.snapshot.person(tenant.id, authorization.person).await?;
    let holds = |person: &Person| person.enabled && person.sessions_valid_from <= authorization.sign_in.at();
    let person = person.filter(|person| holds(person));
    Ok(person.map(|person| told_of_refresh_token(desk, &found, &person)))
}

fn told_of_refresh_token(desk: &Desk<'_>, found: &Found, person: &Person) -> ActiveToken {
    let authorization = &found.family.authorization;
    ActiveToken {
        scope: Some(authorization.scope.clone()),
        client_id: Some(authorization.app_id),
        username: Some(person.upn.clone()),
        expires: Some(found.token.expires_at),
        issued: Some(found.token.created_at),
        subject: Some(
            desk.authority
                .subject(authorization.tenant, person.object_id, authorization.app_id),
        ),
        tenant: Some(authorization.tenant),
        object_id: Some(person.object_id),
        confirmation: found.family.confirmation.clone(),
        ..ActiveToken::default()
    }
}
