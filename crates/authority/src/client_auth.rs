//! Who asks: client authentication, one file per way to prove oneself.
//!
//! In: a call, read but not believed. Out: [`AuthenticatedClient`].
//! INVARIANT: [`authenticate`] is its one maker. An application that may not be used in the tenant takes the road of one
//! that does not exist, and on that road a secret is hashed and compared as well: the time of the answer tells nothing.

mod assertion;
mod certificate;
mod federated;
mod known;
mod public;
mod secret;

use std::sync::Arc;

use oauth::{ClientCredential, ClientProof, PeerCertificate, Timestamp, UnverifiedAssertion};

pub(crate) use known::KnownAssertions;

use crate::application::{Application, Audience, Client};
use crate::authority::Authority;
use crate::call::Call;
use crate::refusal::Refusal;
use crate::snapshot::Snapshot;
use crate::tenant::Tenant;

/// Proof that a request came from the application that it names, in a tenant where the application may be used.
#[derive(Debug)]
pub struct AuthenticatedClient {
    client: Arc<Client>,
    proof: ClientProof,
}

impl AuthenticatedClient {
    /// The application.
    #[must_use]
    pub fn application(&self) -> &Application {
        &self.client.application
    }

    /// How it proved itself; [`ClientProof::None`] for one that may do without a credential and sent none.
    #[must_use]
    pub fn proof(&self) -> ClientProof {
        self.proof
    }
}

/// What every check is told besides the credential.
#[derive(Clone, Copy)]
struct Asked<'a> {
    authority: &'a Authority,
    snapshot: &'a Snapshot,
    tenant: &'a Tenant,
    client: &'a Client,
    call: &'a Call,
    now: Timestamp,
}

impl Asked<'_> {
    /// The client id, as refusals name it.
    fn application(&self) -> String {
        self.client.application.app_id.to_string()
    }
}

/// Authenticates the client of a call by the one credential that it sent.
pub(crate) async fn authenticate(
    authority: &Authority,
    snapshot: &Snapshot,
    tenant: &Tenant,
    call: &Call,
    now: Timestamp,
) -> Result<AuthenticatedClient, Refusal> {
    let Some(client) = find(snapshot, tenant, &call.request.unverified_client_id).await? else {
        return Err(unknown(tenant, call));
    };
    let asked = Asked {
        authority,
        snapshot,
        tenant,
        client: &client,
        call,
        now,
    };
    public::no_credential_of_a_public_client(&asked)?;
    let proof = match &call.request.credential {
        ClientCredential::Secret(secret) => secret::check(&asked, secret)?,
        ClientCredential::Assertion { unverified_jwt } => by_assertion(&asked, unverified_jwt.expose()).await?,
        ClientCredential::None => without_parameter(&asked, call.peer_certificate.as_ref())?,
    };
    Ok(AuthenticatedClient { client, proof })
}

/// The application of this id, if it may be used in the tenant at all. Another tenant's own application is as unknown
/// here as one that does not exist: nobody is told what others have registered.
async fn find(
    snapshot: &Snapshot,
    tenant: &Tenant,
    unverified_client_id: &str,
) -> Result<Option<Arc<Client>>, Refusal> {
    let Ok(app_id) = unverified_client_id.parse() else {
        return Ok(None);
    };
    let client = snapshot.client(app_id).await?;
    Ok(client.filter(|client| match client.application.audience {
        Audience::SingleTenant => client.application.home_tenant == tenant.id,
        Audience::MultipleTenants => true,
    }))
}

fn unknown(tenant: &Tenant, call: &Call) -> Refusal {
    if let ClientCredential::Secret(secret) = &call.request.credential {
        secret::compare_with_nobodys(secret);
    }
    Refusal::ApplicationNotFound {
        application: call.request.unverified_client_id.clone(),
        tenant: tenant.id.to_string(),
    }
}

/// An assertion that names an application as its issuer is signed by the application, any other one by somebody whom the
/// application trusts.
async fn by_assertion(asked: &Asked<'_>, unverified_jwt: &str) -> Result<ClientProof, Refusal> {
    let name = known::name(asked, unverified_jwt);
    if let Some(known) = asked.snapshot.assertions.find(asked, &name) {
        assertion::use_up(asked, &known.verified).await?;
        return Ok(ClientProof::Certificate);
    }
    let unverified = UnverifiedAssertion::parse(unverified_jwt).map_err(|error| assertion::refusal(asked, error))?;
    if let Some(issuer) = assertion::issuing_application(&unverified) {
        let known = Arc::new(assertion::check(asked, &unverified, issuer)?);
        asked.snapshot.assertions.insert(name, Arc::clone(&known));
        assertion::use_up(asked, &known.verified).await?;
    } else {
        let verified = federated::check(asked, &unverified).await?;
        assertion::use_up(asked, &verified).await?;
    }
    Ok(ClientProof::Certificate)
}

/// No parameter proves anything: the connection may, or nothing needs to.
fn without_parameter(asked: &Asked<'_>, shown: Option<&PeerCertificate>) -> Result<ClientProof, Refusal> {
    match shown {
        Some(shown) if certificate::is_registered(asked, shown) => certificate::check(asked, shown),
        Some(shown) if !public::may_do_without(asked.client) => Err(certificate::unknown(asked, shown)),
        Some(_) | None => public::check(asked),
    }
}
